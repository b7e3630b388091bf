import { DEFAULTS } from '../base/defaults.js';
import { blockDraws, resampled } from '../statistics/bootstrap.js';

/** The bandwidth that explains each environment best by the others. */
export interface LikelihoodBandwidth {
  /** h, in 1/Å. */
  readonly bandwidth: number;
  /** 95 % interval of h over resamples of the frames, or of the environments of a few frames. */
  readonly low: number;
  readonly high: number;
}

/** Frames from which they are drawn as wholes: intervals from fewer say little. */
const FEWEST_FRAMES = 10;

/**
 * The maximum over h of Σ log p₋ᵢ, the log of the density at each environment from all others,
 * −δH − d·log h, with an interval from resamples of the environments at which it is summed.
 *
 * @param bandwidths h, rising by equal factors
 * @param deltas δH of each environment relative to the others, for each bandwidth
 * @param dimension d, of the space in which environments have a density
 * @param frames the frame of each environment
 * @returns null where there is no maximum within these bandwidths
 */
export function likelihoodBandwidth(
  bandwidths: ArrayLike<number>,
  deltas: readonly Float64Array[],
  dimension: number,
  frames: ArrayLike<number>,
  seed: number,
): LikelihoodBandwidth | null {
  const curve = logLikelihoods(bandwidths, deltas, dimension);
  const best = maximum(bandwidths, curve);
  if (best === undefined) return null;
  const blocks = blockSums(deltas, frames);
  const draws = Array.from(blockDraws(blocks.counts.length, DEFAULTS.scoreResamples, seed), (times) => {
    const count = dot(blocks.counts, times);
    const own = blocks.sums.map(
      (sums, at) => 0 - dot(sums, times) / count - dimension * Math.log(bandwidths[at] as number),
    );
    return maximum(bandwidths, own) ?? NaN;
  });
  const { low, high } = resampled(best, draws);
  return { bandwidth: best, low, high };
}

/** Mean log density of the environments that have others of their element, for each bandwidth. */
export function logLikelihoods(
  bandwidths: ArrayLike<number>,
  deltas: readonly Float64Array[],
  dimension: number,
): number[] {
  return deltas.map((values, at) => {
    const some = values.filter(Number.isFinite);
    const sum = some.reduce((total, value) => total + value, 0);
    return 0 - sum / some.length - dimension * Math.log(bandwidths[at] as number);
  });
}

/** Sums of δH over the blocks that are drawn as wholes. */
function blockSums(
  deltas: readonly Float64Array[],
  frames: ArrayLike<number>,
): { readonly counts: Float64Array; readonly sums: readonly Float64Array[] } {
  const known = new Map<number, number>();
  for (const frame of Array.from(frames)) if (!known.has(frame)) known.set(frame, known.size);
  const byFrame = known.size >= FEWEST_FRAMES;
  const blocks = byFrame ? known.size : frames.length;
  const counts = new Float64Array(blocks);
  const sums = deltas.map(() => new Float64Array(blocks));
  for (let row = 0; row < frames.length; row++) {
    const block = byFrame ? (known.get(frames[row] as number) as number) : row;
    // Infinite at every bandwidth, for an environment that is alone of its element.
    if (!Number.isFinite(deltas[0]?.[row])) continue;
    counts[block] = (counts[block] as number) + 1;
    deltas.forEach((values, at) => {
      const own = sums[at] as Float64Array;
      own[block] = (own[block] as number) + (values[row] as number);
    });
  }
  return { counts, sums };
}

function dot(values: Float64Array, times: Uint32Array): number {
  return values.reduce((sum, value, at) => sum + value * (times[at] as number), 0);
}

/** Where a curve over log h is largest: the top of a parabola through three points. */
function maximum(bandwidths: ArrayLike<number>, curve: readonly number[]): number | undefined {
  const top = curve.indexOf(Math.max(...curve));
  if (top <= 0 || top >= curve.length - 1) return undefined;
  const [before, at, after] = curve.slice(top - 1, top + 2) as [number, number, number];
  const bend = before - 2 * at + after;
  const shift = bend === 0 ? 0 : (before - after) / (2 * bend);
  const step = Math.log((bandwidths[top + 1] as number) / (bandwidths[top] as number));
  return (bandwidths[top] as number) * Math.exp(shift * step);
}
