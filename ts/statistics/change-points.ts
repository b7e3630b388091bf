import { median } from 'simple-statistics';
import { DEFAULTS } from '../base/defaults.js';
import { CHANGE_PENALTY } from '../base/constants.js';
import { QuestsError } from '../base/error.js';

/** Options of {@link changePoints}. */
export interface ChangePointOptions {
  /** Where the values are, rising: times. Default: 0, 1, 2 …. */
  readonly at?: ArrayLike<number> | undefined;
  /** Values that a segment has at least, 1 or more. Default: 3. */
  readonly minLength?: number | undefined;
  /** c: what a further segment has to gain is c·σ²·log n, above 0. Default: 4. */
  readonly penalty?: number | undefined;
}

/** Values that lie about one straight line. */
export interface Segment {
  /** First value. */
  readonly start: number;
  /** The value to stop before. */
  readonly end: number;
  /** Mean of the places. */
  readonly center: number;
  /** The line there: the mean of the values. */
  readonly mean: number;
  /** Rise of the line for each unit of place; 0 for a single value. */
  readonly slope: number;
  /** Σ (place − center)². */
  readonly spread: number;
}

/** What {@link changePoints} finds. */
export interface ChangePoints {
  /** In their order; at least one. A change is where one ends and the next begins. */
  readonly segments: readonly Segment[];
  /** σ: noise of a value about its line. */
  readonly noise: number;
  /** ρ: correlation of the noise of a value with that of the next, from 0 to 0.9. */
  readonly correlation: number;
  /** What a further segment had to gain. */
  readonly penalty: number;
}

/** MAD of a normal distribution, over its σ. */
const NORMAL_MAD = 0.6745;
/**
 * Noise is taken as at least this share of the range of values, lest rounding be taken for changes.
 */
const LEAST_NOISE = 1e-6;
/** Correlation is trusted up to here. */
const MOST_CORRELATION = 0.9;
/** Fits, each with the correlation that the one before left. */
const FITS = 4;

/**
 * Change points of a series: it is cut into segments, each a straight line, that minimise
 * Σ (value − line)² + β·(number of segments). A steady drift, as of a crystal that is heated, is
 * not a change; a jump is one, and so is a change of slope.
 *
 * β = c·σ²·log n·(1 + ρ)/(1 − ρ). σ is first the median distance of each value from the line
 * between its neighbours, which is insensitive to drift and to few changes; then σ and ρ are those
 * of the residuals of the segments, until nothing changes. The optimum is exact (PELT). Time and
 * memory grow with n, or with n² if changes are few.
 *
 * Noise that is correlated over more than a few values (ρ above about 0.7) gives spurious changes.
 *
 * @param values finite; at least twice `minLength`, and 4
 * @throws {QuestsError} INVALID_ARGUMENT: too few values, one that is not finite, places that do
 *   not rise, unusable options
 * @see R. Killick, P. Fearnhead and I. A. Eckley, J. Am. Stat. Assoc. 107, 1590 (2012); for ρ, M.
 *   Lavielle and E. Moulines, J. Time Ser. Anal. 21, 33 (2000)
 */
export function changePoints(values: ArrayLike<number>, options: ChangePointOptions = {}): ChangePoints {
  const {
    at = Array.from(values, (_, index) => index),
    minLength = DEFAULTS.minLength,
    penalty: c = CHANGE_PENALTY,
  } = options;
  check(values, at, minLength, c);
  const n = values.length;
  const lines = new Lines(values, at);
  const first = Math.max(LEAST_NOISE * rangeOf(values), noiseOf(values, at));
  let noise = first;
  let correlation = 0;
  let penalty = c * noise ** 2 * Math.log(n);
  let ends = optimal(lines, n, minLength, penalty);
  for (let fit = 1; fit < FITS; fit++) {
    const left = residuals(lines, ends, values, at);
    noise = Math.max(first, medianSize(left) / NORMAL_MAD);
    correlation = Math.min(MOST_CORRELATION, Math.max(0, correlationOf(left)));
    penalty = (c * noise ** 2 * Math.log(n) * (1 + correlation)) / (1 - correlation);
    const next = optimal(lines, n, minLength, penalty);
    const same = next.length === ends.length && next.every((end, index) => end === ends[index]);
    ends = next;
    if (same) break;
  }
  const segments = ends.map((end, index) =>
    lines.segment(index === 0 ? 0 : (ends[index - 1] as number), end),
  );
  return { segments, noise, correlation, penalty };
}

/** Value of the line of a segment at some place. */
export function segmentValue({ center, mean, slope }: Segment, place: number): number {
  return mean + slope * (place - center);
}

/** Least squares of straight lines over any range, from sums that are made once. */
class Lines {
  /** Sums over all values before an index, of t, y, t², y², ty, about the middle of all. */
  readonly #sums: Float64Array;
  readonly #middle: { readonly t: number; readonly y: number };

  constructor(values: ArrayLike<number>, at: ArrayLike<number>) {
    const n = values.length;
    const mean = (all: ArrayLike<number>): number =>
      Array.from(all).reduce((sum, value) => sum + value / n, 0);
    this.#middle = { t: mean(at), y: mean(values) };
    this.#sums = new Float64Array(5 * (n + 1));
    for (let index = 0; index < n; index++) {
      const t = (at[index] as number) - this.#middle.t;
      const y = (values[index] as number) - this.#middle.y;
      [t, y, t * t, y * y, t * y].forEach((term, part) => {
        this.#sums[5 * (index + 1) + part] = (this.#sums[5 * index + part] as number) + term;
      });
    }
  }

