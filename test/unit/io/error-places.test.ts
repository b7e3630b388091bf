import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { QuestsError } from '../../../ts/base/error.js';
import { readRows } from '../../../ts/io/tables/rows.js';
import { readStructures, writeStructures } from '../../../ts/node.js';
import { all, read } from '../../support/data/reading.js';
import { dump, readDump, ROWS } from '../../support/data/dumps.js';

/** Where an error is, as its fields say. */
async function placeFieldsOf(promise: Promise<unknown>): Promise<object> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof QuestsError)) throw new Error('nothing failed', { cause: error });
  const { name, code, ...place } = Object.fromEntries(Object.entries(error)) as Record<string, unknown>;
  expect(name).toBe('QuestsError');
  expect(error.message.endsWith(error.problem)).toBe(true);
  return { code, ...place };
}

const FRAME = '1\nProperties=species:S:1:pos:R:3\nCu 0 0 0\n';

it('says the line and atom of an extended xyz file', async () => {
  const text = `${FRAME}2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu 1 x 1\n`;
  expect(await placeFieldsOf(read(text, 'bad.xyz'))).toEqual({
    code: 'INVALID_FILE',
    file: 'bad.xyz',
    frame: 1,
    line: 7,
    atom: 1,
  });
});

it('says the frame of coordinates that are not finite', async () => {
  const text = `${FRAME}1\nProperties=species:S:1:pos:R:3\nCu 0 nan 0\n`;
  expect(await placeFieldsOf(read(text, 'bad.xyz'))).toMatchObject({
    code: 'INVALID_STRUCTURE',
    file: 'bad.xyz',
    frame: 1,
    line: 6,
    atom: 0,
  });
});

it('says the line of a dump', async () => {
  expect(await placeFieldsOf(readDump(dump({ atoms: '2.5' }), 'bad.dump'))).toEqual({
    code: 'INVALID_FILE',
    file: 'bad.dump',
    frame: 0,
    line: 4,
  });
  const rows = [ROWS[0] ?? '', '2 2 1.5 y 1.5'];
  expect(await placeFieldsOf(readDump(dump() + dump({ rows }), 'bad.dump'))).toMatchObject({
    frame: 1,
    atom: 1,
  });
});

it('says the file that cannot be opened or written', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'quests-'));
  try {
    const absent = join(folder, 'absent.xyz');
    expect(await placeFieldsOf(all(readStructures(absent)))).toEqual({ code: 'FILE_ACCESS', file: absent });
    const structure = { positions: Float64Array.of(0, 0, NaN) };
    const written = writeStructures(join(folder, 'a.xyz'), [structure]);
    expect(await placeFieldsOf(written)).toEqual({ code: 'INVALID_STRUCTURE', frame: 0, atom: 0 });
    expect(await placeFieldsOf(writeStructures(folder, [structure], { format: 'extxyz' }))).toEqual({
      code: 'FILE_ACCESS',
      file: folder,
    });
    expect(await placeFieldsOf(readRows(folder))).toEqual({ code: 'FILE_ACCESS', file: folder });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
