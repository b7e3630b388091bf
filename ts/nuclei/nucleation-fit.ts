import { isIndependent } from '../statistics/condition.js';
import { CONFIDENCE, BOLTZMANN } from '../base/constants.js';
import type { FitParameter } from '../entropy/learning-curve-fit.js';
import type { ValueOrRefusal } from '../entropy/learning-curve-gap.js';
import { QuestsError } from '../base/error.js';
import type { SizeCounts } from './nucleus-sizes.js';
import { studentT } from '../statistics/student-t.js';

/** Options of {@link fitNucleation}. */
export interface NucleationFitOptions {
  /** Smallest size of the fit. Default: the smallest there is. */
  readonly from?: number | undefined;
  /**
   * Largest size of the fit. Default: the last before the first with fewer than five nuclei, beyond
   * which a few large ones that grow say more about time than about a barrier.
   */
  readonly to?: number | undefined;
}

/** ln N(n) = x₀ + a·n − b·n^⅔, fitted to the sizes of nuclei: what {@link fitNucleation} gives. */
export interface NucleationFit {
  readonly x0: FitParameter;
  /** |ΔG_v|/ρkT: what an atom gains in the new phase, in kT. At least 0. */
  readonly a: FitParameter;
  /** (36π)^⅓ γ/(ρ^⅔ kT): what the surface costs, in kT. At least 0. */
  readonly b: FitParameter;
  /**
   * n* = (2b/3a)³, the size at the top of the barrier, in atoms; `null` where a or b is not
   * above 0.
   */
  readonly critical: FitParameter | null;
  /** 4b³/27a², the height of the barrier, in kT; `null` likewise. */
  readonly barrier: FitParameter | null;
  /** Smallest and largest size that was fitted. */
  readonly range: readonly [number, number];
  /** Nuclei of these sizes. */
  readonly nuclei: number;
  /**
   * Pearson's χ² over the degrees of freedom: 1 where counts spread as independent ones do. Above
   * 1, as in frames that follow each other closely, the intervals are wider by its root.
   */
  readonly dispersion: number;
}

/** Three parameters leave three sizes over. */
const FEWEST_SIZES = 6;
/** So few nuclei determine nothing. */
const FEWEST_NUCLEI = 50;
/** Counts of a size below which the default range ends. */
const FEWEST_OF_A_SIZE = 5;

const ITERATIONS = 100;
/** Change of the logarithm of a rate that no longer counts. */
const CONVERGED = 1e-12;

/**
 * Fits the size distribution of classical nucleation theory, N(n) = exp(x₀ + a·n − b·n^⅔) with a,
 * b ≥ 0, so that ΔG(n) = (b·n^⅔ − a·n)·kT: by maximum likelihood for counts of Poisson's
 * distribution, sizes without nuclei included. The 95 % intervals are those of the likelihood's
 * curvature, times the root of the dispersion where it exceeds 1, with Student's t; those of n* and
 * of the barrier follow from the covariance of ln a and ln b.
 *
 * It holds for nuclei in a metastable phase, before one of them grows. Counts of the largest
 * nucleus alone are no such distribution and bias it; see {@link firstPassage} for them.
 *
 * @param counts `counts[n]` nuclei of size n
 * @throws {QuestsError} INVALID_ARGUMENT: fewer than six sizes or 50 nuclei in the range, counts
 *   that are negative or not finite, counts that determine no curve
 *
 * @example
 * const fit = await fitNucleation(sizeCounts(all), { from: 3 });
 */
