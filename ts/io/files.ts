import { QuestsError } from '../error.js';
import type { Structure } from '../structure.js';
import { peek } from './bytes.js';
import type { ColumnTable } from './columns.js';
import { withElements } from './elements.js';
import {
  detectFormat,
  type Format,
  formatByName,
  type FormatName,
  formatOfName,
  FORMATS,
  type Pieces,
  SNIFFED_BYTES,
} from './formats.js';
import type { FrameOptions } from './frames.js';
import { type InputOptions, openInput } from './input.js';
import { type OutputOptions, writeOutput } from './output.js';
import { parseSelection, selected } from './selection.js';
import type { StoredMatrix } from './stored-matrix.js';

/** Options of reading a file of any format. */
export interface ReadOptions extends InputOptions, Pick<FrameOptions, 'onSkip'> {
  /** Format of the file. Default: from its name, else from its content. */
  readonly format?: FormatName | undefined;
  /**
   * Frames to read, in the syntax of ASE and Python: `'5'`, `'-1'`, `'::10'`, `'100:200'`. Only for structures.
   * Default: all.
   */
  readonly select?: string | undefined;
  /**
   * Elements of types 1, 2, …, for structures whose species are numbers of types, as in LAMMPS files without elements.
   * Default: the numbers stay, as text.
   */
  readonly elements?: readonly string[] | undefined;
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
  readonly format: Format;
  /** Lets go of the file; needed only where it is not read. */
  readonly close: () => void;
}

/** An opened file of structures. */
export interface StructureFile extends FileBase {
  readonly holds: 'structures';
  readonly structures: AsyncGenerator<Structure, void, undefined>;
}

/** An opened file of a matrix. */
export interface MatrixFile extends FileBase {
  readonly holds: 'matrix';
  readonly matrix: () => Promise<StoredMatrix>;
}

/**
 * Opens a file and tells what it holds: structures, or a matrix of descriptors.
 *
 * @param path a path, or `-` for standard input; gzip is recognised by content
 * @throws {QuestsError} FILE_ACCESS for a file that cannot be read; EMPTY for one without a byte; INVALID_FILE for an
 *   unknown format; INVALID_ARGUMENT for an unknown `format`, an unusable `select`; later what the reader of the format
 *   throws. The signal's reason when cancelled
 */
export async function openFile(path: string, options: ReadOptions = {}): Promise<OpenFile> {
  const { signal, select, elements, onSkip } = options;
  const forced = options.format === undefined ? undefined : formatByName(options.format);
  const selection = select === undefined ? undefined : parseSelection(select);
  const { file, size, bytes: contents, close } = await openInput(path, options);
  try {
    const { head, bytes } = await peek(contents, SNIFFED_BYTES);
    const format = forced ?? detectFormat(file, head);
    const { structures, matrix } = format;
    if (structures?.read) {
      const read = structures.read;
      const frames = selected(selection, file, (range) =>
        read(bytes, { file, signal, onSkip, frames: range }),
      );
      return {
        holds: 'structures',
        file,
        format,
        close,
        structures: elements === undefined ? frames : withElements(frames, elements),
      };
    }
    if (matrix?.read) {
      if (selection !== undefined) {
        throw new QuestsError('INVALID_ARGUMENT', `${file}: frames can be selected of structures only`);
      }
      const read = matrix.read;
      return { holds: 'matrix', file, format, close, matrix: () => read(bytes, { file, size, signal }) };
    }
    throw new QuestsError('INVALID_FILE', `${file}: ${format.title} is written only, not read`);
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Reads the matrix of a file.
 *
 * @throws {QuestsError} as {@link openFile}; INVALID_FILE for a file of structures
 */
export async function readMatrix(path: string, options: ReadOptions = {}): Promise<StoredMatrix> {
  const opened = await openFile(path, options);
  if (opened.holds === 'matrix') return opened.matrix();
  opened.close();
  throw wrongContents(opened, 'a matrix of descriptors');
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
  const write = format.structures?.write;
  await writeAs('structures', format, path, write && (() => write(structures)), options);
}

/**
 * Writes a matrix to a file.
 *
 * @throws {QuestsError} as {@link writeStructures}
 */
export async function writeMatrix(
  path: string,
  matrix: StoredMatrix,
  options: WriteOptions = {},
): Promise<void> {
  const format = outputFormat(path, options.format);
  const write = format.matrix?.write;
  await writeAs('a matrix', format, path, write && (() => write(matrix)), options);
}

/**
 * Writes results in columns to a file.
 *
 * @param parts the table, in parts of the same columns: rows of one part follow those of the part before
 * @throws {QuestsError} as {@link writeStructures}
 */
export async function writeTable(
  path: string,
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
  options: WriteOptions = {},
): Promise<void> {
  const format = outputFormat(path, options.format);
  const write = format.table?.write;
  await writeAs('a table', format, path, write && (() => write(parts)), options);
}

async function writeAs(
  what: string,
  { title }: Format,
  path: string,
  write: (() => Pieces) | undefined,
  options: WriteOptions,
): Promise<void> {
  if (write === undefined) {
    throw new QuestsError('INVALID_ARGUMENT', `${what} cannot be written as ${title}: ${path}`);
  }
  await writeOutput(path, write(), options);
}

/** The format to write: the one asked for, else the one of the name. */
function outputFormat(path: string, name: FormatName | undefined): Format {
  const format = name === undefined ? formatOfName(path) : formatByName(name);
  if (format !== undefined) return format;
  const known = FORMATS.flatMap(({ extensions }) => extensions).join(', ');
  throw new QuestsError('INVALID_ARGUMENT', `the name ${path} tells no format; expected one of: ${known}`);
}

/** A file that holds something else than is wanted of it. */
export function wrongContents({ file, format }: OpenFile, expected: string): QuestsError {
  return new QuestsError('INVALID_FILE', `${file}: expected ${expected}, but the format is ${format.title}`);
}
