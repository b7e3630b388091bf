import { DEFAULTS } from '../base/defaults.js';
import { deltaEntropy } from './entropy.js';
import { rowsOf } from '../kernel/row-sample.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { RandomStream } from '../statistics/random.js';

/** The bandwidth at which two halves of one simulation count as the same. */
export interface ThermalBandwidth {
  /** h, in 1/Å. */
  readonly bandwidth: number;
  /** Environments of each half that were looked at. */
  readonly environments: number;
}

/** Share of the environments of one half that the other covers at that bandwidth. */
export const COVERED_SHARE = 0.95;

/**
 * The narrowest h at which the first half of the frames and the second cover each other: 95 % of
 * the environments of each, on average, have δH below ε relative to the other.
 *
 * @param x frames of one simulation, in their order
 * @param bandwidths h, rising by equal factors
 * @param most environments of each half that are looked at
 * @returns null where the halves do so at all of these bandwidths, or at none
 */
export async function thermalBandwidth(
  x: DescriptorMatrix,
  bandwidths: Float64Array,
  { most, seed, ...options }: RunOptions & { readonly most: number; readonly seed: number },
): Promise<ThermalBandwidth | null> {
  const middle = x.frameOffsets[x.frames >> 1] as number;
  const environments = Math.min(most, middle, x.rows - middle);
  const half = (from: number, to: number): DescriptorMatrix => {
    const drawn = new RandomStream(seed, from).distinct(environments, to - from).sort();
    return rowsOf(
      x,
      drawn.map((row) => from + row),
    );
  };
  const [first, second] = [half(0, middle), half(middle, x.rows)];
  const ways = [
    await deltaEntropy(first, second, { ...options, bandwidth: bandwidths }),
    await deltaEntropy(second, first, { ...options, bandwidth: bandwidths }),
  ];
  const shares = Array.from(bandwidths, (_, at) => {
    const covered = ways.map((way) => (way[at] as Float64Array).filter((value) => value < DEFAULTS.epsilon));
    return (covered[0]?.length ?? 0) / (2 * environments) + (covered[1]?.length ?? 0) / (2 * environments);
  });
  const after = shares.findIndex((share) => share >= COVERED_SHARE);
  if (after <= 0) return null;
  const [below, above] = [shares[after - 1] as number, shares[after] as number];
  const [from, to] = [bandwidths[after - 1] as number, bandwidths[after] as number];
  return { bandwidth: from * (to / from) ** ((COVERED_SHARE - below) / (above - below)), environments };
}
