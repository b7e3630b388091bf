import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFile } from '../../../ts/io/files.js';
import { openInput } from '../../../ts/io/input.js';
import { all, bytesOf, failure } from './reading.js';

const MAGIC = [0x28, 0xb5, 0x2f, 0xfd];

/** Bytes that a block of zstd unfolds to at most. */
const BLOCK = 1 << 17;

/** What `printf 'hello hello hello hello\n' | zstd -c` writes, with its checksum. */
const HELLO = Buffer.from('28b52ffd04586d00003868656c6c6f200a0100994b11a87c2ea8', 'hex');

/** A block of zstd: of the bytes as they are (type 0), or of one byte again and again (type 1). */
function block(type: 0 | 1, length: number, bytes: readonly number[], isLast: boolean): number[] {
  const header = (length << 3) | (type << 1) | Number(isLast);
  return [header & 255, (header >> 8) & 255, header >> 16, ...bytes];
}

/** A frame of zstd of these bytes, not compressed; its window is 1 MB. */
function frame(text: string): number[] {
  const bytes = Array.from(bytesOf(text));
  return [...MAGIC, 0, 80, ...block(0, bytes.length, bytes, true)];
}

/** A frame of zstd of the letter x, 128 kB in every 4 bytes. */
function bomb(blocks: number): Uint8Array {
  const body = Array.from({ length: blocks }, (_, at) => block(1, BLOCK, [120], at === blocks - 1));
  return Uint8Array.from([...MAGIC, 0, 80, ...body.flat()]);
}

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-compression-'));
});

afterAll(() => rm(folder, { recursive: true }));

async function contents(name: string, bytes: ArrayLike<number>): Promise<string> {
  await writeFile(at(name), Uint8Array.from(bytes));
  return Buffer.concat(await all((await openInput(at(name))).bytes)).toString();
}

describe('zstd', () => {
  it('is recognised by content, whatever the name', async () => {
    expect(await contents('hello.txt', HELLO)).toBe('hello hello hello hello\n');
    expect(await contents('hello.zst', bytesOf('plain'))).toBe('plain');
  });

  it('may be of several frames, with others that are passed over', async () => {
    const skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
    const frames = [...frame('one '), ...skippable, ...frame('two '), ...HELLO];
    expect(await contents('two.zst', frames)).toBe('one two hello hello hello hello\n');
  });

  it('says no size, since that of the contents is unknown', async () => {
    await writeFile(at('size.zst'), HELLO);
    const { size, close } = await openInput(at('size.zst'));
    expect(size).toBeUndefined();
    close();
  });

  const cut = 'INVALID_FILE: PATH: damaged or truncated zstd file: unexpected EOF';
  it.each<[string, ArrayLike<number>, string]>([
    ['cut in its header', HELLO.subarray(0, 7), cut],
    ['cut in a block', HELLO.subarray(0, 15), cut],
    ['cut between blocks', bomb(3).slice(0, -4), cut],
    [
      'with a block of no type',
      [...MAGIC, 0, 80, 7, 0, 0, ...Array<number>(20).fill(0)],
      'INVALID_FILE: PATH: damaged or truncated zstd file: invalid block type',
    ],
    [
      'with a window of 2 GB',
      [...MAGIC, 0, 21 << 3, ...block(1, BLOCK, [120], true), 0, 0, 0, 0],
      'INVALID_FILE: PATH: damaged or truncated zstd file: a window of 2147483648 bytes, expected at most 134217728',
    ],
    [
      'of 1 GB that is to be kept as a whole',
      [...MAGIC, 0xa0, 0, 0, 0, 0x40, ...block(1, BLOCK, [120], true), 0, 0, 0, 0],
      'INVALID_FILE: PATH: damaged or truncated zstd file: a window of 1073741824 bytes, expected at most 134217728',
    ],
  ])('is refused %s', async (_, bytes, message) => {
    expect(await failure(contents('bad.zst', bytes))).toBe(message.replace('PATH', at('bad.zst')));
  });
});

describe('a file that unfolds to far more than it is', () => {
  it.each<[string, () => Uint8Array]>([
    ['gzip', () => gzipSync(Buffer.alloc(1 << 28, 'x'))],
    ['zstd', () => bomb(1 << 11)],
  ])('is read in pieces: %s', async (name, make) => {
    await writeFile(at(name), make());
    let total = 0;
    let largest = 0;
    for await (const { length } of (await openInput(at(name))).bytes) {
      total += length;
      largest = Math.max(largest, length);
    }
    expect(total).toBe(1 << 28);
    expect(largest).toBeLessThanOrEqual(1 << 18);
  });

  it.each([
    ['gzip', gzipSync(Buffer.alloc(1 << 26, 'x'))],
    ['zstd', bomb(1 << 9)],
  ])('is refused at its first line, not read to its end: %s', async (name, bytes) => {
    await writeFile(at(`${name}.xyz`), bytes);
    const opened = await openFile(at(`${name}.xyz`));
    if (opened.holds !== 'structures') throw new Error('expected structures');
    expect(await failure(all(opened.structures))).toBe(
      `INVALID_FILE: ${at(`${name}.xyz`)}, line 1: no line end within 8 MB; is the file binary?`,
    );
  });
});

describe('compression that is not undone', () => {
  it.each([
    ['bzip2', 'BZh91AY&SY'],
    ['xz', '\xfd7zXZ\0\0\x04'],
  ])('is named, with the way round: %s', async (program, head) => {
    const path = at(`a.xyz.${program}`);
    await writeFile(path, head, 'latin1');
    expect(await failure(openFile(path))).toBe(
      `INVALID_FILE: ${path}: compressed with ${program}, which is not read; ` +
        `decompress it first: ${program} -dc ${path} | quests … -`,
    );
  });
});
