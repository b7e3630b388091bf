import type { KeyValue } from 'hyparquet';
import type { ByteWriter, ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import { checkedParts, type ColumnTable, type ResultColumn } from '../../model/column-table.js';
import { SETTINGS_KEY, settingsText } from './parquet-settings.js';
import type { StoredMatrix } from './stored-matrix.js';
import { frameRecordText } from '../structures/frame-record.js';
import { withSameColumns } from '../structures/same-columns.js';
import { arraysText, structureRows } from '../structures/structure-table.js';

/** Values of a row group at most, about: 32 MB of numbers. */
const GROUP_VALUES = 1 << 22;

/** Rows of a row group at most. */
const GROUP_ROWS = 1 << 16;

/**
 * Writes a table as Parquet: real numbers as DOUBLE, whole numbers as INT32 or INT64, logicals as
 * BOOLEAN, text as STRING, none of them null. Small parts are joined to row groups of up to 65,536
 * rows and 32 MB.
 *
 * @param parts of the same columns, one after the other
 * @throws {QuestsError} INVALID_ARGUMENT for parts of different columns, or columns of different
 *   types; EMPTY for no part
 */
export function writeParquet(
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
): AsyncGenerator<Uint8Array, void, undefined> {
  return tableBytes(parts, () => []);
}

/** @param settings asked for once the first part is there */
async function* tableBytes(
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
  settings: () => KeyValue[],
): AsyncGenerator<Uint8Array, void, undefined> {
  let output: Output | undefined;
  let held: ColumnTable[] = [];
  let rows = 0;
  for await (const part of checkedParts(parts)) {
    output ??= await Output.open(part, settings());
    for (const piece of slices(output.fitted(part))) {
      held.push(piece);
      rows += piece.rows;
      if (rows < GROUP_ROWS && rows * piece.columns.length < GROUP_VALUES) continue;
      yield output.group(joined(held));
      held = [];
      rows = 0;
    }
  }
  if (output === undefined) throw new QuestsError('EMPTY', 'no rows to write as Parquet');
  if (rows > 0) yield output.group(joined(held));
  yield output.end();
}

/**
 * Writes structures as Parquet, one row per atom: see {@link structureTable}. Cell, boundaries and
 * `info` of a frame are JSON in a column `structure`, at its first atom; names, kinds and widths of
 * the arrays are JSON under the key `quests` of the file's metadata. Read again, the structures are
 * the same to the last digit.
 *
 * @throws {QuestsError} as {@link writeParquet}; MISMATCH, with file and frame, for a structure
 *   with other columns or other kinds of values; INVALID_ARGUMENT for arrays of the wrong length
 */
export function writeStructuresParquet(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let settings: KeyValue[] = [];
  const tables = async function* (): AsyncGenerator<ColumnTable, void, undefined> {
    let index = 0;
    for await (const structure of withSameColumns(structures, true)) {
      if (index === 0) settings = [{ key: SETTINGS_KEY, value: arraysText(structure) }];
      yield structureRows(structure, index++, frameRecordText(structure));
    }
  };
  return tableBytes(tables(), () => settings);
}

/**
 * Writes a matrix as Parquet: a DOUBLE column `d0`, `d1` … per component, a row per environment,
 * and what is known of it (shape, k, cutoff, species, frame offsets, sources) as JSON under the key
 * `quests` of the file's metadata.
 */
export async function* writeMatrixParquet(matrix: StoredMatrix): AsyncGenerator<Uint8Array, void, undefined> {
  const { data, shape } = matrix;
  const width = shape.at(-1) ?? 1;
  const rows = data.length / width;
  const most = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_VALUES / width)));
  const group = (start: number, end: number): ColumnTable => ({
    rows: end - start,
    columns: Array.from({ length: width }, (_, column) => {
      const values = new Float64Array(end - start);
      for (let row = start; row < end; row++) values[row - start] = data[row * width + column] as number;
      return { name: `d${column}`, data: values };
    }),
  });
  const output = await Output.open(group(0, 0), [{ key: SETTINGS_KEY, value: settingsText(matrix) }]);
  for (let start = 0; start < rows; start += most) {
    yield output.group(group(start, Math.min(rows, start + most)));
  }
  yield output.end();
}

type ColumnType = 'DOUBLE' | 'INT32' | 'INT64' | 'BOOLEAN' | 'STRING';

/** A Parquet file that is being written. */
class Output {
  private readonly buffer: ByteWriter;
  private readonly writer: ParquetWriter;
  private readonly types: readonly ColumnType[];

  private constructor(buffer: ByteWriter, writer: ParquetWriter, types: readonly ColumnType[]) {
    this.buffer = buffer;
    this.writer = writer;
    this.types = types;
  }

