import { isIndependent } from '../statistics/condition.js';
import { countDistinct } from '../statistics/distinct.js';
import { MOST_DEGREE } from '../base/constants.js';
import { mean } from '../statistics/moments.js';
import type { PressureTemperature } from '../model/state-points.js';

/** How well polynomials of one degree foretell a value that they were not fitted to. */
export interface SurfaceTrial {
  /** Highest power of P and T together. */
  readonly degree: number;
  /** Root mean square of the errors at each place, left out in turn, in the unit of the values. */
  readonly error: number;
}

/** A polynomial in P and T, of least squares: what {@link fitSurface} gives. */
export interface Surface {
  readonly degree: number;
  /** Every degree that was tried, from 1. */
  readonly trials: readonly SurfaceTrial[];
  /** Root mean square of what the fit leaves, in the unit of the values. */
  readonly rms: number;
  /** Values less coefficients. */
  readonly freedom: number;
  /**
   * What the fit leaves at each place, as if every place had the same weight and none pulled the
   * surface to itself.
   */
  readonly residuals: Float64Array;
  readonly polynomial: SurfacePolynomial;
  /** Square of its standard error at a place, as if residuals were independent. */
  readonly variance: (place: PressureTemperature) => number;
  /**
   * The surface to other values: those that the highest degree has, which is bent least by the
   * choice, with such residuals. The degree is chosen anew.
   */
  readonly redrawn: (residuals: ArrayLike<number>) => SurfacePolynomial;
}

/** Σ c·pⁱ·tʲ, with p and t from −1 to 1 over the places of the fit. */
export interface SurfacePolynomial {
  readonly plane: SurfacePlane;
  readonly coefficients: Float64Array;
}

/** Where P and T are scaled to −1 to 1, and the powers of both that a polynomial has. */
export interface SurfacePlane {
  readonly pressure: Span;
  readonly temperature: Span;
  /** Powers of p and t of each term. */
  readonly powers: readonly (readonly [number, number])[];
}

interface Span {
  readonly middle: number;
  readonly half: number;
  /** How many different values there are: powers are fewer. */
  readonly different: number;
}

/**
 * Values beyond the coefficients at least: what they scatter by is all that is known of the error.
 */
const FEWEST_OVER = 2;

/** Share of the largest value below which errors are of rounding, that of the values included. */
const ROUNDING = 1e-9;

/**
 * A place that a surface passes through whatever its value: nothing is left of it to judge the
 * surface by.
 */
const FULL_LEVERAGE = 1 - 1e-9;

/** Different places that the lowest surface takes, a straight one in what differs among them. */
export function fewestPlaces(places: readonly PressureTemperature[]): number {
  return planeOf(places, 1).powers.length + FEWEST_OVER;
}

/**
 * Fits polynomials in P and T to values by least squares, and takes one by leave-one-out
 * cross-validation: of every degree from 1 to 4 that leaves two values over, each value is foretold
 * from all others; of the degrees whose mean squared error is within one standard error of the
 * least, the lowest is taken (L. Breiman et al., Classification and Regression Trees, 1984). No
 * chance is in it. Powers of P, or T, are fewer than its different values, so that a table of one
 * pressure has surfaces in T alone.
 *
 * @param places all different
 * @param weights of the squares, one for each value
 * @returns undefined where no degree is determined
 */
