import type { CoreModule } from '../backend/backend.js';
import {
  type Estimate,
  estimatedDelta,
  estimatedEntropy,
  estimatedShape,
  type Estimates,
  isEstimate,
} from '../kernel/estimate.js';
import {
  type AnyKernelOptions,
  type KernelOptions,
  type KernelScanOptions,
  kernelSums,
  perBandwidth,
} from '../kernel/kernel-sums.js';
import type { PrecisionOptions } from '../kernel/precision.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Environments } from '../kernel/reference-set.js';
import { inCore } from '../base/error.js';
import { efficiency, maxEntropy } from './efficiency.js';
import type { EstimateOptions } from '../kernel/estimate-options.js';

/** What {@link metrics} gives for one bandwidth. */
export interface Metrics {
  /** H, in nats. */
  readonly entropy: number;
  /** log N, the largest H can be. */
  readonly maxEntropy: number;
  /**
   * H/log N, from 0 to 1. Near 1, H is limited by the sample size: the data are too few or the
   * bandwidth too narrow. NaN for a single environment.
   */
  readonly efficiency: number;
  /** D, in nats. */
  readonly diversity: number;
  /** δH of each environment against the whole set, itself included: −log N to 0. */
  readonly dH: Float64Array;
}

/** What {@link metrics} gives where there is a tolerance. */
export interface EstimatedMetrics {
  /** H, within the tolerance. */
  readonly entropy: Estimate;
  /** log N, the largest H can be. */
  readonly maxEntropy: number;
  /** H/log N, from 0 to 1; NaN for a single environment. */
  readonly efficiency: number;
  /** D, from the same sample: its interval may be wider than the tolerance. */
  readonly diversity: Estimate;
}

/**
 * Information entropy of a set of N environments, in nats:
 * H = −(1/N) Σ_i log[(1/N) Σ_j K(x_i, x_j)], K(x, y) = exp(−|x − y|²/2h²). H is 0 if all
 * environments are identical, log N if all are distinct. Exact, from O(N²) pairs, unless a
 * tolerance is given.
 *
 * @param x N rows
 * @returns H for one bandwidth; for several, one value each; with a tolerance, H and its 95 %
 *   interval
 * @throws {QuestsError} INVALID_ARGUMENT: bandwidth or tolerance not above 0 or not finite, several
 *   bandwidths with a tolerance, unusable seed; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 *
 * @example
 * const H = await entropy(x);
 * const scan = await entropy(x, { bandwidth: [0.01, 0.015, 0.02] });
 * const { value, low, high } = await entropy(x, { tolerance: 1e-3, seed: 1 });
 */
export function entropy(x: Environments, options: EstimateOptions): Promise<Estimate>;
export function entropy(x: Environments, options?: KernelOptions & PrecisionOptions): Promise<number>;
export function entropy(
  x: Environments,
  options: KernelScanOptions & PrecisionOptions,
): Promise<Float64Array>;
export async function entropy(
  x: Environments,
  options: (AnyKernelOptions & PrecisionOptions) | EstimateOptions = {},
): Promise<number | Float64Array | Estimate> {
  if (isEstimate(options)) return estimatedEntropy(x, options);
  const { core, logSums } = await kernelSums(null, x, null, options);
  return numbers(perBandwidth(options, logSums, (sums) => inCore(() => core.entropy(sums))));
}

/**
 * Diversity of a set of environments, in nats: D = log Σ_i 1/p(x_i), p(x) = Σ_j K(x, x_j). D is the
 * logarithm of the number of distinct environments: copies of an environment do not change it.
 *
 * @param x N rows
 * @returns D for one bandwidth; for several, one value each
 * @throws {QuestsError} INVALID_ARGUMENT: bandwidth not above 0 or not finite; TOO_LARGE;
 *   BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 *
 * @example
 * const D = await diversity(x);
 * console.log(`${Math.exp(D)} distinct environments of ${x.rows}`);
 */
export function diversity(x: Environments, options?: KernelOptions & PrecisionOptions): Promise<number>;
export function diversity(
  x: Environments,
  options: KernelScanOptions & PrecisionOptions,
): Promise<Float64Array>;
export async function diversity(
  x: Environments,
  options: AnyKernelOptions & PrecisionOptions = {},
): Promise<number | Float64Array> {
  const { core, logSums } = await kernelSums(null, x, null, options);
  return numbers(perBandwidth(options, logSums, (sums) => inCore(() => core.diversity(sums))));
}

