import type { Structure } from '../../../model/structure.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import type { RangeSource } from '../../text/ranges.js';
import { type FrameAction, type FrameOptions, readListed } from '../frames.js';
import { type AseAtoms, AtomsBuilder } from './atoms.js';
import { parsePythonJson } from './python-json.js';
import { rowInfo } from './row.js';
import { binaryJson } from './binary-json.js';
import { Sqlite } from './sqlite.js';
import type { SqliteValue } from './sqlite-record.js';
import { binaryValues, itemBytes, type Values } from './values.js';

/** Columns of results of calculators. */
const RESULTS = [
  'energy',
  'free_energy',
  'forces',
  'stress',
  'dipole',
  'magmoms',
  'magmom',
  'charges',
] as const;

/** Columns of further values of the atoms, with the type that NumPy had. */
const ARRAYS = [
  ['initial_magmoms', 'float64'],
  ['initial_charges', 'float64'],
  ['masses', 'float64'],
  ['tags', 'int32'],
  ['momenta', 'float64'],
] as const;

const LOG_NOTE = 'the database keeps a log (WAL); what stands only in a file -wal beside it is not seen';

/**
 * Reads ASE databases in SQLite (`.db`), row by row, in the order of their ids. Units are ASE's: Å,
 * eV. What a row keeps is that of {@link rowAtoms}.
 *
 * @throws {QuestsError} INVALID_FILE for a file that is not as SQLite or ASE promise, with the
 *   frame for a row; INVALID_STRUCTURE for coordinates or a cell that are not finite; EMPTY for no
 *   rows. The signal's reason when cancelled
 */
export async function* readAseSqlite(
  source: RangeSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file, onNote, onSkip } = options;
  const sqlite = await Sqlite.open(source, file);
  const { cut } = sqlite;
  // Where bad frames are left out, those that are there are read first.
  if (cut !== undefined && onSkip === undefined) throw invalidFile({ file }, cut);
  const table = await sqlite.table('systems');
  if (table === undefined) {
    const hint = sqlite.hasLog
      ? '; it may stand in a file -wal, which sqlite3 FILE "PRAGMA wal_checkpoint" empties'
      : '';
    throw invalidFile({ file }, `no table systems, which databases of ASE have${hint}`);
  }
  if (sqlite.hasLog) onNote?.({ file, frame: 0, text: LOG_NOTE, kind: 'incomplete' });
  const builder = new AtomsBuilder();
  const list = async function* (): AsyncGenerator<FrameAction, void, undefined> {
    for await (const row of sqlite.rows(table.root)) {
      yield async (frame) => {
        const place = { file, frame };
        const columns = new Row(table.columns, await row.values(place), place);
        return builder.structure(columns.atoms(), place);
      };
    }
    if (cut !== undefined) throw invalidFile({ file }, cut);
  };
  yield* readListed(list(), options);
}

/** The values of a row by the names of their columns. */
class Row {
  private readonly names: readonly string[];
  private readonly all: readonly SqliteValue[];
  private readonly place: FilePlace;

  constructor(names: readonly string[], all: readonly SqliteValue[], place: FilePlace) {
    this.names = names;
    this.all = all;
    this.place = place;
  }

  atoms(): AseAtoms {
    const numbers = this.array('numbers', 'int32');
    const atoms = numbers?.data.length ?? 0;
    const { place } = this;
    const perAtom = (name: string, dtype?: string): readonly [string, Values | undefined] => {
      const values = this.array(name, dtype);
      const rows = values?.data.length ?? 0;
      const width = rows / atoms;
      // Vectors of atoms are not told from numbers of more atoms otherwise.
      const isEach = values?.shape.length === 1 && Number.isInteger(width) && width > 1;
      return [name, isEach ? { ...values, shape: [atoms, width] } : values];
    };
    const pbc = this.value('pbc');
    const unique = this.value('unique_id');
    const constraints = this.json('constraints');
    return {
      numbers,
      positions: perAtom('positions')[1],
      cell: this.array('cell'),
      pbc:
        typeof pbc === 'number'
          ? { shape: [3], kind: 'L', data: Uint8Array.of(pbc & 1, pbc & 2, pbc & 4) }
          : undefined,
      arrays: ARRAYS.map(([name, dtype]) => perAtom(name, dtype)),
      results: RESULTS.map((name) => (PER_ATOM.has(name) ? perAtom(name) : [name, this.array(name)])),
      info: rowInfo({ keyValuePairs: this.json('key_value_pairs'), data: this.json('data'), unique }, place),
      constraints,
    };
  }

  private value(name: string): SqliteValue {
    const at = this.names.indexOf(name);
    return at === -1 ? null : (this.all[at] ?? null);
  }

  /** Numbers of a column: one, or the bytes of an array of NumPy. */
  private array(name: string, dtype = 'float64'): Values | undefined {
    const value = this.value(name);
    if (value === null) return undefined;
    if (typeof value === 'number') return { shape: [], kind: 'R', data: Float64Array.of(value) };
    const count = value.length / (itemBytes(dtype) ?? 1);
    if (typeof value === 'string' || !Number.isInteger(count)) {
      throw invalidFile(this.place, `expected numbers of ${dtype} for ${name}, found ${value.length} bytes`);
    }
    return binaryValues(dtype, [count], value);
  }

  /** JSON of a column: text, or as ASE makes it of arrays. */
  private json(name: string): unknown {
    const value = this.value(name);
    if (value instanceof Uint8Array) return binaryJson(value, name, this.place);
    return typeof value === 'string' ? parsePythonJson(value, name, this.place) : value;
  }
}

const PER_ATOM: ReadonlySet<string> = new Set(['forces', 'magmoms', 'charges']);
