import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

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
    'node_modules/three': { license, dev: true },
  };
  expect(refused(packages)).toEqual(['part', 'three']);
});
