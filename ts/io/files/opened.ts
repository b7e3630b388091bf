import { type QuestsError, errorAt } from '../../base/error.js';
import { backendOf, type Progress, type RunOptions } from '../../run/run-options.js';
import type { Structure } from '../../model/structure.js';
import { type ByteSource, peek } from '../text/bytes.js';
import { type RangeSource, rangesOf } from '../text/ranges.js';
import { readWhole } from '../matrices/whole.js';
import { withElements } from '../structures/elements.js';
import { detectFormat, type Format, formatByName, type FormatName, SNIFFED_BYTES } from './formats.js';
import type { FrameOptions } from '../structures/frames.js';
import { parseSelection, selected } from './selection.js';
import type { StoredMatrix } from '../matrices/stored-matrix.js';

/** Options of everything that reads a file. */
export interface InputOptions {
  /** Cancels reading; what waits for bytes then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
  /** Called as bytes are read, with counts of bytes of the file as it lies on the disk. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/** An opened file, or standard input. */
export interface Input {
  /** Its name, for messages. */
  readonly file: string;
  /** Bytes in the file; undefined where that is unknown, as for pipes and compressed files. */
  readonly size: number | undefined;
  /** Its contents, decompressed. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** The same, where all of them are in memory already. */
  readonly whole?: Uint8Array | undefined;
  /** Any range of them; absent where they can be read only one after the other. */
  readonly ranges?: (() => Promise<OpenRanges>) | undefined;
  /** Lets go of the file; needed only where `bytes` are not read. */
  readonly close: () => void;
}

/** Ranges of a file that is open until it is let go of. */
export interface OpenRanges extends RangeSource {
  readonly close: () => Promise<void>;
}

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
   * Elements of types 1, 2, …, for structures whose species are numbers of types, as in LAMMPS
   * files without elements. Default: the numbers stay, as text.
   */
  readonly elements?: readonly string[] | undefined;
}

const THREE_COLUMNS = 'three columns, read as descriptors; if they are coordinates, write them as extxyz';

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
 * Tells what opened bytes hold: structures, or a matrix of descriptors.
 *
 * @param open called once the options are found to be usable
 * @throws {QuestsError} EMPTY for no byte; INVALID_FILE for an unknown format; INVALID_ARGUMENT for
 *   an unknown `format`, an unusable `select`; later what the reader of the format throws
 */
export async function openInputAs(options: ReadOptions, open: () => Promise<Input>): Promise<OpenFile> {
  const { signal, select, elements, onSkip, onNote } = options;
  const forced = options.format === undefined ? undefined : formatByName(options.format);
  const selection = select === undefined ? undefined : parseSelection(select);
  const input = await open();
  const { file, size, whole, close } = input;
  try {
    const { head, bytes } =
      whole === undefined ? await peek(input.bytes, SNIFFED_BYTES) : { head: whole, bytes: whole };
    const format = forced ?? detectFormat(file, head);
    const read = structureReader(format, input, bytes);
    if (read !== undefined) {
      const { core: rowReader } = await backendOf(options);
      const frames = selected(selection, file, (range) =>
        read({ file, signal, onSkip, onNote, frames: range, rowReader }),
      );
      return {
        holds: 'structures',
        file,
        format,
        close,
        structures: elements === undefined ? frames : withElements(frames, elements, onNote),
      };
    }
    const stored = format.matrix;
    if (stored?.read) {
      if (selection !== undefined) {
        throw errorAt('INVALID_ARGUMENT', { file }, 'frames can be selected of structures only');
      }
      const read = stored.read;
      const matrix = async (): Promise<StoredMatrix> => {
        const found = await read(bytes, { file, size, signal });
        if (found.shape.at(-1) === 3) onNote?.({ file, frame: 0, text: THREE_COLUMNS, kind: 'columns' });
        return found;
      };
      return { holds: 'matrix', file, format, close, matrix };
    }
    throw errorAt('INVALID_FILE', { file }, `${format.title} is written only, not read`);
  } catch (error) {
    close();
    throw error;
  }
}

type StructureReader = (options: FrameOptions) => AsyncGenerator<Structure, void, undefined>;

/** What reads the structures of opened bytes; undefined for a format that has none to read. */
function structureReader(
  { structures }: Format,
  input: Input,
  bytes: ByteSource,
): StructureReader | undefined {
  const { read, readRanges } = structures ?? {};
  if (read !== undefined) return (options) => read(bytes, options);
  return readRanges && ((options) => fromRanges(readRanges, input, bytes, options));
}

/** Ranges of the file where it has them, else of all its bytes in memory. */
async function* fromRanges(
  read: NonNullable<NonNullable<Format['structures']>['readRanges']>,
  { size, ranges, close }: Input,
  bytes: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  if (ranges === undefined) {
    yield* read(rangesOf(await readWhole(bytes, { ...options, size })), options);
    return;
  }
  close();
  const source = await ranges();
  try {
    yield* read(source, options);
  } finally {
    await source.close();
  }
}

/** A file that holds something else than is wanted of it. */
export function wrongContents({ file, format }: OpenFile, expected: string): QuestsError {
  return errorAt('INVALID_FILE', { file }, `expected ${expected}, but the format is ${format.title}`);
}
