import { SUPPORT_QUANTILE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { type QuantileLine, quantileRegression } from './quantile-regression.js';

/** Pairs of a δH and an error above 0. */
export interface ErrorPoints {
  /** nats. */
  readonly dH: ArrayLike<number>;
  /** Above 0; the unit is that of the bars. */
  readonly errors: ArrayLike<number>;
}

/** An error bar as a function of δH: 10^(intercept + slope·δH + correction). */
export interface ErrorBar extends QuantileLine {
  /** τ: share of errors that are to lie below the bar. */
  readonly level: number;
  /** Added to the predicted quantile of log10 error. */
  readonly correction: number;
  /**
   * Lowest and highest δH that the bar was made from, without the highest hundredth: beyond, it is
   * extrapolated.
   */
  readonly support: readonly [number, number];
  /** Points that the line was fitted to, and those the correction was made from. */
  readonly fitted: number;
  readonly calibrated: number;
}

/** Points that a line of two numbers is fitted to, at least. */
export const FEWEST_POINTS = 20;

/** Products that are whole numbers but for rounding are not rounded up: 100 · 0.55. */
const ROUNDING = 1e-9;

/**
 * Fits a quantile of log10 error as a line in δH, and corrects it by split-conformal calibration:
 * the score of a point of the calibration set is log10 error less the predicted quantile; the
 * ⌈(m + 1)τ⌉-th smallest of the m scores is added. Of new points exchangeable with those of the
 * calibration set at least the share τ then lies below the bar, even if the line is wrong.
 *
 * @param level τ, above 0 and below 1
 * @throws {QuestsError} EMPTY: fewer than 20 points to fit, no two δH that differ, or too few to
 *   calibrate at this level: (m + 1)τ must not be above m; INVALID_ARGUMENT: level
 * @see Y. Romano, E. Patterson, E. Candès, Conformalized quantile regression, NeurIPS 2019, arXiv
 *   1905.03222
 */
export function errorBar(fit: ErrorPoints, calibration: ErrorPoints, level: number): ErrorBar {
  if (!(level > 0 && level < 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `level is ${level}, expected a share above 0 and below 1`);
  }
  const [n, m] = [fit.errors.length, calibration.errors.length];
  if (n < FEWEST_POINTS) {
    throw new QuestsError(
      'EMPTY',
      `${n} errors above 0 to fit error bars to, expected at least ${FEWEST_POINTS}`,
    );
  }
  const rank = Math.ceil((m + 1) * level - ROUNDING);
  if (rank > m) {
    throw new QuestsError(
      'EMPTY',
      `${m} errors above 0 to calibrate error bars on, expected at least ` +
        `${Math.ceil(level / (1 - level) - ROUNDING)} for a level of ${level}`,
    );
  }
  const line = quantileRegression(fit.dH, Float64Array.from(fit.errors, Math.log10), level);
  if (line === undefined) {
    throw new QuestsError('EMPTY', 'all environments to fit error bars to have the same δH');
  }
  const scores = Float64Array.from(
    calibration.errors,
    (error, at) => Math.log10(error) - line.intercept - line.slope * (calibration.dH[at] as number),
  ).sort();
  return {
    ...line,
    level,
    correction: scores[rank - 1] as number,
    support: supportOf(fit.dH, calibration.dH),
    fitted: n,
    calibrated: m,
  };
}

function supportOf(fit: ArrayLike<number>, calibration: ArrayLike<number>): [number, number] {
  const all = Float64Array.from([...Array.from(fit), ...Array.from(calibration)]).sort();
  return [all[0] as number, all[Math.ceil(SUPPORT_QUANTILE * all.length) - 1] as number];
}

/**
 * Error bars at these δH, where the bar has support; NaN elsewhere. A line in δH gives bars of any
 * size far from what it was fitted to.
 */
export function supportedErrorBarsAt(bar: ErrorBar, dH: ArrayLike<number>): Float64Array {
  const [low, high] = bar.support;
  return errorBarsAt(bar, dH).map((value, at) => {
    const own = dH[at] as number;
    return own >= low && own <= high ? value : NaN;
  });
}

/** Error bars at these δH, however far they are from those that the bar was made from. */
export function errorBarsAt(bar: ErrorBar, dH: ArrayLike<number>): Float64Array {
  const { intercept, slope, correction } = bar;
  return Float64Array.from(dH, (value) => 10 ** (intercept + slope * value + correction));
}

/** Share of points whose error is at most the bar; NaN without points. */
export function errorBarCoverage(bar: ErrorBar, { dH, errors }: ErrorPoints): number {
  const bars = errorBarsAt(bar, dH);
  return bars.reduce((sum, value, at) => sum + Number((errors[at] as number) <= value), 0) / bars.length;
}
