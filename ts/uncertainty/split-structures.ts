import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { RandomStream } from '../statistics/random.js';

/** Structures below which there is no split. */
export const FEWEST_STRUCTURES = 12;

/** Numbers of structures in the parts of a split, each sorted. */
export interface StructureSplit {
  readonly fit: Uint32Array;
  readonly calibration: Uint32Array;
  readonly heldOut: Uint32Array;
}

/**
 * Structures in a random order, cut into half, a quarter and the rest.
 *
 * @throws {QuestsError} EMPTY: too few; INVALID_ARGUMENT: seed unusable
 */
export function splitStructures(frames: number, seed: number = DEFAULTS.seed): StructureSplit {
  if (frames < FEWEST_STRUCTURES) {
    const needed = `expected at least ${FEWEST_STRUCTURES} to fit, calibrate and try error bars`;
    throw new QuestsError('EMPTY', `${frames} structures with known errors, ${needed}`);
  }
  const order = new RandomStream(seed).distinct(frames, frames);
  const [half, rest] = [Math.round(frames / 2), Math.round((3 * frames) / 4)];
  const sorted = (from: number, to: number): Uint32Array => order.slice(from, to).sort();
  return { fit: sorted(0, half), calibration: sorted(half, rest), heldOut: sorted(rest, frames) };
}
