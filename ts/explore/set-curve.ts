import { QuestsError } from '../error.js';
import type { KernelOptions } from '../kernel.js';
import { type CurveFit, fitLearningCurve, informationGap } from '../curve-fit.js';
import { type LearningCurve, learningCurve } from '../learning-curve.js';
import type { DescriptorMatrix } from '../matrix.js';
import { rowsOf } from '../row-sample.js';

/** Environments of a learning curve at most, and of a scan of bandwidths; more would take as long as all the rest. */
const MOST_OF_CURVE = 5_000;

/** Environments that a curve needs at least. */
const FEWEST_OF_CURVE = 20;

/** The learning curve of a set, of at most 5,000 of its environments. */
export interface SetCurve {
  readonly curve: LearningCurve;
  /** Null for a curve that is straight, or flat: it has no limit to tell. */
  readonly fit: CurveFit | null;
  /** H_max − H, in nats; null where the curve does not tell. */
  readonly gap: number | null;
}

/**
 * The learning curve of a set, evenly thinned.
 *
 * @param entropy H of the whole set, in nats
 * @returns null for fewer than 20 environments
 */
export async function setCurve(
  x: DescriptorMatrix,
  entropy: number,
  options: KernelOptions,
): Promise<SetCurve | null> {
  if (x.rows < FEWEST_OF_CURVE) return null;
  const curve = await learningCurve(thinned(x), options);
  const fit = await fitLearningCurve(curve).catch((thrown: unknown) => {
    if (thrown instanceof QuestsError) return null;
    throw thrown;
  });
  const answer = fit === null ? null : informationGap(fit, entropy);
  const known = answer !== null && 'value' in answer && typeof answer.value === 'number';
  return { curve, fit, gap: known ? answer.value : null };
}

/** Rows of a matrix that is not too long for work that is repeated: every nth, at most 5,000. */
export function thinned(x: DescriptorMatrix): DescriptorMatrix {
  if (x.rows <= MOST_OF_CURVE) return x;
  const nth = (_: unknown, at: number): number => Math.floor((at * x.rows) / MOST_OF_CURVE);
  return rowsOf(x, Uint32Array.from({ length: MOST_OF_CURVE }, nth));
}
