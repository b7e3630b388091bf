import { speciesAlphabet } from '../model/flatten.js';
import type { ExploredSet } from './exploration.js';

/** Values of the environments that a map is coloured by. */
export interface Colouring {
  /** One for each environment, those of the first set first. */
  readonly values: Float32Array;
  /** Names of what the values number; empty for measured values. */
  readonly names: readonly string[];
  /** Of each name: where points overlap, the one with the highest is seen. */
  readonly ranks: readonly number[];
}

/** δH of the first of two sets within itself: another quantity than that of the second. */
const WITHIN_FIRST = 'δH of the first set';

/**
 * By what environments can be coloured: δH, set, element, and every column of numbers that all
 * frames have, vectors by their length. δH of two sets is that of the second relative to the first;
 * that of the first within itself has a scale of its own.
 */
export function colouringsOf(sets: readonly ExploredSet[]): Record<string, Colouring> {
  const rows = sets.reduce((sum, { x }) => sum + x.rows, 0);
  const filled = (values: (set: ExploredSet, at: number) => ArrayLike<number>): Float32Array => {
    const out = new Float32Array(rows);
    let row = 0;
    sets.forEach((set, at) => {
      out.set(values(set, at), row);
      row += set.x.rows;
    });
    return out;
  };
  const measured = (values: Float32Array): Colouring => ({ values, names: [], ranks: [] });
  const deltasOf = (shown: number): Colouring =>
    measured(filled(({ dH, x }, at) => (at === shown ? dH : new Float32Array(x.rows).fill(NaN))));
  const all: Record<string, Colouring> = { δH: deltasOf(sets.length - 1) };
  if (sets.length > 1) {
    all.set = {
      values: filled(({ x }, at) => new Float32Array(x.rows).fill(at)),
      names: sets.map(({ name }) => name),
      ranks: sets.map((_, at) => at),
    };
  }
  const within = sets.length > 1 ? { [WITHIN_FIRST]: deltasOf(0) } : {};
  // Where a set is known by its descriptors alone, no column goes through all environments.
  if (sets.some(({ structures }) => structures.length === 0)) return { ...all, ...within };
  const structures = sets.flatMap((set) => set.structures);
  if (structures.every(({ species }) => species !== undefined)) {
    const names = speciesAlphabet(structures, true);
    const number = new Map(names.map((element, at) => [element, at]));
    const values = Float32Array.from(
      structures.flatMap(({ species = [] }) => species.map((one) => number.get(one) ?? 0)),
    );
    all.element = { values, names, ranks: rarestLast(values, names.length) };
  }
  Object.assign(all, within);
  for (const [name, { width, kind }] of Object.entries(structures[0]?.arrays ?? {})) {
    if (kind === 'S' || name in all) continue;
    const columns = structures.map(({ arrays }) => arrays?.[name]);
    if (!columns.every((column) => column?.width === width && column.kind !== 'S')) continue;
    const values = new Float32Array(rows);
    let row = 0;
    for (const column of columns) {
      const data = column?.data as ArrayLike<number>;
      for (let at = 0; at < data.length; at += width) {
        values[row++] =
          width === 1
            ? (data[at] as number)
            : Math.hypot(...Array.from({ length: width }, (_, i) => data[at + i] as number));
      }
    }
    all[width === 1 ? name : `|${name}|`] = measured(values);
  }
  return all;
}

/** Ranks of kinds: the rarer, the higher. */
function rarestLast(values: Float32Array, kinds: number): number[] {
  const counts = new Array<number>(kinds).fill(0);
  for (const kind of values) counts[kind] = (counts[kind] as number) + 1;
  const order = [...counts.keys()].sort((a, b) => (counts[b] as number) - (counts[a] as number) || b - a);
  const ranks = new Array<number>(kinds).fill(0);
  order.forEach((kind, rank) => (ranks[kind] = rank));
  return ranks;
}

/**
 * Where colours begin and end: without the outermost hundredth, which would leave the rest one
 * colour.
 */
export function rangeOf(values: Float32Array | Float64Array): readonly [number, number] {
  const sorted = values.filter(Number.isFinite).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? 0;
  return [at(0.01), at(0.99)];
}
