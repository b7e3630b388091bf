import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quests-start-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** The program where Node says that it is of this version. */
function startedBy(version: string) {
  const before = join(folder, 'version.cjs');
  const versions = `{ ...process.versions, node: '${version}' }`;
  writeFileSync(before, `Object.defineProperty(process, 'versions', { value: ${versions} });\n`);
  const args = ['--require', before, resolve('bin/quests.js'), '--version'];
  return spawnSync(process.execPath, args, { encoding: 'utf8' });
}

describe('an older Node', () => {
  for (const version of ['18.20.4', '20.11.0', '20.18.9']) {
    it(`${version} is refused in one line`, () => {
      const { status, stdout, stderr } = startedBy(version);
      const line = `Node ${version} is too old, expected 20.19 or newer from https://nodejs.org\n`;
      expect({ status, stdout, stderr }).toEqual({ status: 1, stdout: '', stderr: line });
    });
  }

  it('is not one that is newer', () => {
    for (const version of ['20.19.0', '22.0.0', '100.1.0']) expect(startedBy(version).status).toBe(0);
  });
});

/** Says, on standard error, which modules are loaded. */
const SPY =
  'data:text/javascript,import{register}from"node:module";register("data:text/javascript,' +
  'export async function load(url,context,next){process._rawDebug(url);return next(url,context)}")';

describe('a command', () => {
  it('loads no package before it needs one', () => {
    const args = ['--import', SPY, resolve('bin/quests.js'), 'entropy', 'examples/cu_test.xyz', '--quiet'];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    const loaded = stderr.split('\n').filter((line) => line.startsWith('file:'));
    expect(status).toBe(0);
    expect(loaded.some((url) => url.endsWith('/dist/node/entropy.js'))).toBe(true);
    expect(loaded.filter((url) => url.includes('/node_modules/'))).toEqual([]);
  });
});
