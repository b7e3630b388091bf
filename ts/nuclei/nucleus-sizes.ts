/** How many nuclei of each size there are: `counts[n]` of size n, from all frames. */
export type SizeCounts = ArrayLike<number>;

/** Counts of the sizes of nuclei, `counts[n]` of size n. */
export function sizeCounts(sizes: Iterable<number>): Float64Array {
  const all = Array.from(sizes);
  const counts = new Float64Array(all.reduce((most, size) => Math.max(most, size), 0) + 1);
  for (const size of all) counts[size] = (counts[size] ?? 0) + 1;
  return counts;
}

/** Nuclei of a range of sizes. */
export interface SizeRange {
  /** Smallest and largest size, both included. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/**
 * Nuclei in ranges of sizes that double: 1, 2–3, 4–7, 8–15 and so on, up to the largest size there
 * is.
 *
 * @param counts `counts[n]` nuclei of size n; see {@link sizeCounts}
 */
export function sizeRanges(counts: SizeCounts): SizeRange[] {
  const ranges: SizeRange[] = [];
  for (let from = 1; from < counts.length; from *= 2) {
    const to = 2 * from - 1;
    let count = 0;
    for (let size = from; size <= Math.min(to, counts.length - 1); size++) count += counts[size] as number;
    ranges.push({ from, to, count });
  }
  return ranges;
}
