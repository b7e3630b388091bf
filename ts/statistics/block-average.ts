import { CONFIDENCE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { studentT } from './student-t.js';
import { mean } from './moments.js';

/**
 * Mean of a series of values that follow each other, with its error: what {@link blockAverage}
 * gives.
 */
export interface BlockAverage {
  readonly mean: number;
  /** Half-width of the 95 % interval of the mean; NaN where fewer than two blocks are left. */
  readonly error: number;
  /**
   * g = 1 + 2 Σ ρ(t): so many values say as much as one, at least 1; ½g is the correlation time.
   */
  readonly inefficiency: number;
  /** Blocks that the error comes from. */
  readonly blocks: number;
}

/**
 * Mean of correlated values, and its error from block averages: values are cut into blocks of ⌈g⌉,
 * whose means count as independent, and the interval is t·s/√blocks, with Student's t. g = 1 + 2
 * Σ_t (1 − t/n) ρ(t), over t up to the first at which the autocorrelation ρ is no longer positive.
 * Of few values g is itself uncertain, and tends to be too small.
 *
 * @param values at least one, in the order of time
 * @throws {QuestsError} EMPTY: no values; INVALID_ARGUMENT: a value that is not finite
 * @see H. Flyvbjerg, H. G. Petersen, J. Chem. Phys. 91, 461 (1989); J. D. Chodera et al., J. Chem.
 *   Theory Comput. 3, 26 (2007)
 */
export function blockAverage(values: ArrayLike<number>): BlockAverage {
  const all = Array.from(values);
  const n = all.length;
  if (n === 0) throw new QuestsError('EMPTY', 'there are no values to average');
  const wrong = all.find((value) => !Number.isFinite(value));
  if (wrong !== undefined) throw new QuestsError('INVALID_ARGUMENT', `${wrong} among values to average`);
  const center = mean(all);
  const inefficiency = inefficiencyOf(all, center);
  const length = Math.ceil(inefficiency - 1e-9);
  const blocks = Math.floor(n / length);
  if (blocks < 2) return { mean: center, error: NaN, inefficiency, blocks };
  const means = Array.from({ length: blocks }, (_, at) => mean(all.slice(at * length, (at + 1) * length)));
  const middle = mean(means);
  const variance = means.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (blocks - 1);
  const error = studentT(CONFIDENCE, blocks - 1) * Math.sqrt(variance / blocks);
  return { mean: center, error, inefficiency, blocks };
}

function inefficiencyOf(values: readonly number[], center: number): number {
  const n = values.length;
  const rest = values.map((value) => value - center);
  const variance = rest.reduce((sum, value) => sum + value * value, 0) / n;
  if (!(variance > 0)) return 1;
  let g = 1;
  for (let t = 1; t < n; t++) {
    let sum = 0;
    for (let at = 0; at + t < n; at++) sum += (rest[at] as number) * (rest[at + t] as number);
    const correlation = sum / (n - t) / variance;
    if (correlation <= 0) break;
    g += 2 * (1 - t / n) * correlation;
  }
  return g;
}
