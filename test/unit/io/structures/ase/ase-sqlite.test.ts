import { describe, expect, it } from 'vitest';
import { failure } from '../../../../support/data/reading.js';
import type { ReadNote } from '../../../../../ts/io/structures/frames.js';
import { recordValues, varint } from '../../../../../ts/io/structures/ase/sqlite-record.js';
import { aseFile, aseFrames, expectFrames, fromBytes, fromDiskAndPage, readAs } from './files.js';

const good = Buffer.from(aseFile('rows.db'));
const large = Buffer.from(aseFile('large.db'));

/** What reading says of a database that was changed. */
function broken(of: Buffer, change: (bytes: Buffer) => void): Promise<string> {
  const bytes = Buffer.from(of);
  change(bytes);
  return failure(readAs('ase-db', bytes));
}

describe('ASE databases in SQLite', () => {
  it('as ASE reads them', async () => {
    for (const structures of await fromDiskAndPage('rows.db', good))
      expectFrames(structures, aseFrames('rows.db'));
    expect(await fromBytes(good, '1:3')).toHaveLength(2);
  });

  it('of many rows, some in pages of their own', async () => {
    expectFrames(await readAs('ase-db', large), aseFrames('large.db'));
  });

  it('with a log that may hold more, of which a note says so', async () => {
    const bytes = Buffer.from(good);
    bytes[18] = 2;
    bytes[19] = 2;
    const notes: ReadNote[] = [];
    const found = await readAs('ase-db', bytes, { onNote: (note) => notes.push(note) });
    expect(found).toHaveLength(aseFrames('rows.db').length);
    expect(notes).toEqual([
      {
        file: 'a',
        frame: 0,
        kind: 'incomplete',
        text: 'the database keeps a log (WAL); what stands only in a file -wal beside it is not seen',
      },
    ]);
  });
});

it('a database that is cut is refused, or read as far as it goes', async () => {
  const bytes = good.subarray(0, good.length / 2);
  const problem = /^INVALID_FILE: a: \d+ bytes, but its header promises \d+ pages of 4096; is it cut\?$/;
  expect(await failure(readAs('ase-db', bytes))).toMatch(problem);
  const skipped: string[] = [];
  const found = await readAs('ase-db', bytes, { onSkip: ({ error }) => skipped.push(error.message) });
  expect(found.length).toBeGreaterThan(0);
  expect(skipped).toHaveLength(1);
  expect(`INVALID_FILE: ${skipped.join('')}`).toMatch(problem);
  // What old programs wrote does not count.
  const old = Buffer.from(bytes);
  old.writeUInt32BE(old.readUInt32BE(24) + 1, 92);
  expect(await readAs('ase-db', old)).toHaveLength(aseFrames('rows.db').length);
});

describe('records of SQLite', () => {
  it('hold whole numbers of all lengths, reals, texts and bytes', () => {
    const record = Buffer.from('0a010203040506070809120f0e', 'hex');
    record[0] = 12;
    const head = Buffer.from([12, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15]);
    const body = Buffer.from(
      'ff' + '8000' + '7fffff' + '80000000' + '7fffffffffff' + '0000000100000000' + 'c004000000000000' + '61',
      'hex',
    );
    expect(recordValues(Buffer.concat([head, body]), new TextDecoder())).toEqual([
      null,
      -1,
      -32768,
      8388607,
      -2147483648,
      140737488355327,
      4294967296,
      -2.5,
      0,
      1,
      'a',
    ]);
    expect(recordValues(Buffer.from([2, 16, 7, 8]), new TextDecoder())).toEqual([Buffer.from([7, 8])]);
    expect(recordValues(Buffer.from([2, 16, 7]), new TextDecoder())).toBeUndefined();
    expect(recordValues(Buffer.from([2, 10]), new TextDecoder())).toBeUndefined();
    expect(recordValues(Buffer.from([9, 1]), new TextDecoder())).toBeUndefined();
  });

  it('have lengths of one to nine bytes', () => {
    expect(varint(Buffer.from([0x7f]), 0)).toEqual({ value: 127, end: 1 });
    expect(varint(Buffer.from([0x81, 0x00]), 0)).toEqual({ value: 128, end: 2 });
    expect(varint(Buffer.from([0, 0x82, 0x80, 0x01]), 1)).toEqual({ value: 32769, end: 4 });
    expect(varint(Buffer.alloc(9, 0x80).fill(5, 8), 0)).toEqual({ value: 5, end: 9 });
    expect(varint(Buffer.from([0x81]), 0)).toBeUndefined();
  });
});

describe('bad databases are refused in one line', () => {
  it('cut, of another kind, of odd pages', async () => {
    expect(await failure(readAs('ase-db', good.subarray(0, 60)))).toContain(
      'a: the header should stand at bytes 0',
    );
    expect(await failure(readAs('ase-db', good.subarray(0, 5000)))).toMatch(
      /5000 bytes, but its header promises \d+ pages of 4096; is it cut\?$/,
    );
    expect(await broken(good, (bytes) => bytes.write('x'))).toContain('not a database of SQLite');
    expect(await broken(good, (bytes) => bytes.writeUInt16BE(1000, 16))).toContain(
      'pages of 1000 bytes, expected',
    );
    expect(await broken(good, (bytes) => bytes.write('SYSTEMS', bytes.indexOf('tablesystems') + 5))).toBe(
      'INVALID_FILE: a: no table systems, which databases of ASE have',
    );
  });

  it('whose pages lead in circles', async () => {
    const size = large.readUInt16BE(16);
    // A page that leads to others: let all of them be itself.
    const number = Array.from({ length: large.length / size }, (_, at) => at).find(
      (at) => large[at * size] === 5,
    );
    const start = (number ?? 0) * size;
    expect(start).toBeGreaterThan(0);
    expect(await broken(large, (bytes) => bytes.writeUInt32BE((number ?? 0) + 1, start + 8))).toContain(
      'pages of the database lead in circles; is it damaged?',
    );
    expect(await broken(large, (bytes) => bytes.writeUInt32BE(0, start + 8))).toContain(
      'a page of the database is missing',
    );
    expect(await broken(large, (bytes) => bytes.writeUInt16BE(60000, start + 3))).toContain('is damaged');
  });

  it('with rows that are damaged, which can be left out', async () => {
    const bytes = Buffer.from(good);
    // The coordinates of the last row, that of one atom at 2, 1/2, 1/3.
    const at = bytes.indexOf(Buffer.from(Float64Array.of(2, 0.5, 1 / 3).buffer));
    bytes.writeDoubleLE(NaN, at);
    expect(await failure(readAs('ase-db', bytes))).toMatch(
      /^INVALID_STRUCTURE: a, frame \d, atom 0: expected finite/,
    );
    const skipped: unknown[] = [];
    const found = await readAs('ase-db', bytes, { onSkip: ({ frame }) => skipped.push(frame) });
    expect(skipped).toHaveLength(1);
    expect(found).toHaveLength(aseFrames('rows.db').length - 1);
  });

  it('whose tree is cut, after what can be read', async () => {
    const skipped: unknown[] = [];
    const half = large.subarray(0, large.length / 2);
    const found = await readAs('ase-db', half, { onSkip: ({ isLast }) => skipped.push(isLast) });
    expect(found.length).toBeGreaterThan(0);
    expect(skipped.at(-1)).toBe(true);
  });
});
