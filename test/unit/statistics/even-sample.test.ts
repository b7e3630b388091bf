import { expect, it } from 'vitest';
import { EvenSample } from '../../../ts/faces/analysis.js';

it('takes all values of a few, and every 2nd, 4th … of more', () => {
  const sample = new EvenSample(8);
  sample.add([0, 1, 2]);
  expect(sample.values()).toEqual([0, 1, 2]);
  sample.add(Float64Array.from({ length: 97 }, (_, at) => at + 3));
  const values = sample.values();
  const step = (values[1] as number) - (values[0] as number);
  expect(values[0]).toBe(0);
  expect(values.length).toBeLessThan(8);
  expect(values.length).toBeGreaterThanOrEqual(4);
  expect(values).toEqual(values.map((_, at) => at * step));
  expect(Number.isInteger(Math.log2(step))).toBe(true);
});
