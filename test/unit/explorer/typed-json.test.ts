import { expect, it } from 'vitest';
import { parsedJson, typedJson } from '../../../ts/explorer/typed-json.js';

const large = Float64Array.from({ length: 100 }, (_, at) => at / 3);

it.each([
  [[]],
  [{ a: null, b: [null], c: [null, 'undefined'], d: [[null, 'number', 'NaN']], e: [undefined, 1] }],
  [{ x: NaN, y: [Infinity, -Infinity], z: 0.1, __proto: 'δ', $: '$' }],
  [{ a: large, b: large.subarray(3, 5), c: new Float32Array([1.5]), d: new Int32Array([-1]) }],
  [[new Uint32Array([4e9]), new Uint8Array([0, 255]), new Float64Array(0)]],
  [{ text: ['H', 'He'], isOn: [true, false], none: '' }],
])('%# is read as it was', (value) => {
  expect(parsedJson(typedJson(value))).toStrictEqual(value);
});

it('holds the part of an array that is meant, and the bits of its numbers', () => {
  const part = large.subarray(90);
  expect(typedJson(part).length).toBeLessThan(200);
  const [read] = parsedJson(typedJson([part])) as [Float64Array];
  expect(new Uint8Array(read.buffer)).toEqual(new Uint8Array(part.slice().buffer));
});
