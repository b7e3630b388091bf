import { QuestsError } from '../base/error.js';
import type { Structure } from '../model/structure.js';
import type { ExploredSet } from './exploration.js';

/**
 * The set that has a frame.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: no such set, or no such frame in it
 */
export function setWithFrame(sets: readonly ExploredSet[], at: number, frame: number): ExploredSet {
  const set = sets[at];
  if (set === undefined) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `there is no set ${at}, expected one from 0 to ${sets.length - 1}`,
    );
  }
  const { frames } = set.x;
  if (!(Number.isSafeInteger(frame) && frame >= 0 && frame < frames)) {
    const problem = `${set.name} has no frame ${frame}, expected one from 0 to ${frames - 1}`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  return set;
}

/** δH of the atoms of a frame; NaN where it is not known. */
export function frameDeltas({ x, dH }: ExploredSet, frame: number): Float64Array {
  return dH.slice(x.frameOffsets[frame], x.frameOffsets[frame + 1]);
}

/**
 * A frame with the δH of its atoms as a column, where it is known of all, and with which of them
 * are selected.
 */
export function exploredFrame(set: ExploredSet, frame: number, atoms?: ReadonlySet<number>): Structure {
  const structure = set.structures[frame] as Structure;
  const data = frameDeltas(set, frame);
  const marks = atoms && Uint8Array.from(data, (_, atom) => Number(atoms.has(atom)));
  return {
    ...structure,
    arrays: {
      ...structure.arrays,
      ...(data.some(Number.isNaN) ? {} : { dH: { data, kind: 'R', width: 1 } as const }),
      ...(marks ? { selected: { data: marks, kind: 'L', width: 1 } } : {}),
    },
  };
}
