import { QuestsError } from '../base/error.js';
import type { EnergyUnits } from '../entropy/transition.js';
import { type FrameState, frameState } from '../model/frame-state.js';
import type { StatePoint } from '../model/state-points.js';
import { type Structure, structureError } from '../model/structure.js';
import { type BlockAverage, blockAverage } from '../statistics/block-average.js';

/** Options of {@link stateOfRun}. */
export interface StateOfRunOptions {
  /** Name of the phase. */
  readonly phase: string;
  /** P of the barostat, in GPa. Default: the mean of the frames. */
  readonly pressure?: number | undefined;
  /** T of the thermostat, in K. Default: the mean of the frames. */
  readonly temperature?: number | undefined;
  /** Units of the frames' energies and pressures. Default: `metal`, eV and bar. */
  readonly units?: EnergyUnits | undefined;
}

/** What the frames of a run say of their state, with errors: what {@link stateOfRun} gives. */
export interface StateOfRun {
  /** As tables of `phaseLine` have it; its errors are left out where a mean has none. */
  readonly point: StatePoint;
  /** V, U and H per atom, in Å³, eV and nats. */
  readonly volume: BlockAverage;
  readonly energy: BlockAverage;
  readonly entropy: BlockAverage;
  /** T in K and P in GPa, as the frames have them; undefined where they do not say. */
  readonly temperature: BlockAverage | undefined;
  readonly pressure: BlockAverage | undefined;
}

/** One of each unit in eV and in GPa. */
const UNITS = {
  metal: { energy: 1, pressure: 1e-4 },
  real: { energy: 1 / 23.060548, pressure: 1.01325e-4 },
} as const;

/**
 * The state of a run at one pressure and temperature: means over its frames, with errors of block
 * averages (95 %).
 *
 * @param structures the frames, in the order of time, with energies; see `frameState`
 * @param entropy H of the run, as `stateEntropies` gives it
 * @throws {QuestsError} EMPTY: no frames; INVALID_STRUCTURE: a frame without volume or potential
 *   energy; without temperature or pressure where none is given
 *
 * @example
 * const [{ entropy }] = await stateEntropies([x], { bandwidths: 0.03 });
 * const settings = { phase: 'solid', pressure: 0, temperature: 900 };
 * const { point } = stateOfRun(frames, entropy[0], settings);
 */
export function stateOfRun(
  structures: readonly Structure[],
  entropy: BlockAverage,
  options: StateOfRunOptions,
): StateOfRun {
  const { phase, units = 'metal' } = options;
  if (structures.length === 0) throw new QuestsError('EMPTY', `${phase}: no frames`);
  const unit = UNITS[units];
  const states = structures.map((structure) => frameState(structure));
  const has = (key: keyof FrameState): boolean => states.every((state) => state[key] !== undefined);
  const average = (
    key: 'volume' | 'potentialEnergy' | 'temperature' | 'pressure',
    of: (value: number, atoms: number) => number,
  ): BlockAverage =>
    blockAverage(
      states.map((state, at) => {
        const structure = structures[at] as Structure;
        const value = state[key];
        if (value === undefined) throw structureError('INVALID_STRUCTURE', structure, MISSING[key]);
        return of(value, structure.positions.length / 3);
      }),
    );
  const volume = average('volume', (value, atoms) => value / atoms);
  const energy = average('potentialEnergy', (value, atoms) => (value * unit.energy) / atoms);
  const needs = (key: 'temperature' | 'pressure'): boolean => options[key] === undefined || has(key);
  const temperature = needs('temperature') ? average('temperature', (value) => value) : undefined;
  const pressure = needs('pressure') ? average('pressure', (value) => value * unit.pressure) : undefined;
  const point = {
    phase,
    pressure: options.pressure ?? pressure?.mean ?? NaN,
    temperature: options.temperature ?? temperature?.mean ?? NaN,
    volume: volume.mean,
    energy: energy.mean,
    entropy: entropy.mean,
  };
  const errors = { volumeError: volume.error, energyError: energy.error, entropyError: entropy.error };
  const known = Object.entries(errors).filter(([, error]) => error > 0);
  return {
    point: { ...point, ...Object.fromEntries(known) },
    volume,
    energy,
    entropy,
    temperature,
    pressure,
  };
}

/** What is wrong with a frame that does not say a value. */
const MISSING = {
  volume: 'no volume: expected a cell that is periodic in all directions',
  potentialEnergy: 'no potential energy, expected one in the frame or its log',
  temperature: 'no temperature, expected one in the frame or its log, or that of the thermostat',
  pressure: 'no pressure, expected one in the frame or its log, or that of the barostat',
} as const;
