import { QuestsError } from '../../base/error.js';
import { trajectoryOf } from '../structures/cp2k-header.js';
import type { Folder } from '../text/folder.js';
import { inWindows } from '../text/ranges.js';
import type { InputOptions } from './contents.js';
import { foldersAmong } from './folders-among.js';

/** Files of a page that are read together, as a folder of DeePMD-kit is. */
export interface FileFolder {
  /** Its name, with folders before it. */
  readonly name: string;
  /** The files, by their names in it: `set.000/coord.npy`. */
  readonly files: ReadonlyMap<string, File>;
  /**
   * The file that is read, where the others only lie beside it, as those of CP2K with forces and
   * cells; absent for a folder.
   */
  readonly main?: string;
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
  const all: Placed[] = [...files].map((file) => ({ file, path: pathOf(file) || file.name }));
  const isPlaced = ({ path }: Placed): boolean => path.includes('/');
  const { folders, others } = foldersAmong(all.filter(isPlaced), ({ path }) => path);
  const systems = [...folders].map(([name, own]): FileFolder => {
    const files = new Map([...own].map(([place, { file }]) => [place, file]));
    return { name, files };
  });
  const isOther = new Set(others);
  const single = all.filter((placed) => !isPlaced(placed) || isOther.has(placed));
  return [...withBeside(single), ...systems];
}

/** A file, and its place among all. */
interface Placed {
  readonly file: File;
  readonly path: string;
}

/** Files, those with forces and cells of CP2K together with their trajectory. */
function withBeside(all: readonly Placed[]): (File | FileFolder)[] {
  const paths = new Set(all.map(({ path }) => path));
  const beside = new Map<string, Placed[]>();
  const single = all.filter((placed) => {
    const trajectory = trajectoryOf(placed.path);
    if (trajectory === undefined || !paths.has(trajectory)) return true;
    beside.set(trajectory, [...(beside.get(trajectory) ?? []), placed]);
    return false;
  });
  return single.map((placed) => {
    const own = beside.get(placed.path);
    if (own === undefined) return placed.file;
    const main = nameOf(placed.path);
    const files = new Map([placed, ...own].map(({ path, file }) => [nameOf(path), file]));
    return { name: placed.path, files, main };
  });
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

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
