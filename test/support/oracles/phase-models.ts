import type { StatePoint } from '../../../ts/faces/node/analysis.js';
import { BOLTZMANN as k, GIGAPASCALS } from '../../../ts/base/constants.js';

/** A phase by its Gibbs energy in closed form, of which V, S and U are derivatives. */
export interface Model {
  readonly name: string;
  /** U at P = T = 0, in eV. */
  readonly energy: number;
  /** V at P = T = 0, in Å³, and how it grows with T. */
  readonly volume: number;
  readonly expansion: number;
  /** Bulk modulus in GPa. */
  readonly bulk: number;
  /** S at 1000 K in nats, and dS/d ln T. */
  readonly entropy: number;
  readonly heat: number;
}

/** About copper, without momenta. */
export const SOLID: Model = {
  name: 'solid',
  energy: -3.54,
  volume: 11.6,
  expansion: 5.5e-5,
  bulk: 130,
  entropy: 2,
  heat: 1.5,
};
export const LIQUID: Model = {
  name: 'liquid',
  energy: -3.431,
  volume: 11.9,
  expansion: 7.5e-5,
  bulk: 105,
  entropy: 3.05,
  heat: 1.65,
};

/** dB/dP. */
const STIFFENING = 5;

/** ∫V dP from 0, over V at P = 0, in GPa, and its derivative: Murnaghan's. */
function squeezed(bulk: number, P: number): { work: number; share: number } {
  const base = 1 + (STIFFENING * P) / bulk;
  return {
    work: (bulk / (STIFFENING - 1)) * (base ** (1 - 1 / STIFFENING) - 1),
    share: base ** (-1 / STIFFENING),
  };
}

/** G in eV. */
export function gibbs(model: Model, P: number, T: number): number {
  const { work } = squeezed(model.bulk, P);
  const wide = model.volume * (1 + model.expansion * T);
  return (
    model.energy +
    (wide * work) / GIGAPASCALS -
    k * T * (model.entropy + model.heat * (Math.log(T / 1000) - 1))
  );
}

/** V = ∂G/∂P, S = −∂G/∂T and U = G + TS − PV at a state. */
export function state(model: Model, pressure: number, temperature: number): StatePoint {
  const { work, share } = squeezed(model.bulk, pressure);
  const volume = model.volume * (1 + model.expansion * temperature) * share;
  const entropy =
    model.entropy +
    model.heat * Math.log(temperature / 1000) -
    (model.volume * model.expansion * work) / GIGAPASCALS / k;
  const energy =
    gibbs(model, pressure, temperature) + k * temperature * entropy - (pressure * volume) / GIGAPASCALS;
  return { phase: model.name, pressure, temperature, volume, energy, entropy };
}

/** T at which both phases have the same G, by halving. */
export function transition(P: number, a = SOLID, b = LIQUID): number {
  let [low, high] = [300, 5000];
  while (high - low > 1e-9) {
    const middle = (low + high) / 2;
    if (gibbs(b, P, middle) > gibbs(a, P, middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** dT/dP of the line, by differences. */
export function steepness(P: number, a = SOLID, b = LIQUID): number {
  const step = 1e-3;
  return (transition(P + step, a, b) - transition(P - step, a, b)) / (2 * step);
}
