import fs from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { FORMATS } from '../../../../ts/io/files/formats.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { LineReader } from '../../../../ts/io/text/lines.js';
import { all, bytesOf } from '../../../support/data/reading.js';

// What opening a file takes, in calls of the system: there may be 100,000 files.
const calls = { stat: 0, read: 0, other: 0 };
const kinds = {
  statSync: 'stat',
  readFileSync: 'read',
  createReadStream: 'other',
  existsSync: 'other',
} as const;

const FILES = 25;
const FRAME = '2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nO 1 2 3\n';

let folder = '';
let files: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-many-'));
  files = Array.from({ length: FILES }, (_, at) => join(folder, `${at}.xyz`));
  await Promise.all(files.map((file) => writeFile(file, FRAME)));
  // The backend is loaded once, whatever is read.
  await all(readStructures(files[0] as string));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

beforeEach(() => {
  Object.assign(calls, { stat: 0, read: 0, other: 0 });
  for (const [name, kind] of Object.entries(kinds)) {
    const real = fs[name as keyof typeof kinds] as (...args: unknown[]) => never;
    vi.spyOn(fs, name as keyof typeof kinds).mockImplementation((...args: unknown[]) => {
      calls[kind]++;
      return real(...args);
    });
  }
  // Those that import a function by its name see it, too.
  syncBuiltinESMExports();
});

afterEach(() => {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
});

it('a small file is looked at once and read once', async () => {
  expect(await all(readStructures(files))).toHaveLength(FILES);
  expect(calls).toEqual({ stat: FILES, read: FILES, other: 0 });
});

it('sizes are asked for only where somebody is told how far reading has come', async () => {
  let last = 0;
  await all(readStructures(files, { onProgress: ({ done }) => (last = done) }));
  expect(calls).toEqual({ stat: 2 * FILES, read: FILES, other: 0 });
  expect(last).toBe(FILES * FRAME.length);
});

it('the content is held against the format of its name alone', async () => {
  const sniffed: string[] = [];
  for (const format of FORMATS) {
    if (format.sniff === undefined) continue;
    vi.spyOn(format as Required<typeof format>, 'sniff').mockImplementation(() => {
      sniffed.push(format.name);
      return true;
    });
  }
  await all(readStructures(files));
  expect(sniffed).toEqual(Array<string>(FILES).fill('extxyz'));
});

it('lines of a small file take memory for that file alone', async () => {
  const lines = new LineReader(bytesOf(FRAME), { file: 'a.xyz' });
  while (await lines.next());
  expect(lines.bytes.buffer.byteLength).toBeLessThanOrEqual(8 * FRAME.length);
});

it('columns that files share are made out once', async () => {
  const split = vi.spyOn(String.prototype, 'split');
  await all(readStructures(files));
  // A file asks once whether a name is given twice; of what the columns are it is not asked again.
  const properties = split.mock.contexts.filter((text) => String(text) === 'species:S:1:pos:R:3');
  expect(properties.length).toBeLessThanOrEqual(FILES + 4);
});
