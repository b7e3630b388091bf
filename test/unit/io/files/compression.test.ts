import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../../../ts/io/files/files.js';
import { openInput } from '../../../../ts/io/files/input.js';
import { all, failure } from '../../../support/data/reading.js';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-compression-'));
});

afterAll(() => rm(folder, { recursive: true }));

describe('a file that unfolds to far more than it is', () => {
  it.each<[string, () => Uint8Array]>([['gzip', () => gzipSync(Buffer.alloc(1 << 28, 'x'))]])(
    'is read in pieces: %s',
    async (name, make) => {
      await writeFile(at(name), make());
      let total = 0;
      let largest = 0;
      for await (const { length } of (await openInput(at(name))).bytes) {
        total += length;
        largest = Math.max(largest, length);
      }
      expect(total).toBe(1 << 28);
      expect(largest).toBeLessThanOrEqual(1 << 18);
    },
  );

  it.each([['gzip', gzipSync(Buffer.alloc(1 << 26, 'x'))]])(
    'is refused at its first line, not read to its end: %s',
    async (name, bytes) => {
      await writeFile(at(`${name}.xyz`), bytes);
      const opened = await openFile(at(`${name}.xyz`));
      if (opened.holds !== 'structures') throw new Error('expected structures');
      expect(await failure(all(opened.structures))).toBe(
        `INVALID_FILE: ${at(`${name}.xyz`)}, line 1: no line end within 8 MB; is the file binary?`,
      );
    },
  );
});

describe('compression that is not undone', () => {
  it.each([
    ['bzip2', 'BZh91AY&SY'],
    ['xz', '\xfd7zXZ\0\0\x04'],
    ['zstd', '\x28\xb5\x2f\xfd\x04'],
  ])('is named, with the way round: %s', async (program, head) => {
    const path = at(`a.xyz.${program}`);
    await writeFile(path, head, 'latin1');
    expect(await failure(openFile(path))).toBe(
      `INVALID_FILE: ${path}: compressed with ${program}, which is not read; ` +
        `decompress it first: ${program} -dc ${path} | quests … -`,
    );
  });
});
