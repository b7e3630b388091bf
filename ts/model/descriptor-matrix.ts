import { QuestsError } from '../base/error.js';
import {
  either,
  kindOf,
  listOf,
  nullable,
  NUMBER,
  NUMBERS,
  optional,
  options,
  record,
  TEXTS,
  whole,
} from '../base/kinds.js';
import { type DescriptorSpecies, isLabelled } from '../base/species-mode.js';
import type { Source } from './structure.js';

/**
 * Settings that descriptors were made with, as far as they are known; matrices that differ in them
 * cannot be compared.
 */
export interface DescriptorKind {
  /** Numbers per environment. */
  readonly width: number;
  /** Neighbours per environment; `null` where unknown or without meaning. */
  readonly k: number | null;
  /** Cutoff in Å; `null` where unknown or without meaning. */
  readonly cutoff: number | null;
  /**
   * Species of the blocks after the first, sorted; `center` or `full` where the first column is the
   * label of the central element; `null` for descriptors without elements, and external ones.
   */
  readonly species: DescriptorSpecies;
}

/** What a matrix of descriptors is told about itself. */
export interface DescriptorMatrixOptions {
  /** Numbers per environment. */
  readonly width: number;
  /** Neighbours per environment. Default: `null`, unknown. */
  readonly k?: number | null | undefined;
  /** Cutoff in Å. Default: `null`, unknown. */
  readonly cutoff?: number | null | undefined;
  /**
   * Species of the blocks after the first; `center` or `full` where the first column is the label
   * of the central element. Default: `null`, none.
   */
  readonly species?: DescriptorSpecies | undefined;
  /**
   * First row of each frame, then the number of rows: one more than frames. Default: all rows are
   * one frame.
   */
  readonly frameOffsets?: ArrayLike<number> | undefined;
  /** Where each frame was read. Default: `null`, unknown. */
  readonly sources?: readonly (Source | undefined)[] | null | undefined;
}

/** What descriptors can say of the species that they tell apart. */
export const SPECIES = either(
  'an array of chemical symbols, "center" or "full"',
  [Array.isArray, TEXTS],
  [() => true, kindOf('an array of chemical symbols, "center" or "full"', isMode)],
);

function isMode(value: unknown): boolean {
  return isLabelled(value as DescriptorSpecies);
}

const SETTINGS = options<DescriptorMatrixOptions>(
  {
    width: whole(1),
    k: nullable(NUMBER),
    cutoff: nullable(NUMBER),
    species: nullable(SPECIES),
    frameOffsets: NUMBERS,
    sources: nullable(listOf(optional(record('a place { file, frame }', {})), 'places { file, frame }')),
  },
  ['width'],
);

/**
 * Descriptors of atomic environments, one per row. {@link descriptors} makes them from structures;
 * the constructor takes any other: SOAP, MACE features, a column of a table.
 *
 * The data are not copied when they are a `Float64Array`: do not write to them while a call that
 * uses them runs.
 *
 * @example
 * const soap = new DescriptorMatrix(values, { width: 252, frameOffsets: [0, 64, 128] });
 * const H = await entropy(soap, { bandwidth: 0.1 });
 */
export class DescriptorMatrix implements DescriptorKind {
  /** Values, row-major: rows × width. */
  readonly data: Float64Array;
  readonly width: number;
  /** Number of environments. */
  readonly rows: number;
  readonly k: number | null;
  readonly cutoff: number | null;
  readonly species: DescriptorSpecies;
  /** First row of each frame, then the number of rows. */
  readonly frameOffsets: Uint32Array;
  /** Where each frame was read; `null` where unknown. */
  readonly sources: readonly (Source | undefined)[] | null;

