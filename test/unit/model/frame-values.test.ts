import { expect, it } from 'vitest';
import { mean, perFrame } from '../../../ts/faces/analysis.js';

it('makes a number of the values of each frame', () => {
  const x = { rows: 4, frames: 3, frameOffsets: Uint32Array.of(0, 3, 3, 4) };
  expect(Array.from(perFrame(x, Float64Array.of(1, 2, 6, 5), mean))).toEqual([3, NaN, 5]);
  expect(() => perFrame(x, new Float64Array(3), mean)).toThrow('3 values for 4 environments');
});
