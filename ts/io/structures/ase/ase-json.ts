import { errorAt } from '../../../base/error.js';
import type { Structure } from '../../../model/structure.js';
import { invalidFile } from '../../text/fault.js';
import type { RangeSource } from '../../text/ranges.js';
import { type FrameOptions, readNumbered } from '../frames.js';
import { AtomsBuilder } from './atoms.js';
import { readPart } from '../../text/part.js';
import { isObject, parsePythonObject } from './python-json.js';
import { rowAtoms } from './row.js';
import { jsonValues } from './values.js';

/** Longest text that JavaScript engines hold. */
const LONGEST_TEXT = 2 ** 29 - 25;

/** Whether a file begins like ASE's JSON database: with a row under its id. */
export function looksLikeAseJson(head: Uint8Array): boolean {
  return /^\s*\{\s*("[1-9]\d*"\s*:\s*\{|"ids"\s*:\s*\[)/.test(new TextDecoder().decode(head));
}

/**
 * Reads ASE databases in JSON, the whole file at once; rows in the order of their ids in the file.
 * Units are ASE's: Å, eV. What a row keeps is that of {@link rowAtoms}.
 *
 * @throws {QuestsError} INVALID_FILE for a file that is no such JSON, with the frame for a row that
 *   is missing or wrong; INVALID_STRUCTURE for coordinates or a cell that are not finite; EMPTY for
 *   no rows; TOO_LARGE for more than half a gigabyte. The signal's reason when cancelled
 */
export async function* readAseJson(
  source: RangeSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file } = options;
  if (source.size > LONGEST_TEXT) {
    const way = `convert it: ase convert ${file}@: out.aselmdb`;
    throw errorAt(
      'TOO_LARGE',
      { file },
      `${source.size} bytes of JSON, at most ${LONGEST_TEXT} are read; ${way}`,
    );
  }
  const bytes = await readPart(source, 0, source.size, 'the file', { file });
  const rows = parsePythonObject(new TextDecoder().decode(bytes), 'the file', { file });
  const ids = idsOf(rows);
  if (ids === undefined) throw invalidFile({ file }, 'expected rows under their ids, and the list ids');
  const builder = new AtomsBuilder();
  yield* readNumbered(ids.length, options, (frame) => {
    const place = { file, frame };
    const id = String(ids[frame]);
    const row = Object.hasOwn(rows, id) ? rows[id] : undefined;
    if (!isObject(row)) throw invalidFile(place, `row ${id} is missing`);
    return builder.structure(rowAtoms(row, place), place);
  });
}

/** The ids of the rows; without a list of them there is one row, as in ASE. */
function idsOf(rows: Readonly<Record<string, unknown>>): ArrayLike<number> | undefined {
  if (rows.ids === undefined) return '1' in rows ? [1] : undefined;
  const ids = jsonValues(rows.ids);
  return ids?.kind === 'I' && ids.shape.length === 1 ? (ids.data as ArrayLike<number>) : undefined;
}
