import { DEFAULTS } from '../base/defaults.js';
import { CHANGE_PENALTY } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { distinctLines, type ScatteredRange } from './distinct-lines.js';
import { LineErrors } from './line-errors.js';
import { type CutSettings, cutIntoLines, unbiasedScatter } from './scattered-lines.js';

/** Options of {@link changePoints}. */
export interface ChangePointOptions {
  /** Where the values are, rising: times. Default: 0, 1, 2 …. */
  readonly at?: ArrayLike<number> | undefined;
  /** Values that a segment has at least, 1 or more. Default: 3. */
  readonly minLength?: number | undefined;
  /** c: what a further segment has to gain is c·log n, above 0. Default: 4. */
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
  /** σ: scatter of its values about the line. */
  readonly noise: number;
}

/** What {@link changePoints} finds. */
export interface ChangePoints {
  /** In their order; at least one. A change is where one ends and the next begins. */
  readonly segments: readonly Segment[];
  /** σ: scatter of values about their lines, over all segments. */
  readonly noise: number;
  /** ρ: correlation of the noise of a value with that of the next, from 0 to 0.9. */
  readonly correlation: number;
  /** What a further segment had to gain, in units of −2 log likelihood. */
  readonly penalty: number;
}

/**
 * Noise is taken as at least this share of the range of values, lest rounding be taken for changes.
 */
const LEAST_NOISE = 1e-6;

/**
 * Share of c·(7 − log n) that all changes together have to gain in series of up to e⁷ values, where
 * correlated noise may look like a change.
 */
const SHORT_SHARE = 0.7;
const LONG = 7;

/** Values that are searched for changes of their own. */
const FEWEST_NESTED = 8;

/**
 * Change points of a series: it is cut into segments, each a straight line with a scatter of its
 * own. A steady drift, as of a crystal that is heated, is not a change; nor is a scatter that grows
 * or falls, as where it melts. A jump is one, and so is a change of slope.
 *
 * Noise is normal and may be correlated, ρ from a value to the next. The cut has the highest
 * likelihood, less a penalty of c·log n for each segment, in units of −2 log likelihood, and less
 * 0.7·c·(7 − log n) where there is any change. Segments are then searched for changes that are
 * small beside the scatter of the rest, and neighbours that differ in scatter alone are joined. ρ
 * is that of highest likelihood.
 *
 * With c = 4 at most 5 % of series without a change give one: 24 to 1,000 values, white noise, or ρ
 * up to 0.7. Time grows with n² up to 1,000 values; in longer series changes are searched at a
 * thousand places, and then moved.
 *
 * @param values finite; at least twice `minLength`, and 4
 * @throws {QuestsError} INVALID_ARGUMENT: too few values, one that is not finite, places that do
 *   not rise, unusable options
 * @see B. Jackson et al., IEEE Signal Process. Lett. 12, 105 (2005), for the search
 */
export function changePoints(values: ArrayLike<number>, options: ChangePointOptions = {}): ChangePoints {
  return cutSeries(values, options).found;
}

/** {@link changePoints}, and the errors of the lines where there are several. */
export function cutSeries(
  values: ArrayLike<number>,
  options: ChangePointOptions,
): { readonly found: ChangePoints; readonly errors: LineErrors | undefined } {
  const {
    at = Array.from(values, (_, index) => index),
    minLength = DEFAULTS.minLength,
    penalty: c = CHANGE_PENALTY,
  } = options;
  check(values, at, minLength, c);
  const n = values.length;
  const penalty = c * Math.log(n);
  const threshold = c * SHORT_SHARE * Math.max(0, LONG - Math.log(n));
  const least = (LEAST_NOISE * rangeOf(values)) ** 2;
  if (least === 0) {
    const level = { ...lineOver(values, at, 0, n), noise: 0 };
    return { found: { segments: [level], noise: 0, correlation: 0, penalty }, errors: undefined };
  }
  const settings = { minLength, penalty, threshold, least };
  const { ranges, sums, variance } = cutIntoLines(values, at, settings);
  const nested = ranges.flatMap((range) =>
    withChangesWithin({ ...range, expected: variance }, ranges.length, values, at, settings),
  );
  const distinct = distinctLines(nested, sums, { minLength, least });
  // Of values, where that of innovations is known.
  const ofValues = (innovations: number): number => Math.sqrt(innovations / (1 - sums.correlation ** 2));
  const squares = distinct.map(({ start, end }) => sums.squares(start, end));
  const segments = distinct.map(({ start, end, expected }, index): Segment => {
    const own = unbiasedScatter(squares[index] as number, end - start, expected);
    return { ...lineOver(values, at, start, end), noise: ofValues(own) };
  });
  const free = Math.max(1, n - 2 * distinct.length);
  const all = squares.reduce((sum, next) => sum + next, 0) / free;
  const noise = ofValues(Math.max(least, all));
  return {
    found: { segments, noise, correlation: sums.correlation, penalty },
    errors: new LineErrors(values, at, distinct, sums, least),
  };
}

/** A range, cut where it has changes that are small beside the scatter of the whole series. */
function withChangesWithin(
  range: ScatteredRange,
  siblings: number,
  values: ArrayLike<number>,
  at: ArrayLike<number>,
  settings: CutSettings,
): ScatteredRange[] {
  const { start, end } = range;
  if (siblings === 1 || end - start < Math.max(FEWEST_NESTED, 2 * settings.minLength)) return [range];
  const part = (all: ArrayLike<number>): number[] => Array.from(all).slice(start, end);
  const { ranges, variance } = cutIntoLines(part(values), part(at), settings);
  return ranges.flatMap((inner) => {
    const own = { start: start + inner.start, end: start + inner.end, expected: variance };
    return withChangesWithin(own, ranges.length, values, at, settings);
  });
}

/** The line of least squares over `start` … `end` − 1. */
function lineOver(
  values: ArrayLike<number>,
  at: ArrayLike<number>,
  start: number,
  end: number,
): Omit<Segment, 'noise'> {
  const count = end - start;
  let [center, mean] = [0, 0];
  for (let index = start; index < end; index++) {
    center += (at[index] as number) / count;
    mean += (values[index] as number) / count;
  }
  let [spread, products] = [0, 0];
  for (let index = start; index < end; index++) {
    const place = (at[index] as number) - center;
    spread += place ** 2;
    products += place * ((values[index] as number) - mean);
  }
  return { start, end, center, mean, slope: spread > 0 ? products / spread : 0, spread };
}

/** Value of the line of a segment at some place. */
export function segmentValue({ center, mean, slope }: Segment, place: number): number {
  return mean + slope * (place - center);
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
