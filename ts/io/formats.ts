import { QuestsError } from '../error.js';
import type { Structure } from '../structure.js';
import type { ByteSource } from './bytes.js';
import { emptyFile, invalidFile } from './fault.js';
import { looksLikeExtxyz, readExtxyz } from './extxyz.js';
import { writeExtxyz } from './extxyz-write.js';
import type { LineOptions } from './lines.js';
import { looksLikeNpy, type NpyArray, type NpyOptions, readNpy, writeNpy } from './npy.js';

/** Names of the formats, as `--format` takes them. */
export type FormatName = 'extxyz' | 'npy';

interface FormatBase {
  readonly name: FormatName;
  /** What people call it. */
  readonly title: string;
  /** Endings of file names, without `.gz`; the first is the usual one. */
  readonly extensions: readonly string[];
  /** Whether a file may be of this format, from its first bytes. */
  sniff(head: Uint8Array): boolean;
}

/** A format for structures, frame by frame. */
export interface StructureFormat extends FormatBase {
  readonly holds: 'structures';
  read(source: ByteSource, options: LineOptions): AsyncGenerator<Structure, void, undefined>;
  write?(structures: Iterable<Structure> | AsyncIterable<Structure>): AsyncIterable<string | Uint8Array>;
}

/** A format for a matrix of descriptors. */
export interface MatrixFormat extends FormatBase {
  readonly holds: 'matrix';
  read(source: ByteSource, options: NpyOptions): Promise<NpyArray>;
  write(matrix: NpyArray): Iterable<Uint8Array>;
}

/** A file format: how to tell it, what it holds, how to read and write it. */
export type Format = StructureFormat | MatrixFormat;

/** Bytes that are enough to tell a format by. */
export const SNIFFED_BYTES = 4096;

/** Every format there is; the one table that readers, writers, messages and documentation go by. */
export const FORMATS: readonly Format[] = [
  {
    name: 'extxyz',
    title: 'extended or plain xyz',
    holds: 'structures',
    extensions: ['.extxyz', '.xyz'],
    sniff: (head) => looksLikeExtxyz(new TextDecoder().decode(head)),
    read: readExtxyz,
    write: writeExtxyz,
  },
  {
    name: 'npy',
    title: 'NumPy array',
    holds: 'matrix',
    extensions: ['.npy'],
    sniff: looksLikeNpy,
    read: readNpy,
    write: writeNpy,
  },
];

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

/** The format that the name of a file says; undefined where it says none. `.gz` at its end does not matter. */
export function formatOfName(file: string): Format | undefined {
  const name = file.toLowerCase().replace(/\.gz$/, '');
  return FORMATS.find(({ extensions }) => extensions.some((extension) => name.endsWith(extension)));
}

/**
 * The format of a file: from its name, else from its first bytes.
 *
 * @throws {QuestsError} EMPTY for a file without a byte; INVALID_FILE for one of no known format, with the way round
 */
export function detectFormat(file: string, head: Uint8Array): Format {
  if (head.length === 0) throw emptyFile({ file }, 'the file is empty');
  const format = formatOfName(file) ?? FORMATS.find((candidate) => candidate.sniff(head));
  if (format !== undefined) return format;
  throw invalidFile({ file }, `unknown format; ${knownFormats()}`);
}

function knownFormats(): string {
  const known = FORMATS.map(({ title, extensions }) => `${title} (${extensions.join(', ')})`).join(', ');
  return `known are ${known}; others can be converted with \`ase convert FILE out.extxyz\``;
}
