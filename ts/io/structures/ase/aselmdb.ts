import type { Structure } from '../../../model/structure.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import { type Inflater, inflater } from '../../text/inflate.js';
import type { RangeSource } from '../../text/ranges.js';
import { type FrameOptions, readNumbered } from '../frames.js';
import { AtomsBuilder } from './atoms.js';
import { Lmdb } from './lmdb.js';
import { isObject, parsePythonJson } from './python-json.js';
import { rowAtoms } from './row.js';

/** Bytes of JSON that a row may have: half a million atoms. */
const LARGEST_ROW = 1 << 26;

/** The first byte of a Python pickle. */
const PICKLE = 0x80;

/**
 * Reads ASE databases in LMDB (`.aselmdb`), as fairchem's datasets are: rows of JSON that zlib
 * compressed, by their ids, each from its place in the file. Units are ASE's: Å, eV.
 *
 * Rows come in the order of their ids; those that were deleted are no frames. What a row keeps is
 * said at {@link rowAtoms}.
 *
 * @throws {QuestsError} INVALID_FILE for a file that is not as LMDB or ASE promise; with the frame
 *   for a row that is missing or damaged; INVALID_STRUCTURE for coordinates or a cell that are not
 *   finite; EMPTY for no rows. The signal's reason when cancelled
 */
export async function* readAseLmdb(
  source: RangeSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file } = options;
  const rows = new Rows(await Lmdb.open(source, file), await inflater());
  const ids = await readIds(rows, file);
  const builder = new AtomsBuilder();
  yield* readNumbered(ids.count, options, async (frame) => {
    const place = { file, frame };
    const id = ids.of(frame);
    const row = await rows.json(String(id), `row ${id}`, place);
    if (row === undefined) throw invalidFile(place, `row ${id} is missing`);
    if (!isObject(row)) throw invalidFile(place, `row ${id} is JSON, but no object`);
    return builder.structure(rowAtoms(row, place), place);
  });
}

/** Values of a database by their keys. */
class Rows {
  readonly lmdb: Lmdb;
  private readonly inflater: Inflater;
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();

  constructor(lmdb: Lmdb, inflater: Inflater) {
    this.lmdb = lmdb;
    this.inflater = inflater;
  }

  bytes(key: string, place: FilePlace): Promise<Uint8Array | undefined> {
    return this.lmdb.get(this.encoder.encode(key), place);
  }

  /** The JSON under a key; undefined where there is no such key. */
  async json(key: string, what: string, place: FilePlace): Promise<unknown> {
    const compressed = await this.bytes(key, place);
    if (compressed === undefined) return undefined;
    let text: string;
    try {
      text = this.decoder.decode(this.inflater.inflate(compressed, LARGEST_ROW));
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw invalidFile(place, `${what} cannot be decompressed: ${problem}`);
    }
    return parsePythonJson(text, what, place);
  }
}

/** The ids of the rows, in their order. */
interface Ids {
  readonly count: number;
  readonly of: (index: number) => number;
}

async function readIds(rows: Rows, file: string): Promise<Ids> {
  const place = { file };
  const { entries } = rows.lmdb;
  if (entries === 0) return { count: 0, of: (index) => index };
  const next = await rows.json('nextid', 'nextid', place);
  if (next === undefined) throw await notOfAse(rows, place);
  const deleted = ((await rows.json('deleted_ids', 'deleted_ids', place)) ?? []) as unknown;
  const isIds = Array.isArray(deleted) && deleted.every((id) => Number.isSafeInteger(id));
  if (typeof next !== 'number' || !Number.isSafeInteger(next) || next < 1 || !isIds) {
    throw invalidFile(place, 'expected whole numbers for nextid and deleted_ids');
  }
  const gone = [...new Set(deleted as number[])].filter((id) => id > 0 && id < next).sort((a, b) => a - b);
  const count = next - 1 - gone.length;
  if (count > entries) {
    throw invalidFile(place, `nextid and deleted_ids promise ${count} rows, but there are ${entries} keys`);
  }
  // Of ids, as many are before a deleted one as it says itself, less the deleted ones before it.
  const before = gone.map((id, at) => id - 1 - at);
  return { count, of: (index) => index + 1 + countUpTo(before, index) };
}

/** How many of ascending numbers are at most this one. */
function countUpTo(numbers: readonly number[], most: number): number {
  let low = 0;
  for (let high = numbers.length; low < high;) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) <= most) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What an LMDB without ASE's keys is. */
async function notOfAse(rows: Rows, place: FilePlace): Promise<Error> {
  const first = (await rows.bytes('0', place)) ?? (await rows.bytes('length', place));
  if (first?.[0] === PICKLE) {
    const way = 'write the structures with ase.db.connect("out.aselmdb") or as extxyz';
    return invalidFile(place, `an LMDB of Python pickles, which are programs and not read; ${way}`);
  }
  return invalidFile(place, 'an LMDB without the key nextid, which databases of ASE have');
}
