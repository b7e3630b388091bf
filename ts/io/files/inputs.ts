import { existsSync } from 'node:fs';
import { isAbsolute, parse, resolve } from 'node:path';
import { QuestsError } from '../../base/error.js';
import { placeIn, workingFolder } from '../../base/file-access.js';
import { addressOf, ARCHIVE } from './address.js';
import { isUrl } from './http-request.js';
import { type InputFile, STANDARD_INPUT } from './input.js';
import { parseSelection, selectionOf } from './selection.js';

/** Options of {@link findFiles}. */
export interface FindOptions {
  /** The folder that relative paths begin in. Default: the working folder. */
  readonly folder?: string | undefined;
}

/** Characters that make a pattern of a path. */
const PATTERN = /[*?[\]{}!]/;

/**
 * The files that arguments of a command name: `train.xyz`, `run.dump@::10`, `'runs/*\/dump.*@-1'`,
 * `-` for standard input. A path that exists as it is written wins; otherwise what follows the last
 * `@` selects frames, and what comes before it may be a pattern with `*`, `?`, `**`, `[…]`, `{…}`.
 * The files of a pattern come in the order of their names, numbers in them by value: `dump.9`
 * before `dump.10`. Of an archive, `data.zip//*.xyz` names the files that are meant.
 *
 * An address, `https://…`, is taken as it is, with a selection and files of an archive.
 *
 * Files found from another folder keep the names they have there.
 *
 * @throws {QuestsError} FILE_ACCESS for a pattern that no file matches; INVALID_ARGUMENT for an
 *   unusable selection, or a name without a letter. Whether files can be read is seen when they are
 */
export async function findFiles(
  patterns: readonly string[],
  { folder }: FindOptions = {},
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  for (const pattern of patterns) files.push(...(await filesOf(pattern, folder)));
  if (folder === undefined || resolve(folder) === workingFolder()) return files;
  return files.map((file) =>
    file.path === STANDARD_INPUT || isUrl(file.path)
      ? file
      : { ...file, path: resolve(folder, file.path), name: file.path },
  );
}

async function filesOf(argument: string, folder: string | undefined): Promise<InputFile[]> {
  if (argument.trim() === '') {
    throw new QuestsError('INVALID_ARGUMENT', `expected the name of a file, got ${JSON.stringify(argument)}`);
  }
  if (isUrl(argument)) return [addressOf(argument)];
  if (argument === STANDARD_INPUT || existsSync(placeIn(folder, argument))) return [{ path: argument }];
  const at = argument.lastIndexOf('@');
  const path = at > 0 ? argument.slice(0, at) : argument;
  const select = at > 0 ? argument.slice(at + 1) : undefined;
  if (select !== undefined && (path === STANDARD_INPUT || existsSync(placeIn(folder, path)))) {
    return [{ path, select: parseSelection(select).text }];
  }
  if (select !== undefined && selectionOf(select) !== undefined) {
    return (await inArchives(path, folder)).map((match) => ({ ...match, select }));
  }
  return inArchives(argument, folder);
}

/** A path or a pattern, with a pattern of the files that are meant in it where it is an archive. */
async function inArchives(argument: string, folder: string | undefined): Promise<InputFile[]> {
  const [, archive, members] = ARCHIVE.exec(argument) ?? [];
  if (archive === undefined || members === undefined) {
    return (await matching(argument, folder)).map((path) => ({ path }));
  }
  return (await matching(archive, folder)).map((path) => ({ path, members }));
}

/**
 * The files that match a pattern; a path that is none stays, for the message that it is missing.
 */
async function matching(pattern: string, folder: string | undefined): Promise<string[]> {
  if (!PATTERN.test(pattern)) return [pattern];
  const { glob } = await import('tinyglobby');
  // On Windows a backslash stands between folders, elsewhere it protects a character.
  const portable = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  const found = await glob(portable, {
    onlyFiles: true,
    expandDirectories: false,
    // Not asked for where it does not matter: it may have been deleted.
    cwd: folder ?? (isAbsolute(pattern) ? parse(pattern).root : workingFolder()),
    absolute: isAbsolute(pattern),
  });
  if (found.length === 0) throw new QuestsError('FILE_ACCESS', `no file matches ${pattern}`);
  const byNumbers = new Intl.Collator('en', { numeric: true });
  return found.sort((a, b) => byNumbers.compare(a, b) || (a < b ? -1 : 1));
}
