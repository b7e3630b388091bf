import { invalidFile } from '../text/fault.js';

/** Bytes that tell how a file is compressed. */
export const MAGIC_BYTES = 6;

/**
 * Compression that is not undone here, with its first bytes and its program: no light library does,
 * or, for zstd, none that checks the checksums, so that a damaged file would pass for a good one.
 */
const FOREIGN: readonly { name: string; program: string; magic: readonly number[] }[] = [
  { name: 'bzip2', program: 'bzip2', magic: [0x42, 0x5a, 0x68] },
  { name: 'xz', program: 'xz', magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] },
  { name: 'zstd', program: 'zstd', magic: [0x28, 0xb5, 0x2f, 0xfd] },
];

/**
 * Whether an opened file is compressed with gzip, from its first bytes.
 *
 * @param close lets go of the file; called where it is refused
 * @throws {QuestsError} INVALID_FILE for bzip2, xz and zstd, with the way round
 */
export function isGzip(head: Uint8Array, path: string, close?: () => void): boolean {
  const begins = (magic: readonly number[]): boolean => magic.every((byte, at) => head[at] === byte);
  if (begins([0x1f, 0x8b])) return true;
  const foreign = FOREIGN.find(({ magic }) => begins(magic));
  if (foreign === undefined) return false;
  close?.();
  const { name, program } = foreign;
  const file = path === '-' ? 'standard input' : path;
  const way = `decompress it first: ${program} -dc ${path === '-' ? 'FILE' : path} | quests … -`;
  throw invalidFile({ file }, `compressed with ${name}, which is not read; ${way}`);
}