/**
 * Entropy, diversity and the δH of every environment within its set, from one pass over the pairs;
 * see {@link entropy}, {@link diversity}, {@link deltaEntropy}. With a tolerance, H and D of a
 * sample: H to within it, D as the same sample gives it, each with its interval, and no δH.
 *
 * @param x N rows
 * @returns the metrics for one bandwidth; for several, an array of them; with a tolerance, H and D
 *   with their 95 % intervals
 * @throws {QuestsError} INVALID_ARGUMENT: bandwidth or tolerance not above 0 or not finite, several
 *   bandwidths with a tolerance, unusable seed; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { entropy, efficiency, diversity, dH } = await metrics(x, { bandwidth: 0.015 });
 * const { low, high } = (await metrics(x, { tolerance: 0.02 })).diversity;
 */
export function metrics(x: Environments, options: EstimateOptions): Promise<EstimatedMetrics>;
export function metrics(x: Environments, options?: KernelOptions & PrecisionOptions): Promise<Metrics>;
export function metrics(x: Environments, options: KernelScanOptions & PrecisionOptions): Promise<Metrics[]>;
export async function metrics(
  x: Environments,
  options: (AnyKernelOptions & PrecisionOptions) | EstimateOptions = {},
): Promise<Metrics | Metrics[] | EstimatedMetrics> {
  if (isEstimate(options)) return estimatedMetrics(x, options);
  const { core, logSums } = await kernelSums(null, x, null, options);
  return perBandwidth(options, logSums, (sums) => metricsOf(core, sums));
}

async function estimatedMetrics(x: Environments, options: EstimateOptions): Promise<EstimatedMetrics> {
  const exactly = async (reference: Environments): Promise<Metrics> => {
    const { backend, signal, onProgress, bandwidth } = options;
    const exact = { backend, signal, onProgress, bandwidth };
    const { core, logSums } = await kernelSums(null, reference, null, exact);
    return metricsOf(core, logSums[0] as Float64Array);
  };
  const { entropy: H, diversity: D } = await estimatedShape(x, options, exactly);
  return {
    entropy: H,
    maxEntropy: maxEntropy(x.rows),
    efficiency: efficiency(H.value, x.rows),
    diversity: D,
  };
}

/** Metrics of a set from log p of its environments with respect to itself. */
export function metricsOf(core: CoreModule, logSums: Float64Array): Metrics {
  const H = inCore(() => core.entropy(logSums));
  return {
    entropy: H,
    maxEntropy: maxEntropy(logSums.length),
    efficiency: efficiency(H, logSums.length),
    diversity: inCore(() => core.diversity(logSums)),
    dH: negated(logSums),
  };
}

/**
 * Differential entropy of each environment of y with respect to a set x, in nats:
 * δH(y|X) = −log p(y), p(y) = Σ_j K(y, x_j). δH is −log N if all of X is identical to y. Above 0,
 * no environment of X is near: y is novel, and a model trained on X extrapolates. δH is finite and
 * grows as the squared distance; it is infinite only around an atom of an element that X lacks,
 * where the central element counts (`center`, `full`). Exact unless a tolerance is given; 95 % of
 * the values are then within it.
 *
 * @param y M rows, made as those of x
 * @param x N rows
 * @returns M values for one bandwidth; for several, one array each; with a tolerance, values and
 *   their 95 % intervals
 * @throws {QuestsError} MISMATCH: y and x were made differently; INVALID_ARGUMENT: bandwidth or
 *   tolerance not above 0 or not finite, several bandwidths with a tolerance, unusable seed;
 *   TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 *
 * @example
 * const dH = await deltaEntropy(test, train);
 * const novel = dH.filter((value) => value > 0).length;
 */
export function deltaEntropy(
  y: DescriptorMatrix,
  x: Environments,
  options: EstimateOptions,
): Promise<Estimates>;
export function deltaEntropy(
  y: DescriptorMatrix,
  x: Environments,
  options?: KernelOptions & PrecisionOptions,
): Promise<Float64Array>;
export function deltaEntropy(
  y: DescriptorMatrix,
  x: Environments,
  options: KernelScanOptions & PrecisionOptions,
): Promise<Float64Array[]>;
export async function deltaEntropy(
  y: DescriptorMatrix,
  x: Environments,
  options: (AnyKernelOptions & PrecisionOptions) | EstimateOptions = {},
): Promise<Float64Array | Float64Array[] | Estimates> {
  if (isEstimate(options)) return estimatedDelta(y, x, options);
  const { logSums } = await kernelSums(y, x, null, options);
  return perBandwidth(options, logSums, negated);
}

/** −log p, without the sign of zero: an environment on its own has δH = 0. */
export function negated(logSums: Float64Array): Float64Array {
  return logSums.map((value) => 0 - value);
}

function numbers(values: number | number[]): number | Float64Array {
  return typeof values === 'number' ? values : Float64Array.from(values);
}
