import { DEFAULTS } from '../base/defaults.js';
import { runJob } from '../run/job.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { type Environments, withReference } from './reference-set.js';

/** Options of {@link nearestDeltaEntropy}. */
export interface NearestOptions extends RunOptions {
  /** h: bandwidth of the Gaussian kernel, in 1/Å, above 0. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** n: how many of the nearest environments of x are summed over, from 1 to N. Default: 3. */
  readonly neighbors?: number | undefined;
}

/**
 * Approximate differential entropy of each environment of y, from its n nearest environments of x
 * alone, in nats: −log Σ K(y, x_j) over the n nearest x_j. The nearest are found exactly, not by a
 * graph. An upper bound of δH, equal to it where no others are near and off by up to log(N/n) on
 * dense data: `deltaEntropy` with a tolerance has an error that is known.
 *
 * @param y M rows, made as those of x
 * @param x N rows
 * @returns M values
 * @throws {QuestsError} MISMATCH: y and x were made differently; INVALID_ARGUMENT: bandwidth not
 *   above 0 or not finite, n no whole number from 1 to N; BACKEND_UNAVAILABLE
 * @see `approx_delta_entropy` of the Python package
 */
export async function nearestDeltaEntropy(
  y: DescriptorMatrix,
  x: Environments,
  options: NearestOptions = {},
): Promise<Float64Array> {
  checkComparable(y, x);
  const { bandwidth = DEFAULTS.bandwidth, neighbors = DEFAULTS.neighbors } = options;
  return withReference(x, options, async (reference) => {
    const start = (): ReturnType<typeof reference.sums.nearestSums> =>
      reference.sums.nearestSums(reference.core, y.data, neighbors, bandwidth);
    const sums = await runJob(start, options, 'kernel sums');
    return sums.map((sum) => 0 - sum);
  });
}

/** Options of {@link nearestDistances}. */
export interface NearestDistanceOptions extends RunOptions {
  /** n: which of the nearest environments is meant, from 1 to N. Default: 1. */
  readonly neighbors?: number | undefined;
}

/**
 * Distance of each environment of y to its n-th nearest environment of x, |y − x_j|, in 1/Å. It is
 * exact. With labels of elements only environments of the same element are near; where there are
 * fewer than n of these, the distance is infinite.
 *
 * @param y M rows, made as those of x
 * @param x N rows
 * @returns M values
 * @throws {QuestsError} MISMATCH: y and x were made differently; INVALID_ARGUMENT: n no whole
 *   number from 1 to N; BACKEND_UNAVAILABLE
 *
 * @example
 * const tenth = await nearestDistances(y, x, { neighbors: 10 });
 */
export async function nearestDistances(
  y: DescriptorMatrix,
  x: Environments,
  options: NearestDistanceOptions = {},
): Promise<Float64Array> {
  checkComparable(y, x);
  const { neighbors = 1 } = options;
  return withReference(x, options, (reference) => {
    const start = (): ReturnType<typeof reference.sums.nearestDistances> =>
      reference.sums.nearestDistances(reference.core, y.data, neighbors);
    return runJob(start, options, 'nearest');
  });
}
