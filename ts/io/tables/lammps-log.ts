import type { InfoValue, Source, Structure } from '../../model/structure.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import { type InputFile, openInput } from '../files/input.js';
import { LineReader } from '../text/lines.js';
import { type ThermoRow, ThermoTable } from './thermo-table.js';

/** Options of {@link readThermo}. */
export interface ThermoOptions {
  /** Cancels reading. */
  readonly signal?: AbortSignal | undefined;
}

/** Thermodynamic output of LAMMPS. */
export interface Thermo {
  /** The log it was read from. */
  readonly file: string;
  /**
   * Names of the values, as LAMMPS has them: `Temp`, `PotEng`, `Press`, `Volume` …; without `Step`.
   */
  readonly keys: readonly string[];
  /**
   * By timestep, one value per key, in the units of the run. NaN stands for what LAMMPS gave as
   * `nan`, and for keys that the run did not print.
   */
  readonly rows: ReadonlyMap<number, Float64Array>;
}

/**
 * Reads the thermodynamic output in a log of LAMMPS: the styles `one`, `multi` and `yaml`, of all
 * runs.
 *
 * Of a step that occurs more than once, as the last of one run and the first of the next, the later
 * values count. A last line that the end of the file cuts is left out; so are tables without
 * `Step`.
 *
 * @param log a path, or `-` for standard input, or a path with the name that messages use; gzip is
 *   recognised by content
 * @throws {QuestsError} FILE_ACCESS for a file that cannot be read; INVALID_FILE, with the line,
 *   for a row of a table that has other columns; EMPTY for a file without thermodynamic output. The
 *   signal's reason when cancelled
 */
export async function readThermo(
  log: string | Pick<InputFile, 'path' | 'name'>,
  { signal }: ThermoOptions = {},
): Promise<Thermo> {
  const { file, bytes } = await openInput(log, { signal });
  const lines = new LineReader(bytes, { file, signal });
  const table = new ThermoTable();
  try {
    while (lines.advance() || (await lines.next())) {
      table.read(lines.text(), !lines.terminated, { file, line: lines.number });
    }
  } finally {
    await lines.release();
  }
  table.finish();
  if (table.rows.length === 0) {
    throw emptyFile({ file }, 'no thermodynamic output with Step; is it a log of LAMMPS?');
  }
  return { file, ...merged(table.rows) };
}

/**
 * Structures with the thermodynamic output of their timestep, `info.timestep`, added to `info`
 * under LAMMPS's names. A key that `info` has already stays as it is; NaN is left out.
 *
 * @param onBeyond told of each structure after the last step of the log, of a run that was stopped
 *   before it wrote the rest; these stay as they are. Default: the first is an error
 *
 * @example
 * const thermo = await readThermo('log.lammps');
 * for await (const { info } of withThermo(readStructures('dump.cu'), thermo)) {
 *   console.log(info?.Temp);
 * }
 *
 * @throws {QuestsError} INVALID_FILE for a structure without a timestep, and for one whose timestep
 *   the log does not have
 */
export async function* withThermo(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
  { file, keys, rows }: Thermo,
  onBeyond?: (source: Source) => void,
): AsyncGenerator<Structure, void, undefined> {
  let index = 0;
  const last = Math.max(...rows.keys());
  for await (const structure of structures) {
    const { info = {}, source = { file: 'structures', frame: index } } = structure;
    index++;
    const { timestep } = info;
    if (typeof timestep !== 'number') {
      throw invalidFile(source, `expected a timestep, by which to join it to the log ${file}`);
    }
    if (onBeyond !== undefined && timestep > last && index > 1) {
      onBeyond(source);
      yield structure;
      continue;
    }
    const row = rows.get(timestep);
    if (row === undefined) {
      throw invalidFile(source, `timestep ${timestep} is not in the log ${file}, which ends at ${last}`);
    }
    const added = keys.flatMap((key, at): [string, InfoValue][] => {
      const value = row[at] ?? NaN;
      return Object.hasOwn(info, key) || Number.isNaN(value) ? [] : [[key, value]];
    });
    yield { ...structure, info: { ...info, ...Object.fromEntries(added) } };
  }
}

/** One row per step, of all keys. */
function merged(found: readonly ThermoRow[]): Pick<Thermo, 'keys' | 'rows'> {
  const places = new Map<string, number>();
  for (const { keys } of found) {
    for (const key of keys) if (!places.has(key)) places.set(key, places.size);
  }
  const rows = new Map<number, Float64Array>();
  for (const { step, keys, values } of found) {
    let row = rows.get(step);
    if (row === undefined) rows.set(step, (row = new Float64Array(places.size).fill(NaN)));
    for (const [at, key] of keys.entries()) row[places.get(key) as number] = values[at] as number;
  }
  return { keys: [...places.keys()], rows };
}
