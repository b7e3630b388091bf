import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { QuestsError } from '../../base/error.js';
import { formatOfName } from './detect-format.js';
import { STANDARD_INPUT } from './input.js';
import { Lock } from './lock.js';
import { checkOutputFolder, isFolderPath } from './output-folder.js';
import { checkOutput, placeOf } from './output.js';

/**
 * Output files that a run has for itself: found to be writable before anything is computed, and
 * refused to any other run until they are released.
 */
export class OutputClaim {
  readonly #overwrite: boolean;
  /** What each place is called. */
  readonly #names = new Map<string, string>();
  readonly #locks: Lock[] = [];

  constructor(overwrite = false) {
    this.#overwrite = overwrite;
  }

  /**
   * Claims more files.
   *
   * @param paths undefined for those that are not asked for
   * @throws {QuestsError} FILE_ACCESS as `checkOutput`, and for a file that another run has
   *   claimed; INVALID_ARGUMENT for two names of one file, and for `-`, which is no file
   */
  async add(paths: readonly (string | undefined)[]): Promise<void> {
    for (const path of paths) {
      if (path === undefined) continue;
      if (path === STANDARD_INPUT) {
        throw new QuestsError(
          'INVALID_ARGUMENT',
          'cannot write "-": expected the name of a file, or /dev/stdout',
        );
      }
      await checkAny(path, this.#overwrite);
      const place = await realPathOf(path);
      const other = this.#names.get(place);
      if (other !== undefined) {
        throw new QuestsError('INVALID_ARGUMENT', `two outputs go to one file: ${other}, ${path}`);
      }
      this.#names.set(place, path);
      if (await isDevice(place)) continue;
      this.#locks.push(await Lock.take(place, path));
    }
  }

  release(): void {
    for (const lock of this.#locks.splice(0)) lock.release();
  }
}

/** {@link checkOutput}, or of a folder. */
async function checkAny(path: string, overwrite: boolean): Promise<void> {
  const folder = isFolderPath(path) ? formatOfName(path)?.folder : undefined;
  if (folder === undefined) await checkOutput(path, overwrite);
  else await checkOutputFolder(path, overwrite, folder.owns);
}

/** Where a file is, or would be, links followed. */
async function realPathOf(path: string): Promise<string> {
  const place = placeOf(path);
  return realpath(place).catch(async () => join(await realpath(dirname(place)), basename(place)));
}

/** Devices and pipes can be written by several, and have no place for a lock. */
async function isDevice(place: string): Promise<boolean> {
  return stat(place).then(
    (status) => !status.isFile() && !status.isDirectory(),
    () => false,
  );
}
