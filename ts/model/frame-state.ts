import { QuestsError } from '../base/error.js';
import { cellVolume } from './cell.js';
import type { Structure } from './structure.js';

/** Options of {@link frameState}. */
export interface FrameStateOptions {
  /** Length of one step of the simulation, in ps. Default: frames say their time, or have none. */
  readonly timestep?: number | undefined;
}

/** What a frame of a simulation says of itself; undefined where it does not. */
export interface FrameState {
  /** Number of the step. */
  readonly step: number | undefined;
  /** In ps. */
  readonly time: number | undefined;
  /** T, in the unit of the simulation: K, but for reduced units. */
  readonly temperature: number | undefined;
  /** PE of the whole frame, in the unit of the simulation. */
  readonly potentialEnergy: number | undefined;
  /** P, in the unit of the simulation. */
  readonly pressure: number | undefined;
  /** V of the whole frame, in Å³: of its cell, where that is periodic in all three directions. */
  readonly volume: number | undefined;
}

/** Picoseconds that LAMMPS's unit of time is, by its styles of units; reduced units have none. */
const PICOSECONDS: Readonly<Record<string, number>> = {
  metal: 1,
  real: 1e-3,
  electron: 1e-3,
  si: 1e12,
  cgs: 1e12,
  micro: 1e6,
  nano: 1e3,
};

/** Keys of `info`, the preferred first: those of LAMMPS's logs, and of other programs. */
const KEYS = {
  step: ['timestep', 'step', 'Step'],
  time: ['time', 'Time'],
  temperature: ['Temp', 'temperature'],
  potentialEnergy: ['PotEng', 'potential_energy', 'energy'],
  pressure: ['Press', 'pressure'],
  volume: ['Volume', 'volume'],
} as const;

/**
 * Step, time, temperature, potential energy, pressure and volume of a frame, as far as `info` and
 * the cell say them. The time is timestep × step where a timestep is given; else what the frame or
 * its log says, in ps unless the frame says the units of LAMMPS.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: a timestep that is not above 0, or not finite
 */
export function frameState(structure: Structure, { timestep }: FrameStateOptions = {}): FrameState {
  if (timestep !== undefined && !(timestep > 0 && timestep < Infinity)) {
    throw new QuestsError('INVALID_ARGUMENT', `timestep is ${timestep}, expected a number of ps above 0`);
  }
  const { info = {} } = structure;
  const value = (name: keyof typeof KEYS): number | undefined => {
    const found = KEYS[name].map((key) => info[key]).find((each) => typeof each === 'number');
    return Number.isFinite(found) ? found : undefined;
  };
  const step = value('step');
  const said = value('time');
  const unit = typeof info.units === 'string' ? PICOSECONDS[info.units] : 1;
  const own = said === undefined || unit === undefined ? undefined : said * unit;
  return {
    step,
    time: timestep === undefined || step === undefined ? own : step * timestep,
    temperature: value('temperature'),
    potentialEnergy: value('potentialEnergy'),
    pressure: value('pressure'),
    volume: cellVolume(structure) ?? value('volume'),
  };
}