export async function fitNucleation(
  counts: SizeCounts,
  options: NucleationFitOptions = {},
): Promise<NucleationFit> {
  checkCounts(counts);
  const {
    from = Math.max(
      1,
      indexWhere(counts, 1, (count) => count > 0),
    ),
  } = options;
  const { to = indexWhere(counts, from, (count) => count < FEWEST_OF_A_SIZE) - 1 } = options;
  const sizes = Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);
  const N = sizes.map((size) => counts[size] ?? 0);
  const nuclei = N.reduce((sum, count) => sum + count, 0);
  const found = `${sizes.length} sizes from ${from} with ${nuclei} nuclei`;
  if (sizes.length < FEWEST_SIZES || nuclei < FEWEST_NUCLEI) {
    const expected = `at least ${FEWEST_SIZES} sizes and ${FEWEST_NUCLEI} nuclei to fit a barrier to`;
    throw new QuestsError('INVALID_ARGUMENT', `${found}, expected ${expected}`);
  }
  // What is not above 0 is held at 0, and the rest is fitted anew: the likelihood has a single
  // maximum.
  const free = [true, true, true];
  for (;;) {
    const fit = await likeliest(sizes, N, free);
    if (fit === undefined) throw new QuestsError('INVALID_ARGUMENT', `${found}: they determine no curve`);
    const [, a = 0, b = 0] = fit.values;
    const bad = [0, a, b].findIndex((value) => value < 0);
    if (bad === -1) return reported(fit, free, sizes, N);
    free[bad] = false;
  }
}

/** ln N(n) of a fit. */
export function fittedLogCount({ x0, a, b }: Pick<NucleationFit, 'x0' | 'a' | 'b'>, size: number): number {
  return x0.value + a.value * size - b.value * size ** (2 / 3);
}

/**
 * The energies that a fit stands for: γ = b·ρ^⅔ kT/(36π)^⅓, the interface's, and |ΔG_v| = a·ρ·kT,
 * the driving force.
 *
 * @param density ρ of the new phase, in atoms per Å³
 * @param temperature T, in K
 * @returns γ in J/m², |ΔG_v| in eV/Å³
 */
export function nucleationEnergies(
  { a, b }: Pick<NucleationFit, 'a' | 'b'>,
  density: number,
  temperature: number,
): { readonly interface: number; readonly drivingForce: number } {
  const kT = BOLTZMANN * temperature;
  return {
    interface: ((b.value * density ** (2 / 3) * kT) / Math.cbrt(36 * Math.PI)) * JOULE_PER_SQUARE_METRE,
    drivingForce: a.value * density * kT,
  };
}

/** 1 eV/Å² in J/m². */
const JOULE_PER_SQUARE_METRE = 16.02176634;

/** Whether there is a critical size to speak of, and why not. */
export function criticalSize({ critical, range }: NucleationFit): ValueOrRefusal {
  if (critical === null) {
    return { value: null, refusal: 'no barrier: larger nuclei are rarer throughout, or commoner' };
  }
  if (critical.value > 10 * range[1]) {
    const far =
      `n* = ${critical.value.toExponential(1)} is more than ten times the largest size, ` + `${range[1]}`;
    return { value: null, refusal: far };
  }
  return { value: critical.value, refusal: null };
}

interface Likeliest {
  readonly values: readonly number[];
  /** Covariance of the free parameters, for a dispersion of 1. */
  readonly covariance: readonly (readonly number[])[];
  readonly rates: readonly number[];
}

/**
 * Newton's method for the parameters that are free, in scaled sizes; undefined where they are not
 * determined.
 */
