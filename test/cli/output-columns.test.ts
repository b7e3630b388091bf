import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();

/** Two atoms, with a column of their own or without. */
function frame(column: boolean, kind = 'R', value = '0.5'): string {
  const atoms = ['Cu 0 0 0', 'Cu 1.8 1.7 0'].map((atom) => (column ? `${atom} ${value}` : atom));
  const properties = `species:S:1:pos:R:3${column ? `:charge:${kind}:1` : ''}`;
  return `2\nLattice="3.6 0 0 0 3.6 0 0 0 3.6" Properties=${properties}\n${atoms.join('\n')}\n`;
}

it.each([
  ['dH', ['unlike.xyz', 'unlike.xyz']],
  ['metrics', ['unlike.xyz']],
  ['dH_traj', ['unlike.xyz']],
  ['convert', ['unlike.xyz']],
])('%s refuses a table of unlike columns before it computes', async (command, files) => {
  writeFileSync(join(folder, 'unlike.xyz'), frame(true) + frame(true) + frame(false));
  for (const name of ['out.csv', 'out.parquet']) {
    const before = contents(folder);
    const { code, stderr, stdout } = await quests([command, ...files, '-o', name], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^quests: unlike\.xyz, frame 2: .*expected those of the first frame, species, charge/,
    );
    expect(contents(folder)).toEqual(before);
  }
  const { code, stderr } = await quests([command, ...files, '-o', `${command}.xyz`], folder);
  expect(code, stderr).toBe(0);
});

it('trajectory refuses --atoms of unlike columns before it computes', async () => {
  writeFileSync(join(folder, 'frames.xyz'), frame(true) + frame(true) + frame(false));
  for (const name of ['atoms.csv', 'atoms.parquet']) {
    const before = contents(folder);
    const command = ['trajectory', 'frames.xyz', 'frames.xyz', '--atoms', name];
    const { code, stderr, stdout } = await quests([...command, '--overwrite'], folder);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(/^quests: frames\.xyz, frame 2: has the columns species, expected those/m);
    expect(contents(folder)).toEqual(before);
  }
});

it('uncertainty refuses --bars of unlike columns before it computes', async () => {
  writeFileSync(join(folder, 'new.xyz'), frame(true) + frame(false));
  const example = (name: string): string => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
  const pair = ['uncertainty', example('cu_test.xyz'), example('cu_train.xyz')];
  const before = contents(folder);
  const bars = ['--prediction', 'forces_fit', '--apply', 'new.xyz', '--bars', 'bars.csv'];
  const { code, stderr, stdout } = await quests([...pair, ...bars], folder);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(/^quests: new\.xyz, frame 1: has the columns species, expected those/);
  expect(contents(folder)).toEqual(before);
});

it('a run that fails before its first frame leaves nothing to resume', async () => {
  // A perfect lattice, which is no reference.
  const perfect = '2\nLattice="3.6 0 0 0 3.6 0 0 0 3.6"\nCu 0 0 0\nCu 1.8 1.8 0\n';
  writeFileSync(join(folder, 'perfect.xyz'), perfect);
  const before = contents(folder);
  const { code } = await quests(['trajectory', 'perfect.xyz', '-o', 'perfect.csv'], folder);
  expect(code).not.toBe(0);
  expect(contents(folder)).toEqual(before);
});

describe('a column of other values from frame to frame', () => {
  it.each([
    ['whole, then real numbers', frame(true, 'I', '1') + frame(true), 'real numbers', 'whole numbers'],
    ['real numbers, then text', frame(true) + frame(true, 'S', 'left'), 'text', 'real numbers'],
    ['logicals, then real numbers', frame(true, 'L', 'T') + frame(true), 'real numbers', 'logicals'],
    ['text, then whole numbers', frame(true, 'S', 'left') + frame(true, 'I', '1'), 'whole numbers', 'text'],
  ])('%s: Parquet refuses it, CSV takes it', async (name, text, found, expected) => {
    writeFileSync(join(folder, 'kinds.xyz'), text);
    for (const command of [['convert'], ['dH', 'kinds.xyz']]) {
      const before = contents(folder);
      const parts = [...command, 'kinds.xyz', '-o'];
      const { code, stderr } = await quests([...parts, 'kinds.parquet'], folder);
      expect(code).toBe(1);
      const problem = `has ${found} in charge, expected ${expected} as in the first frame`;
      expect(stderr, name).toContain(`kinds.xyz, frame 1: ${problem}`);
      expect(contents(folder)).toEqual(before);
      const csv = await quests([...parts, 'kinds.csv', '--overwrite'], folder);
      expect(csv.code, csv.stderr).toBe(0);
    }
  });

  it('whole numbers after real ones are real', async () => {
    writeFileSync(join(folder, 'whole.xyz'), frame(true) + frame(true, 'I', '7'));
    await quests(['convert', 'whole.xyz', '-o', 'whole.parquet'], folder);
    const { code } = await quests(['convert', 'whole.parquet', '-o', 'back.xyz'], folder);
    expect(code).toBe(0);
    const back = readFileSync(join(folder, 'back.xyz'), 'utf8').split('\n');
    expect(back.filter((line) => line.startsWith('Cu')).map((line) => line.split(/\s+/)[4])).toEqual([
      '0.5',
      '0.5',
      '7',
      '7',
    ]);
  });
});
