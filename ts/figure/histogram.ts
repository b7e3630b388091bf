import { quantileSorted } from 'simple-statistics';
import { QuestsError } from '../base/error.js';
import type { Bars } from './figure.js';

/** Bars that are few enough to be seen apart, and enough to show a shape. */
const FEWEST = 8;
const MOST = 80;

/**
 * Counts values in bins of equal width: 2·IQR/∛n wide, as Freedman and Diaconis have it, but 8 to
 * 80 of them.
 *
 * @param values at least one
 * @param share whether heights are shares of all values in place of counts. Default: counts
 * @throws {QuestsError} EMPTY: no values; INVALID_ARGUMENT: a value that is not finite
 */
export function histogram(name: string, values: ArrayLike<number>, share = false): Bars {
  const sorted = Float64Array.from(values).sort();
  const { length } = sorted;
  if (length === 0) throw new QuestsError('EMPTY', 'a histogram needs at least one value');
  const [low, high] = [sorted[0] as number, sorted[length - 1] as number];
  // NaN is sorted to the end.
  if (!Number.isFinite(low) || !Number.isFinite(high)) {
    throw new QuestsError('INVALID_ARGUMENT', 'a histogram needs finite values');
  }
  const data = sorted as unknown as number[];
  const width = (2 * (quantileSorted(data, 0.75) - quantileSorted(data, 0.25))) / Math.cbrt(length);
  const wanted = width > 0 ? Math.ceil((high - low) / width) : MOST;
  // Values that are all the same still need a bar that can be seen.
  const half = high > low ? 0 : Math.max(Math.abs(low) * 1e-3, 1e-3);
  const [start, end] = [low - half, high + half];
  const bins = high > low ? Math.min(MOST, Math.max(FEWEST, wanted)) : 1;
  const heights = new Float64Array(bins);
  for (const value of sorted) {
    const bin = Math.min(bins - 1, Math.floor(((value - start) / (end - start)) * bins));
    heights[bin] = (heights[bin] as number) + (share ? 1 / length : 1);
  }
  const edges = Float64Array.from({ length: bins + 1 }, (_, at) =>
    at === bins ? end : start + ((end - start) * at) / bins,
  );
  return { kind: 'bars', name, edges, heights };
}
