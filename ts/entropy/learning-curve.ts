import { DEFAULTS } from '../base/defaults.js';
import { efficiency, maxEntropy } from './efficiency.js';
import { entropy } from './entropy.js';
import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { estimatedEntropyOf } from '../kernel/estimate.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { inParts } from '../run/run-options.js';
import { numberSampler, rowsOf } from '../kernel/row-sample.js';
import type { StoredReference } from '../kernel/stored-reference.js';
import { derivedSeed } from '../statistics/random.js';
import { mean, standardDeviation } from '../statistics/moments.js';

/** Options of {@link learningCurve}. */
export interface LearningCurveOptions extends KernelOptions {
  /** Shares of the environments to sample, each above 0 and at most 1. Default: 0.1, 0.2 … 0.9. */
  readonly fractions?: readonly number[] | undefined;
  /** Samples of each size, at least 1. Default: 3. */
  readonly runs?: number | undefined;
  /** Seed of the samples, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** Options of {@link learningCurve} with a tolerance. */
export interface LearningCurveEstimateOptions extends Omit<LearningCurveOptions, 'tolerance'> {
  /** Target half-width of the 95 % interval of each H, in nats, above 0. */
  readonly tolerance: number;
}

/** Entropy of samples of one size. */
export interface LearningPoint {
  readonly fraction: number;
  /** n: environments of a sample. */
  readonly size: number;
  /** H of each sample, in nats. */
  readonly entropies: Float64Array;
  /** Half-width of the 95 % interval of each H, in nats; only where there is a tolerance. */
  readonly errors?: Float64Array | undefined;
  /** Mean of H, in nats. */
  readonly mean: number;
  /** Standard deviation of H over the samples, √(Σ(H − mean)²/runs), in nats. */
  readonly spread: number;
  /** Seconds that each sample took. */
  readonly seconds: Float64Array;
}

/** How entropy grows with the number of environments: what {@link learningCurve} gives. */
export interface LearningCurve {
  /** One for each fraction, in their order. */
  readonly points: readonly LearningPoint[];
  /** N: environments in all. */
  readonly environments: number;
  /** H of all of them, in nats. */
  readonly entropy: number;
  /** Half-width of the 95 % interval of that, in nats; only where there is a tolerance. */
  readonly error?: number | undefined;
  /** log N, the largest H can be, in nats. */
  readonly maxEntropy: number;
  /** H/log N, from 0 to 1; NaN for a single environment. */
  readonly efficiency: number;
}

/**
 * Learning curve: the entropy of random samples of n environments, drawn without replacement, for
 * several n; see {@link entropy}. It levels off where more data of the same kind tell nothing new;
 * {@link fitLearningCurve} says where. Samples of a large share overlap, so their spread is smaller
 * than that of independent datasets. With a tolerance, each H is that of a sample, as `entropy` has
 * it, of the same random environments, which may be in a file that is larger than memory.
 *
 * @param x N rows
 * @throws {QuestsError} INVALID_ARGUMENT: a fraction that is not in (0, 1] or leaves no
 *   environment, runs no whole number of at least 1, unusable seed, bandwidth or tolerance not
 *   above 0 or not finite; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 *
 * @example
 * const curve = await learningCurve(x, { runs: 5, seed: 1 });
 * for (const { size, mean, spread } of curve.points) console.log(size, mean, spread);
 */
export async function learningCurve(
  x: DescriptorMatrix | StoredReference,
  options: LearningCurveOptions | LearningCurveEstimateOptions = {},
): Promise<LearningCurve> {
  const { fractions = DEFAULTS.fractions, runs = DEFAULTS.runs, seed = DEFAULTS.seed } = options;
  checkRuns(runs);
  const sizes = sampleSizes(fractions, x.rows);
  const work = [...sizes.flatMap((size) => Array.from({ length: runs }, () => size ** 2)), x.rows ** 2];
  const part = inParts(options, work);
  const entropyOf = options.tolerance === undefined ? await exactly(x) : within(x, options.tolerance);
  const samples: SampleEntropy[] = [];
  for (const { rows, seed: own } of curveSamples(x.rows, { fractions, runs, seed })) {
    const start = performance.now();
    const found = await entropyOf(rows, part(samples.length), own);
    samples.push({ ...found, seconds: (performance.now() - start) / 1000 });
  }
  const whole = samples.pop() as SampleEntropy;
  return learningCurveOf(fractions, x.rows, samples, whole.entropy, whole.error);
}

/** A sample of a learning curve. */
export interface CurveSample {
  /** Numbers of its environments, rising; `undefined` for all. */
  readonly rows: Uint32Array | undefined;
  /** Seed of what is drawn of it where its H is estimated. */
  readonly seed: number;
}

/**
 * The samples of a learning curve: those of the first fraction, then those of the next; and after
 * them all environments.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: as {@link learningCurve}, when the first is asked for
 */
export function* curveSamples(
  environments: number,
  {
    fractions = DEFAULTS.fractions,
    runs = DEFAULTS.runs,
    seed = DEFAULTS.seed,
  }: Pick<LearningCurveOptions, 'fractions' | 'runs' | 'seed'> = {},
): Generator<CurveSample, void, undefined> {
  checkRuns(runs);
  const draw = numberSampler(seed);
  let index = 0;
  for (const size of sampleSizes(fractions, environments)) {
    for (let run = 0; run < runs; run++) {
      yield { rows: draw(environments, size), seed: derivedSeed(seed, index++) };
    }
  }
  yield { rows: undefined, seed: derivedSeed(seed, index) };
}

/** H of some environments of a set, or of all of them. */
type EntropyOf = (
  rows: Uint32Array | undefined,
  options: LearningCurveOptions | LearningCurveEstimateOptions,
  seed: number,
) => Promise<Omit<SampleEntropy, 'seconds'>>;

async function exactly(set: DescriptorMatrix | StoredReference): Promise<EntropyOf> {
  const x = set instanceof DescriptorMatrix ? set : await set.matrix();
  return async (rows, { backend, signal, onProgress, bandwidth }) => ({
    entropy: await entropy(rows === undefined ? x : rowsOf(x, rows), {
      backend,
      signal,
      onProgress,
      bandwidth,
    }),
  });
}

/** Estimates whose samples are independent of each other. */
function within(x: DescriptorMatrix | StoredReference, tolerance: number): EntropyOf {
  return async (rows, { backend, signal, onProgress, bandwidth }, seed) => {
    const options = { backend, signal, onProgress, bandwidth, tolerance, seed };
    const { value, error } = await estimatedEntropyOf(x, rows, options);
    return { entropy: value, error };
  };
}

/** Entropy of a sample, and how long it took. */
export interface SampleEntropy {
  readonly entropy: number;
  /** Half-width of its 95 % interval; none where it is exact. */
  readonly error?: number | undefined;
  readonly seconds: number;
}

/**
 * The curve, from entropies that are known.
 *
 * @param samples those of the first fraction, then those of the next
 * @param whole entropy of all environments
 * @param error half-width of its 95 % interval; none where all is exact
 */
export function learningCurveOf(
  fractions: readonly number[],
  environments: number,
  samples: readonly SampleEntropy[],
  whole: number,
  error?: number,
): LearningCurve {
  const runs = samples.length / fractions.length;
  const points = sampleSizes(fractions, environments).map((size, index): LearningPoint => {
    const own = samples.slice(index * runs, (index + 1) * runs);
    const entropies = Float64Array.from(own, (sample) => sample.entropy);
    const seconds = Float64Array.from(own, (sample) => sample.seconds);
    const spread = standardDeviation(entropies);
    const errors = error === undefined ? {} : { errors: Float64Array.from(own, (one) => one.error ?? 0) };
    const fraction = fractions[index] as number;
    return { fraction, size, entropies, ...errors, mean: mean(entropies), spread, seconds };
  });
  return {
    points,
    environments,
    entropy: whole,
    ...(error === undefined ? {} : { error }),
    maxEntropy: maxEntropy(environments),
    efficiency: efficiency(whole, environments),
  };
}

/** Environments of the samples of each fraction. */
export function sampleSizes(fractions: readonly number[], environments: number): number[] {
  return fractions.map((fraction) => sizeOf(fraction, environments));
}

/** Refuses a number of samples that is none. */
export function checkRuns(runs: number): void {
  if (Number.isSafeInteger(runs) && runs >= 1) return;
  throw new QuestsError('INVALID_ARGUMENT', `runs is ${runs}, expected a whole number of at least 1`);
}

/** Environments in a share of `count`, rounded down. */
function sizeOf(fraction: number, count: number): number {
  if (!(fraction > 0 && fraction <= 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `fraction is ${fraction}, expected above 0 and at most 1`);
  }
  const size = Math.floor(count * fraction);
  if (size > 0) return size;
  throw new QuestsError(
    'INVALID_ARGUMENT',
    `fraction is ${fraction}, which of ${count} environments is none`,
  );
}
