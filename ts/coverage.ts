import type { CoreModule } from './backend/backend.js';
import { DEFAULT_EPSILON } from './defaults.js';
import { inCore } from './job.js';
import { type KernelOptions, kernelSums } from './kernel.js';
import type { DescriptorMatrix } from './matrix.js';
import { backendOf } from './options.js';
import type { Environments } from './reference.js';

type Thresholds = number | readonly number[] | Float64Array;

/** Options of {@link overlap}, with one threshold. */
export interface OverlapOptions extends KernelOptions {
  /** ε: environments with δH below it count as covered, in nats. Default: 1e-5; the paper's tables use 1. */
  readonly epsilon?: number | undefined;
}

/** Options of {@link overlap}, with several thresholds: one result for each, in their order, from one pass. */
export interface OverlapScanOptions extends KernelOptions {
  readonly epsilon: readonly number[] | Float64Array;
}

/**
 * Overlap of a set y with a set x: the share of the environments of y with δH(y|X) < ε, from 0 to 1.
 *
 * @param y M rows, made as those of x
 * @param x N rows
 * @returns the share for one ε; for several, one value each
 * @throws {QuestsError} MISMATCH: y and x were made differently; INVALID_ARGUMENT: bandwidth not above 0 or not
 *   finite, ε not a number; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 */
export function overlap(y: DescriptorMatrix, x: Environments, options?: OverlapOptions): Promise<number>;
export function overlap(
  y: DescriptorMatrix,
  x: Environments,
  options: OverlapScanOptions,
): Promise<Float64Array>;
export async function overlap(
  y: DescriptorMatrix,
  x: Environments,
  options: OverlapOptions | OverlapScanOptions = {},
): Promise<number | Float64Array> {
  const { core, logSums } = await kernelSums(y, x, null, options);
  return shares(core, logSums[0] as Float64Array, options.epsilon);
}

/**
 * Overlap from δH values that are known already; see {@link overlap}.
 *
 * @param dH δH of each environment of y with respect to x, as {@link deltaEntropy} gives them; at least one
 * @returns the share for one ε; for several, one value each
 * @throws {QuestsError} EMPTY: no values; INVALID_ARGUMENT: a value or ε is not a number; BACKEND_UNAVAILABLE
 */
export function overlapOf(
  dH: Float64Array,
  options?: Pick<OverlapOptions, 'backend' | 'epsilon'>,
): Promise<number>;
export function overlapOf(
  dH: Float64Array,
  options: Pick<OverlapScanOptions, 'backend' | 'epsilon'>,
): Promise<Float64Array>;
export async function overlapOf(
  dH: Float64Array,
  options: Pick<OverlapOptions, 'backend'> & { readonly epsilon?: Thresholds | undefined } = {},
): Promise<number | Float64Array> {
  const { core } = await backendOf(options);
  const logSums = dH.map((value) => -value);
  return shares(core, logSums, options.epsilon);
}

function shares(
  core: CoreModule,
  logSums: Float64Array,
  epsilon: Thresholds = DEFAULT_EPSILON,
): number | Float64Array {
  const share = (threshold: number): number => inCore(() => core.overlap(logSums, threshold));
  return typeof epsilon === 'number' ? share(epsilon) : Float64Array.from(epsilon, share);
}
