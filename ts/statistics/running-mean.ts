import { QuestsError } from '../base/error.js';

/**
 * Means of each value and those around it: of `window` values, of which it is the middle (of an
 * even number, the first of the two). At both ends the window is cut. Values that are not finite do
 * not count; where none is left the mean is NaN.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: a window that is no whole number of at least 1
 */
export function runningMean(values: ArrayLike<number>, window: number): Float64Array {
  if (!Number.isSafeInteger(window) || window < 1) {
    throw new QuestsError('INVALID_ARGUMENT', `window is ${window}, expected a whole number of at least 1`);
  }
  const before = Math.floor((window - 1) / 2);
  return Float64Array.from({ length: values.length }, (_, at) => {
    let sum = 0;
    let count = 0;
    const end = Math.min(values.length, at - before + window);
    for (let near = Math.max(0, at - before); near < end; near++) {
      const value = values[near] as number;
      if (!Number.isFinite(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  });
}
