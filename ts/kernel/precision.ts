import { QuestsError } from '../base/error.js';

/**
 * Precision of kernels. `double` agrees with the definition to 1e-9 of any kernel sum. `single` is
 * 1.4 to 1.7 times as fast if environments are close together for the bandwidth, as in one phase;
 * elsewhere it is the same as `double`.
 */
export type Precision = 'double' | 'single';

/** Options of the kernel sums that can be had in single precision. */
export interface PrecisionOptions {
  /**
   * Precision of the kernels; sums are kept in double. In single, H and any δH are within 1e-5
   * nats: where rounding would show (rows of a leaf far apart for the bandwidth, queries far from
   * all of the reference) double is used. Default: `double`.
   */
  readonly precision?: Precision | undefined;
}

const PRECISIONS: readonly Precision[] = ['double', 'single'];

/** Whether single precision was asked for; refuses any other word. */
export function isSingle({ precision = 'double' }: PrecisionOptions): boolean {
  if (!PRECISIONS.includes(precision)) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `precision is ${JSON.stringify(precision)}, expected "double" or "single"`,
    );
  }
  return precision === 'single';
}

/** TypeScript refuses single precision where it cannot be had, JavaScript does not. */
export function refuseSingle(options: object): void {
  if (isSingle(options)) {
    throw new QuestsError('INVALID_ARGUMENT', 'precision is "single", expected "double": this has no other');
  }
}