  /**
   * @param data values, row-major; anything but a `Float64Array` is copied into one
   * @throws {QuestsError} INVALID_ARGUMENT: the length is no multiple of the width, a value is not
   *   finite, the offsets do not rise from 0 to the number of rows, a label is none; EMPTY: no rows
   */
  constructor(data: Float64Array | Float32Array | readonly number[], options: DescriptorMatrixOptions) {
    NUMBERS.judge(data, 'data');
    SETTINGS.judge(options, 'options');
    const { width } = options;
    if (data.length === 0) throw new QuestsError('EMPTY', 'a descriptor matrix needs at least one row');
    if (data.length % width !== 0) {
      const problem = `${data.length} values do not make rows of ${width}`;
      throw new QuestsError('INVALID_ARGUMENT', `wrong length of a descriptor matrix: ${problem}`);
    }
    this.data = data instanceof Float64Array ? data : Float64Array.from(data);
    this.width = width;
    this.rows = data.length / width;
    this.k = options.k ?? null;
    this.cutoff = options.cutoff ?? null;
    this.species = options.species ?? null;
    this.frameOffsets = checkedOffsets(options.frameOffsets ?? [0, this.rows], this.rows);
    this.sources = options.sources ?? null;
    if (this.sources !== null && this.sources.length !== this.frames) {
      const problem = `${this.sources.length} sources for ${this.frames} frames`;
      throw new QuestsError('INVALID_ARGUMENT', `wrong number of sources: ${problem}`);
    }
    checkFinite(this.data, width);
    if (isLabelled(this.species)) checkLabels(this.data, width);
  }

  /** Number of frames. */
  get frames(): number {
    return this.frameOffsets.length - 1;
  }

  /** Index of the frame that a row came from. O(log frames). */
  frameOf(row: number): number {
    if (!Number.isSafeInteger(row) || row < 0 || row >= this.rows) {
      throw new QuestsError('INVALID_ARGUMENT', `row ${row} of a matrix of ${this.rows} rows`);
    }
    return frameAt(this.frameOffsets, row);
  }

  /** The environments of one frame, as a matrix of their own that shares these values. */
  frame(index: number): DescriptorMatrix {
    const start = this.frameOffsets[index];
    const end = this.frameOffsets[index + 1];
    if (start === undefined || end === undefined) {
      throw new QuestsError('INVALID_ARGUMENT', `frame ${index} of a matrix of ${this.frames} frames`);
    }
    return new DescriptorMatrix(this.data.subarray(start * this.width, end * this.width), {
      width: this.width,
      k: this.k,
      cutoff: this.cutoff,
      species: this.species,
      sources: this.sources && [this.sources[index]],
    });
  }

  /**
   * The environments of some frames, in the order of the indices, as a matrix of their own.
   *
   * @param indices at least one
   * @throws {QuestsError} INVALID_ARGUMENT: an index that is no frame; EMPTY: no indices
   */
  select(indices: ArrayLike<number>): DescriptorMatrix {
    NUMBERS.judge(indices, 'indices');
    return concatenated(Array.from(indices, (index) => this.frame(index)));
  }
}

/** Rows of frames, without their descriptors. */
export type FramedRows = Pick<DescriptorMatrix, 'rows' | 'frames' | 'frameOffsets' | 'sources'>;

