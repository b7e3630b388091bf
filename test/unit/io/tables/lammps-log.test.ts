import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { readThermo, type Thermo, withThermo } from '../../../../ts/io/tables/lammps-log.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, failure } from '../../../support/data/reading.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../../../support/data/shared-data.js';

const folder = mkdtempSync(join(tmpdir(), 'quests-log-'));
const path = join(folder, 'log.lammps');
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function read(text: string | Uint8Array): Promise<Thermo> {
  writeFileSync(path, text);
  return readThermo(path);
}

/** Rows as plain numbers, by step. */
async function rows(text: string): Promise<Record<string, number[]>> {
  const thermo = await read(text);
  return Object.fromEntries([...thermo.rows].map(([step, row]) => [step, Array.from(row)]));
}

const MEMORY = 'Per MPI rank memory allocation (min/avg/max) = 3.9 | 3.9 | 3.9 Mbytes\n';
const LOOP = 'Loop time of 1.5 on 1 procs for 100 steps with 4 atoms\n';
const BLOCK = (step: number, temp: number): string =>
  `------------ Step ${step} ----- CPU =        0.5 (sec) -------------\n` +
  `TotEng   =       -5.27 KinEng   =         1.5 Temp     =    ${temp}\nPotEng   =  -6.77 \n`;

const NO_OUTPUT = 'no thermodynamic output with Step; is it a log of LAMMPS?';

