import type { SchemaElement } from 'hyparquet';
import { errorAt } from '../../base/error.js';
import type { ByteSource } from '../text/bytes.js';
import { emptyFile, invalidFile, shown } from '../text/fault.js';
import type { NpyOptions } from './npy.js';
import { rangesOf } from '../text/ranges.js';
import { ParquetFile } from './parquet-file.js';
import { parseSettings, type ParquetSettings, SETTINGS_KEY } from './parquet-settings.js';
import type { StoredMatrix } from './stored-matrix.js';
import { readWhole } from './whole.js';

/** Physical types whose values are numbers. */
const NUMERIC: ReadonlySet<string> = new Set(['DOUBLE', 'FLOAT', 'INT32', 'INT64']);

/**
 * Rows that one byte of a file can stand for: runs and dictionaries make many of few, but not this
 * many.
 */
const MOST_ROWS_PER_BYTE = 1 << 16;

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
  const { file } = options;
  const bytes = await readWhole(source, options);
  const parquet = await ParquetFile.open(rangesOf(bytes), options);
  const names = parquet.columns.map(({ element }) => numericName(element, file));
  const { rows } = parquet;
  if (rows === 0 || names.length === 0) throw emptyFile({ file }, 'no rows of numbers');
  if (!(rows > 0 && rows <= MOST_ROWS_PER_BYTE * bytes.length)) {
    throw invalidFile({ file }, `${rows} rows in ${bytes.length} bytes; is the file damaged?`);
  }
  const groups = await parquet.groups();
  const data = numbers(rows * names.length, file);
  for (const range of groups) {
    const { rowStart, rowEnd } = range;
    if (rowEnd > rows) throw invalidFile({ file }, `a row group ends at ${rowEnd} of ${rows} rows`);
    for (const [index, column] of names.entries()) {
      const values = await parquet.values(column, range);
      fill(data, values, { width: names.length, index, row: rowStart, column, file });
    }
  }
  const settings = settingsOf(parquet, file);
  return { data, ...settings, shape: shapeOf(settings, rows, names.length, file) };
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
  throw invalidFile({ file }, `the column ${name} is ${found}, expected numbers in every column`);
}

function settingsOf(parquet: ParquetFile, file: string): ParquetSettings {
  const text = parquet.text(SETTINGS_KEY);
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
