import type { FileMetaData, SchemaElement } from 'hyparquet';
import { QuestsError, errorAt } from '../../base/error.js';
import type { ByteSource } from '../text/bytes.js';
import { emptyFile, invalidFile, shown } from '../text/fault.js';
import type { NpyOptions } from './npy.js';
import { checkCodecs, parquetCompressors } from './parquet-codecs.js';
import { parseSettings, type ParquetSettings } from './parquet-settings.js';
import type { StoredMatrix } from './stored-matrix.js';
import { readWhole } from './whole.js';

/** Physical types whose values are numbers. */
const NUMERIC: ReadonlySet<string> = new Set(['DOUBLE', 'FLOAT', 'INT32', 'INT64']);

/**
 * Rows that one byte of a file can stand for: runs and dictionaries make many of few, but not this
 * many.
 */
const MOST_ROWS_PER_BYTE = 1 << 16;

/** Whether a file begins like Parquet. */
export function looksLikeParquet(head: Uint8Array): boolean {
  return head[0] === 0x50 && head[1] === 0x41 && head[2] === 0x52 && head[3] === 0x31;
}

/**
 * Reads a matrix from Parquet: a column per component, a row per environment, in the order of the
 * file. Columns may be of any numbers, in files of pandas, polars, DuckDB or this package; an index
 * that pandas wrote is passed over. Not compressed, or with Snappy, zstd or gzip. What
 * {@link writeMatrixParquet} says of its matrix is taken over.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged file, columns of anything but numbers, missing
 *   values; EMPTY for no rows; TOO_LARGE for more than memory can hold. The signal's reason when
 *   cancelled
 */
export async function readParquet(source: ByteSource, options: NpyOptions): Promise<StoredMatrix> {
  const { file, signal } = options;
  const bytes = await readWhole(source, options);
  if (bytes.length === 0) throw emptyFile({ file }, 'the file is empty');
  if (!looksLikeParquet(bytes))
    throw invalidFile({ file }, 'not a Parquet file: it does not begin with PAR1');
  const { parquetMetadataAsync, parquetScan, parquetSchema } = await import('hyparquet');
  try {
    const buffer = {
      byteLength: bytes.length,
      slice: (start: number, end?: number) => bytes.slice(start, end).buffer,
    };
    const metadata = await parquetMetadataAsync(buffer);
    checkCodecs(metadata, file);
    const names = parquetSchema(metadata)
      .children.map(({ element }) => element)
      .filter(({ name }) => !/^__index_level_\d+__$/.test(name))
      .map((element) => numericName(element, file));
    const rows = Number(metadata.num_rows);
    if (rows === 0 || names.length === 0) throw emptyFile({ file }, 'no rows of numbers');
    if (!(rows > 0 && rows <= MOST_ROWS_PER_BYTE * bytes.length)) {
      throw invalidFile({ file }, `${rows} rows in ${bytes.length} bytes; is the file damaged?`);
    }
    const scan = await parquetScan({
      file: buffer,
      metadata,
      compressors: await parquetCompressors(),
    });
    const data = numbers(rows * names.length, file);
    for (const { rowStart, rowEnd } of scan.ranges) {
      for (const [index, column] of names.entries()) {
        signal?.throwIfAborted();
        const values = await scan.readColumn({ column, rowStart, rowEnd });
        if (values.length !== rowEnd - rowStart || rowEnd > rows)
          throw invalidFile({ file }, `${values.length} values in ${column}, expected ${rowEnd - rowStart}`);
        fill(data, values, { width: names.length, index, row: rowStart, column, file });
      }
    }
    const settings = settingsOf(metadata, file);
    return { data, ...settings, shape: shapeOf(settings, rows, names.length, file) };
  } catch (error) {
    if (error instanceof QuestsError || signal?.aborted === true) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw invalidFile({ file }, `damaged or unreadable Parquet file: ${problem.replace(/\s+/g, ' ')}`);
  }
}

interface Target {
  readonly width: number;
  readonly index: number;
  readonly row: number;
  readonly column: string;
  readonly file: string;
}

function fill(data: Float64Array, values: ArrayLike<unknown>, target: Target): void {
  const { width, index, row, column, file } = target;
  for (let at = 0; at < values.length; at++) {
    const value = values[at];
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      const found = value === null || value === undefined ? 'no value' : shown(JSON.stringify(value));
      throw invalidFile({ file }, `expected a number in row ${row + at} of ${column}, found ${found}`);
    }
    data[(row + at) * width + index] = Number(value);
  }
}

function numericName({ name, type, converted_type, logical_type }: SchemaElement, file: string): string {
  // Two bytes each, of which hyparquet makes numbers.
  if (logical_type?.type === 'FLOAT16') return name;
  const isPlain =
    (converted_type === undefined || /^U?INT_\d+$/.test(converted_type)) &&
    (logical_type === undefined || logical_type.type === 'INTEGER');
  if (type !== undefined && NUMERIC.has(type) && isPlain) return name;
  const kind = logical_type?.type ?? converted_type ?? type ?? 'a group';
  const found = kind === 'STRING' || kind === 'UTF8' ? 'text' : kind;
  const hint = name === 'file' ? ': of structures, Parquet is written only' : '';
  throw invalidFile({ file }, `the column ${name} is ${found}, expected numbers in every column${hint}`);
}

function settingsOf({ key_value_metadata: pairs = [] }: FileMetaData, file: string): ParquetSettings {
  const text = pairs.find(({ key }) => key === 'quests')?.value;
  return text === undefined ? {} : parseSettings(text, file);
}

function shapeOf({ shape }: ParquetSettings, rows: number, width: number, file: string): readonly number[] {
  if (shape === undefined) return [rows, width];
  const fits =
    shape.at(-1) === width && shape.reduce((product, extent) => product * extent, 1) === rows * width;
  if (fits && (shape.length === 2 || shape.length === 3)) return shape;
  throw invalidFile({ file }, `${rows} rows of ${width} do not make the shape (${shape.join(', ')})`);
}

function numbers(length: number, file: string): Float64Array {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw errorAt('TOO_LARGE', { file }, `no memory for ${length} numbers`, { cause });
  }
}
