import { brotliCompressSync } from 'node:zlib';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import type { ColumnTable } from '../../../../ts/model/column-table.js';
import { readParquet } from '../../../../ts/io/matrices/parquet.js';
import { looksLikeParquet } from '../../../../ts/io/matrices/parquet-file.js';
import { writeMatrixParquet, writeParquet } from '../../../../ts/io/matrices/parquet-write.js';
import type { StoredMatrix } from '../../../../ts/io/matrices/stored-matrix.js';
import { all, bytesOf, failure, inPieces } from '../../../support/data/reading.js';

function read(bytes: Uint8Array): Promise<StoredMatrix> {
  return readParquet(bytes, { file: 'x.parquet' });
}

async function written(parts: readonly ColumnTable[]): Promise<ArrayBuffer> {
  return Uint8Array.from(Buffer.concat(await all(writeParquet(parts)))).buffer;
}

/** A block of LZ4 that repeats nothing. */
function literals(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 15) return Uint8Array.of(bytes.length << 4, ...bytes);
  const length = bytes.length - 15;
  const more = Array.from({ length: Math.floor(length / 255) }, () => 255);
  return Uint8Array.of(0xf0, ...more, length % 255, ...bytes);
}

/** Blocks as Hadoop writes them, each with its lengths before it. */
function hadoop(parts: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(
    parts.flatMap((part) => {
      const [head, block] = [Buffer.alloc(8), literals(part)];
      head.writeUInt32BE(part.length, 0);
      head.writeUInt32BE(block.length, 4);
      return [head, block];
    }),
  );
}

const MATRIX = { data: Float64Array.of(1, -0, NaN, 1e-300, Infinity, 0.1), shape: [2, 3] };

describe('a matrix in Parquet', () => {
  it.each<[string, StoredMatrix]>([
    ['alone', MATRIX],
    ['of three dimensions', { data: new Float64Array(12), shape: [2, 2, 3] }],
    [
      'and all that is known of it',
      {
        ...MATRIX,
        k: 2,
        cutoff: 5.25,
        species: ['Al', 'Äß'],
        frameOffsets: [0, 1, 2],
        sources: [{ file: 'a.xyz', frame: 3 }, undefined],
      },
    ],
    [
      'of several row groups',
      { data: Float64Array.from({ length: 140_000 }, (_, index) => Math.sin(index)), shape: [140_000, 1] },
    ],
  ])('is the same when written and read again: %s', async (_, matrix) => {
    const bytes = Buffer.concat(await all(writeMatrixParquet(matrix)));
    expect(looksLikeParquet(bytes)).toBe(true);
    expect(await read(bytes)).toEqual(matrix);
    expect(await readParquet(inPieces(bytes, 10_000), { file: 'x' })).toEqual(matrix);
  });

  it('stands in row groups of at most 65536 rows', async () => {
    const pieces = await all(writeMatrixParquet({ data: new Float64Array(140_000), shape: [140_000, 1] }));
    const { row_groups } = parquetMetadata(Uint8Array.from(Buffer.concat(pieces)).buffer);
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([65_536, 65_536, 8928]);
  });

  it('names the compression that is not read', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [{ name: 'a', data: Float64Array.of(0.5, 1.5), type: 'DOUBLE' }],
      codec: 'LZO',
      compressors: { LZO: (bytes: Uint8Array) => bytes },
    });
    expect(await failure(read(new Uint8Array(buffer)))).toBe(
      'INVALID_FILE: x.parquet: compressed with LZO, which is not read; write it without compression, or ' +
        'with Snappy, zstd or gzip',
    );
  });

  it.each([
    ['BROTLI', (bytes: Uint8Array) => brotliCompressSync(bytes)],
    ['LZ4_RAW', literals],
    ['LZ4', (bytes: Uint8Array) => hadoop([bytes])],
    ['LZ4', (bytes: Uint8Array) => hadoop([bytes.subarray(0, 9), bytes.subarray(9)])],
    ['LZ4', literals],
  ] as const)('may be compressed with %s', async (codec, compress) => {
    const data = Float64Array.from({ length: 500 }, (_, index) => index % 7);
    const written = (compressor: (bytes: Uint8Array) => Uint8Array): Uint8Array =>
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [{ name: 'a', data, type: 'DOUBLE', encoding: 'PLAIN' }],
          codec,
          compressors: { [codec]: compressor },
        }),
      );
    expect((await read(written(compress))).data).toEqual(data);
    const cut = written((bytes) => compress(bytes).subarray(0, -3));
    expect(await failure(read(cut))).toMatch(/^INVALID_FILE: x\.parquet: /);
  });

  it('may have numbers of 16 bits', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'a', data: [0.5, -2], type: 'FLOAT16' },
        { name: 'b', data: [65504, 2 ** -24], type: 'FLOAT16' },
      ],
    });
    expect(await read(new Uint8Array(buffer))).toEqual({
      data: Float64Array.of(0.5, 65504, -2, 2 ** -24),
      shape: [2, 2],
    });
  });

  it('may be made by others: of any numbers, with an index of pandas', async () => {
    const buffer = parquetWriteBuffer({
      columnData: [
        { name: 'a', data: Float32Array.of(0.5, 1.5), type: 'FLOAT' },
        { name: 'b', data: Int32Array.of(-1, 7), type: 'INT32' },
        { name: 'c', data: BigInt64Array.of(5n, 6n), type: 'INT64' },
        { name: '__index_level_0__', data: BigInt64Array.of(0n, 1n), type: 'INT64' },
      ],
    });
    expect(await read(new Uint8Array(buffer))).toEqual({
      data: Float64Array.of(0.5, -1, 5, 1.5, 7, 6),
      shape: [2, 3],
    });
  });

  const file = (columns: Parameters<typeof parquetWriteBuffer>[0]['columnData'], text?: string): Uint8Array =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: columns,
        ...(text !== undefined && { kvMetadata: [{ key: 'quests', value: text }] }),
      }),
    );
  const numbers = { name: 'a', data: Float64Array.of(1, 2), type: 'DOUBLE' } as const;
  it.each<[string, Uint8Array, string]>([
    ['nothing', new Uint8Array(0), 'EMPTY: x.parquet: the file is empty'],
    ['text', bytesOf('PAR'), 'INVALID_FILE: x.parquet: not a Parquet file: it does not begin with PAR1'],
    [
      'a file that is cut',
      file([numbers]).slice(0, -4),
      'INVALID_FILE: x.parquet: damaged or unreadable Parquet file: parquet file invalid (footer != PAR1)',
    ],
    [
      'text in a column',
      file([numbers, { name: 's', data: ['a', 'b'], type: 'STRING' }]),
      'INVALID_FILE: x.parquet: the column s is text, expected numbers in every column',
    ],
    [
      'missing values',
      file([{ name: 'a', data: [1, null], type: 'DOUBLE', nullable: true }]),
      'INVALID_FILE: x.parquet: expected a number in row 1 of a, found no value',
    ],
    [
      'settings that are no JSON',
      file([numbers], '{'),
      'INVALID_FILE: x.parquet: the settings under the key quests are no JSON: "{"',
    ],
    [
      'a k that is none',
      file([numbers], '{"k":"32"}'),
      'INVALID_FILE: x.parquet: the settings under the key quests have an unusable k: "\\"32\\""',
    ],
    [
      'a shape that does not fit',
      file([numbers], '{"shape":[3,1]}'),
      'INVALID_FILE: x.parquet: 2 rows of 1 do not make the shape (3, 1)',
    ],
  ])('is refused: %s', async (_, bytes, message) => {
    expect(await failure(read(bytes))).toBe(message);
  });
});

