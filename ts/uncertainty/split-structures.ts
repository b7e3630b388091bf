import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { groupParts, shuffledGroups } from '../statistics/group-split.js';
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
 * @param groups a number for each structure: those with the same stay together. Default: none do
 * @throws {QuestsError} EMPTY: too few; INVALID_ARGUMENT: seed unusable
 */
export function splitStructures(
  frames: number,
  seed: number = DEFAULTS.seed,
  groups?: ArrayLike<number>,
): StructureSplit {
  if (frames < FEWEST_STRUCTURES) {
    const needed = `expected at least ${FEWEST_STRUCTURES} to fit, calibrate and try error bars`;
    throw new QuestsError('EMPTY', `${frames} structures with known errors, ${needed}`);
  }
  const shuffled = shuffledGroups(new RandomStream(seed), frames, groups);
  const [fit, calibration, heldOut] = groupParts(shuffled, [1 / 2, 3 / 4]) as [
    Uint32Array,
    Uint32Array,
    Uint32Array,
  ];
  return { fit, calibration, heldOut };
}
