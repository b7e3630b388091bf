import { errorAt } from '../../base/error.js';
import type { Structure } from '../../faces/node/quests.js';
import type { OpenSet } from './input.js';
import type { Output } from './output.js';

/**
 * Refuses, before anything is computed, to write frames with different columns as one table: the
 * file is read for that, but for standard input, which can be read only once.
 *
 * @throws {QuestsError} MISMATCH, with the frame
 */
export async function checkColumns(output: Output | undefined, set: OpenSet): Promise<void> {
  if (output?.kind !== 'environments' || output.format.table === undefined) return;
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

/** Columns that not every structure has. */
function columnsOf({ species, arrays = {} }: Structure): string[] {
  const own = Object.entries(arrays).map(([name, { width }]) => (width === 1 ? name : `${name}:${width}`));
  return [...(species === undefined ? [] : ['species']), ...own];
}
