import type { Structure } from '../model/structure.js';
import type { ExploredSet } from './exploration.js';

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
