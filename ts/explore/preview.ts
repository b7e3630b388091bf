import type { ExploredSet, ShownSet } from './exploration.js';
import { noCurve } from './set-curve.js';

/** Sets as a map and a structure show them before anything is known of δH. */
export function previewSets(sets: readonly ShownSet[]): ExploredSet[] {
  return sets.map((set) => {
    const dH = new Float64Array(set.x.rows).fill(NaN);
    const curve = noCurve({ is: 'pending' });
    return { ...set, dH, counted: dH, known: new Uint32Array(0), curve };
  });
}

/** Colours of a map that need no δH; all where there are no others. */
export function previewColours(colours: readonly string[]): readonly string[] {
  const others = colours.filter((name) => !name.startsWith('δH'));
  return others.length > 0 ? others : colours;
}
