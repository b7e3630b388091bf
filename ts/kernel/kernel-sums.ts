import type { CoreModule } from '../backend/backend.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { runJob } from '../run/job.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import { isSingle, type PrecisionOptions, refuseSingle } from './precision.js';
import { type Environments, withReference } from './reference-set.js';
import { StoredReference } from './stored-reference.js';
import { storedSums } from './stored-sums.js';

/** Several bandwidths, summed in one pass over the pairs. */
export type Bandwidths = readonly number[] | Float64Array;

/** Options of everything that sums kernels, with one bandwidth. */
export interface KernelOptions extends RunOptions {
  /**
   * h: bandwidth of the Gaussian kernel, in the descriptor's unit (1/Å), above 0. Default: 0.015.
   */
  readonly bandwidth?: number | undefined;
  /** Only for functions that say so; all others are exact. */
  readonly tolerance?: undefined;
}

/**
 * Options of everything that sums kernels, with several bandwidths: one result for each, in their
 * order.
 */
export interface KernelScanOptions extends RunOptions {
  readonly bandwidth: Bandwidths;
  readonly tolerance?: undefined;
}

/** Either of the two. */
export interface AnyKernelOptions extends RunOptions {
  readonly bandwidth?: number | Bandwidths | undefined;
  readonly tolerance?: undefined;
}

/** What {@link kernelMean} gives for one bandwidth. */
export interface KernelMean {
  /** q(y), one per row of y, in the unit of the weights. */
  readonly mean: Float64Array;
  /** log p(y), one per row of y: large if many reference environments contribute to the mean. */
  readonly logSums: Float64Array;
}

/** Kernel sums, one array per bandwidth. */
export interface KernelSums {
  /** The core that summed. */
  readonly core: CoreModule;
  /** log p of each query. */
  readonly logSums: readonly Float64Array[];
  /** Kernel-weighted means of each query; empty without weights. */
  readonly means: readonly Float64Array[];
}

const NONE = new Float64Array(0);

/**
 * Kernel-weighted mean of values known on a reference set, for each row of y:
 * q(y) = Σ_j w_j K(y, x_j) / p(y), with p(y) = Σ_j K(y, x_j) and K(y, x) = exp(−|y − x|²/2h²).
 * It estimates a quantity of an environment (an error, an energy) from similar environments. Far
 * from all of them it tends to the value of the nearest one; log p shows how far. NaN for an
 * environment of an element that x lacks, where the central element counts (`center`, `full`).
 *
 * @param weights w, one value per row of x
 * @throws {QuestsError} INVALID_ARGUMENT: bandwidth unusable, another number of weights than rows
 *   of x, weights not finite; MISMATCH: x and y were made differently
 * @see arXiv 2404.12367
 */
export function kernelMean(
  y: DescriptorMatrix,
  x: Environments,
  weights: ArrayLike<number>,
  options?: KernelOptions,
): Promise<KernelMean>;
export function kernelMean(
  y: DescriptorMatrix,
  x: Environments,
  weights: ArrayLike<number>,
  options: KernelScanOptions,
): Promise<KernelMean[]>;
export async function kernelMean(
  y: DescriptorMatrix,
  x: Environments,
  weights: ArrayLike<number>,
  options: AnyKernelOptions = {},
): Promise<KernelMean | KernelMean[]> {
  // To the core no weights mean none asked for, so the length is checked here.
  if (weights.length !== x.rows) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${weights.length} weights for ${x.rows} reference environments`,
    );
  }
  const { means, logSums } = await kernelSums(y, x, Float64Array.from(weights), options);
  return perBandwidth(options, logSums, (sums, index) => ({ mean: means[index] ?? NONE, logSums: sums }));
}

/**
 * log p of each query under each bandwidth, and kernel-weighted means where there are weights.
 *
 * @param y queries; `null` for x against itself
 * @param weights one per row of x; `null` for none
 */
export async function kernelSums(
  y: DescriptorMatrix | null,
  x: Environments,
  weights: Float64Array | null,
  options: AnyKernelOptions & PrecisionOptions,
): Promise<KernelSums> {
  refuseTolerance(options);
  const single = isSingle(options);
  if (weights !== null) refuseSingle(options);
  if (y !== null) checkComparable(y, x);
  const bandwidths = bandwidthsOf(options);
  if (x instanceof StoredReference && y !== null && weights === null) {
    const { core } = await backendOf(options);
    const sums = await storedSums(core, y, x.parts, bandwidths, options);
    const row = (_: number, index: number): Float64Array =>
      sums.subarray(index * y.rows, (index + 1) * y.rows);
    return { core, logSums: Array.from(bandwidths, row), means: [] };
  }
  return withReference(x, options, async (reference) => {
    const { core } = reference.backend;
    const sums = await runJob(
      () => reference.sums.kernelSums(reference.core, y?.data ?? NONE, bandwidths, weights ?? NONE, single),
      options,
      'kernel sums',
    );
    // Not `x.rows`: a reference set may have grown meanwhile.
    const queries = sums.length / bandwidths.length / (weights === null ? 1 : 2);
    const row = (index: number): Float64Array => sums.subarray(index * queries, (index + 1) * queries);
    const logSums = Array.from(bandwidths, (_, index) => row(index));
    const means =
      weights === null ? [] : Array.from(bandwidths, (_, index) => row(bandwidths.length + index));
    return { core, logSums, means };
  });
}

/**
 * log p of each row of y with respect to x, and of each row of x with respect to y: every pair is
 * computed once.
 */
export async function mutualSums(
  y: DescriptorMatrix,
  x: Environments,
  options: KernelOptions,
): Promise<{ readonly ofY: Float64Array; readonly ofX: Float64Array }> {
  refuseTolerance(options);
  refuseSingle(options);
  checkComparable(y, x);
  const { bandwidth = DEFAULTS.bandwidth } = options;
  return withReference(x, options, async (reference) => {
    const sums = await runJob(
      () => reference.sums.mutualSums(reference.core, y.data, bandwidth),
      options,
      'kernel sums',
    );
    return { ofY: sums.subarray(0, y.rows), ofX: sums.subarray(y.rows) };
  });
}

/** TypeScript refuses it, JavaScript does not. */
function refuseTolerance(options: AnyKernelOptions): void {
  if ((options.tolerance as unknown) !== undefined) {
    throw new QuestsError('INVALID_ARGUMENT', 'tolerance is given, expected none: this is always exact');
  }
}

/** One result per bandwidth where several were asked for, else the one. */
export function perBandwidth<T>(
  options: AnyKernelOptions,
  logSums: readonly Float64Array[],
  result: (sums: Float64Array, index: number) => T,
): T | T[] {
  const results = logSums.map(result);
  return isScan(options) ? results : (results[0] as T);
}

/** Whether several bandwidths were asked for. */
export function isScan(options: AnyKernelOptions): options is KernelScanOptions {
  return typeof options.bandwidth === 'object';
}

function bandwidthsOf(options: AnyKernelOptions): Float64Array {
  const { bandwidth = DEFAULTS.bandwidth } = options;
  return typeof bandwidth === 'number' ? Float64Array.of(bandwidth) : Float64Array.from(bandwidth);
}
