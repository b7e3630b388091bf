import { QuestsError } from '../base/error.js';
import type { Source } from '../model/structure.js';
import { atomOf } from './drawn-set.js';
import type { EnvironmentMap, HiddenKinds } from './environment-map.js';
import type { ExploredSet } from './exploration.js';
import { setWithFrame } from './explored-frame.js';
import { placeOf } from './frame-places.js';

/** Frames that are listed, and atoms of each. */
const LISTED = 12;

/** Frames that are named one by one at the most. */
const MOST_PLACES = 200;

/** Which environments are to be selected. */
export type EnvironmentSelection =
  /** Those within a polygon on the map, x y of one corner after the other. */
  | ({ readonly by: 'lasso'; readonly polygon: Float64Array } & HiddenKinds)
  /**
   * The one nearest to a point of the map, if it is nearer than `reach`; a step upwards is drawn
   * `stretch` times longer than one across, 1 unless given.
   */
  | ({
      readonly by: 'point';
      readonly point: readonly [number, number];
      readonly reach: number;
      readonly stretch?: number | undefined;
    } & HiddenKinds)
  /** All that pass the filter of the map. */
  | { readonly by: 'filter' }
  /** Those of some frames of a set. */
  | { readonly by: 'frames'; readonly set: number; readonly frames: Uint32Array }
  /** Those of the last set with a δH from `low` to `high`, in nats. */
  | { readonly by: 'dH'; readonly low: number; readonly high: number }
  /** Those of the first structures that were selected to be kept. */
  | { readonly by: 'kept'; readonly count: number }
  /** Atoms of a frame. */
  | { readonly by: 'atoms'; readonly set: number; readonly frame: number; readonly atoms: Uint32Array };

/** A frame of which some atoms are selected. */
export interface SelectedFrame {
  /** Number of the set, and its name. */
  readonly set: number;
  readonly name: string;
  readonly frame: number;
  /** Where the frame was read; null where that is not known. */
  readonly source: Source | null;
  /** The first selected atoms. */
  readonly atoms: readonly number[];
  /** How many there are. */
  readonly count: number;
}

/** Environments that are selected. */
export interface SelectedEnvironments {
  readonly atoms: number;
  readonly frames: number;
  /** The first frames. */
  readonly listed: readonly SelectedFrame[];
  /** Selected atoms of the frame that was asked for last. */
  readonly ofShown: Uint32Array;
  /** Frames of its set of which atoms are selected. */
  readonly framesOfSet: Uint32Array;
  /** Where all frames were read; empty where they are more than anyone names one by one. */
  readonly places: readonly Source[];
}

/** Selected atoms of a frame: all of them. */
export interface FrameSelection {
  readonly set: ExploredSet;
  /** Number of the set. */
  readonly at: number;
  readonly frame: number;
  readonly atoms: ReadonlySet<number>;
}

/**
 * Environments that are asked for, as rows of all sets one after the other, rising.
 *
 * @param kept frames of the last set that were selected to be kept
 * @throws {QuestsError} INVALID_ARGUMENT: atoms of a set, or of a frame, that is not there, or that
 *   it has not
 */
export function selectedRows(
  sets: readonly ExploredSet[],
  map: EnvironmentMap,
  selection: EnvironmentSelection,
  kept: readonly number[] = [],
): Uint32Array {
  switch (selection.by) {
    case 'lasso':
      return map.inPolygon(selection.polygon, selection);
    case 'point':
      return map.nearest(selection.point, selection.reach, selection.stretch, selection);
    case 'filter': {
      const rows = sets.reduce((sum, { x }) => sum + x.rows, 0);
      return Uint32Array.from({ length: rows }, (_, row) => row).filter((row) => map.passes(row));
    }
    case 'dH': {
      const { low, high } = selection;
      const first = firstRows(sets).at(-1) ?? 0;
      const found: number[] = [];
      // δH of the first of two sets is within itself: it is another quantity.
      sets.at(-1)?.dH.forEach((value, row) => {
        if (value >= low && value <= high && map.passes(first + row)) found.push(first + row);
      });
      return Uint32Array.from(found);
    }
    case 'kept':
      return rowsOfFrames(sets, sets.length - 1, kept.slice(0, selection.count));
    case 'frames':
      return rowsOfFrames(sets, selection.set, [...selection.frames]);
    case 'atoms': {
      const { set, frame, atoms } = selection;
      const { name, x } = setWithFrame(sets, set, frame);
      const [start, end] = [x.frameOffsets[frame] as number, x.frameOffsets[frame + 1] as number];
      const absent = atoms.find((atom) => atom >= end - start);
      if (absent !== undefined) {
        const problem = `${name}, frame ${frame}: there is no atom ${absent}, expected one of ${end - start}`;
        throw new QuestsError('INVALID_ARGUMENT', problem);
      }
      const first = (firstRows(sets)[set] as number) + start;
      return atoms.map((atom) => first + atom).sort();
    }
  }
}

/** All rows of some frames of a set. */
function rowsOfFrames(sets: readonly ExploredSet[], at: number, frames: readonly number[]): Uint32Array {
  const first = firstRows(sets)[at] ?? 0;
  const rows = frames.flatMap((frame) => {
    const { frameOffsets } = setWithFrame(sets, at, frame).x;
    const [start, end] = [frameOffsets[frame] as number, frameOffsets[frame + 1] as number];
    return Array.from({ length: end - start }, (_, atom) => first + start + atom);
  });
  return Uint32Array.from(rows).sort();
}

/** Number of the first row of each set. */
export function firstRows(sets: readonly ExploredSet[]): number[] {
  let row = 0;
  return sets.map(({ x }) => (row += x.rows) - x.rows);
}

/** Selected environments by frame, in their order. */
export function selectedFrames(sets: readonly ExploredSet[], rows: Uint32Array): FrameSelection[] {
  const frames = new Map<string, { set: ExploredSet; at: number; frame: number; atoms: Set<number> }>();
  const firsts = firstRows(sets);
  for (const row of rows) {
    const at = firsts.findLastIndex((first) => first <= row);
    const set = sets[at] as ExploredSet;
    const own = row - (firsts[at] as number);
    const frame = set.x.frameOf(own);
    const key = `${at} ${frame}`;
    const known = frames.get(key) ?? { set, at, frame, atoms: new Set<number>() };
    frames.set(key, known);
    known.atoms.add(atomOf(set, own));
  }
  return [...frames.values()];
}

/**
 * What a page lists and marks of a selection: frames, atoms of the frame that it shows, and frames
 * of its set.
 */
export function selectionSummary(
  frames: readonly FrameSelection[],
  shown: { readonly set: number; readonly frame: number },
): SelectedEnvironments {
  const listed = frames.slice(0, LISTED).map(({ set, at, frame, atoms }) => ({
    set: at,
    name: set.name,
    frame,
    source: placeOf(set, frame),
    atoms: [...atoms].slice(0, LISTED),
    count: atoms.size,
  }));
  const ofSet = frames.filter(({ at }) => at === shown.set);
  return {
    atoms: frames.reduce((sum, { atoms }) => sum + atoms.size, 0),
    frames: frames.length,
    listed,
    ofShown: Uint32Array.from(ofSet.find(({ frame }) => frame === shown.frame)?.atoms ?? []),
    framesOfSet: Uint32Array.from(ofSet, ({ frame }) => frame),
    places: frames.length > MOST_PLACES ? [] : frames.map(({ set, frame }) => placeOf(set, frame)),
  };
}
