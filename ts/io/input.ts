import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { QuestsError } from '../error.js';
import { accessError } from './access.js';
import { peek } from './bytes.js';
import { isGzip, MAGIC_BYTES } from './compressed.js';
import { gunzip } from './compression.js';
import type { Input, InputOptions } from './opened.js';

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** Bytes read at once. */
const PIECE = 1 << 20;

/**
 * Opens a file; what is compressed with gzip is decompressed, whatever its name. `-` is standard input.
 *
 * @throws {QuestsError} FILE_ACCESS for a file that is missing, a folder, or may not be read; INVALID_FILE for one that
 *   is compressed with bzip2, xz or zstd, with the way round. While `bytes` are read: INVALID_FILE for a damaged or truncated
 *   compressed file, FILE_ACCESS for an error of the disk, the signal's reason
 */
export async function openInput(path: string, options: InputOptions = {}): Promise<Input> {
  options.signal?.throwIfAborted();
  const isStandard = path === STANDARD_INPUT;
  const file = isStandard ? 'standard input' : path;
  const length = isStandard ? undefined : await lengthOf(path);
  const stream = isStandard ? process.stdin : createReadStream(path, { highWaterMark: PIECE });
  const { head, bytes } = await peek(readStream(stream, file, length, options), MAGIC_BYTES);
  let isCompressed: boolean;
  try {
    isCompressed = isGzip(head, path);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  return {
    file,
    size: isCompressed ? undefined : length,
    bytes: isCompressed ? gunzip(bytes, stream, file, options.signal) : bytes,
    close: () => void stream.destroy(),
  };
}

/** Bytes of a regular file; undefined for pipes and devices, which have no end to know. */
async function lengthOf(path: string): Promise<number | undefined> {
  const status = await stat(path).catch((error: unknown) => {
    throw accessError('read', path, error);
  });
  if (status.isDirectory()) throw new QuestsError('FILE_ACCESS', `cannot read ${path}: is a folder`);
  return status.isFile() && status.size > 0 ? status.size : undefined;
}

async function* readStream(
  stream: Readable,
  file: string,
  total: number | undefined,
  { signal, onProgress }: InputOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (signal !== undefined) addAbortSignal(signal, stream);
  let done = 0;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      yield piece;
      done += piece.length;
      onProgress?.({ done, total: total ?? 0, phase: 'reading' });
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw accessError('read', file, error);
  }
}
