import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type ColumnTable, isTableName, readRows, writeTable } from '../../../../ts/faces/node/io.js';

const folder = mkdtempSync(join(tmpdir(), 'quests-rows-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function read(name: string, text: string): ReturnType<typeof readRows> {
  const path = join(folder, name);
  writeFileSync(path, text);
  return readRows(path);
}

const table: ColumnTable = {
  rows: 3,
  columns: [
    { name: 'file', data: ['a.dump', 'with, comma', 'and "quotes"\nin two lines'] },
    { name: 'frame', data: Int32Array.of(0, 1, 2) },
    { name: 'entropy', data: Float64Array.of(0.1, NaN, -1.5e-7) },
    { name: 'ideal', data: Uint8Array.of(1, 0, 0) },
  ],
};
const rows = [
  { file: 'a.dump', frame: 0, entropy: 0.1, ideal: true },
  { file: 'with, comma', frame: 1, entropy: null, ideal: false },
  { file: 'and "quotes"\nin two lines', frame: 2, entropy: -1.5e-7, ideal: false },
];

describe('readRows', () => {
  it.each(['rows.csv', 'rows.csv.gz', 'rows.parquet'])('reads what is written as %s', async (name) => {
    const path = join(folder, name);
    await writeTable(path, [table]);
    expect(await readRows(path)).toEqual(rows);
    expect(isTableName(path)).toBe(true);
  });

  it('reads JSON: rows, or rows under frames', async () => {
    expect(await read('rows.json', JSON.stringify(rows))).toEqual(rows);
    expect(await read('rows.json', JSON.stringify({ k: 32, frames: rows }))).toEqual(rows);
    expect(isTableName('run.lammpstrj')).toBe(false);
  });

  it('reads CSV of others: CRLF, a byte order mark, empty fields and lines', async () => {
    const text = '\ufefft,H,name\r\n0,1.5,\r\n\r\n5.0,,"x"\r\n10,inf,y';
    expect(await read('other.csv', text)).toEqual([
      { t: 0, H: 1.5, name: null },
      { t: 5, H: null, name: 'x' },
      { t: 10, H: null, name: 'y' },
    ]);
    expect(await read('comma.csv', 'a,b\n1,\n')).toEqual([{ a: 1, b: null }]);
  });

  it.each([
    { name: 'short.csv', text: 'a,b\n1,2\n3\n', problem: 'short.csv, line 3: 1 fields, expected 2' },
    { name: 'quote.csv', text: 'a,b\n1,"2\n', problem: 'quote.csv, line 2: a quote that is not closed' },
    { name: 'twice.csv', text: 'a,a\n1,2\n', problem: 'line 1: two columns are named "a"' },
    { name: 'none.csv', text: 'a,b\n', problem: 'none.csv: no rows' },
    { name: 'empty.csv', text: '', problem: 'empty.csv: no rows' },
    { name: 'cut.json', text: '{"frames": [', problem: 'cut.json: not JSON' },
    { name: 'other.json', text: '{"a": 1}', problem: 'expected an array of rows' },
    { name: 'numbers.json', text: '[1, 2]', problem: 'row 0 is "1", expected an object' },
    { name: 'cut.parquet', text: 'PAR1 and no more', problem: 'cut.parquet: damaged or unreadable' },
  ])('refuses $name', async ({ name, text, problem }) => {
    await expect(read(name, text)).rejects.toThrow(problem);
  });
});
