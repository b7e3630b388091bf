import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import {
  type ValueOrRefusal,
  type LearningCurveFit,
  fitLearningCurve,
  informationGap,
} from '../entropy/learning-curve-fit.js';
import { type LearningCurve, learningCurve } from '../entropy/learning-curve.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { rowsOf } from '../kernel/row-sample.js';

/** Environments of a learning curve at most, and of a scan of bandwidths; more would take as long as all the rest. */
const MOST_OF_CURVE = 5_000;

/** Environments that a curve needs at least. */
const FEWEST_OF_CURVE = 20;

/** The learning curve of a set, of at most 5,000 of its environments. */
export interface SetCurve {
  /** Null for fewer than 20 environments. */
  readonly curve: LearningCurve | null;
  /** Null for a curve that is straight, or flat: it has no limit to tell. */
  readonly fit: LearningCurveFit | null;
  /** H_max − H, in nats, or why the curve does not tell. */
  readonly gap: ValueOrRefusal;
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
    const problem = `a learning curve takes at least ${FEWEST_OF_CURVE} environments`;
    return { curve: null, fit: null, gap: refused(problem) };
  }
  const curve = await learningCurve(thinned(x), options);
  try {
    const fit = await fitLearningCurve(curve);
    return { curve, fit, gap: informationGap(fit, entropy) };
  } catch (thrown) {
    if (thrown instanceof QuestsError) return { curve, fit: null, gap: refused(thrown.message) };
    throw thrown;
  }
}

function refused(refusal: string): ValueOrRefusal {
  return { value: null, refusal };
}

/** Rows of a matrix that is not too long for work that is repeated: every nth, at most 5,000. */
export function thinned(x: DescriptorMatrix): DescriptorMatrix {
  if (x.rows <= MOST_OF_CURVE) return x;
  const nth = (_: unknown, at: number): number => Math.floor((at * x.rows) / MOST_OF_CURVE);
  return rowsOf(x, Uint32Array.from({ length: MOST_OF_CURVE }, nth));
}
