import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../../../ts/io/files/dataset.js';
import { all, failure } from '../../../../support/data/reading.js';
import { aseFile, aseFrames, expectFrames, fromBytes, fromDiskAndPage, readAs } from './files.js';
import { lmdb } from './lmdb-write.js';

const row = (x: number): object => ({ numbers: [1], positions: [[x, 0, 0]] });

/** A database of JSON, compressed. */
function database(values: Readonly<Record<string, unknown>>, pageSize?: number): Buffer {
  const entries = Object.entries(values).map(([key, value]): [string, Uint8Array] => {
    if (value instanceof Uint8Array) return [key, value];
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return [key, deflateSync(new TextEncoder().encode(text))];
  });
  return lmdb(entries, pageSize);
}

const read = (values: Readonly<Record<string, unknown>>): ReturnType<typeof readAs> =>
  readAs('ase-lmdb', database(values));

describe('ASE databases in LMDB', () => {
  it('as ASE reads them', async () => {
    for (const name of ['rows.aselmdb', 'data.mdb']) {
      for (const structures of await fromDiskAndPage(name, aseFile('rows.aselmdb'))) {
        expectFrames(structures, aseFrames('rows.aselmdb'));
      }
    }
    expect(await fromBytes(aseFile('rows.aselmdb'), '-2:')).toHaveLength(2);
  });

  it('in a folder, as LMDB makes them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'quests-lmdb-'));
    try {
      writeFileSync(join(folder, 'data.mdb'), aseFile('rows.aselmdb'));
      writeFileSync(join(folder, 'lock.mdb'), '');
      const found = await all(readStructures([{ path: folder, name: 'train' }]));
      expectFrames(found, aseFrames('rows.aselmdb'));
      expect(found[0]?.source).toEqual({ file: 'train/data.mdb', frame: 0 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('of many rows, in the order of the ids, without the deleted ones', async () => {
    const values: Record<string, unknown> = { nextid: 3001, deleted_ids: [1, 2, 700, 3000], metadata: {} };
    for (let id = 1; id <= 3000; id++) if (![1, 2, 700, 3000].includes(id)) values[id] = row(id);
    for (const pageSize of [256, 4096, 65536]) {
      const found = await readAs('ase-lmdb', database(values, pageSize));
      expect(found.map(({ positions }) => positions[0])).toEqual(
        Object.keys(values)
          .map(Number)
          .filter((id) => id > 0),
      );
    }
  });

  it('with values in pages of their own, over the ends of what is read at once', async () => {
    const values: Record<string, unknown> = { nextid: 41 };
    for (let id = 1; id <= 40; id++) {
      // Digits that do not compress well.
      const positions = Array.from({ length: 3000 }, (_, at) => Math.sin(id + at) * 1e3);
      const numbers = new Array<number>(1000).fill(29);
      values[id] = {
        numbers,
        positions: Array.from({ length: 1000 }, (_, at) => positions.slice(3 * at, 3 * at + 3)),
      };
    }
    const found = await readAs('ase-lmdb', database(values));
    expect(found).toHaveLength(40);
    for (const [index, { positions }] of found.entries()) {
      expect(positions[2999]).toBe(Math.sin(index + 1 + 2999) * 1e3);
    }
  });
});

describe('bad databases are refused in one line', () => {
  it.each<[string, Readonly<Record<string, unknown>>, string]>([
    ['no rows', {}, 'EMPTY: a: the file has no frames'],
    [
      'no nextid',
      { 1: row(0) },
      'INVALID_FILE: a: an LMDB without the key nextid, which databases of ASE have',
    ],
    [
      'pickles',
      { 0: Uint8Array.of(0x80, 4, 0) },
      'INVALID_FILE: a: an LMDB of Python pickles, which are programs',
    ],
    [
      'rows that are not there',
      { nextid: 9, 1: row(0) },
      'INVALID_FILE: a: nextid and deleted_ids promise 8 rows',
    ],
    ['a missing row', { nextid: 2, x: 1 }, 'INVALID_FILE: a, frame 0: row 1 is missing'],
    ['no number', { nextid: 'null' }, 'INVALID_FILE: a: expected whole numbers for nextid and deleted_ids'],
    [
      'bad ids',
      { nextid: 2, 1: row(0), deleted_ids: ['x'] },
      'INVALID_FILE: a: expected whole numbers for nextid',
    ],
    ['no JSON', { nextid: 2, 1: '{' }, 'INVALID_FILE: a, frame 0: row 1 is no JSON'],
    ['no object', { nextid: 2, 1: '[]' }, 'INVALID_FILE: a, frame 0: row 1 is JSON, but no object'],
    ['no atoms', { nextid: 2, 1: {} }, 'INVALID_FILE: a, frame 0: no atomic numbers (numbers)'],
    [
      'odd values',
      { nextid: 2, 1: { numbers: {} } },
      'INVALID_FILE: a, frame 0: expected numbers for numbers',
    ],
    [
      'odd data',
      { nextid: 2, 1: { ...row(0), data: [1] } },
      'INVALID_FILE: a, frame 0: expected names and values for data',
    ],
    [
      'not compressed',
      { nextid: 2, 1: new TextEncoder().encode('{"numbers": [1]}') },
      'INVALID_FILE: a, frame 0: row 1 cannot be decompressed: not what zlib writes, or damaged',
    ],
    [
      'damaged',
      { nextid: 2, 1: Uint8Array.from(deflateSync('{}')).with(-1, 77) },
      'INVALID_FILE: a, frame 0: row 1 cannot be decompressed: not what zlib writes, or damaged',
    ],
    [
      'coordinates that are not finite',
      { nextid: 2, 1: '{"numbers": [1], "positions": [[0, 0, -Infinity]]}' },
      'INVALID_STRUCTURE: a, frame 0, atom 0: expected finite coordinates, found -Infinity',
    ],
  ])('%s', async (_, values, message) => {
    expect(await failure(read(values))).toContain(message);
  });

  it('a bomb, without the memory it asks for', async () => {
    const bomb = deflateSync(new Uint8Array(80e6));
    const before = process.memoryUsage().arrayBuffers;
    expect(await failure(read({ nextid: 2, 1: bomb }))).toBe(
      'INVALID_FILE: a, frame 0: row 1 cannot be decompressed: more than 67108864 bytes',
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(250e6);
  });

  it('rows that are bad can be left out', async () => {
    const skipped: unknown[] = [];
    const values = { nextid: 4, 1: row(1), 2: '{', 3: row(3) };
    const found = await readAs('ase-lmdb', database(values), { onSkip: ({ frame }) => skipped.push(frame) });
    expect(found.map(({ source }) => source?.frame)).toEqual([0, 2]);
    expect(skipped).toEqual([1]);
  });

  it('cut or damaged pages', async () => {
    const values: Record<string, unknown> = { nextid: 301 };
    for (let id = 1; id <= 300; id++) values[id] = row(id);
    const good = database(values, 256);
    const broken = (change: (bytes: Buffer, page: (number: number) => number) => void): Promise<string> => {
      const bytes = Buffer.from(good);
      change(bytes, (number) => 256 * number);
      return failure(readAs('ase-lmdb', bytes));
    };
    expect(await failure(readAs('ase-lmdb', good.subarray(0, 2000)))).toMatch(
      /page \d+ should stand at.*is it cut/,
    );
    expect(await failure(readAs('ase-lmdb', good.subarray(0, 100)))).toContain(
      'a: the first page should stand at',
    );
    expect(await failure(readAs('ase-lmdb', Buffer.alloc(9000)))).toContain('not a database of LMDB');
    expect(await broken((bytes) => bytes.writeUInt32LE(2, 20))).toContain(
      "version 2 of LMDB's data format, expected 1",
    );
    expect(await broken((bytes) => bytes.writeUInt32LE(1000, 40))).toContain(
      'pages of 1000 bytes, expected a power',
    );
    expect(await broken((bytes) => bytes.writeUInt16LE(4, 92))).toContain('keys with several values');
    expect(await broken((bytes) => bytes.writeUInt16LE(40, 94))).toContain('a tree of 40 levels');
    const root = Number(good.readBigUInt64LE(128));
    // The root leads to itself.
    expect(
      await broken((bytes, page) => {
        for (let at = page(root) + 16; at < page(root) + bytes.readUInt16LE(page(root) + 12); at += 2) {
          bytes.writeUInt32LE(root, page(root) + bytes.readUInt16LE(at));
        }
      }),
    ).toContain(`page ${root} of the database is not a leaf; is the file damaged?`);
    expect(await broken((bytes, page) => bytes.writeUInt16LE(1, page(root) + 12))).toContain('is damaged');
    expect(await broken((bytes, page) => bytes.writeUInt16LE(255, page(root) + 16))).toContain('is damaged');
  });
});
