import { QuestsError } from '../../base/error.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import { COMPRESSED_ENDING } from './compressed.js';
import { foreignArray, foreignContent, foreignFormat } from './foreign.js';
import type { Format } from './format.js';
import { FORMATS } from './formats.js';

/** Bytes that are enough to tell a format by. */
export const SNIFFED_BYTES = 4096;

/**
 * The format of a given name, as from `--format`.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for a name that no format has
 */
export function formatByName(name: string): Format {
  const format = FORMATS.find((candidate) => candidate.name === name);
  if (format !== undefined) return format;
  const names = FORMATS.map((candidate) => candidate.name).join(', ');
  throw new QuestsError(
    'INVALID_ARGUMENT',
    `unknown format ${JSON.stringify(name)}; expected one of: ${names}`,
  );
}

/**
 * The format that the name of a file says; undefined where it says none. `.gz` at its end does not
 * matter. A name that ends in a slash is that of a folder.
 */
export function formatOfName(file: string): Format | undefined {
  if (/[/\\]$/.test(file)) return FORMATS.find(({ folder }) => folder !== undefined);
  return formatsOfName(file.replace(/\.gz$/i, ''))[0];
}

/** Endings of names: a longer one says more, `.ase.json` goes before `.json`. */
const ENDINGS = FORMATS.flatMap((format) =>
  format.extensions.map((extension) => ({ extension, format })),
).sort((a, b) => b.extension.length - a.extension.length);

/** Formats that whole names may mean. */
const PATTERNS = FORMATS.filter(({ names }) => names !== undefined);

/**
 * All formats that the name of a file may mean, without an ending that says how it is compressed:
 * the one that its whole name says first, then the one of its ending.
 */
function formatsOfName(file: string): Format[] {
  const name = file.replace(/^.*[/\\]/, '');
  const lower = name.toLowerCase();
  const ended = ENDINGS.filter(({ extension }) => lower.endsWith(extension)).map(({ format }) => format);
  const found = PATTERNS.map((format) => ({ format, part: format.names?.exec(name)?.[0] }));
  const whole = found.filter(({ part }) => part === name).map(({ format }) => format);
  const within = found.filter(({ part }) => part !== undefined).map(({ format }) => format);
  return [...new Set([...whole, ...ended, ...within])];
}

/**
 * The format of a file: from its name, else from its first bytes. Of several formats that the name
 * may mean, as `XDATCAR.vasp`, it is the one that the content looks like.
 *
 * @throws {QuestsError} EMPTY for a file without a byte; INVALID_FILE for one of no known format,
 *   for one that others read, with the way round, and for one whose content looks like another
 *   format than its name says
 */
export function detectFormat(file: string, head: Uint8Array): Format {
  if (head.length === 0) throw emptyFile({ file }, 'the file is empty');
  const named = formatsOfName(file.replace(COMPRESSED_ENDING, ''));
  const sure = named.find(({ sniff }) => sniff?.(head));
  if (sure !== undefined) {
    const array = sure.name === 'npy' ? foreignArray(file) : undefined;
    if (array !== undefined) throw invalidFile({ file }, array);
    return sure;
  }
  const [said] = named;
  const seen = FORMATS.find(({ sniff }) => sniff?.(head));
  const name = said === undefined ? '' : `named like ${titleOf(said)}, but `;
  if (seen !== undefined) {
    if (said === undefined) return seen;
    throw invalidFile({ file }, `${name}looks like ${titleOf(seen)}: --format ${seen.name}`);
  }
  const foreign = said === undefined ? foreignFormat(file, head) : foreignContent(file, head);
  if (foreign !== undefined) throw invalidFile({ file }, `${name}${foreign}`);
  const readable = named.filter(isRead).map(({ title }) => title);
  if (said !== undefined && !isRead(said) && readable.length > 0) {
    const neither = readable.length > 1 ? 'neither ' : 'not ';
    throw invalidFile({ file }, `${neither}${readable.join(' nor ')}; other ${said.title} is not read`);
  }
  if (said !== undefined) return said;
  throw invalidFile({ file }, `unknown format; ${knownFormats()}`);
}

/** The format of a folder of these files; undefined for any other. */
export function formatOfFolder(files: readonly string[]): Format | undefined {
  return FORMATS.find(({ folder }) => folder?.looksLike(files));
}

/** Whether files of a format are read. */
function isRead({ structures, matrix }: Format): boolean {
  const read = structures?.read ?? structures?.readRanges ?? matrix?.read ?? matrix?.openReference;
  return read !== undefined;
}

/** Whether a file may be of a format that is read, by its name or its first bytes. */
export function mayBeRead(file: string, head: Uint8Array): boolean {
  return (
    formatsOfName(file.replace(COMPRESSED_ENDING, '')).some(isRead) ||
    FORMATS.some((format) => isRead(format) && format.sniff?.(head))
  );
}

/** What people call a format, within a sentence. */
function titleOf({ title }: Format): string {
  if (title.startsWith('ASE')) return `an ${title}`;
  return /^(LAMMPS|NumPy)/.test(title) ? `a ${title}` : title;
}

function knownFormats(): string {
  const known = FORMATS.filter(({ sniff }) => sniff !== undefined)
    .map(({ title, extensions }) => `${title} (${extensions.join(', ')})`)
    .join(', ');
  return `known are ${known}; others can be converted with \`ase convert FILE out.extxyz\``;
}
