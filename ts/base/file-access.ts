import { resolve } from 'node:path';
import { QuestsError } from './error.js';

/** What the codes of the operating system mean, for messages. */
const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ENOTDIR: 'part of the path is not a folder',
  ENOSPC: 'no space left',
  EDQUOT: 'no space left',
  EFBIG: 'the file is larger than allowed',
  EROFS: 'the file system is read-only',
  EMFILE: 'too many open files',
  ENFILE: 'too many open files',
  ENAMETOOLONG: 'the name is too long',
  EPIPE: 'nobody reads it any more',
  ELOOP: 'too many symbolic links',
};

/**
 * A file that cannot be opened, read or written, as one line:
 * `cannot read FILE: no such file or folder`.
 */
export function accessError(action: 'read' | 'write', file: string, cause: unknown): QuestsError {
  const code = systemCode(cause);
  const reason = (CAUSES[code] ?? (code === '' ? String(cause) : code)) + adviceOnAddress(code, file);
  return new QuestsError('FILE_ACCESS', `cannot ${action} ${file}: ${reason}`, {
    cause,
    file,
    problem: reason,
  });
}

/** What to give in place of an address, where it was taken for a path. */
function adviceOnAddress(code: string, file: string): string {
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(file)?.[1];
  if (code !== 'ENOENT' || scheme === undefined) return '';
  return scheme.toLowerCase() === 'file'
    ? '; give the path without file://'
    : '; of addresses, only those of stored references are read, by http or https';
}

/** The code of an error of the operating system, such as `ENOENT`; empty for any other. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return '';
  return String(error.code);
}

/**
 * The folder that relative paths begin in.
 *
 * @throws {QuestsError} FILE_ACCESS: it was deleted
 */
export function workingFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    const problem = 'the working folder was deleted';
    throw new QuestsError('FILE_ACCESS', problem, { cause, problem });
  }
}

/** Where a path leads that begins in a folder; in none, it stays as it is. */
export function placeIn(folder: string | undefined, path: string): string {
  return folder === undefined ? path : resolve(folder, path);
}
