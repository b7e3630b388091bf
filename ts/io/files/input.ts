import { createReadStream, existsSync, fstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { addAbortSignal, type Readable } from 'node:stream';
import { QuestsError } from '../../base/error.js';
import { accessError } from '../../base/file-access.js';
import { type ByteSource, peek } from '../text/bytes.js';
import { compressionOf, MAGIC_BYTES } from './compressed.js';
import { decompressed } from './compression.js';
import { diskRanges } from './disk-ranges.js';
import type { Decompress, Input, InputOptions } from './contents.js';
import { isUrl } from './http-request.js';

/** A file, and which of its frames are meant. */
export interface InputFile {
  readonly path: string;
  /** What messages and `source.file` call it. Default: the path. */
  readonly name?: string | undefined;
  /** Files to read of an archive; absent for all. See `ReadOptions.members`. */
  readonly members?: string | undefined;
  /** Frames to read; absent for all. See `ReadOptions.select`. */
  readonly select?: string | undefined;
}

/** The path that stands for standard input. */
export const STANDARD_INPUT = '-';

/** What is wrong with a folder where a file is expected. */
export const IS_FOLDER = 'is a folder';

/** Bytes read at once. */
const PIECE = 1 << 20;

/** Files of at most so many bytes are read whole, without waiting: that takes as long as to ask. */
const SMALL = 1 << 16;

/**
 * Opens a file; what is compressed with gzip, bzip2, xz or zstd is decompressed, whatever its name.
 * `-` is standard input.
 *
 * @throws {QuestsError} FILE_ACCESS for a file that is missing, a folder, or may not be read, and
 *   for standard input that is closed. While `bytes` are read: INVALID_FILE for a damaged or
 *   truncated compressed file, FILE_ACCESS for an error of the disk, the signal's reason
 */
export async function openInput(
  input: string | Pick<InputFile, 'path' | 'name'>,
  options: InputOptions = {},
): Promise<Input> {
  options.signal?.throwIfAborted();
  const { path, name = path } = typeof input === 'string' ? { path: input } : input;
  if (isUrl(path)) {
    // Loaded here: most inputs are files.
    const { openHttp } = await import('./http-input.js');
    const inner: Decompress = (bytes, compression, file) =>
      decompressed(bytes, compression, () => undefined, file, options.signal);
    return openHttp(path, inner, options, typeof input === 'string' ? undefined : input.name);
  }
  const isStandard = path === STANDARD_INPUT;
  const file = isStandard ? 'standard input' : name;
  if (isStandard) checkStandardInput();
  const length = isStandard ? undefined : lengthOf(path, name);
  const whole = typeof length === 'number' && length <= SMALL ? readAtOnce(path, name, options) : undefined;
  const { pieces, close } =
    whole !== undefined
      ? inMemory(whole)
      : typeof length === 'number'
        ? readAhead(path, name, length, options)
        : streamed(isStandard ? process.stdin : await streamOf(path, name, length), file, options);
  const { head, bytes } =
    whole === undefined ? await peek(pieces, MAGIC_BYTES) : { head: whole, bytes: pieces };
  const compression = compressionOf(head);
  const isCompressed = compression !== undefined;
  return {
    file,
    size: isCompressed || length === 'pipe' ? undefined : length,
    bytes: isCompressed ? decompressed(bytes, compression, close, file, options.signal) : bytes,
    whole: isCompressed ? undefined : whole,
    ranges:
      !isCompressed && typeof length === 'number' ? () => diskRanges(path, name, length, options) : undefined,
    beside: isStandard ? undefined : (other) => besideOf(path, other, options),
    decompress: (inner, compression, own) =>
      decompressed(inner, compression, () => undefined, own, options.signal),
    close,
  };
}

/** A file in the same folder, compressed or not; undefined where there is none. */
async function besideOf(
  path: string,
  other: string,
  { signal }: InputOptions,
): Promise<ByteSource | undefined> {
  const place = ['', '.gz', '.bz2', '.xz', '.zst']
    .map((ending) => join(dirname(path), `${other}${ending}`))
    .find((candidate) => existsSync(candidate));
  return place === undefined ? undefined : (await openInput(place, { signal })).bytes;
}

/**
 * Refuses standard input that cannot give a byte. Where a program is started without one, Node
 * opens the null device in its place.
 */
function checkStandardInput(): void {
  const refuse = (reason: string): never => {
    throw new QuestsError('FILE_ACCESS', `cannot read standard input: ${reason}`);
  };
  let status: Stats;
  try {
    status = fstatSync(0);
  } catch {
    return refuse('it is closed');
  }
  if (status.isDirectory()) refuse('is a folder');
  if (status.isCharacterDevice() && status.rdev === nullDevice()) refuse('it is closed, or /dev/null');
}

/** The number of the null device; undefined where there is none of that name. */
function nullDevice(): number | undefined {
  return statSync('/dev/null', { throwIfNoEntry: false })?.rdev;
}

/** Where bytes come from. */
interface Source {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Lets go of it, also while bytes are waited for. */
  readonly close: () => void;
}

/**
 * Bytes of a regular file; `pipe` for a named pipe, undefined for devices, which have no end to
 * know.
 */
function lengthOf(path: string, name: string): number | 'pipe' | undefined {
  const status = statusOf(path, name);
  if (status.isDirectory()) {
    throw new QuestsError('FILE_ACCESS', `cannot read ${name}: ${IS_FOLDER}`, {
      file: name,
      problem: IS_FOLDER,
    });
  }
  if (status.isFIFO()) return 'pipe';
  return status.isFile() && status.size > 0 ? status.size : undefined;
}

/**
 * Asked in one go: there may be 100,000 files, and to wait for each takes longer than to read it.
 */
function statusOf(path: string, name: string): Stats {
  try {
    return statSync(path);
  } catch (error) {
    throw accessError('read', name, error);
  }
}

async function streamOf(path: string, name: string, kind: 'pipe' | undefined): Promise<Readable> {
  if (kind === undefined) return createReadStream(path, { highWaterMark: PIECE });
  // Loaded here: few inputs are pipes.
  const { pipeReader } = await import('./pipe.js');
  return pipeReader(path).catch((error: unknown) => {
    throw accessError('read', name, error);
  });
}

/** A pipe or a device. */
function streamed(stream: Readable, file: string, options: InputOptions): Source {
  return { pieces: readStream(stream, file, options), close: () => void stream.destroy() };
}

async function* readStream(
  stream: Readable,
  file: string,
  { signal, onProgress }: InputOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (signal !== undefined) addAbortSignal(signal, stream);
  let done = 0;
  try {
    for await (const piece of stream as AsyncIterable<Uint8Array>) {
      yield piece;
      done += piece.length;
      onProgress?.({ done, total: 0, phase: 'reading' });
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw accessError('read', file, error);
  }
}

/** A small regular file. */
function readAtOnce(path: string, name: string, { onProgress }: InputOptions): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw accessError('read', name, error);
  }
  onProgress?.({ done: bytes.length, total: bytes.length, phase: 'reading' });
  return bytes;
}

