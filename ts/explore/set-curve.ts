import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { type LearningCurveFit, fitLearningCurve } from '../entropy/learning-curve-fit.js';
import { type GapReason, informationGap } from '../entropy/learning-curve-gap.js';
import { levelGap } from '../entropy/learning-curve-rise.js';
import { type LearningCurve, learningCurve } from '../entropy/learning-curve.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { rowsOf } from '../kernel/row-sample.js';

/**
 * Environments of a learning curve at most, and of a scan of bandwidths; more would take as long as
 * all the rest.
 */
const MOST_OF_CURVE = 5_000;

/** Environments that a curve needs at least. */
const FEWEST_OF_CURVE = 20;

/** Why a learning curve gives no information gap. */
export type GapRefusal =
  | GapReason
  /** The set has fewer environments than a curve takes. */
  | { readonly is: 'too-few'; readonly needed: number }
  /** H does not rise towards a limit: there is nothing to fit. */
  | { readonly is: 'flat' }
  /** The curve is not computed yet. */
  | { readonly is: 'pending' }
  /** The set is only asked, its environments are not read. */
  | { readonly is: 'asked' };

/** The learning curve of a set, of at most 5,000 of its environments. */
export interface SetCurve {
  /** Null for fewer than 20 environments, and for a set that is only asked. */
  readonly curve: LearningCurve | null;
  /** Null for a curve that is straight, or flat: it has no limit. */
  readonly fit: LearningCurveFit | null;
  /** H_max − H, in nats; null where the curve does not determine it. */
  readonly gap: number | null;
  /** Why it does not; null where it does. */
  readonly gapRefusal: GapRefusal | null;
  /** The most that the gap can be, in nats, where that is known and the gap is not; else null. */
  readonly gapAtMost: number | null;
}

/** What stands for the learning curve of a set while there is none. */
export function noCurve(gapRefusal: GapRefusal): SetCurve {
  return { curve: null, fit: null, gap: null, gapRefusal, gapAtMost: null };
}

/**
 * The learning curve of a set, evenly thinned.
 *
 * @param entropy H of the whole set, in nats
 */
export async function setCurve(
  x: DescriptorMatrix,
  entropy: number,
  options: KernelOptions,
): Promise<SetCurve> {
  if (x.rows < FEWEST_OF_CURVE) {
    return noCurve({ is: 'too-few', needed: FEWEST_OF_CURVE });
  }
  const curve = await learningCurve(thinned(x), options);
  const fit = await fitted(curve);
  if (fit === null) {
    return { curve, fit, gap: null, gapRefusal: { is: 'flat' }, gapAtMost: levelGap(curve) };
  }
  const answer = informationGap(fit, entropy);
  if (answer.value !== null) return { curve, fit, gap: answer.value, gapRefusal: null, gapAtMost: null };
  const gapAtMost = answer.atMost ?? levelGap(curve);
  return { curve, fit, gap: null, gapRefusal: answer.reason, gapAtMost };
}

/**
 * The fit to a curve; null where its points determine none. So many environments always give enough
 * sizes.
 */
async function fitted(curve: LearningCurve): Promise<LearningCurveFit | null> {
  try {
    return await fitLearningCurve(curve);
  } catch (thrown) {
    if (thrown instanceof QuestsError && thrown.code === 'INVALID_ARGUMENT') return null;
    throw thrown;
  }
}

/** Rows of a matrix that is not too long for work that is repeated: every nth, at most 5,000. */
export function thinned(x: DescriptorMatrix): DescriptorMatrix {
  return x.rows <= MOST_OF_CURVE ? x : rowsOf(x, curveRows(x.rows));
}

/** Numbers of those rows. */
export function curveRows(rows: number): Uint32Array {
  const length = Math.min(rows, MOST_OF_CURVE);
  return Uint32Array.from({ length }, (_, at) => Math.floor((at * rows) / length));
}
