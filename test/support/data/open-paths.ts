import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Where Linux tells which files this process has open. */
const DESCRIPTORS = '/proc/self/fd';

/** Whether the system tells which files are open. */
export const KNOWS_OPEN_PATHS = existsSync(DESCRIPTORS);

/** The paths of all files that are open. */
export function openPaths(): string[] {
  return readdirSync(DESCRIPTORS).flatMap((number) => {
    try {
      return [readlinkSync(join(DESCRIPTORS, number))];
    } catch {
      // The one that the list was read from.
      return [];
    }
  });
}
