import { expect, it } from 'vitest';
import { efficiency, isSaturated, maxEntropy, saturatedEntropy } from '../../../ts/faces/analysis.js';

it('is the share of log N, and has no value for a single environment', () => {
  expect(maxEntropy(1)).toBe(0);
  expect(maxEntropy(4000)).toBeCloseTo(3 * Math.log(10) + 2 * Math.log(2), 12);
  expect(efficiency(maxEntropy(7), 7)).toBe(1);
  expect(efficiency(Math.log(3), 9)).toBeCloseTo(0.5, 15);
  expect(efficiency(0, 1)).toBeNaN();
});

it('is saturated above 0.9, and not where there is nothing to tell apart', () => {
  expect([0.89, 0.9, 0.91, NaN].map(isSaturated)).toEqual([false, false, true, false]);
  expect(saturatedEntropy(100)).toBeCloseTo(0.9 * Math.log(100), 12);
});