export async function fitSurface(
  places: readonly PressureTemperature[],
  values: Float64Array,
  weights: Float64Array,
): Promise<Surface | undefined> {
  const scale = mean(weights);
  const shares = weights.map((weight) => weight / scale);
  const designs: Design[] = [];
  for (let degree = 1; degree <= MOST_DEGREE; degree++) {
    const plane = planeOf(places, degree);
    if (plane.powers.length + FEWEST_OVER > places.length) break;
    // Few different values hold no higher powers.
    if (plane.powers.length === designs.at(-1)?.plane.powers.length) continue;
    const design = await designOf(places, shares, plane, degree);
    if (design !== undefined) designs.push(design);
  }
  const fits = designs.map((design) => fitted(design, values, shares));
  const [chosen, richest] = [lowest(fits, values), fits.at(-1)];
  if (chosen === undefined || richest === undefined) return undefined;
  const { design, coefficients, left } = chosen;
  const { plane, leverage, smoother } = design;
  const roots = shares.map(Math.sqrt);
  const freedom = values.length - coefficients.length;
  const scatter = left.reduce((sum, value, at) => sum + (shares[at] as number) * value ** 2, 0) / freedom;
  return {
    degree: design.degree,
    trials: fits.map(({ design: { degree }, squares }) => ({ degree, error: Math.sqrt(mean(squares)) })),
    rms: Math.sqrt(mean(left.map((value) => value ** 2))),
    freedom,
    residuals: left.map(
      (value, at) => (value * (roots[at] as number)) / Math.sqrt(1 - (leverage[at] as number)),
    ),
    polynomial: { plane, coefficients },
    variance: (place) => {
      const row = termsAt(plane, place);
      const pulls = roots.map(
        (root, at) =>
          row.reduce((sum, value, term) => sum + value * (smoother[term]?.[at] as number), 0) / root,
      );
      return scatter * pulls.reduce((sum, pull) => sum + pull ** 2, 0);
    },
    redrawn: (residuals) => {
      const drawn = values.map(
        (value, at) =>
          value - (richest.left[at] as number) + (residuals[at] as number) / (roots[at] as number),
      );
      const found = lowest(
        designs.map((one) => fitted(one, drawn, shares)),
        drawn,
      ) as Fit;
      return { plane: found.design.plane, coefficients: found.coefficients };
    },
  };
}

/** A polynomial at a place. */
export function surfaceAt({ plane, coefficients }: SurfacePolynomial, place: PressureTemperature): number {
  return dot(coefficients, termsAt(plane, place));
}

/** A polynomial along a line of one P, as a function of T, or the other way round. */
export function surfaceAlong(
  { plane, coefficients }: SurfacePolynomial,
  fixed: keyof PressureTemperature,
  at: number,
): (x: number) => number {
  const known = scaled(plane[fixed], at);
  const free = plane[fixed === 'pressure' ? 'temperature' : 'pressure'];
  const sums = new Float64Array(MOST_DEGREE + 1);
  for (const [term, [i, j]] of plane.powers.entries()) {
    const [own, other] = fixed === 'pressure' ? [i, j] : [j, i];
    sums[other] = (sums[other] as number) + (coefficients[term] as number) * known ** own;
  }
  return (x) => {
    const u = scaled(free, x);
    let value = 0;
    for (let power = MOST_DEGREE; power >= 0; power--) value = value * u + (sums[power] as number);
    return value;
  };
}

/** Its derivatives with respect to P and T. */
export function surfaceSlopes(
  { plane, coefficients }: SurfacePolynomial,
  { pressure, temperature }: PressureTemperature,
): { readonly pressure: number; readonly temperature: number } {
  const [p, t] = [scaled(plane.pressure, pressure), scaled(plane.temperature, temperature)];
  let [ofP, ofT] = [0, 0];
  for (const [at, [i, j]] of plane.powers.entries()) {
    const coefficient = coefficients[at] as number;
    if (i > 0) ofP += coefficient * i * p ** (i - 1) * t ** j;
    if (j > 0) ofT += coefficient * j * p ** i * t ** (j - 1);
  }
  return { pressure: ofP / plane.pressure.half, temperature: ofT / plane.temperature.half };
}

/** What does not go with the values. */
interface Design {
  readonly plane: SurfacePlane;
  readonly degree: number;
  /** Terms at each place. */
  readonly rows: readonly (readonly number[])[];
  /** Coefficients from values. */
  readonly smoother: readonly Float64Array[];
  /** The share that each value has in the surface at its own place. */
  readonly leverage: Float64Array;
}

