import { CONFIDENCE } from '../base/constants.js';
import { studentT } from './student-t.js';

/**
 * Half-width of the 95 % interval of the mean of n independent values: t·s/√n, with Student's t.
 *
 * @param deviation s = √(Σ(value − mean)²/(n − 1)), that of a sample
 * @param count n, a whole number of at least 2
 * @throws {QuestsError} INVALID_ARGUMENT for another count
 */
export function errorOfMean(deviation: number, count: number): number {
  return (studentT(CONFIDENCE, count - 1) * deviation) / Math.sqrt(count);
}

/** The mean of some values, known to within an error. */
export interface PartialMean {
  /** Values that it is the mean of. */
  readonly count: number;
  /** Half-width of its interval. */
  readonly error: number;
}

/**
 * Half-width of the interval of the mean of all values, from the means of parts whose errors are
 * independent: √Σ(nᵢ·eᵢ)²/Σnᵢ. Interval and parts have the same confidence.
 *
 * @param parts at least one, of at least one value; batches with samples of their own, say
 * @returns in the unit of the errors; NaN of no values
 *
 * @example
 * const error = errorOfCombinedMean([{ count: 100, error: 0.02 }, { count: 300, error: 0.01 }]);
 */
export function errorOfCombinedMean(parts: Iterable<PartialMean>): number {
  let count = 0;
  let squares = 0;
  for (const part of parts) {
    count += part.count;
    squares += (part.count * part.error) ** 2;
  }
  return Math.sqrt(squares) / count;
}
