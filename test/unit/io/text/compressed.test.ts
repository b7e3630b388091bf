import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { bunzip2 } from '../../../../ts/io/text/bzip2.js';
import { unxz } from '../../../../ts/io/text/xz.js';
import { unzstd } from '../../../../ts/io/text/zstd.js';
import { inPieces } from '../../../support/data/reading.js';
import { random as randomOf } from '../../../support/data/random.js';

const FILES = JSON.parse(readFileSync(new URL('compressed/files.json', import.meta.url), 'utf8')) as Record<
  string,
  Record<string, string>
>;

/** What make-files.py compressed. */
const TEXT = Array.from({ length: 12_000 }, (_, i) => `Cu ${(i * i) % 251} ${(i * 7919) % 4}.5\n`).join('');

const UNDO = { bzip2: bunzip2, xz: unxz, zstd: unzstd };

function bytesOf(group: string, name: string): Uint8Array {
  return Buffer.from(FILES[group]?.[name] ?? '', 'base64');
}

async function* streamed(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (const piece of inPieces(bytes, size)) yield await Promise.resolve(piece);
}

function undone(name: string, bytes: Uint8Array, size = 1000): AsyncGenerator<Uint8Array> {
  const [program = ''] = name.split(' ');
  return UNDO[program as keyof typeof UNDO](streamed(bytes, size));
}

async function whole(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Buffer[] = [];
  // A piece keeps its bytes only until the next one is asked for.
  for await (const piece of pieces) all.push(Buffer.from(piece));
  return Buffer.concat(all);
}

const names = (group: string): string[] => Object.keys(FILES[group] ?? {});

describe('what other programs compressed', () => {
  it.each(names('text'))('is the same again: %s', async (name) => {
    for (const size of [7, 1000, 1 << 20]) {
      expect((await whole(undone(name, bytesOf('text', name), size))).toString() === TEXT).toBe(true);
    }
  });

  it.each(names('one letter'))('may be one letter: %s', async (name) => {
    expect((await whole(undone(name, bytesOf('one letter', name)))).toString()).toBe('x');
  });

  it.each(names('x'))('comes in pieces, however much it becomes: %s', async (name) => {
    let [total, largest] = [0, 0];
    for await (const { length } of undone(name, bytesOf('x', name))) {
      total += length;
      largest = Math.max(largest, length);
    }
    expect(total).toBe(2 ** 26);
    expect(largest).toBeLessThanOrEqual(1 << 18);
  });

  it.each([
    ['xz with SHA-256', 'a check that is not read, as of SHA-256'],
    ['xz of a program', 'a filter that is not read; expected LZMA2 alone'],
    ['xz of a large window', 'a dictionary of 256 MB, expected at most 128'],
    ['zstd of a large window', 'a window of 256 MB, expected at most 128: made with --long?'],
  ])('is refused: %s', async (name, problem) => {
    await expect(whole(undone(name, bytesOf('refused', name)))).rejects.toThrow(problem);
  });

  it.each(names('text'))('is refused where it is cut or damaged: %s', async (name) => {
    const bytes = bytesOf('text', name);
    const random = randomOf(name.length);
    for (const length of [1, 5, 13, bytes.length - 1, Math.floor(bytes.length * 0.7)]) {
      await expect(whole(undone(name, bytes.subarray(0, length), 1 << 20)), String(length)).rejects.toThrow();
    }
    for (let count = 0; count < 20; count++) {
      const damaged = Uint8Array.from(bytes);
      const at = Math.floor(random() * bytes.length);
      damaged[at] = (damaged[at] as number) ^ (1 << Math.floor(random() * 8));
      const found = await whole(undone(name, damaged, 1 << 20)).catch(() => undefined);
      // Some bits mean nothing: those of a frame that is passed over, or unused ones.
      if (found !== undefined) expect(found.toString() === TEXT, `bit of byte ${at}`).toBe(true);
    }
  });
});
