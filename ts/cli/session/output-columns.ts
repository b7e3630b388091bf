import type { OpenSet } from './open-sets.js';
import type { Output } from './output.js';
import { UsageError } from './usage-error.js';

/**
 * Refuses, before anything is computed, to write frames with different columns as one table: the
 * file is read for that, but for standard input, which can be read only once.
 *
 * @throws {QuestsError} MISMATCH, with the frame
 */
export async function checkColumns(output: Output | undefined, set: OpenSet): Promise<void> {
  const isOfAtoms = output?.kind === 'environments' || output?.kind === 'structures';
  const columns = output?.format.structures?.sameColumns?.();
  if (!isOfAtoms || columns === undefined) return;
  if (set.opened.holds !== 'structures' || set.paths.includes('-')) return;
  const { opened } = await set.reopen();
  let index = 0;
  for await (const structure of opened.structures()) columns.check(structure, index++);
}

/**
 * Refuses to write structures of a set and new ones as one table: the new ones have a column of
 * their own.
 *
 * @param option that asks for both
 * @throws {UsageError}
 */
export function checkOneTable(output: Output | undefined, option: string, asked: boolean | undefined): void {
  if (asked !== true || output?.format.table === undefined) return;
  throw new UsageError(
    `${option} writes frames with different columns, and ${output.path} is one table: choose .xyz`,
  );
}
