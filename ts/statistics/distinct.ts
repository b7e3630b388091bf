/** Share of the larger value below which two values are the same: files and sums round. */
const SAME = 1e-9;

/** Whether two numbers differ by no more than rounding. */
export function isSame(one: number, other: number): boolean {
  return Math.abs(one - other) <= SAME * Math.max(Math.abs(one), Math.abs(other));
}

/** How many different values there are, where those that differ by rounding are the same. */
export function countDistinct(values: ArrayLike<number>): number {
  const sorted = Float64Array.from(values).sort();
  return sorted.filter((value, at) => at === 0 || !isSame(value, sorted[at - 1] as number)).length;
}
