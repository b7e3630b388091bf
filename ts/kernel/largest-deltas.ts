import { DEFAULTS } from '../base/defaults.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { runJob } from '../run/job.js';
import type { RunOptions } from '../run/run-options.js';
import type { ReferenceSet } from './reference-set.js';

/** Options of {@link largestDeltas}. */
export interface LargestDeltasOptions extends Pick<RunOptions, 'signal'> {
  /** h, in 1/Å. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** ε, in nats. Default: 1e-5. */
  readonly epsilon?: number | undefined;
  /** n: the n-th largest δH is found, from 1 to M. Default: 1. */
  readonly rank?: number | undefined;
}

/** What {@link largestDeltas} gives. */
export interface LargestDeltas {
  /** Largest δH, in nats, and the first row of y that has it. */
  readonly max: number;
  readonly row: number;
  /** The n-th largest δH, in nats. */
  readonly ranked: number;
  /** Share of the rows with δH ≥ ε. */
  readonly novelty: number;
}

/**
 * The largest δH of the environments of y with respect to x, and how many are new: the same bits as
 * of all δH, in a fraction of the time where few of y are new. The others are known from bounds.
 *
 * @param y M rows, made as those of x; at least one
 * @throws {QuestsError} MISMATCH; INVALID_ARGUMENT: bandwidth not above 0 or not finite, n no whole
 *   number from 1 to M, ε not a number; EMPTY
 */
export async function largestDeltas(
  y: DescriptorMatrix,
  x: ReferenceSet,
  options: LargestDeltasOptions = {},
): Promise<LargestDeltas> {
  checkComparable(y, x);
  const { bandwidth = DEFAULTS.bandwidth, epsilon = DEFAULTS.epsilon, rank = 1, signal } = options;
  const found = await runJob(
    () => x.sums.leastSums(x.core, y.data, bandwidth, rank, epsilon),
    { signal },
    'kernel sums',
  );
  // Upper bounds of δH, then lower ones; equal where δH is known.
  const [upper, lower] = [found.subarray(0, y.rows), found.subarray(y.rows)].map((logs) =>
    logs.map((log) => 0 - log),
  ) as [Float64Array, Float64Array];
  const known = upper.filter((value, row) => value === lower[row]).sort();
  const max = known.at(-1) ?? NaN;
  return {
    max,
    row: upper.findIndex((value, row) => value === max && value === lower[row]),
    ranked: known.at(-rank) ?? NaN,
    novelty: lower.reduce((count, value) => count + (value >= epsilon ? 1 : 0), 0) / y.rows,
  };
}
