import { QuestsError } from '../base/error.js';
import type { LearningCurve } from './learning-curve.js';
import { leastSquares } from '../statistics/least-squares.js';
import { mean } from '../statistics/moments.js';

/** A number of environments, and the entropy of so many. */
export interface CurvePoint {
  /** n, a whole number above 0. */
  readonly size: number;
  /** H, in nats. */
  readonly entropy: number;
}

/** A parameter of a fit with its 95 % interval, from the covariance of the fit. */
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
  /** a of these points, in nats; NaN where they determine none. */
  readonly a: number;
}

/** H(n) = a − b·exp(−c·ln²n), fitted to a learning curve: what {@link fitLearningCurve} gives. */
export interface LearningCurveFit {
  /** H_max, the entropy of endless data of the same kind, in nats. */
  readonly a: FitParameter;
  /** In nats. */
  readonly b: FitParameter;
  readonly c: FitParameter;
  /** The points that were fitted, by n. */
  readonly points: readonly CurvePoint[];
  /** Root mean square of what the fit leaves, in nats. */
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
}

/** Why a fit gives no number; {@link GapAnswer} has it in words, too. */
export type GapReason =
  /** H_max is not above H; both in nats. */
  | { readonly is: 'not-above'; readonly limit: number; readonly entropy: number }
  /** Without some of its points the fit has no limit. */
  | { readonly is: 'unstable' }
  /** The error of H_max exceeds the gap; both in nats. */
  | { readonly is: 'uncertain'; readonly error: number; readonly gap: number }
  /** It takes more environments than a multiple of the largest n of the fit. */
  | { readonly is: 'far'; readonly environments: number; readonly multiple: number };

/** A number, or why there is none. */
export type ValueOrRefusal =
  { readonly value: number; readonly refusal: null } | { readonly value: null; readonly refusal: string };

/** A number that a fit gives, or why it does not, in words and as a reason for programs. */
export type GapAnswer =
  | { readonly value: number; readonly refusal: null }
  | { readonly value: null; readonly refusal: string; readonly reason: GapReason };

/** How many times the largest n of a fit another n may be. */
export const LARGEST_EXTRAPOLATION = 10;

/** Three parameters leave two points over. */
const FEWEST_POINTS = 5;

/** Share of the points that a window may leave out at either end. */
const LEFT_OUT = 0.3;

/** Share of the entropy, and of one nat, that a curve rises by at least; less is rounding. */
const LEAST_RISE = 1e-6;

/**
 * A gap that is none, in nats: the fit of a curve that has levelled off ends above it or below by
 * rounding.
 */
const NO_GAP = 1e-9;

/**
 * Where the search for c·ln²n_max begins: a curve that is straight still, to one that has long been
 * level.
 */
const STARTS = Array.from({ length: 60 }, (_, at) => 10 ** (-3 + at / 10));

/** Beyond these, ln(c·ln²n_max) changes nothing that can be seen. */
const STEEPEST = Math.log(1e4);

/** The points of a learning curve: the mean of each size, and the whole set. */
export function curvePoints({ points, environments, entropy }: LearningCurve): CurvePoint[] {
  const known = points.map(({ size, mean }): CurvePoint => ({ size, entropy: mean }));
  return known.some(({ size }) => size === environments)
    ? known
    : [...known, { size: environments, entropy }];
}

/**
 * Fits H(n) = a − b·exp(−c·ln²n) to a learning curve, by least squares, each point alike. a is the
 * entropy that endless data of the same kind would have. The 95 % intervals are those of the
 * covariance, s²(JᵀJ)⁻¹ with Student's t, as if residuals were independent. How a changes with the
 * points that are fitted (`windows`) says more where they aren't, and the larger of the two counts
 * as its `error`.
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
    windows.push({ from: part[0]?.size ?? NaN, to: part.at(-1)?.size ?? NaN, a: a.value });
  }
  const all = windows.map(({ a }) => a);
  const spread = [Math.min(...all), Math.max(...all)] as const;
  const { value, high } = fit.a;
  const error = Math.max(high - value, ...all.map((a) => Math.abs(a - value)));
  return { ...fit, points, windows, spread, error: Number.isNaN(error) ? Infinity : error };
}

/** H(n) of a fit, in nats. */
export function fittedEntropy({ a, b, c }: Pick<LearningCurveFit, 'a' | 'b' | 'c'>, size: number): number {
  return a.value - b.value * Math.exp(-c.value * Math.log(size) ** 2);
}

/**
 * Information gap H_max − H, in nats: what unlimited data of the same kind would add. Refused if
 * H_max is not above H, if its error exceeds the gap, or if ten times the largest n of the fit
 * would not close half of the gap: H_max is then extrapolated far beyond the data.
 *
 * @param H entropy of the data, in nats
 * @see arXiv 2404.12367
 *
 * @example
 * const { value, refusal } = informationGap(fit, curve.entropy);
 * console.log(value === null ? `not resolved: ${refusal}` : `${value} nats`);
 */
export function informationGap(
  fit: Pick<LearningCurveFit, 'a' | 'b' | 'c' | 'error' | 'points'>,
  H: number,
): GapAnswer {
  const gap = fit.a.value - H;
  if (gap <= NO_GAP) {
    const found = `H_max = ${fit.a.value.toFixed(3)} nats is not above H = ${H.toFixed(3)}`;
    const reason = { is: 'not-above', limit: fit.a.value, entropy: H } as const;
    return refused(`${found}: the curve tells of no gap`, reason);
  }
  if (!(fit.error <= gap)) return refusedAsUncertain(fit, gap);
  const size = sizeAt(fit, gap / 2);
  if (isWithinReach(fit, size)) return { value: gap, refusal: null };
  return refused(`half of the gap of ${gap.toFixed(3)} nats would take ${farSize(fit, size)}`, tooFar(size));
}

