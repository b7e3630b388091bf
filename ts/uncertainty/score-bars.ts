import { QuestsError } from '../base/error.js';
import { binnedBars, binnedBarsAt } from '../statistics/binned-bars.js';
import { blockDraws, type Resampled, resampled } from '../statistics/bootstrap.js';
import { errorBar, errorBarsAt } from '../statistics/conformal.js';

/** Error bars made of a score, tried on held-out structures. */
export interface ScoreBars {
  /** Share of held-out errors at or below their bar. */
  readonly coverage: Resampled;
  /** Geometric mean of the bars: of bars that cover as much, narrower ones are better. */
  readonly sharpness: Resampled;
}

/** Points that error bars are made of: one part of a split. */
export interface BarPoints {
  readonly scores: Float64Array;
  /** Above 0. */
  readonly errors: Float64Array;
  /** Number of the structure of each. */
  readonly structures: Uint32Array;
}

/** The three parts of a split. */
export interface BarParts {
  readonly fit: BarPoints;
  readonly calibration: BarPoints;
  readonly heldOut: BarPoints;
}

/** How error bars are tried. */
export interface BarTrial {
  readonly level: number;
  readonly resamples: number;
  readonly seed: number;
}

/**
 * log10 bar = a + b·score + correction, as `errorBar` makes it; `isLog` says that the score is a
 * length or an error, whose logarithm goes into it. Scores beyond those that were fitted to, finite
 * ones, count as the last of these.
 *
 * @returns undefined where there are too few errors
 */
export function lineBars(parts: BarParts, isLog: boolean, trial: BarTrial): ScoreBars | undefined {
  const scaled = parts.fit.scores.map((score) => (isLog ? Math.log10(score) : score)).filter(Number.isFinite);
  if (scaled.length === 0) return undefined;
  const low = scaled.reduce((min, value) => Math.min(min, value), Infinity);
  const high = scaled.reduce((max, value) => Math.max(max, value), -Infinity);
  const points = ({ scores, errors }: BarPoints): { dH: Float64Array; errors: Float64Array } => ({
    dH: scores.map((score) => Math.min(high, Math.max(low, isLog ? Math.log10(score) : score))),
    errors,
  });
  const bar = orTooFew(() => errorBar(points(parts.fit), points(parts.calibration), trial.level));
  if (bar === undefined) return undefined;
  return tried(parts.heldOut, errorBarsAt(bar, points(parts.heldOut).dH), trial);
}

/**
 * Bars that are a constant in each bin of the score: see `binnedBars`.
 *
 * @returns undefined where there are too few errors
 */
export function binBars(parts: BarParts, trial: BarTrial): ScoreBars | undefined {
  const bars = binnedBars(parts.fit.scores, parts.calibration, trial.level);
  return bars && tried(parts.heldOut, binnedBarsAt(bars, parts.heldOut.scores), trial);
}

function tried(
  { errors, structures }: BarPoints,
  bars: Float64Array,
  { resamples, seed }: BarTrial,
): ScoreBars {
  const names = [...new Set(structures)];
  const blocks = new Map(names.map((structure, at) => [structure, at]));
  const counts = new Float64Array(names.length);
  const covered = new Float64Array(names.length);
  const logs = new Float64Array(names.length);
  structures.forEach((structure, at) => {
    const block = blocks.get(structure) as number;
    const bar = bars[at] as number;
    counts[block] = (counts[block] as number) + 1;
    covered[block] = (covered[block] as number) + Number((errors[at] as number) <= bar);
    logs[block] = (logs[block] as number) + Math.log(bar);
  });
  const shares = (weights: ArrayLike<number>): [number, number] => {
    let [all, inside, log] = [0, 0, 0];
    counts.forEach((count, block) => {
      const weight = weights[block] as number;
      all += weight * count;
      inside += weight * (covered[block] as number);
      log += weight * (logs[block] as number);
    });
    return [inside / all, Math.exp(log / all)];
  };
  const [coverage, sharpness] = shares(counts.map(() => 1));
  const draws = Array.from(blockDraws(names.length, resamples, seed), shares);
  return {
    coverage: resampled(
      coverage,
      draws.map(([share]) => share),
    ),
    sharpness: resampled(
      sharpness,
      draws.map(([, width]) => width),
    ),
  };
}

/** What it makes; undefined where there are too few points for it. */
function orTooFew<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof QuestsError && error.code === 'EMPTY') return undefined;
    throw error;
  }
}
