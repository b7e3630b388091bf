import type { RunOptions } from '../run/run-options.js';

/**
 * Options of what can be estimated within a tolerance, where the exact value is not worth its time. Kernels of near
 * environments are summed in full, of far ones a random sample is; sets below some 15,000 environments are summed in full
 * anyhow, and the error is then 0. An entropy to within some hundredths of a nat takes fewer: a random sample of environments,
 * each summed in full.
 */
export interface EstimateOptions extends RunOptions {
  /** h: bandwidth of the Gaussian kernel, in 1/Å, above 0; a single one. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** Half-width of the 95 % interval that is asked for, in nats, above 0. */
  readonly tolerance: number;
  /**
   * Seed of the sample, a whole number from 0 to 2⁵³ − 1: the same seed gives the same bits for any number of threads;
   * another instruction set or backend draws another sample. Default: 0.
   */
  readonly seed?: number | undefined;
  /** Estimates are made in double precision. */
  readonly precision?: 'double' | undefined;
}
