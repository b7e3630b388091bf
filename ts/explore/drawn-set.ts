import { joined } from '../base/joined.js';
import { isLabelled, symbolOf } from '../base/species-mode.js';
import type { StoredReference } from '../kernel/stored-reference.js';
import { numberSampler } from '../kernel/row-sample.js';
import { firstOf } from '../io/matrices/reference-file.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { knownCount } from './set-entropy.js';
import { curveRows } from './set-curve.js';

/**
 * What the environments that are shown were drawn from: a set that is larger than memory, or one
 * that is only asked.
 */
export interface DrawnFrom {
  /** Environments of the set. */
  readonly environments: number;
  /** The set. */
  readonly stored: StoredReference;
  /** Of each environment that was drawn, its number in the set, rising. */
  readonly rows: Uint32Array;
  /** Of each environment that was drawn, its atom in its frame, from 0. */
  readonly atoms: Uint32Array;
}

/** The atom of an environment in its frame, from 0. */
export function atomOf(
  { x, drawn }: { readonly x: DescriptorMatrix; readonly drawn?: DrawnFrom | undefined },
  row: number,
): number {
  return drawn?.atoms[row] ?? row - (x.frameOffsets[x.frameOf(row)] as number);
}

/** Some environments of a set that is larger than memory, in its frames. */
export interface DrawnSet {
  readonly x: DescriptorMatrix;
  /** Places in `x` of a plain random sample, rising: those whose δH stands for the set. */
  readonly known: Uint32Array;
  /** Places in `x` of every nth environment, for learning curves. */
  readonly even: Uint32Array;
  readonly drawn: DrawnFrom;
}

/**
 * Draws what is shown of a set that is larger than memory: the environments that are drawn of one
 * in memory. The file is passed over once.
 */
export async function drawnSet(stored: StoredReference, seed: number): Promise<DrawnSet> {
  const { rows: environments } = stored;
  const count = Math.max(1, knownCount(environments));
  const sample =
    numberSampler(seed)(environments, count) ?? Uint32Array.from({ length: count }, (_, at) => at);
  const even = curveRows(environments);
  const numbers = Uint32Array.from(new Set([...sample, ...even])).sort();
  const { data } = await stored.rowsAt(numbers);
  return {
    ...(await inFrames(stored, numbers, data)),
    known: sample.map((number) => firstOf(numbers, number)),
    even: even.map((number) => firstOf(numbers, number)),
  };
}

/** Leaves of a set that is only asked, and environments of each, that its map shows. */
const SHOWN_LEAVES = 64;
const SHOWN_OF_LEAF = 32;

/**
 * Draws what a map shows of a set that is only asked: environments of leaves that are evenly spread
 * over it. Nothing else is read.
 */
export async function shownSet(stored: StoredReference): Promise<Pick<DrawnSet, 'x' | 'drawn'>> {
  const { file } = stored.storage;
  const count = Math.min(file.leaves, SHOWN_LEAVES);
  const leaves = Uint32Array.from({ length: count }, (_, at) => Math.floor((at * file.leaves) / count));
  const { rows, numbers } = await file.someOf(leaves, SHOWN_OF_LEAF);
  const order = Array.from(numbers.keys()).sort((a, b) => (numbers[a] as number) - (numbers[b] as number));
  const { width } = stored;
  const data = joined(
    order.map((at) => rows.subarray(at * width, (at + 1) * width)),
    Float64Array,
  );
  return inFrames(stored, numbers.sort(), data);
}

/** Environments of a set in its frames, by their numbers in it, rising. */
async function inFrames(
  stored: StoredReference,
  numbers: Uint32Array,
  data: Float64Array,
): Promise<Pick<DrawnSet, 'x' | 'drawn'>> {
  const { rows: environments, width, k, cutoff, species } = stored;
  const { offsets, sources } = await stored.storage.file.frames();
  const frameOffsets = offsets.map((first) => firstOf(numbers, first));
  const atoms = new Uint32Array(numbers.length);
  for (let frame = 0; frame + 1 < offsets.length; frame++) {
    const end = frameOffsets[frame + 1] as number;
    for (let at = frameOffsets[frame] as number; at < end; at++) {
      atoms[at] = (numbers[at] as number) - (offsets[frame] as number);
    }
  }
  const said = sources.some((source) => source !== undefined) ? sources : null;
  return {
    x: new DescriptorMatrix(data, { width, k, cutoff, species, frameOffsets, sources: said }),
    drawn: { environments, stored, rows: numbers, atoms },
  };
}

/**
 * Elements of a stored set. Those of `blocks` are not told: rows do not say of which atom they are,
 * so that those of an element that another set lacks would not be found.
 */
export function storedElements({ species, facts }: StoredReference): readonly string[] {
  return species === null || isLabelled(species) ? (facts.elements ?? []) : [];
}

/** The element of each row, where rows have labels; else none. */
export function labelsOf({ data, width, rows, species }: DescriptorMatrix): string[] {
  if (!isLabelled(species)) return [];
  return Array.from({ length: rows }, (_, row) => symbolOf(data[row * width] as number));
}
