import { QuestsError } from '../base/error.js';
import { BOLTZMANN, GIGAPASCALS } from '../base/constants.js';
import {
  type PhaseStates,
  STATE_QUANTITIES,
  type StateQuantity,
  type PressureTemperature,
} from '../model/state-points.js';
import {
  fewestPlaces,
  fitSurface,
  type SurfacePolynomial,
  type Surface,
  surfaceAlong,
  surfaceAt,
  surfaceSlopes,
} from './surface.js';

/** A phase with its surfaces. */
export interface FittedPhase extends PhaseStates {
  readonly surfaces: Readonly<Record<StateQuantity, Surface>>;
}

/** Surfaces of the first phase, and of the second. */
export type PolynomialPair = readonly [PhasePolynomials, PhasePolynomials];

export type PhasePolynomials = Readonly<Record<StateQuantity, SurfacePolynomial>>;

/** What the second phase has more than the first, per atom. */
export interface PhaseDifference {
  /** ΔV, in Å³. */
  readonly volume: number;
  /** ΔU, in eV. */
  readonly energy: number;
  /** ΔH, in nats. */
  readonly entropy: number;
  /** ΔG = ΔU − k_B·T·ΔH + P·ΔV, in eV. */
  readonly gibbs: number;
}

/** dT/dP of a line, in K/GPa. */
export interface LineSlopes {
  /**
   * −(∂ΔG/∂P)/(∂ΔG/∂T): how the line goes; NaN where all states of a phase have one P, or one T.
   */
  readonly slope: number;
  /** ΔV/(k_B·ΔH): Clausius and Clapeyron's. */
  readonly clausiusClapeyron: number;
}

/**
 * A phase with surfaces of V, U and H.
 *
 * @throws {QuestsError} EMPTY: too few states, or states that determine no surface
 */
export async function fittedPhase(states: PhaseStates): Promise<FittedPhase> {
  const { name, places, values, weights } = states;
  const fewest = fewestPlaces(places);
  if (places.length < fewest) {
    const found =
      `${name} has ${places.length} ${places.length === 1 ? 'state' : 'states'} of different ` + 'P or T';
    throw new QuestsError('EMPTY', `${found}, expected at least ${fewest} to fit surfaces to`);
  }
  const fit = async (quantity: StateQuantity): Promise<Surface> => {
    const surface = await fitSurface(places, values[quantity], weights[quantity]);
    if (surface !== undefined) return surface;
    const problem =
      `the ${places.length} states of ${name} determine no surface: without one of them, all ` +
      'others ' +
      'have one P or T, or lie on one line';
    throw new QuestsError('EMPTY', problem);
  };
  return {
    ...states,
    surfaces: { volume: await fit('volume'), energy: await fit('energy'), entropy: await fit('entropy') },
  };
}

/** The polynomials of a phase. */
export function polynomialsOf({ volume, energy, entropy }: FittedPhase['surfaces']): PhasePolynomials {
  return { volume: volume.polynomial, energy: energy.polynomial, entropy: entropy.polynomial };
}

/** What the second phase has more than the first at one P and T. */
export function differenceAt([a, b]: PolynomialPair, place: PressureTemperature): PhaseDifference {
  const of = (quantity: StateQuantity): number =>
    surfaceAt(b[quantity], place) - surfaceAt(a[quantity], place);
  const [volume, energy, entropy] = [of('volume'), of('energy'), of('entropy')];
  const work = (place.pressure * volume) / GIGAPASCALS;
  return { volume, energy, entropy, gibbs: energy - BOLTZMANN * place.temperature * entropy + work };
}

/** Both slopes of a line that passes through a place. */
export function slopesAt([a, b]: PolynomialPair, place: PressureTemperature): LineSlopes {
  const { volume, entropy } = differenceAt([a, b], place);
  const { pressure: P, temperature: T } = place;
  const along = (axis: keyof PressureTemperature): number => {
    const of = (quantity: StateQuantity): number =>
      surfaceSlopes(b[quantity], place)[axis] - surfaceSlopes(a[quantity], place)[axis];
    return of('energy') - BOLTZMANN * T * of('entropy') + (P * of('volume')) / GIGAPASCALS;
  };
  const work = volume / GIGAPASCALS;
  const clausiusClapeyron = work / (BOLTZMANN * entropy);
  const flat = [a, b].some(
    ({ volume: { plane } }) => plane.pressure.different === 1 || plane.temperature.different === 1,
  );
  if (flat) return { slope: NaN, clausiusClapeyron };
  return {
    slope: -(along('pressure') + work) / (along('temperature') - BOLTZMANN * entropy),
    clausiusClapeyron,
  };
}

/**
 * Degrees of freedom of the error of ΔG at a place, a sum over surfaces that each know their own
 * scatter by a few (B. L. Welch, Biometrika 34, 28 (1947)): (Σ vᵢ)²/Σ vᵢ²/νᵢ, vᵢ the variances;
 * Infinity where nothing scatters.
 */
export function freedomAt(phases: readonly FittedPhase[], place: PressureTemperature): number {
  const factors = {
    volume: place.pressure / GIGAPASCALS,
    energy: 1,
    entropy: BOLTZMANN * place.temperature,
  };
  let [variance, squares] = [0, 0];
  for (const { surfaces } of phases) {
    for (const quantity of STATE_QUANTITIES) {
      const own = factors[quantity] ** 2 * surfaces[quantity].variance(place);
      variance += own;
      squares += own ** 2 / surfaces[quantity].freedom;
    }
  }
  return squares === 0 ? Infinity : variance ** 2 / squares;
}

/** ΔG along a line of one P, as a function of T, or the other way round. */
export function gibbsAlong(
  [a, b]: PolynomialPair,
  fixed: keyof PressureTemperature,
  at: number,
): (x: number) => number {
  const along = (quantity: StateQuantity): ((x: number) => number) => {
    const [one, other] = [surfaceAlong(a[quantity], fixed, at), surfaceAlong(b[quantity], fixed, at)];
    return (x) => other(x) - one(x);
  };
  const [volume, energy, entropy] = [along('volume'), along('energy'), along('entropy')];
  return (x) => {
    const [P, T] = fixed === 'pressure' ? [at, x] : [x, at];
    return energy(x) - BOLTZMANN * T * entropy(x) + (P * volume(x)) / GIGAPASCALS;
  };
}

/** The place with one P and another T, or the other way round. */
export function pressureTemperature(
  fixed: keyof PressureTemperature,
  at: number,
  x: number,
): PressureTemperature {
  return fixed === 'pressure' ? { pressure: at, temperature: x } : { pressure: x, temperature: at };
}
