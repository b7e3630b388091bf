import { invalidFile } from '../text/fault.js';
import type { Compression } from './contents.js';

/** Bytes that tell how a file is compressed. */
export const MAGIC_BYTES = 6;

/** How files are compressed, with their first bytes. */
const MAGIC: readonly (readonly [Compression, readonly number[]])[] = [
  ['gzip', [0x1f, 0x8b]],
  ['bzip2', [0x42, 0x5a, 0x68]],
  ['xz', [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]],
  ['zstd', [0x28, 0xb5, 0x2f, 0xfd]],
];

/** What messages call bytes that are compressed. */
const TITLES: Readonly<Record<Compression, string>> = {
  gzip: 'gzip file',
  bzip2: 'bzip2 file',
  xz: 'xz file',
  zstd: 'zstd file',
  'deflate-raw': 'file in an archive',
};

/** Endings of names that say nothing of what is compressed. */
export const COMPRESSED_ENDING = /\.(gz|bz2|xz|zst)$/i;

/** How an opened file is compressed, from its first bytes; undefined where it is not. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const begins = (magic: readonly number[]): boolean => magic.every((byte, at) => head[at] === byte);
  return MAGIC.find(([, magic]) => begins(magic))?.[0];
}

/**
 * Undoes what the platform does not: bzip2, xz, zstd.
 *
 * @throws {Error} for damaged or truncated bytes
 */
export async function* undone(
  bytes: AsyncIterable<Uint8Array>,
  compression: 'bzip2' | 'xz' | 'zstd',
): AsyncGenerator<Uint8Array, void, undefined> {
  // Loaded here: few files are compressed so.
  if (compression === 'bzip2') yield* (await import('../text/bzip2.js')).bunzip2(bytes);
  else if (compression === 'xz') yield* (await import('../text/xz.js')).unxz(bytes);
  else yield* (await import('../text/zstd.js')).unzstd(bytes);
}

/** A compressed file that cannot be undone. */
export function damagedFile(file: string, compression: Compression, cause: unknown): Error {
  const problem = cause instanceof Error ? cause.message : String(cause);
  return invalidFile({ file }, `damaged or truncated ${TITLES[compression]}: ${problem}`);
}
