import { SATURATION } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import {
  LARGEST_EXTRAPOLATION,
  type LearningCurveFit,
  type UndeterminedLimit,
} from './learning-curve-fit.js';

/**
 * Error of H_max above which a gap is not resolved, in gaps. Intervals reach farther up than down:
 * what counts first is that they leave no gap of 0.
 */
const MOST_ABOVE = 1.75;

/** What a gap is judged by. */
type Limit = Pick<LearningCurveFit, 'a' | 'b' | 'c' | 'error' | 'points'> &
  Partial<Pick<LearningCurveFit, 'undetermined'>>;

/** Why a fit gives no number; {@link GapAnswer} has it in words, too. */
export type GapReason =
  | UndeterminedLimit
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
  | {
      readonly value: null;
      readonly refusal: string;
      readonly reason: GapReason;
      /** The most that the gap can be, in nats, where that is known. */
      readonly atMost?: number;
    };

/**
 * A gap that is none, in nats: the fit of a curve that has levelled off ends above it or below by
 * rounding.
 */
const NO_GAP = 1e-9;

/**
 * Information gap H_max − H, in nats: what unlimited data of the same kind would add. Refused if
 * the points do not determine H_max, if H_max or the low end of its interval is not above H, if its
 * error exceeds 1.75 times the gap, or if ten times the largest n of the fit would not close half
 * of the gap: H_max is then extrapolated far beyond the data.
 *
 * @param H entropy of the data, in nats
 * @see arXiv 2404.12367
 *
 * @example
 * const { value, refusal } = informationGap(fit, curve.entropy);
 * console.log(value === null ? `not resolved: ${refusal}` : `${value} nats`);
 */
export function informationGap(fit: Limit, H: number): GapAnswer {
  if (fit.undetermined) return refusedAsUndetermined(fit.undetermined);
  const gap = fit.a.value - H;
  const atMost = Math.max(0, fit.a.high - H);
  if (gap <= NO_GAP) {
    const found = `H_max = ${fit.a.value.toFixed(3)} nats is not above H = ${H.toFixed(3)}`;
    const reason = { is: 'not-above', limit: fit.a.value, entropy: H } as const;
    return { ...refused(`${found}: the curve tells of no gap`, reason), atMost };
  }
  if (!(fit.a.low > H && fit.error <= MOST_ABOVE * gap)) return { ...refusedAsUncertain(fit, gap), atMost };
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
export function sizeForGap(fit: Limit, gap: number): GapAnswer {
  if (!(gap > 0 && gap < Infinity)) {
    throw new QuestsError('INVALID_ARGUMENT', `gap is ${gap}, expected a positive number of nats`);
  }
  if (fit.undetermined) return refusedAsUndetermined(fit.undetermined);
  if (fit.error > gap) return refusedAsUncertain(fit, gap);
  const size = Math.ceil(sizeAt(fit, gap));
  return isWithinReach(fit, size)
    ? { value: size, refusal: null }
    : refused(`it would take ${farSize(fit, size)}`, tooFar(size));
}

type Refused = Extract<GapAnswer, { value: null }>;

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

function refusedAsUncertain({ a, error }: Pick<LearningCurveFit, 'a' | 'error'>, gap: number): Refused {
  const found = `H_max = ${a.value.toFixed(3)} nats`;
  if (error === Infinity) {
    const problem = 'is of all points alone: some of them without the others determine none';
    return refused(`${found} ${problem}`, { is: 'unstable' });
  }
  const size = error < 10 ? error.toFixed(3) : error.toPrecision(3);
  const problem = `is uncertain by ${size}, more than the gap of ${gap.toFixed(3)}`;
  return refused(`${found} ${problem}`, { is: 'uncertain', error, gap });
}

/** Why points do not determine H_max, in words. */
export function undeterminedText(why: UndeterminedLimit): string {
  switch (why.is) {
    case 'unsaturated':
      return (
        `H / log n is ${why.efficiency.toFixed(3)} at the largest n, above ${SATURATION}: ` +
        'H says more about n than about the data'
      );
    case 'rising':
      return (
        `the curve still rises by ${(Math.LN2 * why.slope).toFixed(3)} nats where n doubles, ` +
        'and the points do not show where that ends'
      );
  }
}

function refusedAsUndetermined(why: UndeterminedLimit): Refused {
  return refused(`the data do not determine H_max: ${undeterminedText(why)}`, why);
}

function refused(refusal: string, reason: GapReason): Refused {
  return { value: null, refusal, reason };
}
