import { PAPER_EPSILON } from '../base/constants.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { compressionCoverage } from './compress.js';

/** When a selection is enough. */
export type Enough =
  /** No environment of the set has a larger δH given what is kept, in nats. */
  | { readonly maxDH: number }
  /** This share of them has δH below 1 nat. */
  | { readonly overlap: number };

/**
 * The number of picks that is enough, the smallest; undefined where all of them are not. More picks
 * never raise δH, so that it is found by halving.
 *
 * @param picks indices of frames in the order in which they were picked, of a nested method
 * @param fewest picks that are kept in any case. Default: 1
 */
export async function picksUntil(
  x: DescriptorMatrix,
  picks: Uint32Array,
  enough: Enough,
  options: KernelOptions = {},
  fewest = 1,
): Promise<number | undefined> {
  const quiet = { ...options, onProgress: undefined };
  const isEnough = async (count: number): Promise<boolean> => {
    const kept = x.select(picks.subarray(0, count));
    const { maxDH, overlap } = await compressionCoverage(x, kept, [PAPER_EPSILON], quiet);
    return 'maxDH' in enough ? maxDH <= enough.maxDH : (overlap[0] as number) >= enough.overlap;
  };
  let [below, count] = [Math.max(1, fewest) - 1, picks.length];
  if (!(await isEnough(count))) return undefined;
  // Invariant: `count` is enough; `below` is not, or fewer than must be.
  while (count - below > 1) {
    const middle = (below + count) >>> 1;
    if (await isEnough(middle)) count = middle;
    else below = middle;
  }
  return count;
}
