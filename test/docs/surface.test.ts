import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, it } from 'vitest';

/** All declarations are compiled anew: 5 s on a machine with nothing else to do. */
const TIMEOUT = 120_000;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'quests-surface-'));
  cpSync('docs/api', folder, { recursive: true });
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

it('the files in docs/api say what is exported', { timeout: TIMEOUT }, async () => {
  expect(await checked('docs/api')).toBe('');
});

it('a declaration that changed and a file of no entry point are found', { timeout: TIMEOUT }, async () => {
  const file = join(folder, 'quests.api.md');
  const before = readFileSync(file, 'utf8');
  const declaration = 'export class QuestsError extends Error implements ErrorPlace {';
  const changed = 'export class QuestsError extends TypeError implements ErrorPlace {';
  expect(before).toContain(declaration);
  writeFileSync(file, before.replace(declaration, changed));
  writeFileSync(join(folder, 'quests-old.api.md'), '');
  const line = before.slice(0, before.indexOf(declaration)).split('\n').length;
  expect((await checked(folder)).split('\n')).toEqual([
    `${join(folder, 'quests-old.api.md')} belongs to no entry point`,
    `${file}:${line} says "${changed}", but it is "${declaration}"`,
    'if that is meant: npm run docs',
    '',
  ]);
});

/** What the check of a folder complains about. */
function checked(of: string): Promise<string> {
  const args = ['scripts/surface.mjs', '--check', '--folder', of];
  return new Promise((done) => {
    execFile(process.execPath, args, (error, _, stderr) => {
      done(error === null ? '' : stderr);
    });
  });
}
