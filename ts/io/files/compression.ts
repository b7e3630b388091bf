import { pipeline } from 'node:stream/promises';
import { createGunzip, createInflateRaw } from 'node:zlib';
import { QuestsError } from '../../base/error.js';
import { invalidFile } from '../text/fault.js';
import type { Compression } from './contents.js';

/** Bytes decompressed at once. */
const PIECE = 1 << 18;

/** What undoes a compression, and what messages call bytes that are compressed. */
const COMPRESSIONS = {
  gzip: { create: createGunzip, title: 'gzip file' },
  'deflate-raw': { create: createInflateRaw, title: 'file in an archive' },
};

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
  // A piece is asked for when the one before it is used up, however short: it may lie in the same
  // place.
  const { create, title } = COMPRESSIONS[compression];
  const inflated = create({ chunkSize: PIECE, ...{ writableHighWaterMark: 1 } });
  // What goes wrong on the way in ends the way out with the same error, which is then thrown below.
  pipeline(bytes, inflated).catch(() => undefined);
  try {
    for await (const piece of inflated as AsyncIterable<Uint8Array>) yield piece;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof QuestsError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    throw invalidFile({ file }, `damaged or truncated ${title}: ${problem}`);
  } finally {
    // The way in may still wait for bytes that nobody wants any more.
    close();
  }
}