/** The frame that a row came from. */
export function frameAt(offsets: Uint32Array, row: number): number {
  let low = 0;
  let high = offsets.length - 1;
  // Invariant: offsets[low] ≤ row < offsets[high]. Among frames without rows the last that starts
  // here wins.
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((offsets[middle] ?? 0) <= row) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Joins matrices by rows; frames and sources are kept.
 *
 * @param parts at least one
 * @throws {QuestsError} MISMATCH: the parts were made differently; EMPTY: no parts
 */
export function concatenated(parts: readonly DescriptorMatrix[]): DescriptorMatrix {
  const [first] = parts;
  if (first === undefined) throw new QuestsError('EMPTY', 'a descriptor matrix needs at least one row');
  if (parts.length === 1) return first;
  const data = new Float64Array(parts.reduce((sum, part) => sum + part.data.length, 0));
  const frameOffsets = new Uint32Array(parts.reduce((sum, part) => sum + part.frames, 1));
  const sources: (Source | undefined)[] = [];
  let row = 0;
  for (const part of parts) {
    checkComparable(part, first, ['one part', 'another']);
    data.set(part.data, row * first.width);
    part.frameOffsets.forEach((offset, frame) => (frameOffsets[sources.length + frame] = row + offset));
    for (let frame = 0; frame < part.frames; frame++) sources.push(part.sources?.[frame]);
    row += part.rows;
  }
  const { width, k, cutoff, species } = first;
  return new DescriptorMatrix(data, {
    width,
    k,
    cutoff,
    species,
    frameOffsets,
    sources: parts.some((part) => part.sources !== null) ? sources : null,
  });
}

/**
 * Refuses to compare descriptors that were made differently. Settings that are unknown on one side
 * are ignored.
 *
 * @throws {QuestsError} MISMATCH naming both values
 */
export function checkComparable(
  test: DescriptorKind,
  reference: DescriptorKind,
  names: readonly [string, string] = ['the test set', 'the reference set'],
): void {
  const checkSame = <T>(name: string, a: T | null, b: T | null, unit = ''): void => {
    if (a === null || b === null || a === b) return;
    const values = `${String(a)}${unit} in ${names[0]}, ${String(b)}${unit} in ${names[1]}`;
    throw new QuestsError('MISMATCH', `descriptors cannot be compared: ${name} is ${values}`);
  };
  // The settings come first: a different k is also a different width, and k is what the user can
  // change.
  checkSame('k', test.k, reference.k);
  checkSame('cutoff', test.cutoff, reference.cutoff, ' Å');
  checkSame('species', listed(test.species), listed(reference.species));
  if (isLabelled(test.species) !== isLabelled(reference.species)) {
    const [whose, mode] = isLabelled(test.species)
      ? [names[0], test.species]
      : [names[1], String(reference.species)];
    const problem = `only those of ${whose} have labels of the central element (species ${mode})`;
    throw new QuestsError('MISMATCH', `descriptors cannot be compared: ${problem}`);
  }
  checkSame('width', test.width, reference.width);
}

function listed(species: DescriptorSpecies): string | null {
  return typeof species === 'string' ? species : (species?.join(' ') ?? null);
}

function checkedOffsets(offsets: ArrayLike<number>, rows: number): Uint32Array {
  const problem = offsetsProblem(offsets, rows);
  if (problem !== undefined) throw new QuestsError('INVALID_ARGUMENT', `frame offsets ${problem}`);
  return offsets instanceof Uint32Array ? offsets : Uint32Array.from(offsets);
}

function offsetsProblem(offsets: ArrayLike<number>, rows: number): string | undefined {
  if (offsets.length < 2) return `need at least two numbers, 0 and the number of rows; got ${offsets.length}`;
  if (offsets[0] !== 0) return `must start at 0; got ${offsets[0]}`;
  for (let i = 1; i < offsets.length; i++) {
    const offset = offsets[i] as number;
    if (!Number.isInteger(offset) || offset < (offsets[i - 1] as number)) {
      return `must be whole numbers that do not fall; got ${offset} after ${offsets[i - 1]}`;
    }
  }
  const last = offsets[offsets.length - 1];
  return last === rows ? undefined : `must end with the number of rows, ${rows}; got ${last}`;
}

function checkFinite(data: Float64Array, width: number): void {
  // A loop over plain numbers: `findIndex` calls a function for each of what may be a hundred
  // million.
  let at = 0;
  while (at < data.length && (data[at] as number) - (data[at] as number) === 0) at++;
  if (at === data.length) return;
  const place = `row ${Math.floor(at / width)}, column ${at % width}`;
  throw new QuestsError('INVALID_ARGUMENT', `descriptors must be finite; got ${data[at]} in ${place}`);
}

function checkLabels(data: Float64Array, width: number): void {
  for (let at = 0; at < data.length; at += width) {
    const label = data[at] as number;
    if (Number.isSafeInteger(label) && label > 0) continue;
    const problem = `row ${at / width} begins with ${label}, expected the label of an element`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
}
