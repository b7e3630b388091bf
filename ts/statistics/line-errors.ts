import type { ScatteredRange } from './distinct-lines.js';
import { LineSums } from './line-sums.js';
import { CORRELATIONS, rangeCost, unbiasedScatter } from './scattered-lines.js';

/** A straight line that was fitted to the values of a range. */
export interface FittedLine {
  readonly start: number;
  readonly end: number;
  /** Mean of the places. */
  readonly center: number;
  /** Σ (place − center)². */
  readonly spread: number;
}

/** The noise of each range if it had one correlation, and how likely that is. */
interface NoiseModel {
  readonly correlation: number;
  readonly weight: number;
  /** Variance of the values about the line of each range. */
  readonly variances: readonly number[];
}

/**
 * Errors of the lines of a series. Noise may be correlated, and the few values of a range do not
 * say how much: variances are means over all correlations, each as likely as it makes the values.
 */
export class LineErrors {
  readonly #at: ArrayLike<number>;
  readonly #models: readonly NoiseModel[];

  /**
   * @param ranges the cut of the series
   * @param chosen sums with the correlation that the cut, and what it expects, was found with
   * @param least the least variance that counts as noise
   */
  constructor(
    values: ArrayLike<number>,
    at: ArrayLike<number>,
    ranges: readonly ScatteredRange[],
    chosen: LineSums,
    least: number,
  ) {
    this.#at = at;
    const squaresOf = (sums: LineSums): number[] => ranges.map(({ start, end }) => sums.squares(start, end));
    const total = (squares: readonly number[]): number => squares.reduce((sum, next) => sum + next, 0);
    const whole = Math.max(Number.MIN_VALUE, total(squaresOf(chosen)));
    const models = CORRELATIONS.map((correlation) => {
      const sums = correlation === chosen.correlation ? chosen : new LineSums(values, at, correlation);
      const squares = squaresOf(sums);
      const scale = total(squares) / whole;
      const share = 1 - correlation ** 2;
      let cost = -ranges.length * Math.log(share);
      const variances = ranges.map(({ start, end, expected }, index) => {
        const own = squares[index] as number;
        cost += rangeCost(own, end - start, scale * expected, least);
        return Math.max(least, unbiasedScatter(own, end - start, scale * expected)) / share;
      });
      return { correlation, cost, variances };
    });
    const lowest = Math.min(...models.map(({ cost }) => cost));
    const weights = models.map(({ cost }) => Math.exp((lowest - cost) / 2));
    const all = total(weights);
    this.#models = models.map(({ correlation, variances }, index) => {
      return { correlation, variances, weight: (weights[index] as number) / all };
    });
  }

  /** Variance of the line of a range at some place. */
  varianceAt(index: number, line: FittedLine, place: number): number {
    return this.#models.reduce(
      (sum, { correlation, weight, variances }) =>
        sum + weight * (variances[index] as number) * this.#shareAt(line, place, correlation),
      0,
    );
  }

  /**
   * The same over the variance of a value: Σ w(i)·w(j)·ρ^|i − j|, where the line is Σ w·value
   * there.
   */
  #shareAt({ start, end, center, spread }: FittedLine, place: number, correlation: number): number {
    const own = 1 / (end - start);
    const lever = spread > 0 ? (place - center) / spread : 0;
    let [sum, before, last] = [0, 0, 0];
    for (let index = start; index < end; index++) {
      const weight = own + lever * ((this.#at[index] as number) - center);
      before = correlation * (before + last);
      sum += weight * (weight + 2 * before);
      last = weight;
    }
    return Math.max(0, sum);
  }
}