/**
 * Number of environments of the same kind that leave a gap of x: n = exp √(ln(b/x)/c), rounded up.
 * Refused if the error of H_max exceeds x, or if n is more than ten times the largest size of the
 * fit.
 *
 * @param gap x, in nats, above 0
 * @throws {QuestsError} INVALID_ARGUMENT: a gap that is not above 0 or not finite
 *
 * @example
 * const { value: environments } = sizeForGap(fit, 0.1);
 */
export function sizeForGap(
  fit: Pick<LearningCurveFit, 'a' | 'b' | 'c' | 'error' | 'points'>,
  gap: number,
): GapAnswer {
  if (!(gap > 0 && gap < Infinity)) {
    throw new QuestsError('INVALID_ARGUMENT', `gap is ${gap}, expected a positive number of nats`);
  }
  if (fit.error > gap) return refusedAsUncertain(fit, gap);
  const size = Math.ceil(sizeAt(fit, gap));
  return isWithinReach(fit, size)
    ? { value: size, refusal: null }
    : refused(`it would take ${farSize(fit, size)}`, tooFar(size));
}

/** n at which a gap is left; 1 where it is never as large. */
function sizeAt({ b, c }: Pick<LearningCurveFit, 'b' | 'c'>, gap: number): number {
  return Math.exp(Math.sqrt(Math.max(0, Math.log(b.value / gap)) / c.value));
}

function isWithinReach({ points }: Pick<LearningCurveFit, 'points'>, size: number): boolean {
  return size <= LARGEST_EXTRAPOLATION * (points.at(-1)?.size ?? NaN);
}

function farSize({ points }: Pick<LearningCurveFit, 'points'>, size: number): string {
  const largest = `${LARGEST_EXTRAPOLATION} times the ${points.at(-1)?.size} of the fit`;
  return `about ${size.toExponential(1)} environments, more than ${largest}`;
}

function tooFar(environments: number): GapReason {
  return { is: 'far', environments, multiple: LARGEST_EXTRAPOLATION };
}

function refusedAsUncertain({ a, error }: Pick<LearningCurveFit, 'a' | 'error'>, gap: number): GapAnswer {
  const found = `H_max = ${a.value.toFixed(3)} nats`;
  if (error === Infinity) {
    const problem = 'is of all points alone: some of them without the others determine none';
    return refused(`${found} ${problem}`, { is: 'unstable' });
  }
  const size = error < 10 ? error.toFixed(3) : error.toPrecision(3);
  const problem = `is uncertain by ${size}, more than the gap of ${gap.toFixed(3)}`;
  return refused(`${found} ${problem}`, { is: 'uncertain', error, gap });
}

function refused(refusal: string, reason: GapReason): GapAnswer {
  return { value: null, refusal, reason };
}

/** One point for each n above 1, by n. A single environment has no entropy to learn from. */
function bySize(points: readonly CurvePoint[]): CurvePoint[] {
  const sums = new Map<number, { sum: number; count: number }>();
  for (const { size, entropy } of points) {
    if (!Number.isSafeInteger(size) || size < 1 || !Number.isFinite(entropy)) {
      const found = `${entropy} nats of ${size} environments`;
      throw new QuestsError('INVALID_ARGUMENT', `${found}, expected a finite entropy and a number above 0`);
    }
    const { sum, count } = sums.get(size) ?? { sum: 0, count: 0 };
    if (size > 1) sums.set(size, { sum: sum + entropy, count: count + 1 });
  }
  return [...sums]
    .map(([size, { sum, count }]) => ({ size, entropy: sum / count }))
    .sort((one, other) => one.size - other.size);
}

type Fitted = Pick<LearningCurveFit, 'a' | 'b' | 'c' | 'points' | 'rms'>;

/**
 * The fit to all of some points, in scaled variables: u = ln²n/ln²n_max, and entropies from 0 to 1.
 * With γ = c·ln²n_max given, a and b are a regression line, which gives the starting point;
 * undefined where the points determine no curve.
 */
async function fitted(points: readonly CurvePoint[]): Promise<Fitted | undefined> {
  const entropies = points.map(({ entropy }) => entropy);
  const [lowest, highest] = [Math.min(...entropies), Math.max(...entropies)];
  const scale = highest - lowest;
  if (!(scale > LEAST_RISE * Math.max(1, highest))) return undefined;
  const longest = Math.log(points.at(-1)?.size ?? NaN) ** 2;
  const x = points.map(({ size }) => Math.log(size) ** 2 / longest);
  const y = entropies.map((entropy) => (entropy - lowest) / scale);

  const start = STARTS.map((gamma) => ({
    gamma,
    ...line(
      x.map((u) => Math.exp(-gamma * u)),
      y,
    ),
  })).reduce((best, next) => (next.squares < best.squares ? next : best));
  const { parameters, halfWidths, squares } = await leastSquares({
    x,
    y,
    model: ([a = 0, b = 0, logGamma = 0]) => {
      const gamma = Math.exp(logGamma);
      return (u) => a - b * Math.exp(-gamma * u);
    },
    slopes,
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

/** The line y = a − b·x of least squares. */
function line(x: readonly number[], y: readonly number[]): { a: number; b: number; squares: number } {
  const [meanX, meanY] = [mean(x), mean(y)];
  const products = x.map((value, at) => (value - meanX) * ((y[at] as number) - meanY));
  const b = -mean(products) / mean(x.map((value) => (value - meanX) ** 2));
  const a = meanY + b * meanX;
  const squares = x.reduce((sum, value, at) => sum + ((y[at] as number) - a + b * value) ** 2, 0);
  return { a, b, squares };
}
