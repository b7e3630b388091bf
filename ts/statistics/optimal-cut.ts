/**
 * The cut of 0 … n − 1 into ranges with the least sum of costs, exact: dynamic programming over
 * their ends, in about n²/2 costs.
 *
 * @param minLength values that a range has at least; n is at least as many
 * @param cost of the range from `start` to `end` − 1, with what each range costs
 * @returns the ends of the ranges, rising
 */
export function optimalCut(
  n: number,
  minLength: number,
  cost: (start: number, end: number) => number,
): number[] {
  const best = new Float64Array(n + 1).fill(Infinity);
  best[0] = 0;
  const from = new Int32Array(n + 1);
  for (let end = minLength; end <= n; end++) {
    // Nothing ends before minLength, but for the beginning of all.
    for (let start = 0; start <= end - minLength; start = Math.max(start + 1, minLength)) {
      const sum = (best[start] as number) + cost(start, end);
      if (sum >= (best[end] as number)) continue;
      best[end] = sum;
      from[end] = start;
    }
  }
  const ends: number[] = [];
  for (let end = n; end > 0; end = from[end] as number) ends.push(end);
  return ends.reverse();
}
