import type { CoreModule } from '../backend/backend.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError, inCore } from '../base/error.js';
import { runJob } from '../run/job.js';
import { kernelSums } from './kernel-sums.js';
import { refuseSingle } from './precision.js';
import { checkComparable, DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { type Environments, type ReferenceSet, withReference } from './reference-set.js';
import { rowsOf } from './row-sample.js';
import { mean } from '../statistics/moments.js';
import { checkSeed } from '../statistics/random.js';
import { type EntropyOfSample, entropyOfSample, type Sampled } from './sample-entropy.js';
import { matrixAsSampled } from './sampled-set.js';
import { StoredReference } from './stored-reference.js';
import { StoredSample } from './stored-sample.js';
import type { EstimateOptions } from './estimate-options.js';

/** A value that was estimated, with the interval that holds the exact one in 95 of 100 cases. */
export interface Estimate {
  /** In nats. */
  readonly value: number;
  /**
   * Half-width of the interval, as measured on the sample: about the tolerance at most. 0 where
   * everything was summed.
   */
  readonly error: number;
  /** value − error. */
  readonly low: number;
  /** value + error. */
  readonly high: number;
}

/** Values that were estimated, each with its own interval. */
export interface Estimates {
  /** In nats. */
  readonly values: Float64Array;
  /** Half-width of the 95 % interval of each. */
  readonly errors: Float64Array;
  /** Their mean; its interval is narrower, since errors average out. */
  readonly mean: Estimate;
}

/** What the core estimates. */
interface LogSums {
  readonly core: CoreModule;
  /** log p of each query. */
  readonly logSums: Float64Array;
  /** Half-width of the 95 % interval of each. */
  readonly errors: Float64Array;
  /** Half-width of that of their mean. */
  readonly meanError: number;
}

/**
 * log p of each query, estimated.
 *
 * @param y queries; `null` for x against itself
 */
async function estimateSums(
  y: DescriptorMatrix | null,
  x: Environments,
  options: EstimateOptions,
): Promise<LogSums> {
  const { bandwidth = DEFAULTS.bandwidth, tolerance, seed = DEFAULTS.seed } = options;
  checkEstimate(options);
  if (y !== null) checkComparable(y, x);
  if (x instanceof StoredReference && y !== null && !x.fitsMemory) return sumsOfNear(y, x, options);
  return withReference(x, options, async (reference) => {
    const { core } = reference.backend;
    const queries = y?.data ?? new Float64Array(0);
    const sums = await runJob(
      () => reference.sums.estimate(reference.core, queries, bandwidth, tolerance, seed),
      options,
      'kernel sums',
    );
    // Not `x.rows`: a reference set may have grown meanwhile.
    const rows = (sums.length - 1) / 2;
    return {
      core,
      logSums: sums.subarray(0, rows),
      errors: sums.subarray(rows, 2 * rows),
      meanError: sums[2 * rows] as number,
    };
  });
}

/**
 * Where the reference may not be in memory as a whole: what is near is summed in full, leaf by
 * leaf, and the error is 0.
 */
async function sumsOfNear(
  y: DescriptorMatrix,
  x: StoredReference,
  { tolerance, seed = DEFAULTS.seed, ...options }: EstimateOptions,
): Promise<LogSums> {
  checkTolerance(tolerance);
  checkSeed(seed);
  const { core, logSums } = await kernelSums(y, x, null, options);
  return { core, logSums: logSums[0] as Float64Array, errors: new Float64Array(y.rows), meanError: 0 };
}

/** As the core does it, which is not asked there. */
function checkTolerance(tolerance: number): void {
  if (tolerance > 0 && tolerance < Infinity) return;
  const problem = `tolerance is ${tolerance}, expected a positive number of nats`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}

/** TypeScript refuses all of this, JavaScript does not. */
function checkEstimate(options: EstimateOptions): void {
  const { bandwidth = DEFAULTS.bandwidth } = options;
  if (typeof (bandwidth as unknown) !== 'number') {
    throw new QuestsError('INVALID_ARGUMENT', 'several bandwidths, expected one where there is a tolerance');
  }
  refuseSingle(options);
}

/** Whether a tolerance was given. */
export function isEstimate(options: RunOptions): options is EstimateOptions {
  return 'tolerance' in options && options.tolerance !== undefined;
}

/** H of x, estimated; see `entropy`. */
export async function estimatedEntropy(x: Environments, options: EstimateOptions): Promise<Estimate> {
  checkEstimate(options);
  const { found, whole } = await sampledOr(x, options, async (reference) => {
    const { core, logSums, meanError } = await estimateSums(null, reference, options);
    return estimate(
      inCore(() => core.entropy(logSums)),
      meanError,
    );
  });
  return whole ?? asEstimate(found.entropy);
}

/**
 * H of some environments of x as a set of their own, estimated: they are read into memory, where
 * there is room for them.
 *
 * @param rows numbers of them; `undefined` for all
 */
export async function estimatedEntropyOf(
  x: DescriptorMatrix | StoredReference,
  rows: Uint32Array | undefined,
  options: EstimateOptions,
): Promise<Estimate> {
  if (rows === undefined) return estimatedEntropy(x, options);
  if (x instanceof DescriptorMatrix) return estimatedEntropy(rowsOf(x, rows), options);
  checkEstimate(options);
  checkTolerance(options.tolerance);
  const isLarger = 8 * rows.length * x.width > x.storage.memory;
  const found = isLarger ? await entropyOfSample(await StoredSample.of(x, rows), options) : undefined;
  return found === undefined ? estimatedEntropy(await x.rowsAt(rows), options) : asEstimate(found.entropy);
}

/** H and D of a set, estimated. */
export interface EstimatedShape {
  readonly entropy: Estimate;
  readonly diversity: Estimate;
}

/**
 * H and D of x from one sample, or, where that takes longer, from all pairs; see `metrics`.
 *
 * @param exactly H and D from all pairs
 */
export async function estimatedShape(
  x: Environments,
  options: EstimateOptions,
  exactly: (x: ReferenceSet) => Promise<{ readonly entropy: number; readonly diversity: number }>,
): Promise<EstimatedShape> {
  checkEstimate(options);
  checkTolerance(options.tolerance);
  checkSeed(options.seed ?? DEFAULTS.seed);
  const { found, whole } = await sampledOr(x, options, exactly);
  return whole === undefined
    ? { entropy: asEstimate(found.entropy), diversity: asEstimate(found.diversity) }
    : { entropy: estimate(whole.entropy, 0), diversity: estimate(whole.diversity, 0) };
}

/** What a sample of x gives; where there is none, what all of x gives. */
async function sampledOr<T>(
  x: Environments,
  options: EstimateOptions,
  otherwise: (reference: ReferenceSet) => Promise<T>,
): Promise<
  { readonly found: EntropyOfSample; readonly whole?: never } | { readonly found?: never; readonly whole: T }
> {
  if (x instanceof StoredReference) {
    checkTolerance(options.tolerance);
    const found = await entropyOfSample(new StoredSample(x), options);
    if (found !== undefined) return { found };
  }
  return withReference(x, options, async (reference) => {
    const found =
      x instanceof DescriptorMatrix
        ? await entropyOfSample(matrixAsSampled(x, reference), options)
        : undefined;
    return found === undefined ? { whole: await otherwise(reference) } : { found };
  });
}

function asEstimate({ value, error }: Sampled): Estimate {
  return estimate(value, error);
}

/** δH of each row of y, estimated; see `deltaEntropy`. */
export async function estimatedDelta(
  y: DescriptorMatrix,
  x: Environments,
  options: EstimateOptions,
): Promise<Estimates> {
  const { logSums, errors, meanError } = await estimateSums(y, x, options);
  const values = logSums.map((value) => 0 - value);
  return { values, errors, mean: estimate(mean(values), meanError) };
}

function estimate(value: number, error: number): Estimate {
  return { value, error, low: value - error, high: value + error };
}
