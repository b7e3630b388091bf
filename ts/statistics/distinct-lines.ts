import type { LineSums } from './line-sums.js';
import { rangeCost, type Range, scatter } from './scattered-lines.js';

/** A range, and the variance that is expected of its innovations. */
export interface ScatteredRange extends Range {
  readonly expected: number;
}

/** What two lines are held against one with. */
export interface DistinctSettings {
  readonly minLength: number;
  readonly least: number;
}

/**
 * What two lines have to gain over one, in units of −2 log likelihood: with the same scatter, and
 * at most. 5 and 12 have chances of 8 % and 0.2 % where lines are the same.
 */
const [LEAST_LINES, MOST_LINES] = [5, 12];

/** Fits of a common line, each with the scatters that the one before left. */
const COMMON_FITS = 6;

/**
 * The ranges whose lines differ: neighbours that differ in their scatter alone are joined, the
 * least different first; where a range ends is settled with the scatter of both sides.
 */
export function distinctLines(
  found: readonly ScatteredRange[],
  sums: LineSums,
  settings: DistinctSettings,
): ScatteredRange[] {
  let ranges = settled(found, sums, settings);
  while (ranges.length > 1) {
    const gains = ranges
      .slice(1)
      .map((after, at) => excess(ranges[at] as ScatteredRange, after, sums, settings));
    const least = Math.min(...gains);
    if (least >= 0) break;
    ranges = settled(joined(ranges, gains.indexOf(least)), sums, settings);
  }
  return ranges;
}

/**
 * What two lines gain over one beyond what they have to. Where scatters differ, too, the change may
 * be one of scatter alone, and lines have to differ clearly.
 */
function excess(
  before: ScatteredRange,
  after: ScatteredRange,
  sums: LineSums,
  { least }: DistinctSettings,
): number {
  const ofLines = linesGain(before, after, sums, least);
  const count = after.end - before.start;
  // Of few values gains are larger by chance.
  const most = (MOST_LINES * count) / Math.max(1, count - 5);
  return ofLines - Math.min(most, LEAST_LINES + scatterGain(before, after, sums, least));
}

/** What a scatter for each of two ranges, about their own lines, gains over a common one. */
function scatterGain(before: ScatteredRange, after: ScatteredRange, sums: LineSums, least: number): number {
  const parts = [before, after].map(({ start, end, expected }) => ({
    count: end - start,
    squares: sums.squares(start, end),
    expected,
  }));
  const total = (of: (part: (typeof parts)[number]) => number): number =>
    parts.reduce((sum, part) => sum + of(part), 0);
  const own = total(({ squares, count, expected }) => rangeCost(squares, count, expected, least));
  const count = total((part) => part.count);
  const expected = total((part) => part.count * part.expected) / count;
  return (
    rangeCost(
      total(({ squares }) => squares),
      count,
      expected,
      least,
    ) - own
  );
}

/**
 * What a line for each of two ranges gains over one line, where both have scatters of their own.
 */
function linesGain(before: ScatteredRange, after: ScatteredRange, sums: LineSums, least: number): number {
  const both = [before, after];
  const cost = (squares: readonly number[]): number =>
    both.reduce(
      (sum, { start, end, expected }, at) =>
        sum + rangeCost(squares[at] as number, end - start, expected, least),
      0,
    );
  const own = both.map(({ start, end }) => sums.squares(start, end));
  let left = own;
  for (let fit = 0; fit < COMMON_FITS; fit++) {
    const line = sums.common(
      both.map(({ start, end, expected }, at) => {
        const variance = Math.max(least, scatter(left[at] as number, end - start, expected));
        return { start, end, variance };
      }),
    );
    left = both.map(({ start, end }) => sums.squaresOf(line, start, end));
  }
  return cost(left) - cost(own);
}

function joined(ranges: readonly ScatteredRange[], at: number): ScatteredRange[] {
  const [before, after] = ranges.slice(at, at + 2) as [ScatteredRange, ScatteredRange];
  const [first, second] = [before.end - before.start, after.end - after.start];
  const expected = (first * before.expected + second * after.expected) / (first + second);
  return ranges.toSpliced(at, 2, { start: before.start, end: after.end, expected });
}

/** The ranges, each change moved to where both sides are likeliest. */
function settled(
  ranges: readonly ScatteredRange[],
  sums: LineSums,
  { minLength, least }: DistinctSettings,
): ScatteredRange[] {
  const moved = [...ranges];
  for (let at = 1; at < moved.length; at++) {
    const [before, after] = moved.slice(at - 1, at + 1) as [ScatteredRange, ScatteredRange];
    let [best, lowest] = [before.end, Infinity];
    for (let end = before.start + minLength; end <= after.end - minLength; end++) {
      const cost =
        rangeCost(sums.squares(before.start, end), end - before.start, before.expected, least) +
        rangeCost(sums.squares(end, after.end), after.end - end, after.expected, least);
      if (cost < lowest) [best, lowest] = [end, cost];
    }
    moved[at - 1] = { ...before, end: best };
    moved[at] = { ...after, start: best };
  }
  return moved;
}
