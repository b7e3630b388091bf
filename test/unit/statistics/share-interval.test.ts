import { describe, expect, it } from 'vitest';
import { sampleForShare, shareInterval } from '../../../ts/statistics/share-interval.js';

/** P(X = k) of n, each with probability p, from factorials. */
function binomial(k: number, n: number, p: number): number {
  let ways = 1;
  for (let at = 1; at <= k; at++) ways = (ways * (n - at + 1)) / at;
  return ways * p ** k * (1 - p) ** (n - k);
}

/** P(X ≥ k). */
function atLeast(k: number, n: number, p: number): number {
  let sum = 0;
  for (let at = k; at <= n; at++) sum += binomial(at, n, p);
  return sum;
}

describe('the interval of a share', () => {
  it.each([
    [1, 1],
    [1, 7],
    [3, 10],
    [10, 10],
    [20, 41],
  ])('ends where %i or more of %i, and no more than these, have 2.5 %', (count, size) => {
    const { low, high } = shareInterval(count, size);
    expect(atLeast(count, size, low)).toBeCloseTo(0.025, 12);
    expect(1 - atLeast(count + 1, size, high)).toBeCloseTo(count === size ? 1 : 0.025, 12);
  });

  it('goes to 0 for none and to 1 for all', () => {
    // 1 − 0.025^(1/n).
    expect(shareInterval(0, 10)).toEqual({ low: 0, high: expect.closeTo(1 - 0.025 ** 0.1, 12) as number });
    expect(shareInterval(10, 10)).toEqual({ low: expect.closeTo(0.025 ** 0.1, 12) as number, high: 1 });
  });

  it('holds 95 of 100 samples of any share', () => {
    const size = 30;
    const ends = Array.from({ length: size + 1 }, (_, count) => shareInterval(count, size));
    for (let share = 0; share <= 1; share += 1 / 128) {
      let held = 0;
      for (const [count, { low, high }] of ends.entries()) {
        if (low <= share && share <= high) held += binomial(count, size, share);
      }
      expect(held).toBeGreaterThanOrEqual(0.95);
    }
  });

  it.each([0.2, 0.05, 0.02])('of a sample for %d is no wider, whatever the share', (tolerance) => {
    const size = sampleForShare(tolerance);
    const step = Math.max(1, Math.floor(size / 97));
    for (let count = 0; count <= size; count += step) {
      const { low, high } = shareInterval(count, size);
      expect(Math.max(count / size - low, high - count / size)).toBeLessThanOrEqual(1.0001 * tolerance);
    }
    // Not larger than need be.
    const { low, high } = shareInterval(Math.floor(0.49 * size), Math.floor(0.98 * size));
    expect(high - low).toBeGreaterThan(2 * tolerance * 0.96);
  });

  it.each([
    [1, 0],
    [-1, 3],
    [4, 3],
    [1.5, 3],
  ])('of %d of %d there is none', (count, size) => {
    expect(() => shareInterval(count, size)).toThrow(`${count} of ${size} in a sample, expected 0 to all`);
  });
});
