import type { DensityClass, LogBounds } from './density-classes.js';
import type { RandomStream } from '../statistics/random.js';

/**
 * Half-width of an interval in standard deviations. That of a normal distribution is 1.96 at 95 %
 * and 2.58 at 99 %: the variance is an estimate, too, and the interval is to hold 95 %
 * nevertheless.
 */
const WIDTH = 2.58;

/**
 * Draws that may all have missed what is there, at 99 % confidence: −ln 0.01. What was not drawn
 * does not show in the variance; it is bounded by what log p of the rows can be.
 */
const UNSEEN = 4.6;

/** Rows of a class up to which all are summed. */
const SMALL_CLASS = 64;

/** Rows that are drawn from a larger class at least. */
const LEAST_DRAWN = 32;

/** Share of the tolerance that what was not drawn may take. */
const UNSEEN_SHARE = 0.6;

/** Share of the tolerance that is planned for: variances of the plan are estimates. */
const PLANNED_SHARE = 0.9;

/** Rows of a class that lie together, and those drawn from them. */
export interface Stratum {
  readonly size: number;
  /** Bounds of log p of all its rows. */
  readonly low: number;
  readonly high: number;
  /** Places of the rows drawn. */
  readonly drawn: Uint32Array;
}

/** A mean over a set, and the half-width of its interval. */
export interface StratifiedMean {
  readonly mean: number;
  readonly error: number;
}

/**
 * How many rows of each class are to be drawn so that the mean of log p is known to within the
 * tolerance: by their number and their spread (Neyman), and as many as what was not drawn asks for.
 *
 * @param logSums log p of rows that were summed before, by place; NaN for others
 * @param most rows that may be drawn
 * @returns undefined where more would have to be drawn
 */
export function plannedCounts(
  classes: readonly DensityClass[],
  logSums: Float64Array,
  tolerance: number,
  most: number,
): number[] | undefined {
  const total = logSums.length;
  const plans = classes.map((own) => ({
    size: own.places.length,
    weight: own.places.length / total,
    ...spreadOf(own, logSums),
  }));
  const counts = (scale: number): number[] =>
    plans.map(({ size, weight, spread, range }) => {
      if (size <= SMALL_CLASS) return size;
      const unseen = (UNSEEN * range * weight) / (UNSEEN_SHARE * tolerance);
      const count = Math.ceil(Math.max(LEAST_DRAWN, scale * weight * spread, unseen));
      // Half of a class or more: then all of it.
      return 2 * count >= size ? size : count;
    });
  const isEnough = (drawn: readonly number[]): boolean => {
    let variance = 0;
    let grain = 0;
    plans.forEach(({ size, weight, spread, range }, at) => {
      const count = drawn[at] as number;
      if (count === size) return;
      variance += ((weight * spread) ** 2 / count) * (1 - count / size);
      grain = Math.max(grain, (weight * range) / count);
    });
    return halfWidth(variance, grain) <= PLANNED_SHARE * tolerance;
  };
  const isPossible = (drawn: readonly number[]): boolean => sumOf(drawn) <= most;
  let [low, high] = [0, 1];
  while (!isEnough(counts(high))) {
    if (!isPossible(counts(high))) return undefined;
    [low, high] = [high, 2 * high];
  }
  for (let round = 0; round < 20; round++) {
    const middle = (low + high) / 2;
    if (isEnough(counts(middle))) high = middle;
    else low = middle;
  }
  const found = counts(high);
  return isPossible(found) ? found : undefined;
}

/**
 * Spread of log p in a class, from differences of rows summed that follow each other in it, and the
 * furthest that log p can be from its mean. Few differences say little: the largest spread that the
 * bounds allow counts as one of them.
 */
function spreadOf(
  { places, low, high }: DensityClass,
  logSums: Float64Array,
): { spread: number; range: number } {
  let [squares, sum, count] = [0, 0, 0];
  let before = NaN;
  for (const place of places) {
    const value = logSums[place] as number;
    if (Number.isNaN(value)) continue;
    if (count > 0) squares += (value - before) ** 2 / 2;
    sum += value;
    count += 1;
    before = value;
  }
  const widest = (high - low) / 2;
  const mean = count === 0 ? low : sum / count;
  return {
    spread: Math.sqrt((squares + widest ** 2) / Math.max(1, count)),
    range: Math.max(high - mean, mean - low),
  };
}

/**
 * Draws rows of each class: classes are cut into strata of rows that lie together, two rows of each
 * are drawn; or all rows are one stratum.
 */
export function drawnStrata(
  classes: readonly DensityClass[],
  counts: readonly number[],
  { low, high }: LogBounds,
  random: RandomStream,
): Stratum[] {
  const strata: Stratum[] = [];
  classes.forEach(({ places }, at) => {
    const count = counts[at] as number;
    const isWhole = count >= places.length;
    const parts = isWhole ? 1 : Math.floor(count / 2);
    for (let part = 0; part < parts; part++) {
      const start = Math.floor((part * places.length) / parts);
      const own = places.subarray(start, Math.floor(((part + 1) * places.length) / parts));
      strata.push({
        size: own.length,
        low: own.reduce((least, place) => Math.min(least, low[place] as number), Infinity),
        high: own.reduce((most, place) => Math.max(most, high[place] as number), -Infinity),
        drawn: isWhole ? own : twoOf(own, random),
      });
    }
  });
  return strata;
}

/** Two different ones, rising. */
function twoOf(places: Uint32Array, random: RandomStream): Uint32Array {
  const first = random.below(places.length);
  const other = random.below(places.length - 1);
  const second = other < first ? other : other + 1;
  return Uint32Array.of(first, second)
    .sort()
    .map((at) => places[at] as number);
}

/**
 * The mean of a function of log p over all rows, from those drawn: without a bias. The half-width
 * of its interval is made of the variance within the strata and of the most that rare rows which no
 * draw has met can add.
 *
 * @param logSums log p by place, of the rows drawn at least
 * @param of rising or falling
 * @param total rows of the set. Default: as many as places
 */
export function stratifiedMean(
  strata: readonly Stratum[],
  logSums: Float64Array,
  of: (logSum: number) => number,
  total = logSums.length,
): StratifiedMean {
  let [sum, variance, grain] = [0, 0, 0];
  for (const { size, low, high, drawn } of strata) {
    const weight = size / total;
    let mean = 0;
    for (const place of drawn) mean += of(logSums[place] as number) / drawn.length;
    sum += weight * mean;
    if (drawn.length === size) continue;
    let squares = 0;
    for (const place of drawn) squares += (of(logSums[place] as number) - mean) ** 2;
    const ofMean = (squares / (drawn.length - 1) / drawn.length) * (1 - drawn.length / size);
    variance += weight ** 2 * ofMean;
    const range = Math.max(Math.abs(of(low) - mean), Math.abs(of(high) - mean));
    grain = Math.max(grain, (weight * range) / drawn.length);
  }
  return { mean: sum, error: halfWidth(variance, grain) };
}

function halfWidth(variance: number, grain: number): number {
  return Math.hypot(WIDTH * Math.sqrt(variance), UNSEEN * grain);
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
