import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { beforeAll, expect, it } from 'vitest';

type Lockfile = Record<'packages', Record<string, { license?: string; dev?: boolean }>>;

let problemsOf: (lockfile: Lockfile) => string[];

beforeAll(async () => {
  ({ problemsOf } = (await import(resolve('scripts/lint/licences.mjs'))) as {
    problemsOf: typeof problemsOf;
  });
});

/** The packages among these that are complained about. */
function refused(packages: Lockfile['packages']): string[] {
  return problemsOf({ packages }).map((problem) => problem.split(':')[0] ?? '');
}

it('accepts what is installed', () => {
  const lockfile = JSON.parse(readFileSync('package-lock.json', 'utf8')) as Lockfile;
  expect(Object.keys(lockfile.packages).length).toBeGreaterThan(100);
  expect(problemsOf(lockfile)).toEqual([]);
});

it('refuses licences that ask for more, unknown ones, and packages without one', () => {
  const packages = {
    '': { license: 'GPL-3.0-only' },
    'node_modules/fine': { license: 'MIT' },
    'node_modules/choice': { license: '(GPL-2.0-only OR MIT)' },
    'node_modules/@scope/copyleft': { license: 'GPL-3.0-only' },
    'node_modules/fine/node_modules/both': { license: 'MIT AND GPL-3.0-only' },
    'node_modules/words': { license: 'SEE LICENSE IN LICENSE.txt' },
    'node_modules/none': {},
  };
  expect(refused(packages)).toEqual(['@scope/copyleft', 'both', 'words', 'none']);
});

it('asks more of what is shipped than of tools', () => {
  const license = 'MPL-2.0';
  const packages = {
    'node_modules/tool': { license, dev: true },
    'node_modules/part': { license },
  };
  expect(refused(packages)).toEqual(['part']);
});

it('refuses a bundle of a package whose licence asks for more', async () => {
  const { licences } = (await import(resolve('scripts/build/licences.mjs'))) as {
    licences: (chunks: unknown[]) => string;
  };
  const folder = mkdtempSync(join(tmpdir(), 'quests-licences-'));
  const bundleOf = (name: string, license: string): unknown[] => {
    const home = join(folder, 'node_modules', name);
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0', license }));
    writeFileSync(join(home, 'LICENSE'), `the licence of ${name}`);
    return [{ type: 'chunk', modules: { [join(home, 'index.js')]: {} } }];
  };
  try {
    expect(licences(bundleOf('fine', 'MIT'))).toBe('fine 1.0.0 (MIT)\n\nthe licence of fine');
    expect(() => licences(bundleOf('tool', 'MPL-2.0'))).toThrow('tool: licence MPL-2.0, expected one of MIT');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
