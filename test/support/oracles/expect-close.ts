import { expect } from 'vitest';

/**
 * Largest difference of two lists, each relative to max(1, |expected|); infinite where one is not a
 * number.
 */
export function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(found.length).toBe(expected.length);
  let largest = 0;
  for (let i = 0; i < found.length; i++) {
    const want = expected[i] as number;
    const difference = Math.abs((found[i] as number) - want) / Math.max(1, Math.abs(want));
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Infinity : difference;
  }
  return largest;
}

/** Expects two lists, or two numbers, to agree to a tolerance relative to max(1, |expected|). */
export function expectClose(
  found: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  tolerance: number,
): void {
  const list = (value: number | ArrayLike<number>): ArrayLike<number> =>
    typeof value === 'number' ? [value] : value;
  expect(largestDifference(list(found), list(expected))).toBeLessThanOrEqual(tolerance);
}
