import { errorAt } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import { emptyFile } from '../text/fault.js';
import type { Folder } from '../text/folder.js';
import { isBadData } from '../structures/frames.js';
import { type OpenFile, type ReadOptions, wrongContents } from './open-file.js';

/** What holds several files: an archive, a folder. */
export interface Several {
  /** What messages call it. */
  readonly file: string;
  /** Opens one of its files after the other. */
  readonly files: AsyncGenerator<OpenFile, void, undefined>;
  /** What is wrong where there are none. */
  readonly nothing: string;
  readonly close: () => void;
}

/**
 * Several files as one: the structures of one after the other, or the one matrix there is; the
 * first that can be read tells which.
 *
 * @throws {QuestsError} EMPTY where no file can be read; what opening one throws
 */
export async function openSeveral(several: Several, { onSkip }: ReadOptions): Promise<OpenFile> {
  const { file, files, nothing, close } = several;
  const next = await files.next();
  if (next.done === true) throw emptyFile({ file }, nothing);
  const first = next.value;
  const common = { file, format: first.format, close };
  if (first.holds === 'structures') {
    return { ...common, holds: 'structures', structures: structuresOf(first, several, onSkip) };
  }
  const { matrix } = first;
  return {
    ...common,
    holds: 'matrix',
    matrix: async () => {
      try {
        const found = await matrix();
        const other = await files.next();
        if (other.done === true) return found;
        const what =
          other.value.holds === 'matrix' ? 'several files of descriptors' : 'descriptors and structures';
        const problem = `holds ${what}; name one: ${file}//NAME`;
        throw errorAt('INVALID_FILE', { file }, problem);
      } finally {
        await files.return();
        close();
      }
    },
  };
}

/**
 * Opens folders, each of files that belong together, as one.
 *
 * @param file what messages call them all
 * @param open opens one of them
 */
export async function openFolders(
  file: string,
  folders: readonly Folder[],
  options: ReadOptions,
  open: (options: ReadOptions, folder: Folder) => Promise<OpenFile>,
): Promise<OpenFile> {
  const [only] = folders;
  if (only !== undefined && folders.length === 1) return open(options, only);
  const files = async function* (): AsyncGenerator<OpenFile, void, undefined> {
    for (const folder of folders) yield await open(options, folder);
  };
  return openSeveral(
    { file, files: files(), nothing: 'no folder can be read', close: () => undefined },
    options,
  );
}

async function* structuresOf(
  first: OpenFile,
  { files, close }: Several,
  onSkip: ReadOptions['onSkip'],
): AsyncGenerator<Structure, void, undefined> {
  try {
    for (let opened = first; ;) {
      try {
        if (opened.holds !== 'structures') throw wrongContents(opened, 'structures');
        yield* opened.structures;
      } catch (thrown) {
        if (onSkip === undefined || !isBadData(thrown)) throw thrown;
        onSkip({ file: opened.file, error: thrown });
      }
      const next = await files.next();
      if (next.done === true) return;
      opened = next.value;
    }
  } finally {
    await files.return();
    close();
  }
}
