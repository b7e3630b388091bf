import { errorAt } from '../../base/error.js';
import { backendOf } from '../../run/run-options.js';
import type { Structure } from '../../model/structure.js';
import { peek } from '../text/bytes.js';
import { withElements } from '../structures/elements.js';
import { isArchive, openArchive } from './archive-file.js';
import { Contents, type Input } from './contents.js';
import { detectFormat, formatByName, formatOfFolder, SNIFFED_BYTES } from './detect-format.js';
import type { Format } from './format.js';
import type { Folder } from '../text/folder.js';
import type { OpenFile, OpenReferenceFile, ReadOptions, StructureFile } from './open-file.js';
import type { FrameOptions } from '../structures/frames.js';
import { mergedText } from '../matrices/merged-rows.js';
import { mostTerms } from '../matrices/reference-head.js';
import { parseSelection, selected } from './selection.js';
import type { StoredMatrix } from '../matrices/stored-matrix.js';

export type { OpenRanges } from '../text/folder.js';
export type { Input, InputOptions } from './contents.js';
export { wrongContents } from './open-file.js';
export type { MatrixFile, OpenFile, OpenReferenceFile, ReadOptions, StructureFile } from './open-file.js';

const THREE_COLUMNS = 'three columns, read as descriptors; if they are coordinates, write them as extxyz';

/**
 * Tells what opened bytes hold: structures, or a matrix of descriptors. Of a ZIP archive the files
 * are read one after the other, each of them as if it were given.
 *
 * @param open called once the options are found to be usable
 * @throws {QuestsError} EMPTY for no byte; INVALID_FILE for an unknown format; INVALID_ARGUMENT for
 *   an unknown `format`, an unusable `select`; later what the reader of the format throws
 */
export async function openInputAs(options: ReadOptions, open: () => Promise<Input>): Promise<OpenFile> {
  const { signal, select, onNote } = options;
  const forced = options.format === undefined ? undefined : formatByName(options.format);
  const selection = select === undefined ? undefined : parseSelection(select);
  const input = await open();
  const { file, size, whole, close } = input;
  try {
    const { head, bytes } =
      whole === undefined ? await peek(input.bytes, SNIFFED_BYTES) : { head: whole, bytes: input.bytes };
    const contents = new Contents(input, bytes, { signal, onNote });
    if (isArchive(file, head, forced)) {
      return await openArchive(contents, options, { input: openInputAs, folder: openFolderAs });
    }
    if (options.members !== undefined) {
      throw errorAt('INVALID_ARGUMENT', { file }, 'files can be named in ZIP archives only');
    }
    const format = forced ?? detectFormat(file, head);
    const read = (await holdsMatrix(format, contents)) ? undefined : structureReader(format, contents);
    if (read !== undefined) return await structureFile({ file, format, close }, read, options);
    const stored = format.matrix;
    const { openReference } = stored ?? {};
    if (openReference !== undefined) {
      refuseSelection(selection, file);
      return referenceFile({ file, format, close }, openReference, contents, onNote);
    }
    if (stored?.read) {
      refuseSelection(selection, file);
      const read = stored.read;
      const matrixOf = async (): Promise<StoredMatrix> => {
        const matrix = await read(contents.bytes, { file, size, signal });
        if (matrix.shape.at(-1) === 3) onNote?.({ file, frame: 0, text: THREE_COLUMNS, kind: 'columns' });
        return matrix;
      };
      return { holds: 'matrix', file, format, close, matrix: matrixOf };
    }
    if (format.folder !== undefined) {
      throw errorAt('INVALID_FILE', { file }, `a ${format.title} is a folder, found a file`);
    }
    throw errorAt('INVALID_FILE', { file }, `${format.title} is written only, not read`);
  } catch (error) {
    close();
    throw error;
  }
}

/**
 * Opens a folder whose files belong together, as structures.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for an unusable `select`; later what the reader of the
 *   format throws
 */
export async function openFolderAs(options: ReadOptions, folder: Folder): Promise<OpenFile> {
  const { name: file, files } = folder;
  const format = formatOfFolder(files);
  const read = format?.structures?.readFolder;
  if (format === undefined || read === undefined) {
    throw errorAt('INVALID_FILE', { file }, 'a folder of no format that is read');
  }
  const close = (): void => undefined;
  return structureFile({ file, format, close }, (frames) => read(folder, frames), options);
}

/** A stored reference. */
function referenceFile(
  base: Pick<StructureFile, 'file' | 'format' | 'close'>,
  open: NonNullable<NonNullable<Format['matrix']>['openReference']>,
  contents: Contents,
  onNote: ReadOptions['onNote'],
): OpenFile {
  const { file } = base;
  const reference = async (): Promise<OpenReferenceFile> => {
    const source = await contents.ranges();
    // What is read one after the other is no longer needed.
    base.close();
    try {
      const stored = await open(source, file);
      const { merged, rows, kept } = stored.head;
      const text = merged && mergedText(merged, rows, kept, mostTerms(stored.head));
      if (text !== undefined) onNote?.({ file, frame: 0, text, kind: 'merged' });
      return { stored, close: () => source.close() };
    } catch (error) {
      await source.close();
      throw error;
    }
  };
  const matrix = async (): Promise<StoredMatrix> => {
    const { stored, close } = await reference();
    try {
      return await stored.matrix();
    } finally {
      await close();
    }
  };
  return { ...base, holds: 'matrix', matrix, reference };
}

function refuseSelection(selection: ReturnType<typeof parseSelection> | undefined, file: string): void {
  if (selection === undefined) return;
  throw errorAt('INVALID_ARGUMENT', { file }, 'frames can be selected of structures only');
}

/** A file of structures: those that are selected, with the elements that are asked for. */
async function structureFile(
  base: Pick<StructureFile, 'file' | 'format' | 'close'>,
  read: StructureReader,
  options: ReadOptions,
): Promise<StructureFile> {
  const { file } = base;
  const { signal, select, elements, onSkip, onNote } = options;
  const { core: rowReader } = await backendOf(options);
  const selection = select === undefined ? undefined : parseSelection(select);
  const frames = selected(selection, file, (range) =>
    read({ file, signal, onSkip, onNote, frames: range, rowReader }),
  );
  const structures =
    elements === undefined
      ? frames
      : withElements(frames, elements, onNote, base.format.structures?.firstType);
  return { ...base, holds: 'structures', structures };
}

/** Whether a file whose format has both holds a matrix, not structures. */
async function holdsMatrix({ holds }: Format, contents: Contents): Promise<boolean> {
  if (holds === undefined) return false;
  const source = await contents.ranges();
  try {
    return (await holds(source, contents.input.file)) === 'matrix';
  } finally {
    await source.close();
  }
}

type StructureReader = (options: FrameOptions) => AsyncGenerator<Structure, void, undefined>;

/** What reads the structures of a file; undefined for a format that has none to read. */
function structureReader({ structures }: Format, contents: Contents): StructureReader | undefined {
  const { read, readRanges } = structures ?? {};
  const { beside } = contents.input;
  if (read !== undefined) return (options) => read(contents.bytes, { ...options, beside });
  return readRanges && ((options) => fromRanges(readRanges, contents, options));
}

async function* fromRanges(
  read: NonNullable<NonNullable<Format['structures']>['readRanges']>,
  contents: Contents,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const source = await contents.ranges();
  // What is read one after the other is no longer needed.
  contents.input.close();
  try {
    yield* read(source, options);
  } finally {
    await source.close();
  }
}
