import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { QuestsError } from '../base/error.js';
import { accessError, systemCode } from '../base/file-access.js';
import { MANIFEST } from './manifest.js';

/** Files of working folders; no other is ever removed. */
const OWN = /^(manifest\.json|.*\.(rows|block|result|failed|sbatch|out|err)|\..*(\.tmp|\.records[01]*))$/;

/**
 * Refuses a working folder that cannot be made.
 *
 * @throws {QuestsError} FILE_ACCESS
 */
export function checkFolder(folder: string, overwrite: boolean): void {
  checkWritable(folder);
  if (!existsSync(folder)) return;
  const names = readdirSync(folder);
  if (names.length === 0) return;
  if (!names.every((name) => OWN.test(name))) throw inTheWay(folder, 'holds other files');
  if (!overwrite) throw inTheWay(folder, 'is a working folder already; --overwrite replaces it');
}

/** Whether a folder, or the one that it would be made in, can be written to. */
export function checkWritable(folder: string): void {
  const whole = resolve(folder);
  let existing = whole;
  try {
    // A name that is too long is found here, too.
    let status = statusOf(existing);
    while (status === undefined) status = statusOf((existing = dirname(existing)));
    if (status.isDirectory()) {
      accessSync(existing, constants.W_OK | constants.X_OK);
      return;
    }
  } catch (error) {
    throw accessError('write', folder, error);
  }
  const what = existing === whole ? 'it' : existing;
  throw new QuestsError('FILE_ACCESS', `cannot write ${folder}: ${what} is a file`, { file: folder });
}

/** What is under a path; undefined for nothing, as below a file. */
function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    if (systemCode(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

function inTheWay(folder: string, what: string): QuestsError {
  return new QuestsError('FILE_ACCESS', `cannot plan in ${folder}: it ${what}`);
}

/**
 * Makes a working folder, or empties the one that is there.
 *
 * @throws {QuestsError} FILE_ACCESS
 */
export function makeFolder(folder: string): void {
  try {
    removeWork(folder);
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw accessError('write', folder, error);
  }
}

/** Takes away a plan that wasn't finished. */
export function abandonFolder(folder: string): void {
  if (existsSync(join(folder, MANIFEST))) return;
  removeWork(folder);
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

/** Removes what plans and shards wrote, the manifest first: without it nothing counts. */
function removeWork(folder: string): void {
  if (!existsSync(folder)) return;
  const own = readdirSync(folder).filter((name) => OWN.test(name) && name !== MANIFEST);
  for (const name of [MANIFEST, ...own]) rmSync(join(folder, name), { force: true });
}
