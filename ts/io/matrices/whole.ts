import { errorAt } from '../../base/error.js';
import { type ByteSource, pieces } from '../text/bytes.js';
import type { NpyOptions } from './npy.js';

/** Bytes that room is made for before more have been seen. */
const FIRST_BYTES = 1 << 20;

/**
 * All bytes of a file, for formats whose directory stands at the end. Memory is asked for once
 * where the size is known, and else grows with the bytes that are there.
 *
 * @throws {QuestsError} TOO_LARGE for more than memory can hold. The signal's reason when cancelled
 */
export async function readWhole(source: ByteSource, options: NpyOptions): Promise<Uint8Array<ArrayBuffer>> {
  const { file, size } = options;
  let bytes = room(size ?? FIRST_BYTES, file);
  let length = 0;
  for await (const piece of pieces(source, options.signal)) {
    if (length + piece.length > bytes.length) {
      const grown = room(Math.max(2 * bytes.length, length + piece.length), file);
      grown.set(bytes.subarray(0, length));
      bytes = grown;
    }
    bytes.set(piece, length);
    length += piece.length;
  }
  return bytes.subarray(0, length);
}

/**
 * Memory for the bytes of a file.
 *
 * @throws {QuestsError} TOO_LARGE where there is not enough
 */
export function room(length: number, file: string): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw errorAt('TOO_LARGE', { file }, `no memory for ${length} bytes`, { cause });
  }
}
