import { speciesAlphabet } from '../model/flatten.js';
import { labelName } from '../model/label-names.js';
import type { Structure } from '../model/structure.js';
import type { ExploredSet } from './exploration.js';
import { frameGroups } from './frame-groups.js';
import { placeOf } from './frame-places.js';
import type { PrincipalComponents } from './principal-components.js';

/** Values of the environments that a map is coloured by, or lies along. */
export interface Colouring {
  /** One for each environment, those of the first set first; NaN where there is none. */
  readonly values: Float32Array;
  /** Names of what the values number; empty for measured values. */
  readonly names: readonly string[];
  /** Of each name: where points overlap, the one with the highest is seen. */
  readonly ranks: readonly number[];
}

/** A name, what an axis of it is called, and its values, which are made when they are asked for. */
export interface NamedColouring {
  readonly name: string;
  readonly title: string;
  /** Whether values number names: what has no order has no axis. */
  readonly isKind: boolean;
  readonly read: () => Colouring;
}

/** δH of the first of two sets within itself: another quantity than that of the second. */
const WITHIN_FIRST = 'δH of the first set';

/**
 * By what environments can be coloured, and along what they can lie: δH, set, element, every column
 * of numbers and every number of frames (vectors by their length), groups of frames, the number of
 * the frame in its file, and principal components. δH of two sets is that of the second relative to
 * the first; that of the first within itself has a scale of its own.
 */
export function colouringsOf(
  sets: readonly ExploredSet[],
  components: PrincipalComponents,
): ReadonlyMap<string, NamedColouring> {
  const all = new Map<string, NamedColouring>();
  const add = (name: string, read: () => Colouring, title = name, isKind = false): void => {
    // A column of a file may have one of these names.
    const free = all.has(name) ? `${name} (file)` : name;
    if (!all.has(free)) all.set(free, { name: free, title: all.has(name) ? free : title, isKind, read });
  };
  const deltasOf = (shown: number) => (): Colouring =>
    measured(filled(sets, ({ dH, x }, at) => (at === shown ? dH : new Float32Array(x.rows).fill(NaN))));
  add('δH', deltasOf(sets.length - 1), 'δH (nats)');
  if (sets.length > 1) {
    const names = sets.map(({ name }) => name);
    const values = (): Float32Array => filled(sets, ({ x }, at) => new Float32Array(x.rows).fill(at));
    add('set', () => ({ values: values(), names, ranks: sets.map((_, at) => at) }), 'set', true);
  }
  // Where a set is known by its descriptors alone, nothing of frames goes through all environments.
  const hasStructures = sets.every(({ structures }) => structures.length > 0);
  const structures = hasStructures ? sets.flatMap((set) => set.structures) : [];
  if (hasStructures && structures.every(({ species }) => species !== undefined)) {
    add('element', () => elementsOf(structures), 'element', true);
  }
  if (sets.length > 1) add(WITHIN_FIRST, deltasOf(0), `${WITHIN_FIRST} (nats)`);
  for (const { key, names, groups } of frameGroups(sets)) {
    const read = (): Colouring => {
      const values = perFrame(sets, (set, frame) => groups[set]?.[frame] ?? NaN);
      return { values, names, ranks: rarestLast(values, names.length) };
    };
    add(key, read, key, true);
  }
  for (const [name, width] of columnsOf(structures)) {
    add(width === 1 ? name : `|${name}|`, () => measured(columnOf(sets, name, width)));
  }
  for (const [name, isVector] of numbersOf(structures)) {
    const valueOf = ({ info = {} }: Structure): number => lengthOf(info[name]);
    const read = (perAtom: boolean) => (): Colouring =>
      measured(
        perFrame(sets, (set, frame) => {
          const structure = sets[set]?.structures[frame] as Structure;
          return valueOf(structure) / (perAtom ? structure.positions.length / 3 : 1);
        }),
      );
    add(isVector ? `|${name}|` : name, read(false));
    if (!isVector && labelName(name, 'energy') !== undefined) add(`${name} per atom`, read(true));
  }
  if (sets.some(({ x }) => x.frames > 1)) {
    add('frame', () =>
      measured(perFrame(sets, (set, frame) => placeOf(sets[set] as ExploredSet, frame).frame)),
    );
  }
  components.shares.forEach((share, at) => {
    const name = `PC ${at + 1}`;
    add(
      name,
      () => measured(components.along(at)),
      `${name} (${(100 * share).toFixed(1)} % of the variance)`,
    );
  });
  return all;
}