  /** Squares that a line leaves over `start` … `end` − 1. */
  cost(start: number, end: number): number {
    const { tt, yy, ty } = this.#moments(start, end);
    return Math.max(0, tt > 0 ? yy - (ty * ty) / tt : yy);
  }

  segment(start: number, end: number): Segment {
    const { count, t, y, tt, ty } = this.#moments(start, end);
    const [center, mean] = [this.#middle.t + t / count, this.#middle.y + y / count];
    return { start, end, center, mean, slope: tt > 0 ? ty / tt : 0, spread: tt };
  }

  #moments(start: number, end: number): Record<'count' | 't' | 'y' | 'tt' | 'yy' | 'ty', number> {
    const count = end - start;
    const sum = (part: number): number =>
      (this.#sums[5 * end + part] as number) - (this.#sums[5 * start + part] as number);
    const [t, y] = [sum(0), sum(1)];
    // A single value has no spread, whatever rounding says.
    const tt = count > 1 ? sum(2) - (t * t) / count : 0;
    return { count, t, y, tt, yy: count > 1 ? sum(3) - (y * y) / count : 0, ty: sum(4) - (t * y) / count };
  }
}

/** Ends of the segments of the best cut. */
function optimal(lines: Lines, n: number, minLength: number, penalty: number): number[] {
  const best = new Float64Array(n + 1).fill(Infinity);
  best[0] = -penalty;
  const from = new Int32Array(n + 1);
  let candidates = [0];
  const pruned = new Map<number, ReadonlySet<number>>();
  for (let end = minLength; end <= n; end++) {
    const start = end - minLength;
    if (start >= minLength) candidates.push(start);
    const costs = candidates.map((begin) => (best[begin] as number) + lines.cost(begin, end));
    const lowest = costs.reduce((low, cost, index) => (cost < (costs[low] as number) ? index : low), 0);
    best[end] = (costs[lowest] as number) + penalty;
    from[end] = candidates[lowest] as number;
    // A beginning that is worse than a cut here stays worse, once that cut may be made: minLength
    // later.
    pruned.set(
      end,
      new Set(candidates.filter((_, index) => (costs[index] as number) > (best[end] as number))),
    );
    const gone = pruned.get(end - minLength + 1);
    if (gone !== undefined) candidates = candidates.filter((begin) => !gone.has(begin));
    pruned.delete(end - minLength + 1);
  }
  const ends: number[] = [];
  for (let end = n; end > 0; end = from[end] as number) ends.push(end);
  return ends.reverse();
}

/** σ from the distance of each value to the line between its neighbours. */
function noiseOf(values: ArrayLike<number>, at: ArrayLike<number>): number {
  const distances = Array.from({ length: values.length - 2 }, (_, index) => {
    const [t0, t1, t2] = [at[index] as number, at[index + 1] as number, at[index + 2] as number];
    const share = (t1 - t0) / (t2 - t0);
    const between = (1 - share) * (values[index] as number) + share * (values[index + 2] as number);
    // The variance of such a distance, in units of that of a value.
    const variance = 1 + share ** 2 + (1 - share) ** 2;
    return ((values[index + 1] as number) - between) / Math.sqrt(variance);
  });
  return medianSize(distances) / NORMAL_MAD;
}

/** What the segments leave of each value. */
function residuals(
  lines: Lines,
  ends: readonly number[],
  values: ArrayLike<number>,
  at: ArrayLike<number>,
): number[] {
  const left: number[] = [];
  for (const end of ends) {
    const segment = lines.segment(left.length, end);
    for (let index = left.length; index < end; index++) {
      left.push((values[index] as number) - segmentValue(segment, at[index] as number));
    }
  }
  return left;
}

function correlationOf(left: readonly number[]): number {
  let [products, squares] = [0, 0];
  for (const [index, value] of left.entries()) {
    squares += value ** 2;
    if (index > 0) products += value * (left[index - 1] as number);
  }
  return squares > 0 ? products / squares : 0;
}

function medianSize(values: readonly number[]): number {
  return median(values.map(Math.abs));
}

function rangeOf(values: ArrayLike<number>): number {
  let [low, high] = [Infinity, -Infinity];
  for (const value of Array.from(values)) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return high - low;
}

function check(values: ArrayLike<number>, at: ArrayLike<number>, minLength: number, penalty: number): void {
  const refuse = (problem: string): never => {
    throw new QuestsError('INVALID_ARGUMENT', problem);
  };
  if (!Number.isSafeInteger(minLength) || minLength < 1)
    refuse(`minLength is ${minLength}, expected a whole number of at least 1`);
  if (!(penalty > 0 && penalty < Infinity)) refuse(`penalty is ${penalty}, expected a number above 0`);
  const least = Math.max(4, 2 * minLength);
  if (values.length < least) refuse(`${values.length} values, expected at least ${least} to find a change`);
  if (at.length !== values.length) refuse(`${at.length} places for ${values.length} values`);
  for (let index = 0; index < values.length; index++) {
    if (!Number.isFinite(values[index])) refuse(`value ${index} is not finite`);
    const place = at[index] as number;
    const isLater = index === 0 || place > (at[index - 1] as number);
    if (!Number.isFinite(place) || !isLater)
      refuse(`place ${index} is ${place}, expected finite places that rise`);
  }
}
