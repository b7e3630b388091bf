import type { ExploredSet } from './exploration.js';
import type { ChosenEnvironments } from './protocol.js';

/** Lines of a list of frames, and atoms that one of them names. */
const LISTED = 12;

/** A frame of which some atoms are chosen. */
export interface ChosenFrame {
  readonly set: ExploredSet;
  readonly frame: number;
  readonly atoms: ReadonlySet<number>;
}

/** Chosen environments by frame, in their order. */
export function chosenFrames(sets: readonly ExploredSet[], rows: Uint32Array): ChosenFrame[] {
  const frames = new Map<string, { set: ExploredSet; frame: number; atoms: Set<number> }>();
  const firsts = sets.map((_, at) => sets.slice(0, at).reduce((sum, { x }) => sum + x.rows, 0));
  for (const row of rows) {
    const at = firsts.findLastIndex((first) => first <= row);
    const set = sets[at] as ExploredSet;
    const own = row - (firsts[at] as number);
    const frame = set.x.frameOf(own);
    const key = `${at} ${frame}`;
    const known = frames.get(key) ?? { set, frame, atoms: new Set<number>() };
    frames.set(key, known);
    known.atoms.add(own - (set.x.frameOffsets[frame] as number));
  }
  return [...frames.values()];
}

/** Chosen frames in words. */
export function listed(frames: readonly ChosenFrame[]): ChosenEnvironments {
  const lines = frames.slice(0, LISTED).map(({ set, frame, atoms }) => {
    const source = set.x.sources?.[frame];
    const place = source === undefined ? set.name : `${source.file}, frame ${source.frame}`;
    const numbers = [...atoms].slice(0, LISTED).join(' ');
    return `${place}: ${atoms.size} atoms: ${numbers}${atoms.size > LISTED ? ' …' : ''}`;
  });
  return { atoms: frames.reduce((sum, { atoms }) => sum + atoms.size, 0), frames: frames.length, lines };
}
