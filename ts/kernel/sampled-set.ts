import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { runJob } from '../run/job.js';
import type { RunOptions } from '../run/run-options.js';
import { type LogBounds, logBoundsOf } from './density-classes.js';
import { kernelSums } from './kernel-sums.js';
import type { ReferenceSet } from './reference-set.js';
import { rowsOf } from './row-sample.js';

/** A set that a sample of its environments is drawn from: in memory, or in a file. */
export interface SampledSet {
  /** Environments: copies count. */
  readonly rows: number;
  /** Share of all pairs of rows that exact sums take: copies are summed once. */
  readonly shareOfPairs: number;
  /**
   * Whether all of them can be summed in another way, which a sample that takes longer is left for.
   */
  readonly hasOther: boolean;
  /** What is known of log p of each row before it is summed. */
  bounds(bandwidth: number, options: RunOptions): Promise<LogBounds>;
  /** log p of some rows, by the numbers that the bounds give them. */
  logSums(rows: Uint32Array, bandwidth: number, options: RunOptions): Promise<Float64Array>;
}

/** A set in memory. */
export function matrixAsSampled(x: DescriptorMatrix, reference: ReferenceSet): SampledSet {
  const { sums, core } = reference;
  // Several samples may be drawn of one set, each within a narrower interval.
  let known: { readonly bandwidth: number; readonly bounds: LogBounds } | undefined;
  return {
    rows: x.rows,
    shareOfPairs: sums.shareOfPairs(core),
    hasOther: true,
    bounds: async (bandwidth, options) => {
      if (known?.bandwidth === bandwidth) return known.bounds;
      const found = await runJob(() => sums.logBounds(core, bandwidth), options, 'kernel sums');
      known = { bandwidth, bounds: logBoundsOf(found) };
      return known.bounds;
    },
    logSums: async (rows, bandwidth, options) => {
      const { logSums } = await kernelSums(rowsOf(x, rows), reference, null, { ...options, bandwidth });
      return logSums[0] as Float64Array;
    },
  };
}
