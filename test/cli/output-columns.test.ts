import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();

/** Two atoms, with a column of their own or without. */
function frame(column: boolean): string {
  const atoms = ['Cu 0 0 0', 'Cu 1.8 1.8 0'].map((atom) => (column ? `${atom} 0.5` : atom));
  const properties = `species:S:1:pos:R:3${column ? ':charge:R:1' : ''}`;
  return `2\nLattice="3.6 0 0 0 3.6 0 0 0 3.6" Properties=${properties}\n${atoms.join('\n')}\n`;
}

it.each([
  ['dH', ['unlike.xyz', 'unlike.xyz']],
  ['metrics', ['unlike.xyz']],
  ['dH_traj', ['unlike.xyz']],
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
