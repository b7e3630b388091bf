import { formatOfFolder } from './detect-format.js';

/** Files that are read together, as a folder of DeePMD-kit is, among others. */
export interface FoldersAmong<T> {
  /** Of each such folder the files, by their names in it; folders by name, numbers by value. */
  readonly folders: ReadonlyMap<string, ReadonlyMap<string, T>>;
  /** The files that are in none. */
  readonly others: readonly T[];
}

/**
 * Finds folders of formats of several files.
 *
 * @param pathOf the place of a file among all, with its folders
 */
export function foldersAmong<T>(files: readonly T[], pathOf: (file: T) => string): FoldersAmong<T> {
  const names = new Map<string, string[]>();
  for (const file of files) {
    const path = pathOf(file);
    const folder = folderOf(path);
    const own = names.get(folder);
    if (own === undefined) names.set(folder, [nameIn(folder, path)]);
    else own.push(nameIn(folder, path));
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  const found = [...names].filter(([, own]) => formatOfFolder(own) !== undefined).map(([folder]) => folder);
  const folders = new Map(found.sort(compare).map((folder) => [folder, new Map<string, T>()]));
  const others: T[] = [];
  for (const file of files) {
    const path = pathOf(file);
    // In the folder itself, or in one of its own.
    const near = [folderOf(path), folderOf(folderOf(path))].find((folder) => folders.has(folder));
    if (near === undefined) others.push(file);
    else folders.get(near)?.set(nameIn(near, path), file);
  }
  return { folders, others };
}

function nameIn(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}
