import { DEFAULTS } from '../base/defaults.js';
import type { Source } from '../model/structure.js';
import { ballOf } from './drawn-frame.js';
import { atomOf } from './drawn-set.js';
import type { ExploredSet } from './exploration.js';
import { placeOf } from './frame-places.js';
import { type Colour, measuredColour, rampOf } from './palette.js';
import { firstRows } from './selection.js';
import { surroundings } from './surroundings.js';

/** Neighbours that a small picture shows at the most, the atom itself included. */
const MOST = 40;

/** An atom near an environment, as a small picture needs it. */
export interface PointedAtom {
  /** Relative to the environment, in Å. */
  readonly place: readonly [number, number, number];
  /** Of the ball that stands for it, in Å. */
  readonly radius: number;
  /** By its δH, as in the structure. */
  readonly colour: Colour;
}

/** The environment that a pointer is at. */
export interface PointedEnvironment {
  /** Row of all sets, one after the other. */
  readonly row: number;
  /** Number of its set and of the frame within it. */
  readonly set: number;
  readonly frame: number;
  /** Name of the set; null where there is one. */
  readonly name: string | null;
  readonly source: Source;
  readonly atom: number;
  /** Null where it is not known. */
  readonly element: string | null;
  /** In nats; NaN where it is not known. */
  readonly dH: number;
  /** The set that δH is relative to; null for the set itself. */
  readonly relativeTo: string | null;
  /** The atom itself first; none where there are no structures. */
  readonly atoms: readonly PointedAtom[];
}

/**
 * What is said of an environment, and what is around it.
 *
 * @param rangeOf values of δH of a set that have the first and the last colour
 */
export function pointedEnvironment(
  sets: readonly ExploredSet[],
  row: number,
  rangeOf: (set: number) => readonly [number, number],
  isDark: boolean,
): PointedEnvironment {
  const firsts = firstRows(sets);
  const at = firsts.findLastIndex((first) => first <= row);
  const set = sets[at] as ExploredSet;
  const { x, dH, structures } = set;
  const own = row - (firsts[at] as number);
  const frame = x.frameOf(own);
  const start = x.frameOffsets[frame] as number;
  const atom = atomOf(set, own);
  const structure = structures[frame];
  const around = structure && surroundings(structure, atom, x.cutoff ?? DEFAULTS.cutoff, MOST);
  const ramp = rampOf(isDark);
  return {
    row,
    set: at,
    frame,
    name: sets.length > 1 ? set.name : null,
    source: placeOf(set, frame),
    atom,
    element: structure?.species?.[atom] ?? null,
    dH: dH[own] ?? NaN,
    relativeTo: at === 0 ? null : (sets[0]?.name ?? null),
    atoms: (around?.atoms ?? []).map((other, index) => ({
      place: around?.places.slice(3 * index, 3 * index + 3) as [number, number, number],
      radius: ballOf(structure?.species?.[other]),
      colour: measuredColour(dH[start + other] ?? NaN, rangeOf(at), ramp),
    })),
  };
}
