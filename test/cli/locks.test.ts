import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { contents, ended, type Outcome, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';
import { appeared } from '../support/cli/killed.js';

const folder = temporaryFolder();
const CRYSTAL = golden('fcc_cu_periodic.xyz');

/**
 * A run that waits for its input, and holds its output; `kill` ends it at once, and cleans up
 * nothing.
 */
async function waiting(args: readonly string[], lock: string): Promise<() => Promise<Outcome>> {
  const child = start(args, folder);
  const end = ended(child);
  await appeared(join(folder, lock));
  return () => {
    child.kill('SIGKILL');
    return end;
  };
}

it('refuses a second run with the same output, until the first is dead', async () => {
  writeFileSync(join(folder, 'one.json'), 'old');
  symlinkSync('one.json', join(folder, 'link.json'));
  const kill = await waiting(['entropy', '-', '-o', 'one.json', '--overwrite'], '.one.json.lock');
  for (const name of ['one.json', 'link.json', join(folder, 'one.json')]) {
    const { code, stderr } = await quests(['entropy', CRYSTAL, '-o', name, '--overwrite'], folder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^quests: cannot write \S*: another run is writing it \(process \d+\)\n$/);
  }
  await kill();
  expect(contents(folder)).toEqual(['.one.json.lock', 'link.json', 'one.json']);
  expect((await quests(['entropy', CRYSTAL, '-o', 'link.json', '--overwrite'], folder)).code).toBe(0);
  expect(contents(folder)).toEqual(['link.json', 'one.json']);
});

it.each([
  ['--plot', 'curve.svg', ['learning_curve', CRYSTAL]],
  ['-o', 'page.html', ['report', CRYSTAL]],
  ['-o', 'kept.xyz', ['compress', CRYSTAL]],
  ['--dropped', 'dropped.xyz', ['compress', CRYSTAL]],
  ['-o', 'copy.xyz', ['convert', CRYSTAL]],
])('holds what %s writes: %s', async (option, name, [command = '', file = '']) => {
  const kill = await waiting([command, '-', option, name], `.${name}.lock`);
  const { code, stderr } = await quests([command, file, option, name], folder);
  await kill();
  expect(stderr).toContain(`cannot write ${name}: another run is writing it`);
  expect(code).toBe(1);
});

it('refuses a second run that resumes the same folder', async () => {
  const args = ['trajectory', '-', '-o', 'run.json', '--resume'];
  const kill = await waiting(args, '.run.json.lock');
  const { code, stderr } = await quests(['trajectory', CRYSTAL, ...args.slice(2)], folder);
  await kill();
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringContaining('run.json: another run is writing it') as string,
  });
  const after = await quests(['trajectory', CRYSTAL, ...args.slice(2)], folder);
  expect(after.code, after.stderr).toBe(0);
});
