import { closeSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BIN, contents, ended, quests, start, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const CRYSTAL = golden('fcc_cu_periodic.xyz');
const isLinux = process.platform === 'linux';

/** Every way in which a command writes a file. */
const OUTPUTS: readonly (readonly string[])[] = [
  ['entropy', CRYSTAL, '-o', 'x.json'],
  ['dH', CRYSTAL, CRYSTAL, '-o', 'x.csv'],
  ['learning_curve', CRYSTAL, '--plot', 'x.svg'],
  ['report', CRYSTAL, '-o', 'x.html'],
  ['convert', CRYSTAL, '-o', 'x.data'],
  ['compress', CRYSTAL, '--dropped', 'x.xyz'],
  ['compress', CRYSTAL, '--summary', 'x.json'],
  ['trajectory', CRYSTAL, '--atoms', 'x.xyz'],
  ['entropy', CRYSTAL, '--shards', '2', '--work', 'x.shards'],
];

/** Runs that find out after the work would say how long it took. */
const NO_NOTE = /^quests: [^\n]*\n$/;

describe.each(OUTPUTS)('%s %s, %s %s', (...args) => {
  const last = args.at(-1) ?? '';
  const inFolder = (name: string): string[] => [...args.slice(0, -1), join(name, last)];

  it('is refused before the work in a folder below a file', async () => {
    const { code, stderr } = await quests(inFolder(CRYSTAL), folder);
    expect(stderr).toMatch(NO_NOTE);
    expect(code).toBe(1);
  });

  it('is refused before the work with a name that is too long', async () => {
    const { code, stderr } = await quests([...args.slice(0, -1), `${'n'.repeat(255)}${last}`], folder);
    expect(stderr).toMatch(/the name is too long\n$/);
    expect(stderr).toMatch(NO_NOTE);
    expect(code).toBe(1);
  });

  it.runIf(isLinux)('is refused before the work in a folder that nobody may change', async ({ skip }) => {
    mkdirSync(join(folder, 'fixed'), { recursive: true });
    const free = (): unknown => spawnSync('chattr', ['-i', 'fixed'], { cwd: folder });
    if (spawnSync('chattr', ['+i', 'fixed'], { cwd: folder }).status !== 0)
      skip('chattr is not possible here');
    try {
      const { code, stderr } = await quests(inFolder('fixed'), folder);
      expect(stderr).toMatch(/permission denied\n$/);
      expect(stderr).toMatch(NO_NOTE);
      expect(code).toBe(1);
    } finally {
      free();
    }
  });
});

it('takes names as long as the file system does, with the folder of a saved run', async () => {
  for (const name of [`${'n'.repeat(250)}.json`, `${'å'.repeat(125)}.json`]) {
    for (const command of ['entropy', 'trajectory']) {
      const { code, stderr } = await quests([command, CRYSTAL, '-o', name, '--overwrite'], folder);
      expect(code, stderr).toBe(0);
    }
  }
  expect(
    readdirSync(folder)
      .filter((name) => /^(n|å|\.)/.test(name))
      .sort(),
  ).toEqual([`${'n'.repeat(250)}.json`, `${'å'.repeat(125)}.json`]);
});

describe.runIf(isLinux)('a working folder that was deleted', () => {
  /** Runs in a folder that goes once the shell is in it. */
  const inDeleted = (args: readonly string[]): Promise<{ code: number | null; stderr: string }> => {
    const gone = join(folder, 'gone');
    mkdirSync(gone);
    const command = `rmdir "${gone}" && exec "$@"`;
    return ended(spawn('sh', ['-c', command, 'sh', process.execPath, BIN, ...args], { cwd: gone }));
  };

  it('is said in one line, and does not matter to paths from the root', async () => {
    for (const [args, problem] of [
      [['entropy', CRYSTAL, '-o', 'x.json'], 'the working folder was deleted'],
      [['report', CRYSTAL, '-o', 'x.html'], 'the working folder was deleted'],
      [['entropy', '*.xyz'], 'the working folder was deleted'],
      [['entropy', 'x.xyz'], 'cannot read x.xyz: no such file or folder'],
    ] as const) {
      const { code, stderr } = await inDeleted(args);
      expect({ code, stderr }).toEqual({ code: 1, stderr: `quests: ${problem}\n` });
    }
    const { code, stderr } = await inDeleted(['entropy', CRYSTAL, '-o', join(folder, 'root.json')]);
    expect(code, stderr).toBe(0);
    expect(contents(folder)).toContain('root.json');
  });
});

describe('standard error', () => {
  it.runIf(isLinux)('that is full does not stop the work', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [BIN, 'entropy', CRYSTAL, '-o', 'full.json'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', full],
    });
    const { code, stdout } = await ended(child);
    closeSync(full);
    expect(code).toBe(0);
    expect(stdout).toContain('Entropy');
    expect(contents(folder)).toContain('full.json');
  });

  it('that nobody reads any more does not stop the work', async () => {
    const child = start(['entropy', CRYSTAL, '-o', 'unread.json'], folder);
    child.stderr?.destroy();
    const { code } = await ended(child);
    expect(code).toBe(0);
    expect(contents(folder)).toContain('unread.json');
  });
});
