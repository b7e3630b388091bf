import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { QuestsError } from '../base/error.js';
import { accessError } from '../base/file-access.js';
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
  if (!statSync(folder).isDirectory()) throw inTheWay(folder, 'is a file');
  const names = readdirSync(folder);
  if (names.length === 0) return;
  if (!names.every((name) => OWN.test(name))) throw inTheWay(folder, 'holds other files');
  if (!overwrite) throw inTheWay(folder, 'is a working folder already; --overwrite replaces it');
}

/** Whether a folder, or the one that it would be made in, can be written to. */
export function checkWritable(folder: string): void {
  try {
    let existing = resolve(folder);
    // A name that is too long is found here, too.
    while (statSync(existing, { throwIfNoEntry: false }) === undefined) existing = dirname(existing);
    accessSync(existing, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw accessError('write', folder, error);
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
