import { DEFAULTS } from '../base/defaults.js';
import { type Metrics, metrics } from './entropy.js';
import type { Bandwidths } from '../kernel/kernel-sums.js';
import type { RunOptions } from '../run/run-options.js';
import type { Environments } from '../kernel/reference-set.js';

/** Options of {@link bandwidthScan}. */
export interface BandwidthScanOptions extends RunOptions {
  /**
   * h: bandwidths, in 1/Å, each above 0. Default: 21 from 0.0015 to 0.15, by equal factors; 0.015
   * is among them.
   */
  readonly bandwidths?: Bandwidths | undefined;
}

/** Entropy and diversity of a set under one bandwidth. */
export interface BandwidthPoint extends Pick<Metrics, 'entropy' | 'maxEntropy' | 'efficiency' | 'diversity'> {
  /** h, in 1/Å. */
  readonly bandwidth: number;
}

/**
 * Entropy of a set against the bandwidth h, from one pass over the pairs; see {@link metrics}.
 * Narrow bandwidths tell all environments apart, H = log N, wide ones none, H = 0: one in between,
 * well below saturation, suits the data.
 *
 * @param x N rows
 * @returns one element for each bandwidth, in their order
 * @throws {QuestsError} INVALID_ARGUMENT: no bandwidths, or one not above 0 or not finite;
 *   TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * for (const { bandwidth, efficiency } of await bandwidthScan(x)) {
 *   console.log(bandwidth, efficiency);
 * }
 */
export async function bandwidthScan(
  x: Environments,
  { bandwidths = DEFAULTS.scanBandwidths, ...options }: BandwidthScanOptions = {},
): Promise<BandwidthPoint[]> {
  const found = await metrics(x, { ...options, bandwidth: bandwidths });
  return found.map(({ entropy, maxEntropy, efficiency, diversity }, at) => {
    return { bandwidth: bandwidths[at] as number, entropy, maxEntropy, efficiency, diversity };
  });
}
