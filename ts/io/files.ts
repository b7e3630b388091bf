import { QuestsError } from '../error.js';
import type { Structure } from '../structure.js';
import { peek } from './bytes.js';
import {
  detectFormat,
  type Format,
  formatByName,
  type FormatName,
  formatOfName,
  FORMATS,
  type MatrixFormat,
  SNIFFED_BYTES,
  type StructureFormat,
} from './formats.js';
import { type InputOptions, openInput } from './input.js';
import type { NpyArray } from './npy.js';
import { type OutputOptions, writeOutput } from './output.js';

/** Options of reading a file of any format. */
export interface ReadOptions extends InputOptions {
  /** Format of the file. Default: from its name, else from its content. */
  readonly format?: FormatName | undefined;
}

/** Options of writing a file of any format. */
export interface WriteOptions extends OutputOptions {
  /** Format of the file. Default: from its name. */
  readonly format?: FormatName | undefined;
}

/** An opened file, and the way to what it holds. */
export type OpenFile = StructureFile | MatrixFile;

interface FileBase {
  /** Its name, for messages and as `source.file`. */
  readonly file: string;
  /** Lets go of the file; needed only where it is not read. */
  readonly close: () => void;
}

/** An opened file of structures. */
export interface StructureFile extends FileBase {
  readonly holds: 'structures';
  readonly format: StructureFormat;
  readonly structures: AsyncGenerator<Structure, void, undefined>;
}

/** An opened file of a matrix. */
export interface MatrixFile extends FileBase {
  readonly holds: 'matrix';
  readonly format: MatrixFormat;
  readonly matrix: () => Promise<NpyArray>;
}

/**
 * Opens a file and tells what it holds: structures, or a matrix of descriptors.
 *
 * @param path a path, or `-` for standard input; gzip is recognised by content
 * @throws {QuestsError} FILE_ACCESS for a file that cannot be read; EMPTY for one without a byte; INVALID_FILE for an
 *   unknown format; INVALID_ARGUMENT for an unknown `format`; later what the reader of the format throws. The signal's
 *   reason when cancelled
 */
export async function openFile(path: string, options: ReadOptions = {}): Promise<OpenFile> {
  const { signal } = options;
  const forced = options.format === undefined ? undefined : formatByName(options.format);
  const { file, size, bytes: contents, close } = await openInput(path, options);
  try {
    const { head, bytes } = await peek(contents, SNIFFED_BYTES);
    const format = forced ?? detectFormat(file, head);
    return format.holds === 'structures'
      ? { holds: 'structures', file, format, close, structures: format.read(bytes, { file, signal }) }
      : { holds: 'matrix', file, format, close, matrix: () => format.read(bytes, { file, size, signal }) };
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Reads the structures of a file, frame by frame; only the present frame is in memory. Each knows its file and index.
 *
 * @example
 * for await (const { positions, source } of readStructures('run.xyz.gz')) console.log(source?.frame, positions.length / 3);
 *
 * @throws {QuestsError} as {@link openFile}; INVALID_FILE for a file of descriptors
 */
export async function* readStructures(
  path: string,
  options: ReadOptions = {},
): AsyncGenerator<Structure, void, undefined> {
  const opened = await openFile(path, options);
  if (opened.holds !== 'structures') throw wrongContents(opened, 'structures');
  yield* opened.structures;
}

/**
 * Reads the matrix of a file.
 *
 * @throws {QuestsError} as {@link openFile}; INVALID_FILE for a file of structures
 */
export async function readMatrix(path: string, options: ReadOptions = {}): Promise<NpyArray> {
  const opened = await openFile(path, options);
  if (opened.holds !== 'matrix') throw wrongContents(opened, 'a matrix of descriptors');
  return opened.matrix();
}

/**
 * Writes structures to a file, one after the other.
 *
 * @throws {QuestsError} FILE_ACCESS as {@link writeOutput}; INVALID_ARGUMENT for a name whose format holds no structures;
 *   what the writer of the format throws. The signal's reason when cancelled; nothing is then left behind
 */
export async function writeStructures(
  path: string,
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  options: WriteOptions = {},
): Promise<void> {
  const format = outputFormat(path, options.format);
  if (format.holds !== 'structures' || format.write === undefined) {
    throw new QuestsError('INVALID_ARGUMENT', `structures cannot be written as ${format.title}: ${path}`);
  }
  await writeOutput(path, format.write(structures), options);
}

/**
 * Writes a matrix to a file.
 *
 * @throws {QuestsError} as {@link writeStructures}
 */
export async function writeMatrix(path: string, matrix: NpyArray, options: WriteOptions = {}): Promise<void> {
  const format = outputFormat(path, options.format);
  if (format.holds !== 'matrix') {
    throw new QuestsError('INVALID_ARGUMENT', `a matrix cannot be written as ${format.title}: ${path}`);
  }
  await writeOutput(path, format.write(matrix), options);
}

/** The format to write: the one asked for, else the one of the name. */
function outputFormat(path: string, name: FormatName | undefined): Format {
  const format = name === undefined ? formatOfName(path) : formatByName(name);
  if (format !== undefined) return format;
  const known = FORMATS.flatMap(({ extensions }) => extensions).join(', ');
  throw new QuestsError('INVALID_ARGUMENT', `the name ${path} tells no format; expected one of: ${known}`);
}

function wrongContents({ file, format, close }: OpenFile, expected: string): QuestsError {
  close();
  return new QuestsError('INVALID_FILE', `${file}: expected ${expected}, but the format is ${format.title}`);
}
