import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where the first of some programs is that are installed. */
export function installed(...names: readonly string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}
