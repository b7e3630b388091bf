import { type QuestsError, errorAt } from '../../base/error.js';
import type { RunOptions } from '../../run/run-options.js';
import type { Structure } from '../../model/structure.js';
import type { ReferenceFile } from '../matrices/reference-file.js';
import type { StoredMatrix } from '../matrices/stored-matrix.js';
import type { FrameOptions } from '../structures/frames.js';
import type { InputOptions } from './contents.js';
import type { Format, FormatName } from './format.js';

/** Options of reading a file of any format. */
export interface ReadOptions
  extends InputOptions, Pick<FrameOptions, 'onSkip' | 'onNote'>, Pick<RunOptions, 'backend'> {
  /** Format of the file. Default: from its name, else from its content. */
  readonly format?: FormatName | undefined;
  /**
   * Frames to read, in the syntax of ASE and Python: `'5'`, `'-1'`, `'::10'`, `'100:200'`. Only for
   * structures. Default: all.
   */
  readonly select?: string | undefined;
  /**
   * Files to read of an archive: a pattern with `*`, `?`, `**`, `[…]`, `{…}` for their names;
   * without `/` in it, for names without folders. Default: all.
   */
  readonly members?: string | undefined;
  /**
   * Elements of types 1, 2, …, for structures whose species are numbers of types, as in LAMMPS
   * files without elements. Default: the numbers stay, as text.
   */
  readonly elements?: readonly string[] | undefined;
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
  /**
   * Opens a stored reference, whose rows are read when they are asked for; absent for files of
   * other formats. Its `close` lets go of the file.
   */
  readonly reference?: () => Promise<OpenReferenceFile>;
}

/** A stored reference, and what lets go of its file. */
export interface OpenReferenceFile {
  readonly stored: ReferenceFile;
  readonly close: () => Promise<void>;
}

/** A file that holds something else than is wanted of it. */
export function wrongContents({ file, format }: OpenFile, expected: string): QuestsError {
  return errorAt('INVALID_FILE', { file }, `expected ${expected}, but the format is ${format.title}`);
}
