import { errorAt, QuestsError } from '../../base/error.js';
import { emptyFile, invalidFile, shown } from '../text/fault.js';
import { formatOfName } from '../files/detect-format.js';
import { openInput } from '../files/input.js';
import type { InputOptions } from '../files/opened.js';
import { looksLikeParquet } from '../matrices/parquet-file.js';
import { checkCodecs, parquetCompressors } from '../matrices/parquet-codecs.js';
import { readWhole } from '../matrices/whole.js';
import type { TrajectoryRow } from '../../model/trajectory-row.js';

/**
 * Reads a table as rows: CSV with names in its first line, JSON with an array of objects (at the
 * top, or under `frames`, as this package writes them), Parquet. Fields of CSV that are numbers,
 * `true`, `false`, `nan` or nothing are read as such, others as text; missing values and numbers
 * that are not finite are null.
 *
 * @param path a path, or `-` for standard input; gzip is recognised by content
 * @throws {QuestsError} FILE_ACCESS for a file that cannot be read; INVALID_FILE, with the line
 *   where there is one, for a file that is no table; EMPTY for no rows. The signal's reason when
 *   cancelled
 */
export async function readRows(path: string, options: InputOptions = {}): Promise<TrajectoryRow[]> {
  const { rows } = await readPlacedRows(path, options);
  return rows.map(({ row }) => row);
}

/** A row of a table, and where it stands. */
export interface PlacedRow {
  readonly row: TrajectoryRow;
  /** From 1; undefined in files without lines. */
  readonly line: number | undefined;
}

/**
 * As {@link readRows}, with the name of the file and the line of each row, for what is wrong with a
 * row.
 */
export async function readPlacedRows(
  path: string,
  options: InputOptions = {},
): Promise<{ file: string; rows: PlacedRow[] }> {
  const { file, size, bytes } = await openInput(path, options);
  const content = await readWhole(bytes, { file, size, signal: options.signal });
  const rows = looksLikeParquet(content) ? await parquetRows(content, file) : textRows(content, file);
  if (rows.length === 0) throw emptyFile({ file }, 'no rows');
  return { file, rows };
}

/** Whether a file's name says that it holds a table, and no structures. */
export function isTableName(path: string): boolean {
  const name = formatOfName(path)?.name;
  return name === 'csv' || name === 'json' || name === 'parquet';
}

function textRows(content: Uint8Array, file: string): PlacedRow[] {
  const text = new TextDecoder().decode(content).replace(/^\ufeff/, '');
  return /^\s*[[{]/.test(text) ? jsonRows(text, file) : csvRows(text, file);
}

function jsonRows(text: string, file: string): PlacedRow[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw errorAt('INVALID_FILE', { file }, `not JSON: ${(cause as Error).message}`, { cause });
  }
  const list = Array.isArray(value) ? (value as unknown[]) : (value as { frames?: unknown }).frames;
  if (!Array.isArray(list)) throw invalidFile({ file }, 'expected an array of rows, or one under "frames"');
  return list.map((row: unknown, at) => {
    if (typeof row !== 'object' || row === null)
      throw invalidFile({ file }, `row ${at} is ${shown(JSON.stringify(row))}, expected an object`);
    return plainRow(row);
  });
}

function plainRow(row: object): PlacedRow {
  const fields = Object.entries(row).map(([name, field]) => [name, plain(field)] as const);
  return { row: Object.fromEntries(fields), line: undefined };
}

async function parquetRows(content: Uint8Array<ArrayBuffer>, file: string): Promise<PlacedRow[]> {
  const { parquetMetadata, parquetReadObjects } = await import('hyparquet');
  const { buffer, byteOffset, length } = content;
  const bytes = buffer.slice(byteOffset, byteOffset + length);
  try {
    const metadata = parquetMetadata(bytes);
    checkCodecs(metadata, file);
    const rows = await parquetReadObjects({ file: bytes, metadata, compressors: await parquetCompressors() });
    return rows.map(plainRow);
  } catch (cause) {
    if (cause instanceof QuestsError) throw cause;
    const problem = `damaged or unreadable Parquet file: ${(cause as Error).message}`;
    throw errorAt('INVALID_FILE', { file }, problem, { cause });
  }
}

function csvRows(text: string, file: string): PlacedRow[] {
  const records = [...csvRecords(text, file)];
  const names = records[0]?.fields ?? [];
  const twin = names.find((name, at) => names.indexOf(name) !== at);
  if (twin !== undefined) throw invalidFile({ file, line: 1 }, `two columns are named ${shown(twin)}`);
  return records.slice(1).map(({ line, fields }) => {
    if (fields.length !== names.length)
      throw invalidFile(
        { file, line },
        `${fields.length} fields, expected ${names.length}, as in the first line`,
      );
    return { row: Object.fromEntries(names.map((name, at) => [name, fieldValue(fields[at] ?? '')])), line };
  });
}

/**
 * Records of a text of CSV (RFC 4180), with the line on which each begins; lines without anything
 * are passed over, and so are blanks around fields without quotes.
 */
function* csvRecords(
  text: string,
  file: string,
): Generator<{ line: number; fields: string[] }, void, undefined> {
  // A field in quotes, or a plain one, and what ends it.
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\r|$)/y;
  let line = 1;
  let start = 1;
  let fields: string[] = [];
  while (field.lastIndex < text.length) {
    const found = field.exec(text);
    if (found === null)
      throw invalidFile(
        { file, line },
        'a quote that is not closed, or stands inside a field; is it a table?',
      );
    const [whole, quoted, bare = '', end] = found;
    fields.push(quoted?.replaceAll('""', '"') ?? bare.trim());
    line += whole.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (end === ',' && field.lastIndex < text.length) continue;
    if (end === ',') fields.push('');
    if (fields.length > 1 || fields[0] !== '') yield { line: start, fields };
    fields = [];
    start = line;
  }
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function fieldValue(text: string): number | string | boolean | null {
  if (NUMBER.test(text)) return Number(text);
  if (text === '' || /^[+-]?(nan|inf|infinity|null)$/i.test(text)) return null;
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function plain(value: unknown): number | string | boolean | null {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return null;
}
