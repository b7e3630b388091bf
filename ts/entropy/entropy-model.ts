import { countDistinct } from '../statistics/distinct.js';
import { fitOrRefusal } from '../base/fit-or-refusal.js';
import type { StateEntropy } from './entropy-difference.js';
import type { FitParameter } from './learning-curve-fit.js';
import { QuestsError } from '../base/error.js';
import { leastSquares } from '../statistics/least-squares.js';
import { mean } from '../statistics/moments.js';

/** Models of a crystal's vibrational entropy. */
export type EntropyModelName = 'debye' | 'einstein';

/** A temperature, and the entropy at it. */
export interface EntropyPoint {
  /** T, in K, above 0. */
  readonly temperature: number;
  /** In nats per atom. */
  readonly entropy: number;
}

/** Options of {@link fitEntropyModel}. */
export interface EntropyFitOptions {
  readonly model: EntropyModelName;
  /**
   * Whether S(0) = s₀ is fitted, too; else it is 0. Default: true for `debye`, false for
   * `einstein`.
   */
  readonly offset?: boolean | undefined;
}

/** A model fitted to H(T): what {@link fitEntropyModel} gives. */
export interface EntropyFit {
  readonly model: EntropyModelName;
  /** θ, in K: Debye's temperature, or ħω/k_B of Einstein's model. */
  readonly theta: FitParameter;
  /** s₀, in nats; `null` where it is not fitted. */
  readonly offset: FitParameter | null;
  /** Root mean square of what the fit leaves, in nats. */
  readonly rms: number;
  readonly points: readonly EntropyPoint[];
}

/**
 * Debye's entropy in units of k_B per atom: S = 4·D₃(θ/T) − 3·ln(1 − e^(−θ/T)), D₃(x) = (3/x³) ∫₀ˣ
 * t³/(eᵗ − 1) dt. 0 at T = 0, as (4π⁴/5)(T/θ)³ above it; exact to rounding at any T.
 *
 * @param temperature in the unit of θ, at least 0
 */
export function debyeEntropy(temperature: number, theta: number): number {
  if (temperature === 0) return 0;
  const x = theta / temperature;
  return 4 * debyeFunction(x) - 3 * Math.log(-Math.expm1(-x));
}

/**
 * Einstein's entropy in units of k_B per atom: S = 3·[(x/2)·coth(x/2) − ln(2 sinh(x/2))],
 * x = ħω/k_BT = θ/T. Computed as 3·[x/(eˣ − 1) − ln(1 − e⁻ˣ)], which is the same without
 * differences of large numbers.
 *
 * @param temperature in the unit of θ, at least 0
 */
export function einsteinEntropy(temperature: number, theta: number): number {
  if (temperature === 0) return 0;
  const x = theta / temperature;
  return 3 * (occupied(x) - Math.log(-Math.expm1(-x)));
}

/** x/(eˣ − 1). */
function occupied(x: number): number {
  return x > 700 ? 0 : x / Math.expm1(x);
}

/** D₃(x). */
export function debyeFunction(x: number): number {
  if (x < 1) {
    // t³/(eᵗ − 1) = t²·(1 − t/2 + Σ B₂ₖ t²ᵏ/(2k)!), term by term.
    let sum = 1 / 3 - x / 8;
    let power = 1;
    for (const [at, coefficient] of BERNOULLI.entries()) {
      power *= x * x;
      sum += (coefficient * power) / (2 * at + 5);
    }
    return 3 * sum;
  }
  // ∫₀^∞ − ∫ₓ^∞, the second as Σ e^(−kx)(x³/k + 3x²/k² + 6x/k³ + 6/k⁴).
  let tail = 0;
  for (let k = 1; k * x < 750; k++) {
    const term = Math.exp(-k * x) * (x ** 3 / k + (3 * x ** 2) / k ** 2 + (6 * x) / k ** 3 + 6 / k ** 4);
    tail += term;
    if (term < 1e-17 * tail) break;
  }
  return (3 / x ** 3) * (Math.PI ** 4 / 15 - tail);
}

/** B₂ₖ/(2k)!, k = 1 … 9. */
const BERNOULLI = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
  43867 / 5109094217170944000,
];

/** Starting points: θ from a hundredth of the lowest temperature to a hundred times the highest. */
const STARTS = 200;

/**
 * Fits Debye's or Einstein's entropy to H(T), each point alike. Far above θ either is
 * 3·ln(T/θ) + const, where θ and s₀ say the same: points that reach down to θ/3 or so are needed to
 * tell them apart, and the intervals say so.
 *
 * @param points of at least one temperature more than there are parameters
 * @throws {QuestsError} INVALID_ARGUMENT: too few temperatures, values that are not finite or not
 *   above 0, points that do not determine the parameters
 *
 * @example
 * const { theta, offset } = await fitEntropyModel(points, { model: 'debye' });
 */
