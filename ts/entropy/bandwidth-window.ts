import { SATURATION } from '../base/constants.js';
import { isLabelled } from '../base/species-mode.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';

/** Between which bandwidths H says something of the environments. */
export interface BandwidthWindow {
  /** h below which H is saturated, above 0.9 of its range; null where it never is. */
  readonly saturated: number | null;
  /** h above which H has collapsed, below 0.1 of its range; null where it never has. */
  readonly collapsed: number | null;
}

/**
 * Where H leaves log N, and where it collapses. With labels of elements H falls to the entropy of
 * mixing and no lower: that is where its range begins.
 *
 * @param bandwidths h, rising by equal factors
 * @param entropies H for each
 */
export function bandwidthWindow(
  bandwidths: ArrayLike<number>,
  entropies: readonly number[],
  x: DescriptorMatrix,
): BandwidthWindow {
  const least = mixingEntropy(x);
  const shares = entropies.map((value) => (value - least) / (Math.log(x.rows) - least));
  const crossing = (share: number): number | null => {
    const after = shares.findIndex((value) => value < share);
    if (after <= 0) return null;
    const [above, below] = [shares[after - 1] as number, shares[after] as number];
    const [from, to] = [bandwidths[after - 1] as number, bandwidths[after] as number];
    return from * (to / from) ** ((above - share) / (above - below));
  };
  return { saturated: crossing(SATURATION), collapsed: crossing(1 - SATURATION) };
}

/** −Σ c log c over the labels of the rows; 0 without labels. */
function mixingEntropy({ data, width, rows, species }: DescriptorMatrix): number {
  if (!isLabelled(species)) return 0;
  const counts = new Map<number, number>();
  for (let at = 0; at < data.length; at += width) {
    const label = data[at] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts.values()].reduce((sum, count) => sum - (count / rows) * Math.log(count / rows), 0);
}