async function likeliest(
  sizes: readonly number[],
  counts: readonly number[],
  free: readonly boolean[],
): Promise<Likeliest | undefined> {
  const { inverse, Matrix, solve } = await import('ml-matrix');
  const largest = sizes.at(-1) ?? NaN;
  const scales = [1, largest, largest ** (2 / 3)].filter((_, index) => free[index]);
  const rows = sizes.map((size) => [1, size, -(size ** (2 / 3))].filter((_, index) => free[index]));
  const X = new Matrix(rows.map((row) => row.map((value, index) => value / (scales[index] as number))));
  if (!(await isIndependent(X.to2DArray()))) return undefined;
  const information = (rates: readonly number[]): InstanceType<typeof Matrix> =>
    X.transpose().mmul(
      new Matrix(X.to2DArray().map((row, at) => row.map((value) => value * (rates[at] as number)))),
    );
  // Begins at the counts themselves, half a nucleus where there is none.
  let eta = counts.map((count) => Math.log(Math.max(count, 0.5)));
  let values: number[] = [];
  for (let iteration = 0; iteration < ITERATIONS; iteration++) {
    const rates = eta.map(Math.exp);
    const target = eta.map((value, at) => {
      const rate = rates[at] as number;
      return rate * value + (counts[at] as number) - rate;
    });
    const right = X.transpose().mmul(Matrix.columnVector(target));
    values = solve(information(rates), right).to1DArray();
    const next = X.mmul(Matrix.columnVector(values)).to1DArray();
    if (!next.every((value) => Number.isFinite(value) && value < 300)) return undefined;
    const change = next.reduce((most, value, at) => Math.max(most, Math.abs(value - (eta[at] as number))), 0);
    eta = next;
    if (change < CONVERGED) break;
  }
  const rates = eta.map(Math.exp);
  const covariance = inverse(information(rates)).to2DArray();
  const placed = free.map((is, index) => (is ? free.slice(0, index).filter(Boolean).length : -1));
  const scaled = (at: number): number => (at === -1 ? 0 : (values[at] as number) / (scales[at] as number));
  return {
    values: placed.map(scaled),
    covariance: placed.map((i) =>
      placed.map((j) => {
        if (i === -1 || j === -1) return 0;
        return (covariance[i]?.[j] as number) / (scales[i] as number) / (scales[j] as number);
      }),
    ),
    rates,
  };
}

function reported(
  { values, covariance, rates }: Likeliest,
  free: readonly boolean[],
  sizes: readonly number[],
  counts: readonly number[],
): NucleationFit {
  const freedom = sizes.length - free.filter(Boolean).length;
  const dispersion =
    rates.reduce((sum, rate, at) => sum + ((counts[at] as number) - rate) ** 2 / rate, 0) / freedom;
  const t = studentT(CONFIDENCE, freedom) * Math.sqrt(Math.max(1, dispersion));
  const [x0 = NaN, a = NaN, b = NaN] = values;
  const variance = (i: number, j: number): number => covariance[i]?.[j] as number;
  const parameter = (index: number, value: number, least: number): FitParameter => {
    const half = t * Math.sqrt(variance(index, index));
    return { value, low: Math.max(least, value - half), high: value + half };
  };
  // ln n* = 3 ln b − 3 ln a + …, ln ΔG* = 3 ln b − 2 ln a + …
  const product = (value: number, ofB: number, ofA: number): FitParameter | null => {
    if (!(a > 0 && b > 0)) return null;
    const square =
      (ofB / b) ** 2 * variance(2, 2) +
      (ofA / a) ** 2 * variance(1, 1) -
      2 * (ofB / b) * (ofA / a) * variance(1, 2);
    const half = t * Math.sqrt(Math.max(0, square));
    return { value, low: value * Math.exp(-half), high: value * Math.exp(half) };
  };
  return {
    x0: parameter(0, x0, -Infinity),
    a: parameter(1, a, 0),
    b: parameter(2, b, 0),
    critical: product(((2 * b) / (3 * a)) ** 3, 3, 3),
    barrier: product((4 * b ** 3) / (27 * a ** 2), 3, 2),
    range: [sizes[0] ?? NaN, sizes.at(-1) ?? NaN],
    nuclei: counts.reduce((sum, count) => sum + count, 0),
    dispersion,
  };
}

/** The first index from `start` that fits; the length where none does. */
function indexWhere(counts: SizeCounts, start: number, fits: (count: number) => boolean): number {
  let at = start;
  while (at < counts.length && !fits(counts[at] as number)) at++;
  return at;
}

function checkCounts(counts: SizeCounts): void {
  for (let size = 0; size < counts.length; size++) {
    const count = counts[size] as number;
    if (count >= 0 && Number.isFinite(count)) continue;
    throw new QuestsError('INVALID_ARGUMENT', `${count} nuclei of size ${size}, expected a number from 0`);
  }
}
