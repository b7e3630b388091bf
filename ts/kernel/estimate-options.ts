import type { RunOptions } from '../run/run-options.js';

/**
 * Options of functions that can estimate a value within a tolerance. Kernels of near environments
 * are all summed, those of far ones by a random sample. For an entropy within some hundredths of a
 * nat, a sample of environments is summed in full instead. Where exact sums take less time, as in
 * sets below 16,000 environments, the value is exact, and the error is 0.
 */
export interface EstimateOptions extends RunOptions {
  /** h: bandwidth of the Gaussian kernel, in 1/Å, above 0; a single one. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** Target half-width of the 95 % interval, in nats, above 0. */
  readonly tolerance: number;
  /**
   * Seed of the sample, a whole number from 0 to 2⁵³ − 1: the same seed gives the same bits for any
   * number of threads; another instruction set or backend draws another sample. Default: 0.
   */
  readonly seed?: number | undefined;
  /** Estimates are made in double precision. */
  readonly precision?: 'double' | undefined;
}
