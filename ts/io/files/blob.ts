import { QuestsError } from '../../base/error.js';
import type { Progress } from '../../run/run-options.js';
import type { Structure } from '../../model/structure.js';
import { type ByteSource, peek } from '../text/bytes.js';
import { inWindows } from '../text/ranges.js';
import { addressOf } from './address.js';
import { compressionOf, damagedFile, MAGIC_BYTES, undone } from './compressed.js';
import { type FileFolder, groupedFiles, pageFolder } from './file-folder.js';
import { formatByName } from './detect-format.js';
import type { FormatName } from './format.js';
import { isBadData } from '../structures/frames.js';
import type { OpenRanges } from '../text/folder.js';
import type { Compression, Decompress, Input } from './contents.js';
import { openHttp } from './http-input.js';
import { type OpenFile, openFolderAs, openInputAs, type ReadOptions, wrongContents } from './opened.js';
import type { StoredMatrix } from '../matrices/stored-matrix.js';

/**
 * Opens a file that a page was given, bytes under a name, or files that belong together, and tells
 * what it holds: structures, or a matrix of descriptors. What is compressed with gzip is
 * decompressed, whatever its name.
 *
 * @param file its name tells the format, where it does not content does
 * @throws {QuestsError} as `openFile` of Node
 */
export function openBlob(file: File | FileFolder, options: ReadOptions = {}): Promise<OpenFile> {
  if (file instanceof Blob) return openInputAs(options, () => input(file, options));
  const main = file.main === undefined ? undefined : file.files.get(file.main);
  if (main === undefined) return openFolderAs(options, pageFolder(file, options));
  const beside = async (name: string): Promise<ByteSource | undefined> => {
    const other = file.files.get(name);
    return other && (await input(other, { signal: options.signal })).bytes;
  };
  return openInputAs(options, async () => ({ ...(await input(main, options)), beside }));
}

/**
 * Opens what is at an address, `http://` or `https://`, as {@link openBlob} opens a file; ranges of
 * it where the format asks for them and the server sends them. As on the command line, frames may
 * be selected at its end, as in `https://example.org/a.xyz@::10`, and files of an archive.
 *
 * @throws {QuestsError} as {@link openBlob}; FILE_ACCESS for an address that cannot be read, as
 *   where its server allows no other pages
 */
export function openUrl(url: string, options: ReadOptions = {}): Promise<OpenFile> {
  const { signal } = options;
  const { path, name, ...meant } = addressOf(url);
  const inner: Decompress = (bytes, compression, file) => decompressed(bytes, compression, file, signal);
  return openInputAs({ ...options, ...meant }, () => openHttp(path, inner, options, name));
}

/**
 * Reads the structures of files that a page was given, frame by frame, as one dataset; only the
 * present frame is in memory. Each knows its file and index.
 *
 * @throws {QuestsError} as {@link openBlob}; INVALID_FILE for a file of descriptors. With `onSkip`
 *   a file of which nothing can be read is skipped like a frame
 *
 * @example
 * const x = await descriptors(readStructures(fileInput.files));
 */
export async function* readStructures(
  files: File | Iterable<File>,
  options: ReadOptions = {},
): AsyncGenerator<Structure, void, undefined> {
  const all = groupedFiles(files instanceof Blob ? [files] : files);
  const total = all.reduce((sum, file) => sum + sizeOf(file), 0);
  let before = 0;
  let read = 0;
  for (const file of all) {
    const start = before;
    const { onProgress } = options;
    const report = ({ done, phase }: Progress): void => onProgress?.({ done: start + done, total, phase });
    before += sizeOf(file);
    try {
      const opened = await openBlob(file, { ...options, onProgress: report });
      if (opened.holds !== 'structures') {
        opened.close();
        throw wrongContents(opened, 'structures');
      }
      yield* opened.structures;
      read += 1;
    } catch (thrown) {
      if (options.onSkip === undefined || !isBadData(thrown)) throw thrown;
      options.onSkip({ file: file.name, error: thrown });
    }
  }
  if (read === 0) throw new QuestsError('EMPTY', 'none of the files can be read');
}

function sizeOf(file: File | FileFolder): number {
  return file instanceof Blob ? file.size : 0;
}

/**
 * Reads the matrix of a file that a page was given.
 *
 * @throws {QuestsError} as {@link openBlob}; INVALID_FILE for a file of structures
 */
export async function readMatrix(file: File, options: ReadOptions = {}): Promise<StoredMatrix> {
  const opened = await openBlob(file, options);
  if (opened.holds === 'matrix') return opened.matrix();
  opened.close();
  throw wrongContents(opened, 'a matrix of descriptors');
}

/**
 * Structures as the bytes of a file.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for a format that holds no structures; what its writer
 *   throws
 */
export async function structuresBlob(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  format: FormatName = 'extxyz',
): Promise<Blob> {
  const { title, structures: kind } = formatByName(format);
  if (kind?.write === undefined) {
    throw new QuestsError('INVALID_ARGUMENT', `structures cannot be written as ${title}`);
  }
  const parts: BlobPart[] = [];
  for await (const piece of kind.write(structures)) parts.push(piece as BlobPart);
  return new Blob(parts);
}

async function input(file: File, { signal, onProgress }: ReadOptions): Promise<Input> {
  signal?.throwIfAborted();
  const { head, bytes } = await peek(counted(file, signal, onProgress), MAGIC_BYTES);
  const compression = compressionOf(head);
  const isCompressed = compression !== undefined;
  return {
    file: file.name,
    size: isCompressed ? undefined : file.size,
    bytes: isCompressed ? decompressed(bytes, compression, file.name, signal) : bytes,
    // eslint-disable-next-line @typescript-eslint/require-await -- as of a file on a disk
    ranges: isCompressed ? undefined : async () => blobRanges(file, { signal, onProgress }),
    decompress: (inner, compression, own) => decompressed(inner, compression, own, signal),
    close: () => undefined,
  };
}

function blobRanges(file: File, { signal, onProgress }: ReadOptions): OpenRanges {
  const total = file.size;
  let done = 0;
  const ranges = inWindows({
    size: total,
    read: async (start, length) => {
      signal?.throwIfAborted();
      const bytes = new Uint8Array(await file.slice(start, start + length).arrayBuffer());
      done = Math.min(total, done + bytes.length);
      onProgress?.({ done, total, phase: 'reading' });
      return bytes;
    },
  });
  return { ...ranges, close: () => Promise.resolve() };
}

/** The bytes of a file as they are on the disk. */
async function* counted(
  file: File,
  signal: AbortSignal | undefined,
  onProgress: ReadOptions['onProgress'],
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let done = 0;
  for await (const piece of eachOf(file.stream())) {
    signal?.throwIfAborted();
    yield piece;
    done += piece.length;
    onProgress?.({ done, total: file.size, phase: 'reading' });
  }
}

async function* decompressed(
  bytes: AsyncIterable<Uint8Array>,
  compression: Compression,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (compression === 'gzip' || compression === 'deflate-raw') yield* inflated(bytes, compression);
    else yield* undone(bytes, compression);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof QuestsError) throw error;
    throw damagedFile(file, compression, error);
  }
}

function inflated(
  bytes: AsyncIterable<Uint8Array>,
  compression: CompressionFormat,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = bytes[Symbol.asyncIterator]();
  const compressed = new ReadableStream<BufferSource>({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value as Uint8Array<ArrayBuffer>);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
  return eachOf(compressed.pipeThrough(new DecompressionStream(compression)));
}

/** Streams can be iterated over in some browsers only. */
async function* eachOf<T>(stream: ReadableStream<T>): AsyncGenerator<T, void, undefined> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
