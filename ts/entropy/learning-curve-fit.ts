import { QuestsError } from '../base/error.js';
import type { LearningCurve } from './learning-curve.js';
import { leastSquares } from '../statistics/least-squares.js';
import { bySize, type CurvePoint, curvePoints, pointWeights, setVariance } from './learning-curve-points.js';
import { isUnsaturated, NORMAL, type RemainingRise, remainingRise } from './learning-curve-rise.js';

/** A parameter of a fit with its 95 % interval. */
export interface FitParameter {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The fit to some of the points. */
export interface FitWindow {
  /** Smallest n. */
  readonly from: number;
  /** Largest n. */
  readonly to: number;
  /**
   * a of these points, in nats; NaN where they determine none, or one that is farther from that of
   * all points than ten times the data could add.
   */
  readonly a: number;
}

/** H(n) = a − b·exp(−c·ln²n), fitted to a learning curve: what {@link fitLearningCurve} gives. */
export interface LearningCurveFit {
  /**
   * H_max, the entropy of endless data of the same kind, in nats. The interval is that of the
   * covariance and of what the curve may rise by in another form, with the scatter between sets.
   */
  readonly a: FitParameter;
  /** In nats. */
  readonly b: FitParameter;
  readonly c: FitParameter;
  /** The points that were fitted, by n. */
  readonly points: readonly CurvePoint[];
  /** Root mean square of what the fit leaves, by the weights of the points, in nats. */
  readonly rms: number;
  /** Fits without the smallest or without the largest sizes, and of all. */
  readonly windows: readonly FitWindow[];
  /** Smallest and largest a of the windows, in nats; NaN where one of them determines none. */
  readonly spread: readonly [number, number];
  /**
   * Error of a, in nats: half its 95 % interval, or the largest distance from a to that of a
   * window, whichever is larger; Infinity where a window determines none.
   */
  readonly error: number;
  /** Why the points do not determine H_max, so that a, b and c mean nothing; null where they do. */
  readonly undetermined: UndeterminedLimit | null;
}

/** Why points of a learning curve do not determine H_max. */
export type UndeterminedLimit =
  /** H/log n is so near 1 at the largest n that H says more about n than about the data. */
  | { readonly is: 'unsaturated'; readonly efficiency: number }
  /**
   * The interval of H_max is wider than what ten times the data can add. `slope` is dH/d ln n of
   * the last points, in nats.
   */
  | { readonly is: 'rising'; readonly slope: number };

/** Three parameters leave two points over. */
const FEWEST_POINTS = 5;

/** Share of the points that a window may leave out at either end. */
const LEFT_OUT = 0.3;

/** Share of the entropy, and of one nat, that a curve rises by at least; less is rounding. */
const LEAST_RISE = 1e-6;

/**
 * Where the search for c·ln²n_max begins: a curve that is straight still, to one that has long been
 * level.
 */
const STARTS = Array.from({ length: 60 }, (_, at) => 10 ** (-3 + at / 10));

/** Beyond these, ln(c·ln²n_max) changes nothing that can be seen. */
const STEEPEST = Math.log(1e4);

/**
 * Residuals, as a share of the rise, of a curve that is of this form. Entropies of samples leave
 * more: they are of no simple form.
 */
const EXACT = 1e-4;

/** How many times the largest n of a fit another n may be. */
export const LARGEST_EXTRAPOLATION = 10;

/**
 * Width above which an interval of H_max says nothing, in nats: what ten times the data can add.
 */
const WIDEST = Math.log(LARGEST_EXTRAPOLATION);

/**
 * Fits H(n) = a − b·exp(−c·ln²n) to a learning curve, by least squares. Points of a learning curve
 * weigh by the spread of their samples; points without variances weigh alike. a is the entropy that
 * endless data of the same kind would have. The 95 % intervals of b and c are those of the
 * covariance, s²(JᵀJ)⁻¹ with Student's t, as if residuals were independent.
 *
 * Curves are of this form only nearly. So the interval of a also holds what a curve may still rise
 * by, judged by the slope of its last points, and how far sets of the same kind differ. How a
 * changes with the points that are fitted (`windows`) counts for its `error`, too. Where all of
 * this leaves H_max open, `undetermined` says why, and a, b and c mean nothing.
 *
 * @param curve a learning curve, or points; of several with the same n the mean counts. At least
 *   five sizes above 1
 * @throws {QuestsError} INVALID_ARGUMENT: too few sizes, values that are not finite, entropies that
 *   are all the same or determine no curve
 * @see arXiv 2404.12367
 *
 * @example
 * const curve = await learningCurve(x);
 * const fit = await fitLearningCurve(curve);
 * const { value, refusal } = informationGap(fit, curve.entropy);
 */
export async function fitLearningCurve(
  curve: LearningCurve | readonly CurvePoint[],
): Promise<LearningCurveFit> {
  const points = bySize('environments' in curve ? curvePoints(curve) : curve);
  if (points.length < FEWEST_POINTS) {
    const found = `${points.length} sizes above 1`;
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${found}, expected at least ${FEWEST_POINTS} to fit a curve to`,
    );
  }
  const fit = await fitted(points);
  if (fit === undefined) {
    const problem = 'the entropies do not rise towards a limit: they determine no curve';
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  const windows: FitWindow[] = [];
  const most = Math.min(Math.floor(LEFT_OUT * points.length), points.length - FEWEST_POINTS);
  for (let left = -most; left <= most; left++) {
    const part = left < 0 ? points.slice(0, left) : points.slice(left);
    const { a } = left === 0 ? fit : ((await fitted(part)) ?? { a: { value: NaN } });
    const isNear = Math.abs(a.value - fit.a.value) <= WIDEST;
    windows.push({
      from: part[0]?.size ?? NaN,
      to: part.at(-1)?.size ?? NaN,
      a: isNear ? a.value : NaN,
    });
  }
  const all = windows.map(({ a }) => a);
  const spread = [Math.min(...all), Math.max(...all)] as const;
  const rise = remainingRise(points);
  const a = limitInterval(fit, rise, 'environments' in curve ? setVariance(curve) : 0);
  const { value, low, high } = a;
  const error = Math.max(high - value, value - low, ...all.map((other) => Math.abs(other - value)));
  const undetermined = undeterminedLimit(points, a, rise);
  const known = Number.isNaN(error) ? Infinity : error;
  return { ...fit, a, points, windows, spread, error: known, undetermined };
}

/**
 * The interval of H_max: that of the covariance, and what the curve may rise by in any form, as far
 * as the residuals say that it is not of this one; with the scatter between sets.
 */
function limitInterval(
  { a: { value, low, high }, points, rms }: Fitted,
  { least, most }: RemainingRise,
  variance: number,
): FitParameter {
  const entropies = points.map(({ entropy }) => entropy);
  const lastEntropy = entropies.at(-1) ?? NaN;
  const share = Math.min(1, rms / (EXACT * (Math.max(...entropies) - Math.min(...entropies))));
  const scatter = NORMAL * Math.sqrt(variance);
  const below = Math.max(value - low, share * (value - lastEntropy - least));
  const above = Math.max(high - value, share * (lastEntropy + most - value));
  return { value, low: value - Math.hypot(below, scatter), high: value + Math.hypot(above, scatter) };
}

function undeterminedLimit(
  points: readonly CurvePoint[],
  { low, high }: FitParameter,
  { slope }: RemainingRise,
): UndeterminedLimit | null {
  if (isUnsaturated(points)) {
    const { size, entropy } = points.at(-1) as CurvePoint;
    return { is: 'unsaturated', efficiency: entropy / Math.log(size) };
  }
  return high - low <= WIDEST ? null : { is: 'rising', slope };
}

/** H(n) of a fit, in nats. */
export function fittedEntropy({ a, b, c }: Pick<LearningCurveFit, 'a' | 'b' | 'c'>, size: number): number {
  return a.value - b.value * Math.exp(-c.value * Math.log(size) ** 2);
}

type Fitted = Pick<LearningCurveFit, 'a' | 'b' | 'c' | 'points' | 'rms'>;

/**
 * The fit to all of some points, in scaled variables: u = ln²n/ln²n_max, and entropies from 0 to 1,
 * each row times the root of its weight. With γ = c·ln²n_max given, a and b are a regression line,
 * which gives the starting point; undefined where the points determine no curve.
 */
async function fitted(points: readonly CurvePoint[]): Promise<Fitted | undefined> {
  const entropies = points.map(({ entropy }) => entropy);
  const [lowest, highest] = [Math.min(...entropies), Math.max(...entropies)];
  const scale = highest - lowest;
  if (!(scale > LEAST_RISE * Math.max(1, highest))) return undefined;
  const longest = Math.log(points.at(-1)?.size ?? NaN) ** 2;
  const x = points.map(({ size }) => Math.log(size) ** 2 / longest);
  const y = entropies.map((entropy) => (entropy - lowest) / scale);

  const weights = pointWeights(points);
  const roots = weights.map(Math.sqrt);
  const root = (row: number): number => roots[row] as number;
  const start = STARTS.map((gamma) => ({
    gamma,
    ...line(
      x.map((u) => Math.exp(-gamma * u)),
      y,
      weights,
    ),
  })).reduce((best, next) => (next.squares < best.squares ? next : best));
  const { parameters, halfWidths, squares } = await leastSquares({
    x: x.map((_, row) => row),
    y: y.map((value, row) => root(row) * value),
    model: ([a = 0, b = 0, logGamma = 0]) => {
      const gamma = Math.exp(logGamma);
      return (row) => root(row) * (a - b * Math.exp(-gamma * (x[row] as number)));
    },
    slopes: (values, row) => slopes(values, x[row] as number).map((slope) => root(row) * slope),
    start: [start.a, start.b, Math.log(start.gamma)],
    highest: [1e9, 1e9, STEEPEST],
    lowest: [-1e9, -1e9, -STEEPEST],
  });
  const [a = NaN, b = NaN, logGamma = NaN] = parameters;
  if (halfWidths === undefined || !(b > 0)) return undefined;
  const [da, db, dLogGamma] = halfWidths as [number, number, number];
  const parameter = (value: number, low: number, high: number): FitParameter => ({ value, low, high });
  const c = Math.exp(logGamma) / longest;
  return {
    a: parameter(lowest + scale * a, lowest + scale * (a - da), lowest + scale * (a + da)),
    b: parameter(scale * b, scale * (b - db), scale * (b + db)),
    c: parameter(c, c * Math.exp(-dLogGamma), c * Math.exp(dLogGamma)),
    points,
    rms: scale * Math.sqrt(squares / points.length),
  };
}

/** Derivatives of a − b·exp(−γu) with respect to a, b and ln γ. */
function slopes([, b = 0, logGamma = 0]: readonly number[], u: number): number[] {
  const gamma = Math.exp(logGamma);
  const decay = Math.exp(-gamma * u);
  return [1, -decay, b * gamma * u * decay];
}

/** The line y = a − b·x of least squares. The weights are 1 on average. */
function line(
  x: readonly number[],
  y: readonly number[],
  weights: readonly number[],
): { a: number; b: number; squares: number } {
  const average = (of: (at: number) => number): number =>
    weights.reduce((sum, weight, at) => sum + weight * of(at), 0) / x.length;
  const [meanX, meanY] = [average((at) => x[at] as number), average((at) => y[at] as number)];
  const product = average((at) => ((x[at] as number) - meanX) * ((y[at] as number) - meanY));
  const b = -product / average((at) => ((x[at] as number) - meanX) ** 2);
  const a = meanY + b * meanX;
  const squares = average((at) => ((y[at] as number) - a + b * (x[at] as number)) ** 2);
  return { a, b, squares };
}
