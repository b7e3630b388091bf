import { createWriteStream } from 'node:fs';
import { access, constants, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { QuestsError } from '../../base/error.js';
import { accessError, systemCode, workingFolder } from '../../base/file-access.js';
import { COMPRESSED_ENDING } from './compressed.js';
import { hiddenName } from './file-name.js';
import { hold, letGo } from './unfinished.js';

/** Options of everything that writes a file. */
export interface OutputOptions {
  /** Replaces a file that exists. Default: false, such a file is refused. */
  readonly overwrite?: boolean | undefined;
  /** Cancels writing; nothing is left behind, and the signal's reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Bit of a folder, such as /tmp, in which only owners replace files. */
const STICKY = 0o1000;

/**
 * Whether a file could be written, asked before anything is computed for it.
 *
 * @throws {QuestsError} FILE_ACCESS for a file that exists (without `overwrite`), a folder, a path
 *   in a folder that is missing or cannot be written to; INVALID_ARGUMENT for a name of a
 *   compressed file other than `.gz`
 */
export async function checkOutput(path: string, overwrite = false): Promise<void> {
  const [ending] = COMPRESSED_ENDING.exec(path) ?? [];
  if (ending !== undefined && ending !== '.gz') {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `cannot write ${path}: of compressed files .gz alone is written`,
    );
  }
  const status = await statusOf(path);
  if (status?.isDirectory() === true)
    throw new QuestsError('FILE_ACCESS', `cannot write ${path}: is a folder`, { file: path });
  if (status?.isFile() === true && !overwrite) {
    throw new QuestsError('FILE_ACCESS', `${path} exists already; --overwrite replaces it`, {
      file: path,
    });
  }
  const refuse = (error: unknown): never => {
    throw accessError('write', path, error);
  };
  // Devices and pipes, like /dev/null, are written to as they are.
  if (status !== undefined && !status.isFile()) {
    await access(path, constants.W_OK).catch(refuse);
    return;
  }
  // A link stays where it is: what it leads to is replaced.
  const folder = dirname(status === undefined ? placeOf(path) : await realpath(path));
  const folderStatus = await statusOf(folder);
  if (folderStatus?.isDirectory() !== true) {
    throw new QuestsError('FILE_ACCESS', `cannot write ${path}: there is no folder ${folder}`, {
      file: path,
    });
  }
  await access(folder, constants.W_OK | constants.X_OK).catch(refuse);
  if (status === undefined) return;
  // A file that may not be written can be replaced, but for one that nobody may change.
  const code = await access(path, constants.W_OK).then(() => '', systemCode);
  const user = process.geteuid?.() ?? 0;
  const isOthers = user !== 0 && status.uid !== user && folderStatus.uid !== user;
  const isKept = isOthers && (Number(folderStatus.mode) & STICKY) !== 0;
  if (code === 'EPERM' || code === 'EROFS' || isKept) {
    const problem = 'the file there may not be replaced';
    throw new QuestsError('FILE_ACCESS', `cannot write ${path}: ${problem}`, { file: path, problem });
  }
}

/**
 * Where a path leads.
 *
 * @throws {QuestsError} FILE_ACCESS: it begins in a working folder that was deleted
 */
export function placeOf(path: string): string {
  return isAbsolute(path) ? resolve(path) : resolve(workingFolder(), path);
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
    const sink = status.isFIFO() ? await pipeSink(path, signal) : createWriteStream(path, { flags: 'w' });
    await write(sink, path, pieces, signal);
    return;
  }
  // A link stays a link: what it leads to is replaced.
  const target = status === undefined ? placeOf(path) : await realpath(path);
  // Loaded here: it takes longer to load than a small file to write, and most commands write none.
  const { randomBytes } = await import('node:crypto');
  const ending = `${randomBytes(6).toString('hex')}.tmp`;
  const temporary = join(dirname(target), hiddenName(basename(target), ending));
  hold(temporary);
  try {
    await write(createWriteStream(temporary, { flags: 'wx' }), path, pieces, signal);
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

async function pipeSink(path: string, signal: AbortSignal | undefined): Promise<Writable> {
  // Loaded here: few outputs are pipes.
  const { pipeWriter } = await import('./pipe.js');
  return pipeWriter(path, signal).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw accessError('write', path, error);
  });
}

async function write(
  sink: Writable,
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const source = Readable.from(pieces);
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
