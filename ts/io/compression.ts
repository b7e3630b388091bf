import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { QuestsError } from '../error.js';
import { peek } from './bytes.js';
import { invalidFile } from './fault.js';

/** Compression that is undone on the way in. */
export type Compression = 'gzip' | 'zstd';

/** Bytes that tell how a file is compressed. */
export const MAGIC_BYTES = 6;

/** Bytes decompressed at once. */
const PIECE = 1 << 18;

/** Bytes of zstd taken at once: a block of 4 bytes unfolds to 128 kB at most, and these to 16 MB. */
const ZSTD_PIECE = 1 << 9;

/** Largest window of zstd, in bytes, for which memory is asked: the limit of the program `zstd`, too. */
const ZSTD_WINDOW = 1 << 27;

/** Bytes in which zstd says its window. */
const ZSTD_HEADER = 14;

/** Compression that no light library undoes, with its first bytes and its program. */
const FOREIGN: readonly { name: string; program: string; magic: readonly number[] }[] = [
  { name: 'bzip2', program: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', program: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
];

/**
 * How a file is compressed, from its first bytes; undefined where it is not.
 *
 * @throws {QuestsError} INVALID_FILE for bzip2 and xz, with the way round
 */
export function compressionOf(head: Uint8Array, path: string): Compression | undefined {
  const begins = (magic: readonly number[]): boolean => magic.every((byte, at) => head[at] === byte);
  if (begins([0x1f, 0x8b])) return 'gzip';
  if (begins([0x28, 0xb5, 0x2f, 0xfd])) return 'zstd';
  const foreign = FOREIGN.find(({ magic }) => begins(magic));
  if (foreign === undefined) return undefined;
  const { name, program } = foreign;
  const file = path === '-' ? 'standard input' : path;
  const way = `decompress it first: ${program} -dc ${path === '-' ? 'FILE' : path} | quests … -`;
  throw invalidFile({ file }, `compressed with ${name}, which is not read; ${way}`);
}

/**
 * The bytes of a compressed file, decompressed as they come: memory does not depend on how many there are.
 *
 * @param disk what the bytes come from; let go of at the end
 * @throws {QuestsError} INVALID_FILE for a damaged or truncated file. The signal's reason when cancelled
 */
export async function* decompressed(
  compression: Compression,
  bytes: AsyncIterable<Uint8Array>,
  disk: Readable,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* compression === 'gzip' ? gunzip(bytes) : unzstd(bytes);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof QuestsError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw invalidFile({ file }, `damaged or truncated ${compression} file: ${problem}`);
  } finally {
    // The way in may still wait for bytes that nobody wants any more.
    disk.destroy();
  }
}

async function* gunzip(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const stream = createGunzip({ chunkSize: PIECE });
  // What goes wrong on the way in ends the way out with the same error, which is then thrown there.
  pipeline(bytes, stream).catch(() => undefined);
  for await (const piece of stream as AsyncIterable<Uint8Array>) yield piece;
}

async function* unzstd(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const { Decompress } = await import('fzstd');
  const { head, bytes } = await peek(source, ZSTD_HEADER);
  const window = zstdWindow(head);
  if (window > ZSTD_WINDOW) throw new Error(`a window of ${window} bytes, expected at most ${ZSTD_WINDOW}`);
  let ready: Uint8Array[] = [];
  const stream = new Decompress((piece) => ready.push(piece));
  for await (const piece of bytes) {
    for (let at = 0; at < piece.length; at += ZSTD_PIECE) {
      // The library keeps what it cannot use yet; whoever made the piece may not.
      stream.push(piece.slice(at, at + ZSTD_PIECE));
      yield* ready;
      ready = [];
    }
  }
  stream.push(new Uint8Array(0), true);
  yield* ready;
}

/** Bytes that a frame of zstd needs to look back on (RFC 8878, 3.1.1.1). */
function zstdWindow(head: Uint8Array): number {
  const [, , , , flags = 0, descriptor = 0] = head;
  const isSingle = (flags & 0x20) !== 0;
  if (!isSingle) return 2 ** (10 + (descriptor >> 3)) * (1 + (descriptor & 7) / 8);
  // All of it at once: the size of the contents, after the number of a dictionary.
  const start = 5 + ([0, 1, 2, 4][flags & 3] ?? 0);
  const length = [1, 2, 4, 8][flags >> 6] ?? 1;
  return head.subarray(start, start + length).reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
}
