import { QuestsError } from '../base/error.js';
import { BOLTZMANN } from '../base/constants.js';

/** Units of energy and pressure: those of LAMMPS's styles. */
export type EnergyUnits = 'metal' | 'real';

/** What is known of a state, of one atom. */
export interface StateMeans {
  /** In eV (`metal`) or kcal/mol (`real`). */
  readonly potentialEnergy: number;
  /** In bar (`metal`) or atm (`real`); NaN where unknown. */
  readonly pressure: number;
  /** In Å³; NaN where unknown. */
  readonly volume: number;
}

/** ΔU and PΔV of two states at one temperature, over k_BT. */
export interface Transition {
  /** ΔU/k_BT per atom; at one temperature that of the potential energies. */
  readonly energy: number;
  /** PΔV/k_BT per atom, P the mean of both; 0 where pressure or volume are unknown. */
  readonly work: number;
}

/** k_B in eV/K and in kcal/mol/K, and what a bar or an atm times Å³ is in that unit of energy. */
const UNITS = {
  metal: { boltzmann: BOLTZMANN, work: 6.241509074e-7 },
  real: { boltzmann: 1.987204259e-3, work: 1.4583972e-5 },
} as const;

/**
 * (ΔU + PΔV)/k_BT: at a transition, where both phases are in equilibrium, ΔS/k_B is this. Elsewhere
 * it is not.
 *
 * @param temperature T, in K, above 0
 * @throws {QuestsError} INVALID_ARGUMENT: T not above 0 or not finite
 */
export function transitionEntropy(
  a: StateMeans,
  b: StateMeans,
  temperature: number,
  units: EnergyUnits = 'metal',
): Transition {
  if (!(temperature > 0 && temperature < Infinity)) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `temperature is ${temperature}, expected a positive number of K`,
    );
  }
  const { boltzmann, work } = UNITS[units];
  const kT = boltzmann * temperature;
  const done = (((a.pressure + b.pressure) / 2) * (b.volume - a.volume) * work) / kT;
  return {
    energy: (b.potentialEnergy - a.potentialEnergy) / kT,
    work: Number.isFinite(done) ? done : 0,
  };
}
