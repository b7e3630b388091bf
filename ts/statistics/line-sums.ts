/** A straight line: its value at 0, and its rise for each unit of place. */
export interface Line {
  readonly offset: number;
  readonly slope: number;
}

/** Sums over some values, as the normal equations of a straight line have them. */
interface Moments {
  readonly one: number;
  readonly t: number;
  readonly y: number;
  readonly tt: number;
  readonly ty: number;
  readonly yy: number;
}

/** Products of a value that are summed: 1, t, y, t², ty, y². */
const SUMS = 6;

/**
 * Least squares of straight lines over any range of a series, from sums that are made once.
 *
 * Noise may be correlated, ρ from each value to the next: squares are then those of innovations,
 * e(i) − ρ·e(i − 1), and √(1 − ρ²)·e of the first value of a range, which has none before it. ρ = 0
 * is the usual least squares.
 */
export class LineSums {
  readonly correlation: number;
  /** Sums over the innovations before an index, about the middle of all values. */
  readonly #sums: Float64Array;
  readonly #t: Float64Array;
  readonly #y: Float64Array;

  constructor(values: ArrayLike<number>, at: ArrayLike<number>, correlation: number) {
    this.correlation = correlation;
    this.#t = centred(at);
    this.#y = centred(values);
    const n = values.length;
    this.#sums = new Float64Array(SUMS * (n + 1));
    const one = 1 - correlation;
    for (let index = 1; index < n; index++) {
      const t = this.#innovation(this.#t, index);
      const y = this.#innovation(this.#y, index);
      [one * one, one * t, one * y, t * t, t * y, y * y].forEach((term, part) => {
        const next = SUMS * (index + 1) + part;
        this.#sums[next] = (this.#sums[next - SUMS] as number) + term;
      });
    }
  }

  /** Squares that the best line leaves over `start` … `end` − 1. */
  squares(start: number, end: number): number {
    if (end - start < 2) return 0;
    const sums = this.#sums;
    const [from, to] = [SUMS * (start + 1), SUMS * end];
    const first = 1 - this.correlation ** 2;
    const t0 = this.#t[start] as number;
    const y0 = this.#y[start] as number;
    // As in #moments, without an object: this is where all the time goes.
    const one = first + (sums[to] as number) - (sums[from] as number);
    const t = first * t0 + (sums[to + 1] as number) - (sums[from + 1] as number);
    const y = first * y0 + (sums[to + 2] as number) - (sums[from + 2] as number);
    const tt = first * t0 * t0 + (sums[to + 3] as number) - (sums[from + 3] as number);
    const ty = first * t0 * y0 + (sums[to + 4] as number) - (sums[from + 4] as number);
    const yy = first * y0 * y0 + (sums[to + 5] as number) - (sums[from + 5] as number);
    const spread = tt - (t * t) / one;
    const left = yy - (y * y) / one;
    return Math.max(0, spread > 0 ? left - (ty - (t * y) / one) ** 2 / spread : left);
  }

  /** Squares that a line leaves there, and that of two ranges with weights: see {@link common}. */
  squaresOf({ offset, slope }: Line, start: number, end: number): number {
    const { one, t, y, tt, ty, yy } = this.#moments(start, end);
    const all = yy - 2 * offset * y - 2 * slope * ty;
    return Math.max(0, all + offset ** 2 * one + 2 * offset * slope * t + slope ** 2 * tt);
  }

  /**
   * The one line that is best for ranges with noise of their own.
   *
   * @param ranges beginnings, ends, and variances of the noise
   */
  common(ranges: readonly { start: number; end: number; variance: number }[]): Line {
    let [one, t, y, tt, ty] = [0, 0, 0, 0, 0];
    for (const { start, end, variance } of ranges) {
      const sums = this.#moments(start, end);
      one += sums.one / variance;
      t += sums.t / variance;
      y += sums.y / variance;
      tt += sums.tt / variance;
      ty += sums.ty / variance;
    }
    const spread = tt - (t * t) / one;
    const slope = spread > 0 ? (ty - (t * y) / one) / spread : 0;
    return { offset: (y - slope * t) / one, slope };
  }

  #moments(start: number, end: number): Moments {
    const [t, y] = [this.#t[start] as number, this.#y[start] as number];
    const first = 1 - this.correlation ** 2;
    const sum = (part: number): number =>
      (this.#sums[SUMS * end + part] as number) - (this.#sums[SUMS * (start + 1) + part] as number);
    return {
      one: first + sum(0),
      t: first * t + sum(1),
      y: first * y + sum(2),
      tt: first * t * t + sum(3),
      ty: first * t * y + sum(4),
      yy: first * y * y + sum(5),
    };
  }

  #innovation(of: Float64Array, index: number): number {
    return (of[index] as number) - this.correlation * (of[index - 1] as number);
  }
}

function centred(values: ArrayLike<number>): Float64Array {
  const mean = Array.from(values).reduce((sum, value) => sum + value / values.length, 0);
  return Float64Array.from(values, (value) => value - mean);
}