interface Fit {
  readonly design: Design;
  readonly coefficients: Float64Array;
  /** Residuals. */
  readonly left: Float64Array;
  /** Weighted squares of the errors of values that were left out. */
  readonly squares: Float64Array;
}

/**
 * Least squares by the pseudoinverse; undefined where the places do not determine the terms, even
 * without one of them.
 */
async function designOf(
  places: readonly PressureTemperature[],
  weights: Float64Array,
  plane: SurfacePlane,
  degree: number,
): Promise<Design | undefined> {
  const { Matrix, pseudoInverse } = await import('ml-matrix');
  const roots = weights.map(Math.sqrt);
  const rows = places.map((place) => termsAt(plane, place));
  const weighted = rows.map((row, at) => row.map((value) => value * (roots[at] as number)));
  if (!(await isIndependent(weighted))) return undefined;
  const smoother = pseudoInverse(new Matrix(weighted))
    .to2DArray()
    .map((row) => Float64Array.from(row, (value, at) => value * (roots[at] as number)));
  const leverage = Float64Array.from(rows, (row, at) =>
    row.reduce((sum, value, term) => sum + value * (smoother[term]?.[at] as number), 0),
  );
  return leverage.some((share) => share > FULL_LEVERAGE)
    ? undefined
    : { plane, degree, rows, smoother, leverage };
}

/**
 * The fit, and by the leverage what it would foretell of each value without it:
 * error = residual/(1 − leverage).
 */
function fitted(design: Design, values: Float64Array, weights: Float64Array): Fit {
  const coefficients = Float64Array.from(design.smoother, (row) => dot(row, values));
  const left = values.map((value, at) => value - dot(coefficients, design.rows[at] as readonly number[]));
  const squares = left.map(
    (value, at) => (weights[at] as number) * (value / (1 - (design.leverage[at] as number))) ** 2,
  );
  return { design, coefficients, left, squares };
}

/** The lowest degree that is as good as the best, as far as the errors tell. */
function lowest(fits: readonly Fit[], values: Float64Array): Fit | undefined {
  const [first, ...others] = fits;
  if (first === undefined) return undefined;
  const best = others.reduce((one, next) => (mean(next.squares) < mean(one.squares) ? next : one), first);
  const least = mean(best.squares);
  const variance = mean(best.squares.map((square) => (square - least) ** 2));
  const rounding = (ROUNDING * Math.max(...values.map(Math.abs))) ** 2;
  const limit = least + Math.sqrt(variance / values.length) + rounding;
  return fits.find(({ squares }) => mean(squares) <= limit);
}

function planeOf(places: readonly PressureTemperature[], degree: number): SurfacePlane {
  const pressure = spanOf(places.map((place) => place.pressure));
  const temperature = spanOf(places.map((place) => place.temperature));
  const powers: [number, number][] = [];
  for (let total = 0; total <= degree; total++) {
    for (let i = 0; i <= total; i++) {
      if (i < pressure.different && total - i < temperature.different) powers.push([i, total - i]);
    }
  }
  return { pressure, temperature, powers };
}

/** pⁱ·tʲ of each term at a place. */
function termsAt({ pressure, temperature, powers }: SurfacePlane, place: PressureTemperature): number[] {
  const [p, t] = [scaled(pressure, place.pressure), scaled(temperature, place.temperature)];
  return powers.map(([i, j]) => p ** i * t ** j);
}

function spanOf(values: readonly number[]): Span {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const different = countDistinct(values);
  return { middle: (low + high) / 2, half: different === 1 ? 1 : (high - low) / 2, different };
}

function scaled({ middle, half }: Span, value: number): number {
  return (value - middle) / half;
}

function dot(one: Float64Array, other: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] as number) * (other[at] as number);
  return sum;
}
