import { LineSums } from './line-sums.js';
import { optimalCut } from './optimal-cut.js';

/** A range of values that lie about one line. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** A cut of a series into ranges, and the noise that goes with it. */
export interface LineCut {
  readonly ranges: readonly Range[];
  /** Sums with the correlation of the noise from each value to the next, which was chosen. */
  readonly sums: LineSums;
  /** Variance of innovations about their lines, over all ranges. */
  readonly variance: number;
}

/** What a cut is made with. */
export interface CutSettings {
  /** Values that a range has at least. */
  readonly minLength: number;
  /** What a further range has to gain, in units of −2 log likelihood. */
  readonly penalty: number;
  /** What all of them have to gain beyond that, lest correlated noise be taken for changes. */
  readonly threshold: number;
  /** The least variance that counts as noise. */
  readonly least: number;
}

/** Correlations that are tried. */
export const CORRELATIONS = [0, 0.3, 0.6, 0.9] as const;

/**
 * Values of the short lines that the search begins with, beside a single one: these see the noise,
 * where a single line sees the changes, too.
 */
const SHORT = 6;

/** The search begins with a scatter that is smaller by this factor, too. */
const QUIETER = 8;

/** Places of changes that are compared; in longer series every nth value is one. */
const MOST_PLACES = 1000;

/** Cuts, each with the scatter that the one before left. */
const ROUNDS = 8;

/**
 * A range counts as if it had so many more values, with the scatter that is expected of it: a few
 * values that happen to lie on a line are not a quiet phase.
 */
const BORROWED = 4;

interface Fit extends LineCut {
  /** −2 log likelihood, without the penalty. */
  readonly cost: number;
}

/**
 * Cuts a series into ranges, each with a line and a scatter of its own, so that the likelihood of
 * all is highest, less a penalty for each: a search for the cut with a given scatter, and for the
 * scatter with a given cut, in turn, for each of some correlations.
 */
export function cutIntoLines(
  values: ArrayLike<number>,
  at: ArrayLike<number>,
  settings: CutSettings,
): LineCut {
  const n = values.length;
  const fits = CORRELATIONS.flatMap((correlation) => {
    const sums = new LineSums(values, at, correlation);
    const [whole, short] = [[{ start: 0, end: n }], shortRanges(n)].map((ranges) =>
      fitted(ranges, sums, settings.least),
    ) as [Fit, Fit];
    const seen = new Set<string>();
    return [whole.variance, short.variance, short.variance / QUIETER].map((variance) =>
      settled({ ...whole, variance }, n, settings, seen),
    );
  });
  const total = ({ cost, ranges }: Fit): number =>
    cost + settings.penalty * ranges.length + (ranges.length > 1 ? settings.threshold : 0);
  return fits.reduce((low, next) => (total(next) < total(low) ? next : low));
}

/**
 * The cut that the scatter it leaves leads to again, or one that others led to.
 *
 * @param seen cuts with the same correlation that were gone on from
 */
function settled(start: Fit, n: number, settings: CutSettings, seen: Set<string>): Fit {
  let fit = start;
  for (let round = 0; round < ROUNDS; round++) {
    fit = fitted(bestCut(fit, n, settings), fit.sums, settings.least);
    const name = fit.ranges.map(({ end }) => end).join();
    if (seen.has(name)) break;
    seen.add(name);
  }
  return fit;
}

/** −2 log likelihood of a range whose line and scatter are fitted. */
export function rangeCost(squares: number, count: number, expected: number, least: number): number {
  return count * Math.log(Math.max(least, scatter(squares, count, expected)));
}

/** Variance of the innovations of a range, of which some variance is expected. */
export function scatter(squares: number, count: number, expected: number): number {
  return (squares + BORROWED * expected) / (count + BORROWED);
}

/** The same without bias, of a line that was fitted. */
export function unbiasedScatter(squares: number, count: number, expected: number): number {
  return (squares + BORROWED * expected) / (count - 2 + BORROWED);
}

function bestCut({ sums, variance }: Fit, n: number, { minLength, penalty, least }: CutSettings): Range[] {
  // The first value of a range has no innovation, and the variance of the noise itself.
  const each = penalty - Math.log(1 - sums.correlation ** 2);
  const step = Math.ceil(n / MOST_PLACES);
  const places = Math.floor(n / step);
  const placeOf = (at: number): number => (at === places ? n : at * step);
  const cost = (from: number, to: number): number => {
    const [start, end] = [placeOf(from), placeOf(to)];
    return each + rangeCost(sums.squares(start, end), end - start, variance, least);
  };
  return rangesOf(optimalCut(places, Math.ceil(minLength / step), cost).map(placeOf));
}

/** The scatter of given ranges about their lines, and what it costs. */
function fitted(ranges: readonly Range[], sums: LineSums, least: number): Fit {
  const n = ranges.at(-1)?.end ?? 0;
  const squares = ranges.map(({ start, end }) => sums.squares(start, end));
  const all = squares.reduce((sum, next) => sum + next, 0);
  const variance = Math.max(least, all / Math.max(1, n - 2 * ranges.length));
  const cost = ranges.reduce(
    (sum, { start, end }, index) => sum + rangeCost(squares[index] as number, end - start, variance, least),
    -ranges.length * Math.log(1 - sums.correlation ** 2),
  );
  return { ranges, sums, variance, cost };
}

function shortRanges(n: number): Range[] {
  const count = Math.max(1, Math.floor(n / SHORT));
  return rangesOf(Array.from({ length: count }, (_, at) => Math.round(((at + 1) * n) / count)));
}

function rangesOf(ends: readonly number[]): Range[] {
  return ends.map((end, index) => ({ start: ends[index - 1] ?? 0, end }));
}