describe('readThermo', () => {
  it('reads tables', async () => {
    const text =
      `LAMMPS\nthermo_style custom step temp\n${MEMORY}   Step   Temp  PotEng  \n  0  600  ` +
      '-1.5e3\n 10 ' +
      `601.25 nan\n${LOOP}`;
    expect(await read(text)).toEqual({
      file: path,
      keys: ['Temp', 'PotEng'],
      rows: new Map([
        [0, Float64Array.of(600, -1500)],
        [10, Float64Array.of(601.25, NaN)],
      ]),
    });
  });

  it.each([
    ['older logs', `Memory usage per processor = 2 Mbytes\nStep Temp\n0 1\n${LOOP}`],
    ['a run without setup, which tells no memory', `Step Temp\n0 1\n${LOOP}`],
    ['a table whose first column is another', `${MEMORY}Temp Step\n1 0\n${LOOP}`],
    ['warnings in between', `${MEMORY}WARNING: a\n\nStep Temp\nWARNING: b 1 2 (src/a.cpp:1)\n0 1\n${LOOP}`],
    [
      'output of the script in between',
      `${MEMORY}Step Temp\nnow at step 5\n0 1\nStep size is large\n${LOOP}`,
    ],
    ['numbers after the table', `${MEMORY}Step Temp\n0 1\n${LOOP}5 6\n7 8 9\n`],
    ['CRLF', `${MEMORY}Step Temp\n0 1\n${LOOP}`.replaceAll('\n', '\r\n')],
    ['an end after a whole line', `${MEMORY}Step Temp\n0 1\n`],
    ['other numbers between rows', `${MEMORY}Step Temp\n   0 1\n7\n7 8 9\n 0.5 3\n0 5\n 10 6\n${LOOP}`],
    ['an end within a line', `${MEMORY}Step Temp\n0 1\n10`],
    ['an end within a number', `${MEMORY}Step Temp\n0 1\n10 6`],
    ['a table without Step', `${MEMORY}Temp Press\n3 4\n${LOOP}${MEMORY}Step Temp\n0 1\n${LOOP}`],
    ['an error', `${MEMORY}Step Temp\n0 1\nERROR: Lost atoms: original 4 current 3\nLast command: run 1\n`],
  ])('reads %s', async (_, text) => {
    expect(await rows(text)).toEqual({ 0: [1] });
  });

  it('reads the style multi', async () => {
    const text = `${MEMORY}${BLOCK(0, 300)}WARNING: Temp = high\n${BLOCK(10, 310)}${LOOP}`;
    expect((await read(text)).keys).toEqual(['CPU', 'TotEng', 'KinEng', 'Temp', 'PotEng']);
    expect(await rows(text)).toEqual({ 0: [0.5, -5.27, 1.5, 300, -6.77], 10: [0.5, -5.27, 1.5, 310, -6.77] });
  });

  it.each([
    ['a whole block', BLOCK(10, 310), ['0', '10']],
    ['a line of a block', BLOCK(10, 310).split('\n').slice(0, 2).join('\n') + '\n', ['0']],
    ['a part of the last line of a block', BLOCK(10, 310).slice(0, -5), ['0']],
  ])('of the style multi, cut after %s, keeps whole blocks', async (_, text, steps) => {
    expect(Object.keys(await rows(MEMORY + BLOCK(0, 300) + text))).toEqual(steps);
  });

  it.each([
    ['with trailing commas', "keywords: ['Step', 'Temp', 'Press', ]", '  - [0, 300, -1.5, ]'],
    ['without', 'keywords: [Step, "Temp", Press]', '- [0, 300, -1.5]'],
  ])('reads the style yaml %s', async (_, keys, row) => {
    const text =
      `${MEMORY}---\n${keys}\ndata:\n${row}\nWARNING: none\n${row.replace('[0', '[10')}\n...\n` + LOOP;
    expect((await read(text)).keys).toEqual(['Temp', 'Press']);
    expect(await rows(text)).toEqual({ 0: [300, -1.5], 10: [300, -1.5] });
  });

  it('joins runs: later values count, keys of one run are NaN in the others', async () => {
    const text =
      `${MEMORY}Step Temp Press\n0 1 2\n10 3 4\n${LOOP}${MEMORY}Step Volume Temp\n10 5 6\n` +
      '20 7 8\n' +
      LOOP;
    expect((await read(text)).keys).toEqual(['Temp', 'Press', 'Volume']);
    expect(await rows(text)).toEqual({ 0: [1, 2, NaN], 10: [6, 4, 5], 20: [8, NaN, 7] });
  });

  it('reads compressed logs', async () => {
    const thermo = await read(gzipSync(`${MEMORY}Step Temp\n0 1\n${LOOP}`));
    expect(thermo.rows.get(0)).toEqual(Float64Array.of(1));
  });

  it.each<[string, string, string]>([
    ['nothing in it', '', `EMPTY: ${path}: ${NO_OUTPUT}`],
    ['no thermodynamic output', 'LAMMPS (22 Jul 2025)\nunits metal\n', `EMPTY: ${path}: ${NO_OUTPUT}`],
    ...['- [10, 2, 3]', '- [0.5, 1]'].map((row): [string, string, string] => [
      `the row ${row}`,
      `---\nkeywords: ['Step', 'Temp', ]\ndata:\n  - [0, 1, ]\n  ${row}\n...\n`,
      `INVALID_FILE: ${path}, line 5: expected 2 values with a whole Step (Step Temp), found "${row}"`,
    ]),
    ['no row among numbers', `${MEMORY}Step Temp\n7\n0.5 1\n${LOOP}`, `EMPTY: ${path}: ${NO_OUTPUT}`],
    [
      'a byte 0',
      `${MEMORY}Step Temp\n0 1\n\0\0\n`,
      `INVALID_FILE: ${path}, line 4: not text (a byte 0); is the file binary or damaged?`,
    ],
  ])('refuses a log with %s', async (_, text, message) => {
    expect(await failure(read(text))).toBe(message);
  });

  it('says that a log is missing', async () => {
    const missing = join(folder, 'none');
    expect(await failure(readThermo(missing))).toBe(
      `FILE_ACCESS: cannot read ${missing}: no such file or folder`,
    );
  });

  it('can be cancelled', async () => {
    writeFileSync(path, `${MEMORY}Step Temp\n0 1\n${LOOP}`);
    const reason = new Error('enough');
    await expect(readThermo(path, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

describe('withThermo', () => {
  const thermo: Thermo = {
    file: 'log',
    keys: ['Temp', 'Press'],
    rows: new Map([
      [0, Float64Array.of(300, 1)],
      [5, Float64Array.of(310, NaN)],
    ]),
  };
  const at = (info: Structure['info']): Structure => ({
    positions: Float64Array.of(0, 0, 0),
    ...(info && { info }),
    source: { file: 'dump', frame: 3 },
  });

  it('adds what the log has, and keeps what is there', async () => {
    const structures = [at({ timestep: 5, a: 'b' }), at({ Temp: 1, timestep: 0 })];
    const infos = (await all(withThermo(structures, thermo))).map(({ info }) => info);
    expect(infos).toEqual([
      { timestep: 5, a: 'b', Temp: 310 },
      { Temp: 1, timestep: 0, Press: 1 },
    ]);
    expect(structures[0]?.info).toEqual({ timestep: 5, a: 'b' });
  });

  it.each<[string, Structure, string]>([
    ['no info', at(undefined), 'dump, frame 3: expected a timestep, by which to join it to the log log'],
    [
      'text for one',
      at({ timestep: 'x' }),
      'dump, frame 3: expected a timestep, by which to join it to the log log',
    ],
    ['another one', at({ timestep: 7 }), 'dump, frame 3: timestep 7 is not in the log log, which ends at 5'],
    [
      'no source',
      { positions: Float64Array.of(0, 0, 0) },
      'structures, frame 0: expected a timestep, by which to join it to the log log',
    ],
  ])('refuses a structure with %s', async (_, structure, message) => {
    expect(await failure(all(withThermo([structure], thermo)))).toBe(`INVALID_FILE: ${message}`);
  });
});

describe.skipIf(!hasSharedData)(`a real log${withoutSharedData}`, () => {
  it('has all steps of all runs', async () => {
    const { keys, rows: found } = await readThermo(`${SHARED_DATA}cu_melt/log.lammps`);
    expect(keys).toEqual(['Time', 'Temp', 'PotEng', 'Press', 'Volume']);
    const steps = [...found.keys()];
    expect(steps).toEqual(steps.map((_, index) => 2500 * index));
    expect(found.get(25000)).toEqual(Float64Array.of(50, 2271.7304, -12096.226, 3461.2261, 58468.185));
  });
});
