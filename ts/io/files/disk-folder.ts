import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { QuestsError } from '../../base/error.js';
import { accessError } from '../../base/file-access.js';
import type { Folder } from '../text/folder.js';
import type { InputOptions } from './contents.js';
import { diskRanges } from './disk-ranges.js';
import { formatOfFolder } from './detect-format.js';
import { IS_FOLDER } from './input.js';
import type { OpenFile, ReadOptions } from './open-file.js';
import { openFolderAs } from './opened.js';
import { openFolders } from './several.js';

/** Folders within each other that are looked through. */
const DEEPEST = 16;

/**
 * Opens a folder of a format of several files, or one with such folders in it.
 *
 * @param name what messages call the folder
 * @throws {QuestsError} FILE_ACCESS for any other folder, and one that may not be read
 */
export async function openDiskFolder(path: string, name: string, options: ReadOptions): Promise<OpenFile> {
  const isOne = (files: readonly string[]): boolean => formatOfFolder(files) !== undefined;
  const folders = foldersIn(path, name, isOne, options);
  if (folders.length === 0) {
    const isSystem = entriesOf(path, name).some(
      (entry) => entry.name.startsWith('set.') && entry.isDirectory(),
    );
    const problem = isSystem ? `${IS_FOLDER} with sets of DeePMD-kit, but without type.raw` : IS_FOLDER;
    throw new QuestsError('FILE_ACCESS', `cannot read ${name}: ${problem}`, { file: name, problem });
  }
  return openFolders(name, folders, options, openFolderAs);
}

/**
 * The folder at a path, and those in it, that hold files of a kind; numbers in their names by
 * value.
 *
 * @param name what messages call the folder
 * @param isOne whether some files, with the folders in theirs before them, are of the kind: such a
 *   folder is not looked into
 * @throws {QuestsError} FILE_ACCESS for a folder that may not be read
 */
function foldersIn(
  path: string,
  name: string,
  isOne: (files: readonly string[]) => boolean,
  options: InputOptions,
  depth = 0,
): Folder[] {
  const entries = entriesOf(path, name);
  const own = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  if (isOne(own)) return [diskFolder(path, name, own, entries, options)];
  if (depth === DEEPEST) return [];
  const { compare } = new Intl.Collator('en', { numeric: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .sort((a, b) => compare(a.name, b.name))
    .flatMap((entry) => {
      const inner = `${name.replace(/\/$/, '')}/${entry.name}`;
      return foldersIn(join(path, entry.name), inner, isOne, options, depth + 1);
    });
}

function diskFolder(
  path: string,
  name: string,
  own: readonly string[],
  entries: readonly Dirent[],
  options: InputOptions,
): Folder {
  const inner = entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .flatMap((entry) =>
      entriesOf(join(path, entry.name), `${name}/${entry.name}`).map((file) => `${entry.name}/${file.name}`),
    );
  return {
    name: name.replace(/\/$/, ''),
    files: [...own, ...inner],
    open: async (file) => {
      const place = join(path, file);
      let size: number;
      try {
        ({ size } = statSync(place));
      } catch (error) {
        throw accessError('read', `${name}/${file}`, error);
      }
      return diskRanges(place, `${name}/${file}`, size, { signal: options.signal });
    },
  };
}

function entriesOf(path: string, name: string): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw accessError('read', name, error);
  }
}
