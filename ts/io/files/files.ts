import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import type { ColumnTable } from '../../model/column-table.js';
import { formatByName, formatOfName } from './detect-format.js';
import type { Format, FormatName, Pieces } from './format.js';
import { FORMATS } from './formats.js';
import { openDiskFolder } from './disk-folder.js';
import { type InputFile, IS_FOLDER, openInput, STANDARD_INPUT } from './input.js';
import { type OpenFile, openInputAs, type ReadOptions, wrongContents } from './opened.js';
import { type OutputOptions, writeOutput } from './output.js';
import { isFolderPath, writeOutputFolder } from './output-folder.js';
import type { MatrixParts, StoredMatrix } from '../matrices/stored-matrix.js';

/** The file of a database of LMDB that is a folder. */
const LMDB_FILE = 'data.mdb';

/** Options of writing a file of any format. */
export interface WriteOptions extends OutputOptions {
  /** Format of the file. Default: from its name. */
  readonly format?: FormatName | undefined;
}

/**
 * Opens a file and tells what it holds: structures, or a matrix of descriptors. A folder of
 * DeePMD-kit, or one with several in it, or one of LMDB, is a file, too.
 *
 * @param file a path, an address (`http://`, `https://`), or `-` for standard input, or one with
 *   the name that messages use; gzip is recognised by content
 * @throws {QuestsError} FILE_ACCESS for a file that cannot be read; EMPTY for one without a byte;
 *   INVALID_FILE for an unknown format; INVALID_ARGUMENT for an unknown `format`, an unusable
 *   `select`; later what the reader of the format throws. The signal's reason when cancelled
 */
export async function openFile(
  file: string | Pick<InputFile, 'path' | 'name'>,
  options: ReadOptions = {},
): Promise<OpenFile> {
  const { path, name = path } = typeof file === 'string' ? { path: file } : file;
  try {
    return await openInputAs(options, () => openInput(file, options));
  } catch (thrown) {
    // It is not asked for before: there may be 100,000 files.
    const isFolder = thrown instanceof QuestsError && thrown.problem === IS_FOLDER;
    if (!isFolder || path === STANDARD_INPUT) throw thrown;
    const database = join(path, LMDB_FILE);
    if (existsSync(database)) {
      return openInputAs(options, () => openInput({ path: database, name: `${name}/${LMDB_FILE}` }, options));
    }
    return openDiskFolder(path, name, options);
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
 * Writes structures to a file, one after the other. The format follows from the name: `.xyz`,
 * `.dump`, `.data`, `.vasp` …; a name that ends in `.gz` is compressed, one that ends in `/` is a
 * folder of DeePMD-kit.
 *
 * @throws {QuestsError} FILE_ACCESS as {@link writeOutput}; INVALID_ARGUMENT for a name whose
 *   format holds no structures; what the writer of the format throws. The signal's reason when
 *   cancelled; nothing is then left behind
 *
 * @example
 * await writeStructures('kept.xyz.gz', Array.from(picks, (pick) => structures[pick]));
 */
export async function writeStructures(
  path: string,
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  options: WriteOptions = {},
): Promise<void> {
  const format = outputFormat(path, options.format, ({ structures: own }) => own?.write ?? own?.writeFolder);
  const { write, writeFolder } = format.structures ?? {};
  if (writeFolder !== undefined && format.folder !== undefined) {
    const { owns } = format.folder;
    await writeOutputFolder(path, (folder) => writeFolder(structures, folder), owns, options);
    return;
  }
  await writeAs('structures', format, path, write && (() => write(structures)), options);
}

/**
 * Writes a matrix to a file.
 *
 * @param matrix in parts only for a format that keeps the numbers alone
 * @throws {QuestsError} as {@link writeStructures}
 */
export async function writeMatrix(
  path: string,
  matrix: StoredMatrix | MatrixParts,
  options: WriteOptions = {},
): Promise<void> {
  const format = outputFormat(path, options.format, (own) => own.matrix?.write ?? own.matrix?.writeParts);
  const { write, writeParts, plain = false } = format.matrix ?? {};
  if (plain && 'species' in matrix && typeof matrix.species === 'string') {
    const problem = `${format.title} keeps the numbers alone, not that of species ${matrix.species}`;
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${path}: ${problem}; expected .npz, .parquet or .json, which do`,
    );
  }
  const pieces =
    'parts' in matrix ? writeParts && (() => writeParts(matrix)) : write && (() => write(matrix));
  await writeAs('a matrix', format, path, pieces, options);
}

/**
 * Writes results in columns to a file.
 *
 * @param parts the table, in parts of the same columns: rows of one part follow those of the part
 *   before
 * @throws {QuestsError} as {@link writeStructures}
 */
export async function writeTable(
  path: string,
  parts: Iterable<ColumnTable> | AsyncIterable<ColumnTable>,
  options: WriteOptions = {},
): Promise<void> {
  const format = outputFormat(path, options.format, ({ table }) => table?.write);
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
  if (isFolderPath(path)) {
    throw new QuestsError('INVALID_ARGUMENT', `${title} is a file, but ${path} names a folder`);
  }
  await writeOutput(path, write(), options);
}

/**
 * The format to write: the one asked for, else the one of the name.
 *
 * @param writes what in a format writes what is to be written; for the message
 */
function outputFormat(
  path: string,
  name: FormatName | undefined,
  writes: (format: Format) => unknown,
): Format {
  const format = name === undefined ? formatOfName(path) : formatByName(name);
  if (format !== undefined) return format;
  const written = FORMATS.filter((one) => writes(one) !== undefined);
  const known = written.flatMap(({ extensions }) => extensions).join(', ');
  const problem = `the name ${JSON.stringify(path)} tells no format; expected one of: ${known}`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