  static async open(first: ColumnTable, kvMetadata: KeyValue[]): Promise<Output> {
    const { ByteWriter, ParquetWriter, schemaFromColumnData } = await import('hyparquet-writer');
    const buffer = new ByteWriter();
    const columnData = first.columns.map(sourceOf);
    const writer = new ParquetWriter({
      writer: buffer,
      schema: schemaFromColumnData({ columnData }),
      kvMetadata,
      createdBy: 'quests',
    });
    return new Output(buffer, writer, first.columns.map(typeOf));
  }

  /**
   * A part with the types of the first: whole numbers become real ones.
   *
   * @throws {QuestsError} INVALID_ARGUMENT for a part of other types
   */
  fitted({ rows, columns }: ColumnTable): ColumnTable {
    const fitted = columns.map((column, index) => {
      const { name, data } = column;
      const type = typeOf(column);
      const expected = this.types[index] ?? type;
      if (type === expected) return column;
      if (expected === 'DOUBLE' && (data instanceof Int32Array || data instanceof Uint32Array)) {
        return { name, data: Float64Array.from(data) };
      }
      const problem = `${type} after ${expected} in the column ${name}`;
      throw new QuestsError('INVALID_ARGUMENT', `a table cannot be written as Parquet: ${problem}`);
    });
    return { rows, columns: fitted };
  }

  /** The bytes of a row group. */
  group({ rows, columns }: ColumnTable): Uint8Array {
    // A buffer in memory is never waited for.
    void this.writer.write({ columnData: columns.map(sourceOf), rowGroupSize: rows });
    return this.taken();
  }

  /** The bytes that end the file. */
  end(): Uint8Array {
    void this.writer.finish();
    return this.taken();
  }

  private taken(): Uint8Array {
    const bytes = this.buffer.getBytes().slice();
    this.buffer.index = 0;
    return bytes;
  }
}

function sourceOf(column: ResultColumn): ColumnSource {
  const { name, data } = column;
  const type = typeOf(column);
  const common = { name, type, nullable: false } as const;
  // Digits of measured numbers do not repeat: neither a dictionary nor compression makes them
  // smaller.
  if (data instanceof Float64Array) return { ...common, data, encoding: 'PLAIN', codec: 'UNCOMPRESSED' };
  if (data instanceof Uint32Array) return { ...common, data: BigInt64Array.from(data, BigInt) };
  if (data instanceof Uint8Array) return { ...common, data: Array.from(data, (value) => value !== 0) };
  return { ...common, data: data instanceof Int32Array ? data : [...data] };
}

function typeOf({ data }: ResultColumn): ColumnType {
  if (data instanceof Float64Array) return 'DOUBLE';
  if (data instanceof Int32Array) return 'INT32';
  if (data instanceof Uint32Array) return 'INT64';
  return data instanceof Uint8Array ? 'BOOLEAN' : 'STRING';
}

/** A part cut into pieces of at most a row group. */
function* slices(part: ColumnTable): Generator<ColumnTable, void, undefined> {
  const { rows, columns } = part;
  const most = Math.max(1, Math.min(GROUP_ROWS, Math.floor(GROUP_VALUES / columns.length)));
  if (rows <= most) {
    yield part;
    return;
  }
  for (let start = 0; start < rows; start += most) {
    const end = Math.min(rows, start + most);
    yield {
      rows: end - start,
      columns: columns.map(({ name, data }) => ({ name, data: data.slice(start, end) })),
    };
  }
}

/** Parts of the same columns as one. */
function joined(parts: readonly ColumnTable[]): ColumnTable {
  const [first] = parts;
  if (first === undefined || parts.length === 1) return first ?? { rows: 0, columns: [] };
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return {
    rows,
    columns: first.columns.map(({ name }, index) => ({
      name,
      data: concatenated(parts.map(({ columns }) => (columns[index] as ResultColumn).data)),
    })),
  };
}

function concatenated(pieces: readonly ResultColumn['data'][]): ResultColumn['data'] {
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const [first] = pieces;
  if (first === undefined || Array.isArray(first)) return (pieces as readonly (readonly string[])[]).flat();
  const numbers = pieces as readonly Exclude<ResultColumn['data'], readonly string[]>[];
  const result =
    first instanceof Float64Array
      ? new Float64Array(length)
      : first instanceof Int32Array
        ? new Int32Array(length)
        : first instanceof Uint32Array
          ? new Uint32Array(length)
          : new Uint8Array(length);
  let at = 0;
  for (const piece of numbers) {
    result.set(piece, at);
    at += piece.length;
  }
  return result;
}
