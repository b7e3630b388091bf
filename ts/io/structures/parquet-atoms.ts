import type { DecodedArray, SchemaTree } from 'hyparquet';
import type { AtomArray, Structure } from '../../model/structure.js';
import { type FilePlace, invalidFile, invalidStructure } from '../text/fault.js';
import type { ParquetFile, RowRange } from '../matrices/parquet-file.js';
import { SETTINGS_KEY } from '../matrices/parquet-settings.js';
import { parseFrameRecord } from './frame-record.js';
import { type FrameOptions, readNumbered } from './frames.js';
import { ParquetBatches } from './parquet-batches.js';
import { foundText } from './parquet-values.js';
import { FRAME_COLUMN, type WrittenArray, writtenArrays } from './structure-table.js';

/** Columns that say which atom of which frame a row is. */
const PLACE = ['file', 'frame', 'atom'] as const;

const COORDINATES = ['x', 'y', 'z'] as const;

const NO_CELLS = 'no cells: the file holds none, so that its frames are open in all directions';

/** Whether columns are those of structures with a row per atom. */
export function haveAtomRows(columns: readonly SchemaTree[]): boolean {
  const names = new Set(columns.map(({ element }) => element.name));
  const isNamed = names.has('species') || names.has('file');
  return isNamed && names.has('frame') && COORDINATES.every((name) => names.has(name));
}

/**
 * Structures of a file with a row per atom, as this package writes them: frames begin where a row
 * has a record of one, else where file or frame change.
 *
 * @throws {QuestsError} as `readParquetStructures`
 */
export async function* readAtomRows(
  parquet: ParquetFile,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file, onNote } = options;
  const names = parquet.columns.map(({ element }) => element.name);
  const settings = parquet.text(SETTINGS_KEY);
  const hasRecords = settings !== undefined && names.includes(FRAME_COLUMN);
  const starts = await frameStarts(parquet, hasRecords, file);
  if (!hasRecords && starts.length > 1) onNote?.({ file, frame: 0, text: NO_CELLS, kind: 'cell' });
  const own = names.filter((name) => !PLACE.includes(name as 'file'));
  const batches = new ParquetBatches(parquet, own, file);
  const others = own.filter((name) => !isOwnColumn(name) && !(hasRecords && name === FRAME_COLUMN));
  const arrays = hasRecords
    ? writtenArrays(settings, others, file)
    : others.map((name) => flatArray(parquet, name));
  yield* readNumbered(starts.length - 1, options, async (frame) => {
    const range = { rowStart: starts[frame] as number, rowEnd: starts[frame + 1] as number };
    const columns = await columnsOf(batches, own, range);
    const record = hasRecords ? String(columns.get(FRAME_COLUMN)?.[0]) : undefined;
    return structureOf(columns, arrays, record, { file, frame });
  });
}

/** The first row of each frame, then the number of rows. */
async function frameStarts(parquet: ParquetFile, hasRecords: boolean, file: string): Promise<number[]> {
  const names = parquet.columns.map(({ element }) => element.name);
  const keys = hasRecords ? [FRAME_COLUMN] : PLACE.slice(0, 2).filter((name) => names.includes(name));
  const starts: number[] = [];
  let before: unknown[] = [];
  let rows = 0;
  for (const range of await parquet.groups()) {
    const columns: DecodedArray[] = [];
    for (const key of keys) columns.push(await parquet.values(key, range));
    for (let row = range.rowStart; row < range.rowEnd; row++) {
      const values = columns.map((column) => column[row - range.rowStart] as unknown);
      const begins = hasRecords
        ? values[0] !== '' && values[0] !== null
        : values.some((value, at) => value !== before[at]);
      if (begins) starts.push(row);
      before = values;
    }
    rows = range.rowEnd;
  }
  if (rows > 0 && starts[0] !== 0) throw invalidFile({ file }, 'the first row begins no frame');
  return rows === 0 ? [0] : [...starts, rows];
}

type Columns = ReadonlyMap<string, readonly unknown[]>;

async function columnsOf(
  batches: ParquetBatches,
  names: readonly string[],
  range: RowRange,
): Promise<Columns> {
  const columns = new Map<string, unknown[]>(names.map((name) => [name, []]));
  for await (const { values } of batches.slices(range)) {
    for (const [name, part] of values) {
      const column = columns.get(name) as unknown[];
      for (const value of part) column.push(value);
    }
  }
  return columns;
}

function isOwnColumn(name: string): boolean {
  return name === 'species' || COORDINATES.includes(name as 'x');
}

/** An array of one column. */
function flatArray({ columns }: ParquetFile, name: string): WrittenArray {
  const kind = kindOf(columns.find(({ element }) => element.name === name));
  return { name, kind, width: 1, columns: [name] };
}

function kindOf(column: SchemaTree | undefined): AtomArray['kind'] {
  const { type, converted_type: converted, logical_type: logical } = column?.element ?? {};
  if (type === 'BOOLEAN') return 'L';
  if (type === 'INT32' && (converted === undefined || /^U?INT_/.test(converted))) return 'I';
  const isNumber = type === 'DOUBLE' || type === 'FLOAT' || type === 'INT64' || logical?.type === 'FLOAT16';
  return isNumber ? 'R' : 'S';
}

function structureOf(
  columns: Columns,
  arrays: readonly WrittenArray[],
  record: string | undefined,
  place: FrameAt,
): Structure {
  const atoms = columns.get('x')?.length ?? 0;
  const positions = new Float64Array(3 * atoms);
  COORDINATES.forEach((name, axis) => {
    (columns.get(name) ?? []).forEach((value, atom) => {
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw invalidStructure({ ...place, atom }, `${name} must be finite, found ${value}`);
      }
      positions[3 * atom + axis] = numberOf(value, name, { ...place, atom });
    });
  });
  const species = columns.get('species')?.map((value, atom) => textOf(value, 'species', { ...place, atom }));
  return {
    positions,
    ...(record !== undefined && parseFrameRecord(record, place)),
    ...(species && { species }),
    ...(arrays.length > 0 && {
      arrays: Object.fromEntries(arrays.map((array) => [array.name, arrayOf(array, columns, atoms, place)])),
    }),
    source: { file: place.file, frame: place.frame },
  };
}

type FrameAt = FilePlace & { readonly frame: number };

function arrayOf(
  { kind, width, columns: names }: WrittenArray,
  columns: Columns,
  atoms: number,
  place: FrameAt,
): AtomArray {
  if (kind === 'S') {
    const texts = Array<string>(width * atoms);
    names.forEach((name, component) => {
      columns.get(name)?.forEach((value, atom) => {
        texts[atom * width + component] = textOf(value, name, { ...place, atom });
      });
    });
    return { kind, width, data: texts };
  }
  const length = width * atoms;
  const data =
    kind === 'R' ? new Float64Array(length) : kind === 'I' ? new Int32Array(length) : new Uint8Array(length);
  names.forEach((name, component) => {
    columns.get(name)?.forEach((value, atom) => {
      const at = { ...place, atom };
      data[atom * width + component] = kind === 'L' ? Number(value === true) : numberOf(value, name, at);
    });
  });
  return { kind, width, data };
}

function numberOf(value: unknown, name: string, place: FilePlace): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  throw invalidFile(place, `expected a number for ${name}, found ${foundText(value)}`);
}

function textOf(value: unknown, name: string, place: FilePlace): string {
  if (typeof value === 'string') return value;
  throw invalidFile(place, `expected text for ${name}, found ${foundText(value)}`);
}
