import { SAME_TEMPERATURE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { type FrameState, frameState } from '../model/frame-state.js';
import type { Structure } from '../model/structure.js';
import { mean } from '../statistics/moments.js';
import { valueAtTemperature } from './at-temperature.js';
import type { StateMeans } from './transition.js';

/**
 * Temperature of a state: the mean over its frames.
 *
 * @param structures frames of the state
 * @returns in K; `null` where a frame has no temperature, or there are no frames
 */
export function stateTemperature(structures: readonly Structure[]): number | null {
  const own = mean(structures.map((structure) => frameState(structure).temperature ?? NaN));
  return Number.isFinite(own) ? own : null;
}

/**
 * Temperature of each frame of a state.
 *
 * @returns in K, one for each frame
 * @throws {QuestsError} INVALID_ARGUMENT: a frame has no temperature
 */
export function frameTemperatures(structures: readonly Structure[]): number[] {
  return structures.map((structure, frame) => {
    const { temperature } = frameState(structure);
    if (temperature !== undefined) return temperature;
    throw new QuestsError('INVALID_ARGUMENT', `frame ${frame} has no temperature`);
  });
}

/**
 * Temperature of each sample of `stateEntropies`: the mean over its frames. Frames at the end that
 * make no sample are left out.
 *
 * @param temperatures of each frame, in K
 * @param frames frames that make one sample. Default: 1
 */
export function sampleTemperatures(temperatures: readonly number[], frames = 1): number[] {
  return Array.from({ length: Math.floor(temperatures.length / frames) }, (_, at) =>
    mean(temperatures.slice(at * frames, (at + 1) * frames)),
  );
}

/**
 * Potential energy and volume per atom, and pressure, of a state: means over its frames, for
 * `transitionEntropy`.
 *
 * @param structures frames of the state; see `frameState` for where they say these values
 * @param at temperature at which the values are taken, from lines of least squares in T, in K.
 *   Default: plain means
 * @returns in the units of the simulation; NaN where a frame does not have the value
 * @throws {QuestsError} INVALID_ARGUMENT: with `at`, a frame without a temperature, or all on one
 *   side of it
 *
 * @example
 * const [a, b] = [stateMeans(solid), stateMeans(liquid)];
 * const { energy, work } = transitionEntropy(a, b, 1327);
 */
export function stateMeans(structures: readonly Structure[], at?: number): StateMeans {
  const frames = structures.map((structure) => frameState(structure));
  const of = (key: keyof FrameState, divisor: (structure: Structure) => number): number => {
    const values = frames.map(
      (frame, index) => (frame[key] ?? NaN) / divisor(structures[index] as Structure),
    );
    if (values.length === 0 || values.some(Number.isNaN)) return NaN;
    return at === undefined
      ? mean(values)
      : valueAtTemperature(values, frameTemperatures(structures), at).value;
  };
  const atoms = ({ positions }: Structure): number => positions.length / 3;
  return {
    potentialEnergy: of('potentialEnergy', atoms),
    pressure: of('pressure', () => 1),
    volume: of('volume', atoms),
  };
}

/**
 * Whether two states are at one temperature, in K: the second differs from the first by less than 2
 * %.
 */
export function sameTemperature(first: number, second: number): boolean {
  return Math.abs(second - first) < SAME_TEMPERATURE * first;
}
