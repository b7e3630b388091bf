import type { EnvironmentMap } from '../explore/environment-map.js';
import type { ExploredSet } from '../explore/exploration.js';
import type { Choice, ChosenEnvironments } from './protocol.js';

/** Lines of a list of frames, and atoms that one of them names. */
const LISTED = 12;

/** A frame of which some atoms are chosen. */
export interface ChosenFrame {
  readonly set: ExploredSet;
  /** Number of the set. */
  readonly at: number;
  readonly frame: number;
  readonly atoms: ReadonlySet<number>;
}

/** Environments that are asked for, as rows of all sets one after the other, rising. */
export function rowsChosen(sets: readonly ExploredSet[], map: EnvironmentMap, choice: Choice): Uint32Array {
  switch (choice.by) {
    case 'lasso':
      return map.within(choice.polygon);
    case 'point':
      return map.nearest(choice.point, choice.reach);
    case 'dH': {
      const { low, high } = choice;
      const found: number[] = [];
      let row = 0;
      for (const { dH } of sets) {
        for (const value of dH) {
          if (value >= low && value <= high) found.push(row);
          row += 1;
        }
      }
      return Uint32Array.from(found);
    }
    case 'atoms': {
      const { set, frame, atoms } = choice;
      const first = (firstRows(sets)[set] ?? 0) + (sets[set]?.x.frameOffsets[frame] ?? 0);
      return atoms.map((atom) => first + atom).sort();
    }
  }
}

/** Number of the first row of each set. */
function firstRows(sets: readonly ExploredSet[]): number[] {
  let row = 0;
  return sets.map(({ x }) => (row += x.rows) - x.rows);
}

/** Chosen environments by frame, in their order. */
export function chosenFrames(sets: readonly ExploredSet[], rows: Uint32Array): ChosenFrame[] {
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
    known.atoms.add(own - (set.x.frameOffsets[frame] as number));
  }
  return [...frames.values()];
}

/** Chosen frames in words, and what a page marks: the atoms of the frame that it shows, and the frames of its set. */
export function listed(
  frames: readonly ChosenFrame[],
  shown: { readonly set: number; readonly frame: number },
): ChosenEnvironments {
  const lines = frames.slice(0, LISTED).map(({ set, at, frame, atoms }) => {
    const source = set.x.sources?.[frame];
    const place =
      source === undefined ? `${set.name}, frame ${frame}` : `${source.file}, frame ${source.frame}`;
    const numbers = [...atoms].slice(0, LISTED).join(' ');
    return {
      set: at,
      frame,
      text: `${place}: ${atoms.size} atom${atoms.size === 1 ? '' : 's'}: ${numbers}${atoms.size > LISTED ? ' …' : ''}`,
    };
  });
  const ofSet = frames.filter(({ at }) => at === shown.set);
  return {
    atoms: frames.reduce((sum, { atoms }) => sum + atoms.size, 0),
    frames: frames.length,
    lines,
    ofShown: Uint32Array.from(ofSet.find(({ frame }) => frame === shown.frame)?.atoms ?? []),
    framesOfSet: Uint32Array.from(ofSet, ({ frame }) => frame),
  };
}
