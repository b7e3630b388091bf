import { QuestsError } from '../base/error.js';

/** A line y = intercept + slope·x. */
export interface QuantileLine {
  readonly intercept: number;
  readonly slope: number;
}

/**
 * Halvings of the bracket of the slope: more than a double has bits, as long as the bracket takes
 * to shrink to one number.
 */
const HALVINGS = 200;

/**
 * The line that minimises Σ ρ_τ(y − a − b·x), with ρ_τ(r) = τ·r for r ≥ 0 and (τ − 1)·r below:
 * about the share τ of the points lies below it. The loss is convex: at any slope the best
 * intercept is a quantile of y − b·x, and a subgradient there says on which side the best slope
 * lies, so halving finds it to the last digits. O(n log n) for each halving.
 *
 * @param level τ, above 0 and below 1
 * @returns undefined where no two x differ
 * @throws {QuestsError} INVALID_ARGUMENT: another level, or not as many y as x
 * @see R. Koenker, G. Bassett, Regression quantiles, Econometrica 46, 33 (1978)
 */
export function quantileRegression(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  level: number,
): QuantileLine | undefined {
  const n = x.length;
  if (!(level > 0 && level < 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `level is ${level}, expected above 0 and below 1`);
  }
  if (y.length !== n) {
    throw new QuestsError('INVALID_ARGUMENT', `${y.length} values of y for ${n} of x`);
  }
  let [low, high] = [Infinity, -Infinity];
  for (let at = 0; at < n; at++) {
    low = Math.min(low, x[at] as number);
    high = Math.max(high, x[at] as number);
  }
  if (!(high > low)) return undefined;
  // Centred, so that a change of slope does not move the middle of the points, where digits would
  // be lost.
  const middle = (low + high) / 2;
  const centred = Float64Array.from({ length: n }, (_, at) => (x[at] as number) - middle);
  let [lowY, highY] = [Infinity, -Infinity];
  for (let at = 0; at < n; at++) {
    lowY = Math.min(lowY, y[at] as number);
    highY = Math.max(highY, y[at] as number);
  }
  const loss = new Loss(centred, y, level);
  let width = Math.max(highY - lowY, Number.MIN_VALUE) / (high - low);
  while (loss.at(-width).slope > 0 || loss.at(width).slope < 0) width *= 2;
  let [left, right] = [-width, width];
  for (let round = 0; round < HALVINGS && left < right; round++) {
    const slope = (left + right) / 2;
    const gradient = loss.at(slope).slope;
    if (gradient === 0 || slope === left || slope === right) {
      left = right = slope;
    } else if (gradient < 0) left = slope;
    else right = slope;
  }
  const slope = (left + right) / 2;
  return { slope, intercept: loss.at(slope).intercept - slope * middle };
}

/** The loss, as a function of the slope. */
class Loss {
  readonly #x: Float64Array;
  readonly #y: ArrayLike<number>;
  readonly #level: number;
  readonly #rest: Float64Array;

  constructor(x: Float64Array, y: ArrayLike<number>, level: number) {
    this.#x = x;
    this.#y = y;
    this.#level = level;
    this.#rest = new Float64Array(x.length);
  }

  /** The best intercept at a slope, and a subgradient by the slope there. */
  at(slope: number): { intercept: number; slope: number } {
    const [x, rest, level] = [this.#x, this.#rest, this.#level];
    for (let at = 0; at < x.length; at++) rest[at] = (this.#y[at] as number) - slope * (x[at] as number);
    const sorted = Float64Array.from(rest).sort();
    const intercept = sorted[Math.max(0, Math.ceil(level * x.length) - 1)] as number;
    let [below, above, tied] = [0, 0, 0];
    let [sumBelow, sumAbove, sumTied] = [0, 0, 0];
    for (let at = 0; at < x.length; at++) {
      const [own, difference] = [x[at] as number, (rest[at] as number) - intercept];
      if (difference < 0) {
        below++;
        sumBelow += own;
      } else if (difference > 0) {
        above++;
        sumAbove += own;
      } else {
        tied++;
        sumTied += own;
      }
    }
    // Points on the line share what makes the intercept the best one.
    const share = ((1 - level) * below - level * above) / tied;
    return { intercept, slope: (1 - level) * sumBelow - level * sumAbove - share * sumTied };
  }
}
