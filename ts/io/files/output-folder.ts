import { type Dirent, readdirSync } from 'node:fs';
import { access, appendFile, constants, mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { QuestsError } from '../../base/error.js';
import { accessError, systemCode } from '../../base/file-access.js';
import type { OutputFolder } from '../text/folder.js';
import { hiddenName } from './file-name.js';
import { type OutputOptions, placeOf } from './output.js';
import { hold, letGo } from './unfinished.js';

/** Whether a path names a folder to be written, by the slash at its end. */
export function isFolderPath(path: string): boolean {
  return path.endsWith('/') || (process.platform === 'win32' && path.endsWith('\\'));
}

/**
 * Whether a folder could be written, asked before anything is computed for it.
 *
 * @param owns whether a file in it is of the format that is to be written: with `overwrite`, a
 *   folder of such files alone is replaced
 * @throws {QuestsError} FILE_ACCESS for a folder that is not empty (without `overwrite`, or with
 *   other files), a file, a path in a folder that is missing or cannot be written to
 */
export async function checkOutputFolder(
  path: string,
  overwrite: boolean,
  owns: (file: string) => boolean,
): Promise<void> {
  const refuse = (problem: string): QuestsError =>
    new QuestsError('FILE_ACCESS', `cannot write ${path}: ${problem}`, { file: path, problem });
  const place = placeOf(path);
  const status = await stat(place).catch(() => undefined);
  if (status !== undefined && !status.isDirectory()) throw refuse('a file of this name exists');
  const parent = dirname(status === undefined ? place : await realpath(place));
  const above = await stat(parent).catch(() => undefined);
  if (above?.isDirectory() !== true) throw refuse(`there is no folder ${parent}`);
  await access(parent, constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw accessError('write', path, error);
  });
  if (status === undefined) return;
  const files = filesIn(place, path);
  if (files.length === 0) return;
  if (!overwrite) {
    throw new QuestsError('FILE_ACCESS', `${path} exists already and is not empty; --overwrite replaces it`, {
      file: path,
    });
  }
  const other = files.find((file) => !owns(file));
  if (other !== undefined) throw refuse(`it also holds ${other}, which --overwrite does not delete`);
}

/** All files in a folder, however deep, and folders without files. */
function filesIn(place: string, path: string): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(place, { recursive: true, withFileTypes: true });
  } catch (error) {
    throw accessError('read', path, error);
  }
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map(({ parentPath, name }) => relative(place, join(parentPath, name)).replaceAll('\\', '/'));
}

/**
 * Writes a folder. Its files go into a temporary folder beside it, which gets the name at the end:
 * whoever looks sees the old folder, or none, or the whole new one. On an error and on cancelling
 * the temporary folder is removed.
 *
 * @param owns as {@link checkOutputFolder}
 * @throws {QuestsError} FILE_ACCESS as {@link checkOutputFolder} and for a full disk; what `write`
 *   throws; the signal's reason
 */
export async function writeOutputFolder(
  path: string,
  write: (folder: OutputFolder) => Promise<void>,
  owns: (file: string) => boolean,
  { overwrite = false, signal }: OutputOptions = {},
): Promise<void> {
  signal?.throwIfAborted();
  await checkOutputFolder(path, overwrite, owns);
  const place = placeOf(path);
  const target = await realpath(place).catch(() => place);
  const { randomBytes } = await import('node:crypto');
  const beside = (ending: string): string =>
    join(dirname(target), hiddenName(basename(target), `${randomBytes(6).toString('hex')}.${ending}`));
  const work = beside('tmp');
  hold(work);
  try {
    const folder = new DiskFolder(work, path, signal);
    await write(folder);
    signal?.throwIfAborted();
    // Another process may have made the folder in the meantime.
    await checkOutputFolder(path, overwrite, owns);
    await replace(folder.all, target, beside('old')).catch((error: unknown) => {
      throw accessError('write', path, error);
    });
  } finally {
    await rm(work, { recursive: true, force: true });
    letGo(work);
  }
}

/** Gives a folder the name of another, which goes. */
async function replace(folder: string, target: string, aside: string): Promise<void> {
  const isThere = await rename(target, aside).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(folder, target);
  } catch (error) {
    if (isThere) await rename(aside, target);
    throw error;
  }
  if (isThere) await rm(aside, { recursive: true, force: true });
}

class DiskFolder implements OutputFolder {
  /** Where all that was written is. */
  all: string;
  readonly #place: string;
  readonly #path: string;
  readonly #signal: AbortSignal | undefined;
  readonly #made = new Set<string>();

  constructor(place: string, path: string, signal: AbortSignal | undefined) {
    this.all = place;
    this.#place = place;
    this.#path = path;
    this.#signal = signal;
  }

  readonly append = async (file: string, bytes: Uint8Array): Promise<void> => {
    await this.#try(async () => {
      const place = join(this.#place, file);
      const parent = dirname(place);
      if (!this.#made.has(parent)) await mkdir(parent, { recursive: true });
      this.#made.add(parent);
      await appendFile(place, bytes);
    });
  };

  readonly overwrite = async (file: string, bytes: Uint8Array): Promise<void> => {
    await this.#try(async () => {
      const handle = await open(join(this.#place, file), 'r+');
      try {
        await handle.write(bytes, 0, bytes.length, 0);
      } finally {
        await handle.close();
      }
    });
  };

  readonly rename = async (folder: string, name: string | undefined): Promise<void> => {
    if (name === undefined) this.all = join(this.#place, folder);
    else await this.#try(() => rename(join(this.#place, folder), join(this.#place, name)));
  };

  async #try(work: () => Promise<void>): Promise<void> {
    this.#signal?.throwIfAborted();
    try {
      await work();
    } catch (error) {
      throw accessError('write', this.#path, error);
    }
  }
}
