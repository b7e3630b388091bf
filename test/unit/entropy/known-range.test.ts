import { describe, expect, it } from 'vitest';
import { differenceAtEntropy, KNOWN_RANGES } from '../../../ts/entropy/known-range.js';
import type { EntropyDifference } from '../../../ts/entropy/entropy-difference.js';

const average = (mean: number): EntropyDifference['a'] => ({ mean, error: NaN, inefficiency: 1, blocks: 1 });

const point = (bandwidth: number, a: number, b: number, saturated = false): EntropyDifference => ({
  bandwidth,
  a: average(a),
  b: average(b),
  difference: b - a,
  error: NaN,
  saturated,
});

const CURVE = [point(0.01, 7, 8, true), point(0.02, 4, 6), point(0.04, 2, 3), point(0.08, 1, 1.4)];

describe('differenceAtEntropy', () => {
  it('is between two bandwidths, by the logarithm', () => {
    // Half way from a mean of 5 to one of 2.5.
    const found = differenceAtEntropy(CURVE, 3.75);
    expect(found?.bandwidth).toBeCloseTo(0.02 * Math.SQRT2, 12);
    expect(found?.difference).toBeCloseTo(1.5, 12);
    expect(differenceAtEntropy(CURVE, 2.5)).toEqual({ bandwidth: 0.04, difference: 1 });
  });

  it('is null beyond the curve, and where N limits H', () => {
    expect(differenceAtEntropy(CURVE, 6)).toBeNull();
    expect(differenceAtEntropy(CURVE, 9)).toBeNull();
    expect(differenceAtEntropy(CURVE, 1)).toBeNull();
    expect(differenceAtEntropy([], 1)).toBeNull();
  });

  it('knows ranges that hold their best value', () => {
    for (const { low, best, high } of Object.values(KNOWN_RANGES)) {
      expect([low < best, best < high]).toEqual([true, true]);
    }
  });
});
