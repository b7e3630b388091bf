import { bound, significant } from '../../base/number-format.js';

/** What a stored reference says of environments that were joined into their mean. */
export interface MergedRows {
  /** Share of the bandwidth within which environments of a group are from their mean. */
  readonly share: number;
  /** The bandwidth it is a share of, in 1/Å. */
  readonly bandwidth: number;
  /** How far an environment is from the mean that stands for it at most, in 1/Å. */
  readonly radius: number;
}

/** What merging changes in δH at most, in nats. */
export interface MergedBound {
  /** δH from merged environments is lower than that from all of them by no more. */
  readonly below: number;
  /** It is higher by no more. */
  readonly above: number;
}

/**
 * What merging changes in a δH at most: with ρ = r/h it is lower by ρ²/2 at most, and higher by
 * min(1, ρ²) (log N + δH), for any query. Of a mean of several δH it holds for the mean of these.
 * Proof: docs/notes/references.md.
 *
 * Where sums only visit environments of the query's element, N is the number of these, or any
 * larger.
 *
 * @param rows N, environments of the reference
 * @param bandwidth h of the query, in 1/Å; it need not be that of the file
 * @param dH from the merged reference, in nats
 */
export function mergedBound(
  { radius }: Pick<MergedRows, 'radius'>,
  rows: number,
  bandwidth: number,
  dH: number,
): MergedBound {
  const ratio = (radius / bandwidth) ** 2;
  // No sum is above N, so the last factor is not below 0, but for rounding.
  return { below: ratio / 2, above: Math.min(1, ratio) * Math.max(0, Math.log(rows) + dH) };
}

/**
 * It in words, for a reference of so many environments.
 *
 * @param terms of a sum at most: fewer than rows where only those of one element are summed
 */
export function mergedText(merged: MergedRows, rows: number, stored: number, terms: number): string {
  const { bandwidth, radius } = merged;
  const { below, above } = mergedBound(merged, terms, bandwidth, 0);
  const perNat = mergedBound(merged, terms, bandwidth, 1).above - above;
  return (
    `${rows} environments are merged into ${stored}, each at most ${bound(radius)} 1/Å from its own; ` +
    `at a bandwidth of ${significant(bandwidth)}, dH is lower than from all by ${bound(below)} ` +
    `at most, higher by ${bound(above)} + ${bound(perNat)} dH`
  );
}
