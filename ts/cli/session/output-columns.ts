import { errorAt } from '../../base/error.js';
import type { Structure } from '../../faces/node/quests.js';
import type { OpenSet } from './input.js';
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
  if (!isOfAtoms || output.format.table === undefined) return;
  if (set.opened.holds !== 'structures' || set.paths.includes('-')) return;
  const { opened } = await set.reopen();
  let first: string | undefined;
  for await (const structure of opened.structures()) {
    const names = columnsOf(structure).join(', ');
    first ??= names;
    if (names === first) continue;
    const { file = set.file, frame } = structure.source ?? {};
    const found = `has ${names === '' ? 'no columns of its own' : `the columns ${names}`}`;
    const expected = `expected those of the first frame, ${first === '' ? 'none' : first}`;
    const problem = `${found}, ${expected}: ${output.path} is one table; .xyz has columns for each frame`;
    throw errorAt('MISMATCH', { file, ...(frame !== undefined && { frame }) }, problem);
  }
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

/** Columns that not every structure has. */
function columnsOf({ species, arrays = {} }: Structure): string[] {
  const own = Object.entries(arrays).map(([name, { width }]) => (width === 1 ? name : `${name}:${width}`));
  return [...(species === undefined ? [] : ['species']), ...own];
}
