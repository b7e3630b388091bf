import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { QuestsError } from '../../base/error.js';
import { damagedFile, undone } from './compressed.js';
import type { Compression } from './contents.js';

/** Bytes decompressed at once. */
const PIECE = 1 << 18;

/**
 * Compressed bytes, decompressed as they come: memory does not depend on how many there are.
 *
 * @param close lets go of what the bytes come from; called at the end
 * @throws {QuestsError} INVALID_FILE for a damaged or truncated file. The signal's reason when
 *   cancelled
 */
export async function* decompressed(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  close: () => void,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const inflated = made(bytes, compression);
  try {
    for await (const piece of inflated) yield piece;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof QuestsError) throw error;
    throw damagedFile(file, compression, error);
  } finally {
    // The way in may still wait for bytes that nobody wants any more.
    close();
  }
}

function made(bytes: AsyncIterable<Uint8Array>, compression: Compression): AsyncIterable<Uint8Array> {
  if (compression !== 'gzip' && compression !== 'deflate-raw') return undone(bytes, compression);
  // A piece is asked for when the one before it is used up, however short: it may lie in the same
  // place.
  const create = compression === 'gzip' ? createGunzip : createInflateRaw;
  const inflated = create({ chunkSize: PIECE, ...{ writableHighWaterMark: 1 } });
  // What goes wrong on the way in ends the way out with the same error, which is then thrown there.
  pipeline(bytes, inflated).catch(() => undefined);
  return inflated as AsyncIterable<Uint8Array>;
}
