import { type QuestsError, errorAt } from '../../base/error.js';
import { invalidFile, shown } from '../text/fault.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import type { ColumnTable, ResultColumn } from '../../model/column-table.js';
import { freshName } from './frame-header.js';

/**
 * Structures as a table, one row per atom, one part per frame: `file` and `frame` (where the
 * structure was read, else an empty name and its place in the sequence), `atom` (from 0), `species`
 * (where there are any), `x`, `y`, `z` (Å), then the arrays under their names, those of several
 * values per atom as `NAME_0`, `NAME_1` …. A name that is taken gets a number from 2. Cells,
 * boundaries and `info` have no place in it.
 *
 * @throws {QuestsError} INVALID_ARGUMENT, naming the frame, for arrays of the wrong length
 */
export async function* structureTable(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<ColumnTable, void, undefined> {
  let index = 0;
  for await (const structure of structures) yield structureRows(structure, index++);
}

/** Column in which the first atom of each frame has the record of the frame, the others nothing. */
export const FRAME_COLUMN = 'structure';

/**
 * One structure as in {@link structureTable}.
 *
 * @param record what {@link FRAME_COLUMN} holds of the frame. Default: there is no such column
 */
export function structureRows(structure: Structure, index: number, record?: string): ColumnTable {
  const { positions, species, arrays = {}, source } = structure;
  const rows = positions.length / 3;
  const columns: ResultColumn[] = [
    { name: 'file', data: Array<string>(rows).fill(source?.file ?? '') },
    { name: 'frame', data: new Int32Array(rows).fill(source?.frame ?? index) },
    { name: 'atom', data: Int32Array.from({ length: rows }, (_, atom) => atom) },
  ];
  const refuse = (name: string, length: number, width: number): QuestsError => {
    const problem = `${length} values in ${name}, expected ${width} for each of ${rows} atoms`;
    return errorAt('INVALID_ARGUMENT', { frame: index }, problem);
  };
  if (species !== undefined) {
    if (species.length !== rows) throw refuse('species', species.length, 1);
    columns.push({ name: 'species', data: species });
  }
  ['x', 'y', 'z'].forEach((name, component) =>
    columns.push({ name, data: componentOf({ kind: 'R', width: 3, data: positions }, component, rows) }),
  );
  const taken = new Map(columns.map(({ name }) => [name, 1]));
  if (record !== undefined) taken.set(FRAME_COLUMN, 1);
  for (const [name, array] of Object.entries(arrays)) {
    if (array.data.length !== rows * array.width) throw refuse(name, array.data.length, array.width);
    for (let component = 0; component < array.width; component++) {
      const flat = freshName(array.width === 1 ? name : `${name}_${component}`, taken);
      columns.push({ name: flat, data: componentOf(array, component, rows) });
    }
  }
  if (record !== undefined && rows > 0) {
    const data = Array<string>(rows).fill('');
    data[0] = record;
    columns.push({ name: FRAME_COLUMN, data });
  }
  return { rows, columns };
}

/** An array of the atoms, and the columns that it is written to. */
export interface WrittenArray extends Pick<AtomArray, 'kind' | 'width'> {
  readonly name: string;
  readonly columns: readonly string[];
}

/** The names, kinds and widths of the arrays of a structure, for {@link writtenArrays}. */
export function arraysText({ arrays = {} }: Structure): string {
  const each = Object.entries(arrays).map(([name, { kind, width }]) => ({ name, kind, width }));
  return JSON.stringify({ arrays: each });
}

/**
 * The arrays of a table, with the columns that they are in.
 *
 * @param text of {@link arraysText}
 * @param columns of the arrays, in their order
 * @throws {QuestsError} INVALID_FILE for other text, or arrays that the columns do not make
 */
export function writtenArrays(text: string, columns: readonly string[], file: string): WrittenArray[] {
  const found = listOf(text);
  if (found === undefined)
    throw invalidFile({ file }, `the arrays are not named as they should: ${shown(text)}`);
  let at = 0;
  const arrays = found.map((array) => {
    const own = columns.slice(at, at + array.width);
    at += array.width;
    return { ...array, columns: own };
  });
  if (at === columns.length) return arrays;
  throw invalidFile({ file }, `${columns.length} columns of arrays, expected ${at}`);
}

function listOf(text: string): Omit<WrittenArray, 'columns'>[] | undefined {
  let arrays: unknown;
  try {
    ({ arrays } = JSON.parse(text) as { arrays?: unknown });
  } catch {
    return undefined;
  }
  return Array.isArray(arrays) && arrays.every(isArray) ? arrays : undefined;
}

function isArray(value: unknown): value is Omit<WrittenArray, 'columns'> {
  const { name, kind, width } = (value ?? {}) as Record<string, unknown>;
  const isKind = kind === 'R' || kind === 'I' || kind === 'L' || kind === 'S';
  return typeof name === 'string' && isKind && Number.isInteger(width) && Number(width) > 0;
}

/** One of the values that each atom has. */
function componentOf(
  { data, kind, width }: AtomArray,
  component: number,
  rows: number,
): ResultColumn['data'] {
  if (width === 1) return data;
  if (kind === 'S') {
    const texts = data as readonly string[];
    return Array.from({ length: rows }, (_, atom) => texts[atom * width + component] as string);
  }
  const numbers = data as Float64Array | Int32Array | Uint8Array;
  const values =
    numbers instanceof Float64Array
      ? new Float64Array(rows)
      : numbers instanceof Int32Array
        ? new Int32Array(rows)
        : new Uint8Array(rows);
  for (let atom = 0; atom < rows; atom++) values[atom] = numbers[atom * width + component] as number;
  return values;
}