export async function fitEntropyModel(
  points: readonly EntropyPoint[],
  { model, offset = model === 'debye' }: EntropyFitOptions,
): Promise<EntropyFit> {
  const wrong = points.find(
    ({ temperature, entropy }) => !(temperature > 0 && temperature < Infinity && Number.isFinite(entropy)),
  );
  if (wrong !== undefined) {
    const found = `${wrong.entropy} nats at ${wrong.temperature} K`;
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${found}, expected a finite entropy and a temperature above 0`,
    );
  }
  const temperatures = points.map(({ temperature }) => temperature);
  const fewest = offset ? 3 : 2;
  const different = countDistinct(temperatures);
  if (different < fewest) {
    const found = `${different} ${different === 1 ? 'temperature' : 'temperatures'}`;
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${found}, expected at least ${fewest} to fit a ${title(model)} model to`,
    );
  }
  const scale = Math.max(...temperatures);
  const x = temperatures.map((temperature) => temperature / scale);
  const y = points.map(({ entropy }) => entropy);
  const S = model === 'debye' ? debyeEntropy : einsteinEntropy;
  // S depends on T/θ, so dS/d ln θ = −T·dS/dT = −C.
  const heat = (u: number): number =>
    model === 'debye' ? 3 * (4 * debyeFunction(u) - 3 * occupied(u)) : 3 * occupied(u) * occupied(-u);
  const [low, high] = [Math.log(Math.min(...x) / 100), Math.log(100)];
  const starts = Array.from({ length: STARTS }, (_, at) => {
    const logTheta = low + ((high - low) * at) / (STARTS - 1);
    const rest = x.map((T, i) => (y[i] as number) - S(T, Math.exp(logTheta)));
    const shift = offset ? mean(rest) : 0;
    return { logTheta, shift, squares: mean(rest.map((value) => (value - shift) ** 2)) };
  });
  const start = starts.reduce((best, next) => (next.squares < best.squares ? next : best));
  const { parameters, halfWidths, squares } = await leastSquares({
    x,
    y,
    model:
      ([logTheta = 0, shift = 0]) =>
      (T) =>
        S(T, Math.exp(logTheta)) + shift,
    slopes: ([logTheta = 0], T) => [-heat(Math.exp(logTheta) / T), ...(offset ? [1] : [])],
    start: [start.logTheta, ...(offset ? [start.shift] : [])],
    lowest: [low - 20, ...(offset ? [-1e6] : [])],
    highest: [high + 20, ...(offset ? [1e6] : [])],
  });
  const [logTheta = NaN, shift = NaN] = parameters;
  const isInside = logTheta > low && logTheta < high;
  if (halfWidths === undefined || !isInside) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `these entropies determine no temperature of a ${title(model)} model`,
    );
  }
  const [wide = NaN, tall = NaN] = halfWidths;
  const theta = scale * Math.exp(logTheta);
  return {
    model,
    theta: { value: theta, low: theta * Math.exp(-wide), high: theta * Math.exp(wide) },
    offset: offset ? { value: shift, low: shift - tall, high: shift + tall } : null,
    rms: Math.sqrt(squares / points.length),
    points,
  };
}

/** A state that a model is fitted to. */
export interface StateAtTemperature {
  /** T, in K, above 0. */
  readonly temperature: number;
  readonly state: StateEntropy;
}

/**
 * A model fitted to H(T) at one bandwidth, or why there is none: an element of what
 * {@link fitEntropyModels} gives.
 */
export interface EntropyFitAtBandwidth {
  /** h, in 1/Å. */
  readonly bandwidth: number;
  readonly fit: EntropyFit | null;
  readonly refusal: string | null;
}

/**
 * {@link fitEntropyModel} at each bandwidth of several states.
 *
 * @param states of the same bandwidths, as `stateEntropies` gives them
 * @returns one element for each bandwidth, in their order; a fit that the data do not allow is a
 *   refusal, no error
 *
 * @example
 * const states = await stateEntropies(sets);
 * const fits = await fitEntropyModels(
 *   states.map((state, at) => ({ state, temperature: temperatures[at] })),
 *   { model: 'debye' },
 * );
 */
export async function fitEntropyModels(
  states: readonly StateAtTemperature[],
  options: EntropyFitOptions,
): Promise<EntropyFitAtBandwidth[]> {
  const fits: EntropyFitAtBandwidth[] = [];
  for (const [at, bandwidth] of (states[0]?.state.bandwidths ?? new Float64Array(0)).entries()) {
    const points = states.map(({ temperature, state }) => ({
      temperature,
      entropy: state.entropy[at]?.mean ?? NaN,
    }));
    const { value: fit, refusal } = await fitOrRefusal(() => fitEntropyModel(points, options));
    fits.push({ bandwidth, fit, refusal });
  }
  return fits;
}

function title(model: EntropyModelName): string {
  return model === 'debye' ? 'Debye' : 'Einstein';
}
