import { DEFAULTS } from '../base/defaults.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { perFrame } from '../model/frame-values.js';
import type { KernelOptions } from './kernel-sums.js';
import { nearestDistances } from './nearest.js';
import type { Environments } from './reference-set.js';

/** Distance, in bandwidths, within which an environment is as good as a copy: K > 0.995. */
const NEAR = 0.1;

/**
 * Leakage: the share of the structures of y that have nothing of their own beside x. Each of their
 * environments lies within h/10 of one of x, so what is true of x is true of them, and they test
 * nothing.
 *
 * @returns from 0 to 1
 */
export async function leakage(
  y: DescriptorMatrix,
  x: Environments,
  { bandwidth = DEFAULTS.bandwidth, ...options }: KernelOptions = {},
): Promise<number> {
  const distances = await nearestDistances(y, x, { ...options, onProgress: undefined });
  const isCopy = perFrame(y, distances, (own) => Number(own.every((one) => one <= NEAR * bandwidth)));
  return isCopy.reduce((sum, one) => sum + one, 0) / y.frames;
}