const measured = (values: Float32Array): Colouring => ({ values, names: [], ranks: [] });

function filled(
  sets: readonly ExploredSet[],
  values: (set: ExploredSet, at: number) => ArrayLike<number>,
): Float32Array {
  const out = new Float32Array(sets.reduce((sum, { x }) => sum + x.rows, 0));
  let row = 0;
  sets.forEach((set, at) => {
    out.set(values(set, at), row);
    row += set.x.rows;
  });
  return out;
}

/** A value of each frame, for all of its environments. */
function perFrame(
  sets: readonly ExploredSet[],
  valueOf: (set: number, frame: number) => number,
): Float32Array {
  return filled(sets, ({ x: { rows, frames, frameOffsets } }, set) => {
    const out = new Float32Array(rows);
    for (let frame = 0; frame < frames; frame++) {
      out.fill(valueOf(set, frame), frameOffsets[frame], frameOffsets[frame + 1]);
    }
    return out;
  });
}

function elementsOf(structures: readonly Structure[]): Colouring {
  const names = speciesAlphabet(structures, true);
  const number = new Map(names.map((element, at) => [element, at]));
  const values = new Float32Array(structures.reduce((sum, { species = [] }) => sum + species.length, 0));
  let row = 0;
  for (const { species = [] } of structures) {
    for (const one of species) values[row++] = number.get(one) ?? 0;
  }
  return { values, names, ranks: rarestLast(values, names.length) };
}

/** Columns of numbers that frames have, and their widths; none whose width changes. */
function columnsOf(structures: readonly Structure[]): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  for (const { arrays = {} } of structures) {
    for (const [name, { width, kind }] of Object.entries(arrays)) {
      const isOne = kind !== 'S' && (widths.get(name) ?? width) === width;
      widths.set(name, isOne ? width : NaN);
    }
  }
  return new Map([...widths].filter(([, width]) => !Number.isNaN(width)));
}

/** A column, a vector by its length; NaN in frames without it. */
function columnOf(sets: readonly ExploredSet[], name: string, width: number): Float32Array {
  return filled(sets, ({ x: { rows, frameOffsets }, structures }) => {
    const out = new Float32Array(rows).fill(NaN);
    structures.forEach(({ arrays }, frame) => {
      const data = arrays?.[name]?.data as ArrayLike<number> | undefined;
      if (data === undefined) return;
      let row = frameOffsets[frame] as number;
      for (let at = 0; at < data.length; at += width, row++) {
        let square = 0;
        for (let i = 0; i < width; i++) square += (data[at + i] as number) ** 2;
        out[row] = width === 1 ? (data[at] as number) : Math.sqrt(square);
      }
    });
    return out;
  });
}

/** Keys of frames that have a number, or several, in one frame at least; whether it is several. */
function numbersOf(structures: readonly Structure[]): ReadonlyMap<string, boolean> {
  const found = new Map<string, boolean>();
  for (const { info = {} } of structures) {
    for (const [name, value] of Object.entries(info)) {
      if (!found.has(name) && !Number.isNaN(lengthOf(value))) found.set(name, typeof value !== 'number');
    }
  }
  return found;
}

/** A number, or the length of a vector; NaN of anything else. */
function lengthOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const isVector = Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'number');
  return isVector ? Math.hypot(...value) : NaN;
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
