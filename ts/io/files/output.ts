import { createWriteStream, rmSync } from 'node:fs';
import { access, constants, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { QuestsError } from '../../base/error.js';
import { accessError, systemCode } from '../../base/file-access.js';

/** Options of everything that writes a file. */
export interface OutputOptions {
  /** Replaces a file that exists. Default: false, such a file is refused. */
  readonly overwrite?: boolean | undefined;
  /** Cancels writing; nothing is left behind, and the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Temporary files that are not finished; a process that ends in the middle takes them away. */
const unfinished = new Set<string>();

/**
 * Whether a file could be written, asked before anything is computed for it.
 *
 * @throws {QuestsError} FILE_ACCESS for a file that exists (without `overwrite`), a folder, a path
 *   in a folder that is missing or cannot be written to
 */
export async function checkOutput(path: string, overwrite = false): Promise<void> {
  const status = await statusOf(path);
  if (status?.isDirectory() === true)
    throw new QuestsError('FILE_ACCESS', `cannot write ${path}: is a folder`, { file: path });
  if (status?.isFile() === true && !overwrite) {
    throw new QuestsError('FILE_ACCESS', `${path} exists already; --overwrite replaces it`, {
      file: path,
    });
  }
  // Devices and pipes, like /dev/null, are written to as they are.
  if (status !== undefined && !status.isFile()) return;
  const folder = dirname(resolve(path));
  const folderStatus = await statusOf(folder);
  if (folderStatus?.isDirectory() !== true) {
    throw new QuestsError('FILE_ACCESS', `cannot write ${path}: there is no folder ${folder}`, {
      file: path,
    });
  }
  await access(folder, constants.W_OK).catch((error: unknown) => {
    throw accessError('write', path, error);
  });
}

/**
 * Whether several files could be written, as {@link checkOutput}.
 *
 * @param paths undefined for those that are not asked for
 * @throws {QuestsError} FILE_ACCESS as {@link checkOutput}; INVALID_ARGUMENT for two names of one
 *   file
 */
export async function checkOutputs(paths: readonly (string | undefined)[], overwrite = false): Promise<void> {
  const seen = new Map<string, string>();
  for (const path of paths) {
    if (path === undefined) continue;
    await checkOutput(path, overwrite);
    const place = await realPathOf(path);
    const other = seen.get(place);
    if (other !== undefined) {
      throw new QuestsError('INVALID_ARGUMENT', `two outputs go to one file: ${other}, ${path}`);
    }
    seen.set(place, path);
  }
}

/** Where a file is, or would be, links followed. */
async function realPathOf(path: string): Promise<string> {
  const place = resolve(path);
  return realpath(place).catch(async () => join(await realpath(dirname(place)), basename(place)));
}

/**
 * Writes a file from pieces of text or bytes, as fast as the disk takes them. The pieces go into a
 * temporary file beside it, which gets the name at the end: whoever looks sees the old file, or
 * none, or the whole new one. On an error and on cancelling the temporary file is removed. A name
 * that ends in `.gz` is compressed.
 *
 * @throws {QuestsError} FILE_ACCESS as {@link checkOutput} and for a full disk; what the pieces
 *   throw; the signal's reason
 */
export async function writeOutput(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  options: OutputOptions = {},
): Promise<void> {
  const { overwrite = false, signal } = options;
  signal?.throwIfAborted();
  await checkOutput(path, overwrite);
  const status = await statusOf(path);
  if (status !== undefined && !status.isFile()) {
    await write(path, path, 'w', pieces, signal);
    return;
  }
  // A link stays a link: what it leads to is replaced.
  const target = status === undefined ? resolve(path) : await realpath(path);
  // Loaded here: it takes longer to load than a small file to write, and most commands write none.
  const { randomBytes } = await import('node:crypto');
  const temporary = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  hold(temporary);
  try {
    await write(temporary, path, 'wx', pieces, signal);
    // Another process may have made the file in the meantime.
    await checkOutput(path, overwrite);
    await rename(temporary, target).catch((error: unknown) => {
      throw accessError('write', path, error);
    });
  } finally {
    // After a rename there is nothing left to remove.
    await rm(temporary, { force: true });
    letGo(temporary);
  }
}

async function write(
  file: string,
  path: string,
  flags: 'w' | 'wx',
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = Readable.from(pieces);
  const sink = createWriteStream(file, { flags });
  const options = signal && { signal };
  try {
    if (path.endsWith('.gz')) await pipeline(source, createGzip(), sink, { ...options });
    else await pipeline(source, sink, { ...options });
  } catch (error) {
    signal?.throwIfAborted();
    throw systemCode(error) === '' ? error : accessError('write', path, error);
  }
}

async function statusOf(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw accessError('write', path, error);
  }
}

function hold(temporary: string): void {
  if (unfinished.size === 0) process.on('exit', removeUnfinished);
  unfinished.add(temporary);
}

function letGo(temporary: string): void {
  unfinished.delete(temporary);
  if (unfinished.size === 0) process.off('exit', removeUnfinished);
}

function removeUnfinished(): void {
  for (const temporary of unfinished) rmSync(temporary, { force: true });
}
