import { keptCount } from '../../faces/node/analysis.js';
import type { CompressSize } from '../../faces/node/analysis.js';
import type { OpenSet } from './open-sets.js';
import { checkRoom, holdsOne, type Output } from './output.js';

/** The files of a selection. */
interface SelectionFiles {
  readonly kept: Output | undefined;
  readonly dropped: Output | undefined;
}

/**
 * Refuses, before anything is computed, files that hold one structure where a selection will have
 * more. For that the structures are counted, where files can be read twice; after the selection the
 * same is asked of what was found.
 *
 * @param size undefined where the selection decides it
 */
export async function checkSelectionRoom(
  set: OpenSet,
  files: SelectionFiles,
  size: CompressSize | undefined,
): Promise<void> {
  if (size === undefined || !(holdsOne(files.kept) || holdsOne(files.dropped))) return;
  if ('count' in size) checkRoom(files.kept, size.count > 1);
  if (set.opened.holds === 'matrix' || set.files.includes('-')) return;
  const { opened } = await set.reopen();
  if (opened.holds === 'matrix') return;
  let structures = 0;
  const all = opened.structures()[Symbol.asyncIterator]();
  while ((await all.next()).done !== true) structures++;
  if (structures > 0) checkRooms(files, keptCount(size, structures), structures);
}

/** Refuses files that hold one structure where there are more for them. */
export function checkRooms({ kept, dropped }: SelectionFiles, count: number, structures: number): void {
  checkRoom(kept, count > 1);
  checkRoom(dropped, structures - count > 1);
}
