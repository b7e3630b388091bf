import { DEFAULTS } from '../base/defaults.js';
import { runJob } from '../run/job.js';
import type { KernelOptions } from './kernel-sums.js';
import { type Environments, type ReferenceSet, withReference } from './reference-set.js';

/**
 * Differential entropy of each environment of a set with respect to all others of it, in nats:
 * δH_i = −log Σ_{j≠i} K(x_i, x_j). δH is −log(N − 1) if all environments are identical. Above 0, no
 * other environment of the set is near. Exact, and finite at any distance.
 *
 * @param x N rows, at least 2
 * @returns N values
 * @throws {QuestsError} EMPTY: a single row; INVALID_ARGUMENT: bandwidth not above 0 or not finite;
 *   BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367 for δH
 *
 * @example
 * const dH = await leaveOneOutDeltaEntropy(x);
 * const isolated = dH.filter((value) => value > 0).length;
 */
export async function leaveOneOutDeltaEntropy(
  x: Environments,
  options: KernelOptions = {},
): Promise<Float64Array> {
  return withReference(x, options, (reference) => deltaToOthers(reference, new Uint32Array(0), options));
}

/**
 * The same of some environments of a set.
 *
 * @param rows which ones, each once; all if there are none
 * @returns δH of each, in their order
 */
export async function deltaToOthers(
  reference: ReferenceSet,
  rows: Uint32Array,
  options: KernelOptions,
): Promise<Float64Array> {
  const { bandwidth = DEFAULTS.bandwidth } = options;
  const start = (): ReturnType<typeof reference.sums.leaveOneOutSums> =>
    reference.sums.leaveOneOutSums(reference.core, rows, bandwidth);
  const sums = await runJob(start, options, 'kernel sums');
  return sums.map((sum) => 0 - sum);
}
