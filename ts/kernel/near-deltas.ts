import { MOST_TOLD } from '../base/constants.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { backendOf } from '../run/run-options.js';
import type { KernelOptions } from './kernel-sums.js';
import type { StoredReference } from './stored-reference.js';
import { storedSums } from './stored-sums.js';

/**
 * δH of queries with respect to a stored reference of which nothing but what is near is read. To
 * find the nearest environment of one that is far from all, most of the file would be read; so δH
 * above {@link MOST_TOLD} is given as that. Below it is within 1e-6 nats of the exact value, and up
 * to 6·ln 10 exact: what is out of reach of the sums adds 1e-18 to p at the most.
 *
 * @returns ∞ for an environment of an element that the reference lacks
 */
export async function nearDeltas(
  y: DescriptorMatrix,
  x: StoredReference,
  { bandwidth, ...options }: KernelOptions & { readonly bandwidth: number },
): Promise<Float64Array> {
  checkComparable(y, x);
  const { core } = await backendOf(options);
  const logs = await storedSums(core, y, x.parts, Float64Array.of(bandwidth), options, -MOST_TOLD);
  return logs.map((log) => 0 - log);
}
