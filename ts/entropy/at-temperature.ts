import { CONFIDENCE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { blockAverage } from '../statistics/block-average.js';
import { mean } from '../statistics/moments.js';
import { studentT } from '../statistics/student-t.js';

/** A value on a line. */
export interface ValueAtTemperature {
  readonly value: number;
  /** Half-width of its 95 % interval; NaN for a line through two points. */
  readonly error: number;
}

/**
 * A quantity at one temperature, from values at others: on the line of least squares through them;
 * the same value throughout where all temperatures are the same. For states that were heated or
 * cooled through it.
 *
 * @param temperatures T of each value
 * @param at T, within the range of the temperatures
 * @throws {QuestsError} INVALID_ARGUMENT: T beyond the temperatures, another number of them than of
 *   values
 */
export function valueAtTemperature(
  values: ArrayLike<number>,
  temperatures: ArrayLike<number>,
  at: number,
): ValueAtTemperature {
  const T = Array.from(temperatures);
  const y = Array.from(values);
  if (T.length !== y.length || T.length === 0) {
    throw new QuestsError('INVALID_ARGUMENT', `${T.length} temperatures for ${y.length} values`);
  }
  const [low, high] = [Math.min(...T), Math.max(...T)];
  if (!(at >= low && at <= high)) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `T = ${at} is not among the temperatures, from ${low} to ${high}`,
    );
  }
  const n = T.length;
  const [meanT, meanY] = [mean(T), mean(y)];
  const spread = T.reduce((sum, value) => sum + (value - meanT) ** 2, 0);
  if (!(spread > 0)) return { value: meanY, error: blockAverage(y).error };
  const slope = T.reduce((sum, value, i) => sum + (value - meanT) * ((y[i] as number) - meanY), 0) / spread;
  const value = meanY + slope * (at - meanT);
  if (n < 3) return { value, error: NaN };
  const squares = T.reduce((sum, t, i) => sum + ((y[i] as number) - meanY - slope * (t - meanT)) ** 2, 0);
  const variance = (squares / (n - 2)) * (1 / n + (at - meanT) ** 2 / spread);
  return { value, error: studentT(CONFIDENCE, n - 2) * Math.sqrt(variance) };
}
