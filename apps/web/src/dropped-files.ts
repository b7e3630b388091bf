/** Names of files as people sort them: `dump.9` before `dump.10`. */
const byNumbers = new Intl.Collator('en', { numeric: true });

/** Whether something is dragged that holds files; text may be dragged into a field. */
export function holdsFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false;
}

/**
 * The files of a drop, and those of folders in it, however deep, in the order of their names,
 * numbers in them by value. Files of folders are named by their paths; hidden ones are left out.
 *
 * @throws {Error} a folder without files, or one that this browser does not open
 */
export async function droppedFiles(transfer: DataTransfer | null): Promise<File[]> {
  // What was dropped is there until the event is over.
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file');
  const dropped = items.map((item) => ({ entry: item.webkitGetAsEntry(), file: item.getAsFile() }));
  const files: File[] = [];
  for (const { entry, file } of dropped) {
    if (entry?.isDirectory === true) files.push(...(await filesOf(entry as FileSystemDirectoryEntry)));
    else if (file !== null) files.push(await readable(file));
  }
  return files;
}

async function filesOf(folder: FileSystemDirectoryEntry): Promise<File[]> {
  const found: { readonly path: string; readonly file: File }[] = [];
  const search = async (inside: FileSystemDirectoryEntry): Promise<void> => {
    for (const entry of await entriesOf(inside)) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory) await search(entry as FileSystemDirectoryEntry);
      else found.push({ path: entry.fullPath.slice(1), file: await fileOf(entry as FileSystemFileEntry) });
    }
  };
  await search(folder);
  if (found.length === 0) throw new Error(`${folder.name}: this folder holds no files.`);
  found.sort((a, b) => byNumbers.compare(a.path, b.path) || (a.path < b.path ? -1 : 1));
  return found.map(({ path, file }) => new File([file], path, { lastModified: file.lastModified }));
}

/** All entries of a folder: a browser gives a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => {
      reader.readEntries(resolve, reject);
    });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => {
    entry.file(resolve, reject);
  });
}

/** A file, unless it is a folder to a browser that does not say so: that cannot be read. */
async function readable(file: File): Promise<File> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return file;
  } catch {
    throw new Error(`${file.name} cannot be read here. If it is a folder, drop the files in it.`);
  }
}
