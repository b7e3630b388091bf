import { DEFAULTS } from '../base/defaults.js';
import { CONFIDENCE } from '../base/constants.js';
import { efficiency, maxEntropy } from './efficiency.js';
import { entropy } from './entropy.js';
import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { checkRuns } from './learning-curve.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { inParts } from '../run/run-options.js';
import { rowSampler } from '../kernel/row-sample.js';
import { mean, standardDeviation } from '../statistics/moments.js';
import { studentT } from '../statistics/student-t.js';

/** Options of {@link sampledEntropy}. */
export interface SampledEntropyOptions extends KernelOptions {
  /** n: environments of a sample, at least 1. Default: 1000. */
  readonly sample?: number | undefined;
  /** Samples, at least 1. Default: 20. */
  readonly runs?: number | undefined;
  /** Seed of the samples, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** Entropy of samples of one size: what {@link sampledEntropy} gives. */
export interface SampledEntropy {
  /** Environments of a sample: n, or all where there are no more. */
  readonly size: number;
  /** H of each sample, in nats. */
  readonly entropies: Float64Array;
  /** Mean of H, in nats. */
  readonly mean: number;
  /** Standard deviation of H over the samples, √(Σ(H − mean)²/runs), in nats. */
  readonly spread: number;
  /**
   * 95 % interval of the mean over all samples of this size, in nats: mean ± t·s/√runs. H itself
   * where the sample is the whole set; infinite where one sample has nothing to say of it.
   */
  readonly interval: readonly [number, number];
  /** log n, the largest H can be, in nats. */
  readonly maxEntropy: number;
  /** mean/log n, from 0 to 1; NaN for a single environment. */
  readonly efficiency: number;
  /** Seconds that each sample took. */
  readonly seconds: Float64Array;
}

/**
 * Entropy of random samples of n environments, drawn without replacement: to compare datasets of
 * unlike sizes, since H grows with the number of environments. It is not an estimate of the entropy
 * of the whole set, which is larger: that is `entropy` with a tolerance. A set of at most n
 * environments is its own and only sample.
 *
 * @param x rows to sample from
 * @throws {QuestsError} INVALID_ARGUMENT: sample or runs no whole number of at least 1, unusable
 *   seed, bandwidth not above 0 or not finite; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { mean, interval } = await sampledEntropy(x, { sample: 1000, runs: 20, seed: 1 });
 */
export async function sampledEntropy(
  x: DescriptorMatrix,
  options: SampledEntropyOptions = {},
): Promise<SampledEntropy> {
  const { sample = DEFAULTS.sampleSize, runs = DEFAULTS.sampleRuns, seed = DEFAULTS.seed } = options;
  if (!Number.isSafeInteger(sample) || sample < 1) {
    throw new QuestsError('INVALID_ARGUMENT', `sample is ${sample}, expected a whole number of at least 1`);
  }
  checkRuns(runs);
  const draw = rowSampler(seed);
  const size = Math.min(sample, x.rows);
  const count = size === x.rows ? 1 : runs;
  const part = inParts(
    options,
    Array.from({ length: count }, () => 1),
  );
  const entropies = new Float64Array(count);
  const seconds = new Float64Array(count);
  for (let run = 0; run < count; run++) {
    const start = performance.now();
    entropies[run] = await entropy(draw(x, size), part(run));
    seconds[run] = (performance.now() - start) / 1000;
  }
  const [center, spread] = [mean(entropies), standardDeviation(entropies)];
  const error = size === x.rows ? 0 : halfWidth(spread, count);
  return {
    size,
    entropies,
    mean: center,
    spread,
    interval: [center - error, center + error],
    maxEntropy: maxEntropy(size),
    efficiency: efficiency(center, size),
    seconds,
  };
}

/** Half-width of the interval of the mean of `count` values. */
function halfWidth(spread: number, count: number): number {
  // The spread is divided by the number of values; their variance has one degree of freedom less.
  return count === 1 ? Infinity : (studentT(CONFIDENCE, count - 1) * spread) / Math.sqrt(count - 1);
}
