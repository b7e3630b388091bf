import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { QuestsError } from '../base/error.js';
import { accessError } from '../base/file-access.js';
import { writeOutput } from '../io/files/output.js';

/** A file of numbers in a working folder, 8 bytes each, and what must be in it. */
export interface RowBlock {
  /** Its name in the folder. */
  readonly file: string;
  readonly rows: number;
  /** SHA-256 of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Bytes that are written, read or hashed at once. */
const PIECE = 1 << 22;

/** SHA-256 of some arrays, one after the other. */
export async function checksum(arrays: readonly Uint8Array[]): Promise<string> {
  // Loaded here: it would slow the start of every other command.
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  for (const array of arrays) hash.update(array);
  return hash.digest('hex');
}

/** The bytes of some numbers. */
export function bytesOf({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * Writes a block: under a temporary name first, then renamed, so that a block is there as a whole
 * or not at all.
 *
 * @param rows for the record
 * @throws {QuestsError} FILE_ACCESS, as for a full disk
 */
export async function writeBlock(
  folder: string,
  file: string,
  rows: number,
  arrays: readonly Float64Array[],
): Promise<RowBlock> {
  const bytes = arrays.map(bytesOf);
  await writeOutput(join(folder, file), pieces(bytes), { overwrite: true });
  return { file, rows, sha256: await checksum(bytes) };
}

function* pieces(arrays: readonly Uint8Array[]): Generator<Uint8Array> {
  for (const array of arrays) {
    for (let at = 0; at < array.length; at += PIECE) yield array.subarray(at, at + PIECE);
  }
}

/**
 * Reads a block.
 *
 * @param width numbers of a row
 * @throws {QuestsError} FILE_ACCESS; INVALID_FILE for one that isn't as it was written
 */
export async function readBlock(folder: string, block: RowBlock, width: number): Promise<Float64Array> {
  const path = join(folder, block.file);
  const data = await readNumbers(path);
  if (data?.length !== block.rows * width || (await checksum([bytesOf(data)])) !== block.sha256) {
    throw new QuestsError('INVALID_FILE', `${path} is damaged: make the plan again`);
  }
  return data;
}

/** The numbers of a file; undefined where its length is no multiple of 8. */
export async function readNumbers(path: string): Promise<Float64Array | undefined> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      if (size % 8 !== 0) return undefined;
      const data = new Float64Array(size / 8);
      const bytes = bytesOf(data);
      for (let done = 0; done < size;) {
        const { bytesRead } = await file.read(bytes, done, Math.min(PIECE, size - done), done);
        if (bytesRead === 0) return undefined;
        done += bytesRead;
      }
      return data;
    } finally {
      await file.close();
    }
  } catch (error) {
    throw accessError('read', path, error);
  }
}
