import { QuestsError } from '../../base/error.js';
import type { Folder } from '../text/folder.js';
import { inWindows } from '../text/ranges.js';
import type { InputOptions } from './contents.js';
import { formatOfFolder } from './detect-format.js';

/** Files of a page that are read together, as a folder of DeePMD-kit is. */
export interface FileFolder {
  /** Its name, with folders before it. */
  readonly name: string;
  /** The files, by their names in it: `set.000/coord.npy`. */
  readonly files: ReadonlyMap<string, File>;
}

/**
 * The files that a page was given, those that are read together as one: of a folder that was picked
 * or dropped, files have their place in it in `webkitRelativePath`.
 *
 * @param pathOf the place of a file among all, with its folders; for files that lost it, as on the
 *   way to a worker. Default: `webkitRelativePath`
 */
export function groupedFiles(
  files: Iterable<File>,
  pathOf: (file: File) => string = ({ webkitRelativePath }) => webkitRelativePath,
): (File | FileFolder)[] {
  const all = [...files].map((file) => ({ file, path: pathOf(file) || file.name }));
  const byFolder = new Map<string, string[]>();
  for (const { path } of all) {
    const folder = folderOf(path);
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), path.slice(folder.length + 1)]);
  }
  const found = [...byFolder].filter(
    ([folder, names]) => folder !== '' && formatOfFolder(names) !== undefined,
  );
  const folders = new Map(found.map(([folder]) => [folder, new Map<string, File>()]));
  const single: File[] = [];
  for (const { file, path } of all) {
    // In the folder itself, or in one of its own.
    const near = [folderOf(path), folderOf(folderOf(path))].find((folder) => folders.has(folder));
    if (near === undefined) single.push(file);
    else folders.get(near)?.set(path.slice(near.length + 1), file);
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  const named = [...folders].map(([name, own]): FileFolder => ({ name, files: own }));
  return [...single, ...named.sort((a, b) => compare(a.name, b.name))];
}

/** The files of a page as a folder to be read. */
export function pageFolder({ name, files }: FileFolder, { signal }: InputOptions): Folder {
  return {
    name,
    files: [...files.keys()],
    open: (own) => {
      const file = files.get(own);
      if (file === undefined) {
        throw new QuestsError('FILE_ACCESS', `cannot read ${name}/${own}: no such file`, { file: name });
      }
      const read = async (start: number, length: number): Promise<Uint8Array> => {
        signal?.throwIfAborted();
        return new Uint8Array(await file.slice(start, start + length).arrayBuffer());
      };
      return Promise.resolve({ ...inWindows({ size: file.size, read }), close: () => Promise.resolve() });
    },
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
