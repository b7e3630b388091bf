import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readStructures as readBlobs } from '../../../../ts/io/files/blob.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { openFile, writeStructures } from '../../../../ts/io/files/files.js';
import { openInput } from '../../../../ts/io/files/input.js';
import type { Structure } from '../../../../ts/node.js';
import { all, failure } from '../../../support/data/reading.js';
import { zipOf } from '../../../support/data/zip.js';

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

describe('a file compressed with bzip2, xz or zstd', () => {
  // Two frames, of an atom at 0 0 0 and one at 1 1 1, compressed by the programs of these names.
  it.each([
    ['bz2', 'QlpoOTFBWSZTWfAuepIAAAfcgAAQQABgAAgAAgAgADDABImJFOGaDqo0zHi7kinChIeBc9SQ'],
    [
      'xz',
      '/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AAXABJdABiCrIZ1EAyfwnrnHHg36fITBgAAAHXudWwKXN+CAAEuGFEk7TgftvN9AQAAAAAEWVo=',
    ],
    ['zst', 'KLUv/QRYwQAAMQoKQ3UgMCAwIDAKMQoKQ3UgMSAxIDEK8MVn6Q=='],
  ])('is read on a disk, in an archive and in a page, by the name below: %s', async (ending, base64) => {
    const bytes = Buffer.from(base64, 'base64');
    const name = `a.xyz.${ending}`;
    await writeFile(at(name), bytes);
    const expected = [[0], [1]];
    const first = async (structures: AsyncIterable<Structure>): Promise<number[][]> =>
      (await all(structures)).map(({ positions }) => [positions[0] as number]);
    expect(await first(readStructures(at(name)))).toEqual(expected);
    expect(await first(readBlobs(new File([bytes], name)))).toEqual(expected);
    await writeFile(at(`${ending}.zip`), zipOf([{ name, data: bytes }]));
    expect(await first(readStructures(at(`${ending}.zip`)))).toEqual(expected);
    for (const damaged of [bytes.subarray(0, -3), bytes.subarray(0, 20)]) {
      await writeFile(at(name), damaged);
      const message = await failure(all(readStructures(at(name))));
      expect(message).toMatch(
        /^INVALID_FILE: .*: damaged or truncated (bzip2|xz|zstd) file: it ends too early$/,
      );
      expect(await failure(all(readBlobs(new File([damaged], at(name)))))).toBe(message);
    }
  });

  it('is not written: nothing would be compressed under such a name', async () => {
    for (const name of ['b.xyz.bz2', 'b.xyz.xz', 'b.xyz.zst']) {
      expect(
        await failure(writeStructures(at(name), [{ positions: new Float64Array(3), species: ['Cu'] }])),
      ).toContain('tells no format');
    }
  });
});