describe('a table in Parquet', () => {
  const part = (start: number, rows: number): ColumnTable => ({
    rows,
    columns: [
      { name: 'file', data: Array.from({ length: rows }, (_, row) => `f${(start + row) % 3}.xyz`) },
      { name: 'frame', data: Int32Array.from({ length: rows }, (_, row) => start + row) },
      { name: 'id', data: Uint32Array.from({ length: rows }, (_, row) => 2 ** 32 - 1 - start - row) },
      { name: 'fixed', data: Uint8Array.from({ length: rows }, (_, row) => (start + row) % 2) },
      { name: 'dH', data: Float64Array.from({ length: rows }, (_, row) => Math.sin(start + row)) },
    ],
  });

  it('holds every type, and joins small parts', async () => {
    const buffer = await written([part(0, 3), part(3, 0), part(3, 5)]);
    expect(parquetMetadata(buffer).row_groups).toHaveLength(1);
    expect(await parquetReadObjects({ file: buffer })).toEqual(
      Array.from({ length: 8 }, (_, row) => ({
        file: `f${row % 3}.xyz`,
        frame: row,
        id: BigInt(2 ** 32 - 1 - row),
        fixed: row % 2 === 1,
        dH: Math.sin(row),
      })),
    );
  });

  it('is cut where a part is large', async () => {
    const buffer = await written([part(0, 70_000), part(70_000, 10)]);
    const groups = parquetMetadata(buffer).row_groups.map(({ num_rows }) => Number(num_rows));
    expect(groups).toEqual([65_536, 4474]);
    const rows = await parquetReadObjects({ file: buffer, columns: ['frame'] });
    expect(rows.every(({ frame }, row) => frame === row)).toBe(true);
  });

  it('is refused without parts, with other columns, and with other types', async () => {
    expect(await failure(written([]))).toBe('EMPTY: no rows to write as Parquet');
    expect(await failure(written([part(0, 1), { rows: 0, columns: [] }]))).toBe(
      'INVALID_ARGUMENT: part 1 of the table has the columns ; expected those of part 0: file, frame, ' +
        'id, fixed, dH',
    );
    const one = (data: Float64Array | Int32Array): ColumnTable => ({
      rows: 1,
      columns: [{ name: 'a', data }],
    });
    expect(await failure(written([one(Int32Array.of(1)), one(Float64Array.of(1e10))]))).toBe(
      'INVALID_ARGUMENT: a table cannot be written as Parquet: DOUBLE after INT32 in the column a',
    );
  });
});