function inMemory(bytes: Uint8Array): Source {
  return { pieces: once(bytes), close: () => undefined };
}

// eslint-disable-next-line @typescript-eslint/require-await -- as of other sources
async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  if (bytes.length > 0) yield bytes;
}

/**
 * A large regular file: one piece is filled while the one before it is used, in the same two places
 * again and again.
 */
function readAhead(path: string, name: string, total: number, options: InputOptions): Source {
  const pieces = readTurns(path, name, total, options);
  return { pieces, close: () => void pieces.return() };
}

async function* readTurns(
  path: string,
  name: string,
  total: number,
  { signal, onProgress }: InputOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const refuse = (error: unknown): never => {
    throw accessError('read', name, error);
  };
  const file = await open(path).catch(refuse);
  const read = (place: Uint8Array): Promise<{ bytesRead: number }> => {
    const reading = file.read(place, 0, place.length);
    // Nobody may be waiting for it when it fails.
    reading.catch(() => undefined);
    return reading;
  };
  // Buffers, since these find a byte several times as fast as other arrays.
  let [place, other] = [Buffer.alloc(Math.min(PIECE, total)), Buffer.alloc(Math.min(PIECE, total))];
  let ahead = read(place);
  try {
    for (let done = 0; ;) {
      const { bytesRead } = await ahead.catch(refuse);
      signal?.throwIfAborted();
      if (bytesRead === 0) return;
      [place, other] = [other, place];
      ahead = read(place);
      yield other.subarray(0, bytesRead);
      done += bytesRead;
      onProgress?.({ done, total, phase: 'reading' });
    }
  } finally {
    await ahead.catch(() => undefined);
    await file.close();
  }
}
