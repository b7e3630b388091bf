import { faultOf, STATE_QUANTITIES, type StatePoint } from '../../model/state-points.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import type { InputOptions } from '../files/opened.js';
import { type PlacedRow, readPlacedRows } from './rows.js';

/**
 * The columns, by the names that they may have; their units, and how these are written. Letters are
 * capitals: `t` may be the time, and `h` a bandwidth.
 */
const COLUMNS = {
  pressure: { names: ['P', 'pressure'], unit: 'GPa', written: /^gpa$/i },
  temperature: { names: ['T', 'temperature'], unit: 'K', written: /^k(elvin)?$/i },
  volume: { names: ['V', 'volume'], unit: 'Å³', written: /^(a|å|ang|angstroms?)(³|\^?3|\*\*3)$/i },
  energy: { names: ['U', 'energy'], unit: 'eV', written: /^ev$/i },
  entropy: { names: ['H', 'entropy'], unit: 'nats', written: /^(nats?|k_?b?)$/i },
} as const;
type Key = keyof typeof COLUMNS;

/** A unit in brackets behind a name. */
const UNIT = /\s*[([](.*)[)\]]$/;

/** Where values of a state stand in a row. */
interface Layout {
  /** The column that says the phase, or the phase that the columns are of. */
  readonly phase: { readonly column: string } | { readonly name: string };
  readonly columns: Readonly<Record<Key, string>>;
  readonly errors: Partial<Record<'volumeError' | 'energyError' | 'entropyError', string>>;
}

/**
 * Reads state points from a table (CSV, JSON, Parquet; see `readRows`): a row for each state, with
 * columns `phase`, `P` (GPa), `T` (K), `V` (Å³ per atom), `U` (eV per atom), `H` (nats per atom) in
 * any order; or a row for each P and T, with `V_solid`, `U_solid`, `H_solid`, `V_liquid` … where a
 * phase that was not simulated there has empty fields. Long names (`pressure`, `temperature`,
 * `volume`, `energy`, `entropy`) and a unit in brackets behind the name, `P (GPa)`, are understood;
 * `V_error`, `U_error`, `H_error` (in wide tables `V_solid_error` …) say how far values may be off.
 * Other columns are passed over.
 *
 * @param path a path, or `-` for standard input
 * @throws {QuestsError} INVALID_FILE for missing columns, another unit, and, with the line, for
 *   fields that are missing or no numbers, T, V or errors not above 0, a row that is there twice;
 *   as `readRows`
 */
export async function readStatePoints(path: string, options: InputOptions = {}): Promise<StatePoint[]> {
  const { file, rows } = await readPlacedRows(path, options);
  const names = [...new Set(rows.flatMap(({ row }) => Object.keys(row)))];
  const layouts = layoutsOf(names, file);
  const seen = new Map<string, string>();
  // Phases of a wide table come in the order of its columns.
  const points = layouts.map((): StatePoint[] => []);
  for (const [at, placed] of rows.entries()) {
    const here = { file, line: placed.line };
    const where = placed.line === undefined ? `row ${at}` : `line ${placed.line}`;
    for (const [index, layout] of layouts.entries()) {
      const point = pointOf(placed, layout, here, placed.line === undefined ? `row ${at}: ` : '');
      if (point === undefined) continue;
      const key = JSON.stringify(point);
      const twin = seen.get(key);
      if (twin !== undefined) {
        throw invalidFile(here, `${placed.line === undefined ? `${where} ` : ''}says the same as ${twin}`);
      }
      seen.set(key, where);
      points[index]?.push(point);
    }
  }
  return points.flat();
}

function pointOf(
  { row }: PlacedRow,
  { phase, columns, errors }: Layout,
  here: FilePlace,
  prefix: string,
): StatePoint | undefined {
  const refused = (problem: string): Error => invalidFile(here, `${prefix}${problem}`);
  const number = (column: string): number => {
    const value = row[column] ?? null;
    if (typeof value === 'number') return value;
    throw refused(
      value === null
        ? `no ${column}, expected a number`
        : `${column} is ${shown(String(value))}, expected a number`,
    );
  };
  let name: string;
  if ('column' in phase) {
    const value = row[phase.column] ?? null;
    if (value === null) throw refused(`no ${phase.column}, expected the name of a phase`);
    name = String(value);
  } else {
    ({ name } = phase);
    const own = [columns.volume, columns.energy, columns.entropy, ...Object.values(errors)];
    if (own.every((column) => (row[column] ?? null) === null)) return undefined;
  }
  const point: StatePoint = {
    phase: name,
    pressure: number(columns.pressure),
    temperature: number(columns.temperature),
    volume: number(columns.volume),
    energy: number(columns.energy),
    entropy: number(columns.entropy),
    ...Object.fromEntries(Object.entries(errors).map(([key, column]) => [key, number(column)])),
  };
  const problem = faultOf(point);
  if (problem !== undefined) throw refused(problem);
  return point;
}

/**
 * One layout where a column says the phase, else one for each phase that a column of volumes is of.
 */
function layoutsOf(names: readonly string[], file: string): Layout[] {
  const known = new Map(names.map((name) => [plainName(name, file), name]));
  const phase = known.get('phase');
  const suffixes = [...known.keys()].flatMap(
    (name) => /^(?:V|volume)(_.*(?<!_error))$/.exec(name)?.[1] ?? [],
  );
  if (phase === undefined && suffixes.length === 0) throw missing(names, ['phase'], file);
  return (phase === undefined ? suffixes : ['']).map((suffix) => {
    const find = (key: Key, more = ''): string | undefined => {
      const ending = (key === 'pressure' || key === 'temperature' ? '' : suffix) + more;
      return COLUMNS[key].names.map((name) => known.get(name + ending)).find((name) => name !== undefined);
    };
    const keys = Object.keys(COLUMNS) as Key[];
    const lacking = keys.filter((key) => find(key) === undefined);
    const short = (key: Key): string => COLUMNS[key].names[0];
    if (lacking.length > 0) {
      const wanted = lacking.map(
        (key) => short(key) + (key === 'pressure' || key === 'temperature' ? '' : suffix),
      );
      throw missing(names, wanted, file);
    }
    const errors = STATE_QUANTITIES.flatMap((key) => {
      const column = find(key, '_error');
      return column === undefined ? [] : [[`${key}Error`, column]];
    });
    return {
      phase: phase === undefined ? { name: suffix.slice(1) } : { column: phase },
      columns: Object.fromEntries(keys.map((key) => [key, find(key)])) as Layout['columns'],
      errors: Object.fromEntries(errors) as Layout['errors'],
    };
  });
}

/**
 * A name without its unit, long names without capitals; refused where it says another unit than is
 * expected.
 */
function plainName(name: string, file: string): string {
  // The first name of a header as NumPy writes it begins with "# ".
  const whole = name.replace(/^#/, '').trim();
  const [, first = '', rest = ''] = /^([^_]*)(.*)$/.exec(whole.replace(UNIT, '')) ?? [];
  const quantity = first.length === 1 ? first : first.toLowerCase();
  const column = Object.values(COLUMNS).find(({ names }) => names.some((one) => one === quantity));
  const unit = UNIT.exec(whole)?.[1]?.replace(/\s*(per|\/)\s*atom$/i, '');
  if (column === undefined || unit === undefined || column.written.test(unit.trim())) return quantity + rest;
  throw invalidFile({ file }, `column ${shown(name)} is in ${unit}, expected ${column.unit}`);
}

function missing(names: readonly string[], wanted: readonly string[], file: string): Error {
  const found = names.map(shown).join(', ');
  const hint = names.length === 1 && /[\s;]/.test(names[0] ?? '') ? '; fields are separated by commas' : '';
  const expected = 'phase, P, T, V, U, H, or P, T and V_NAME, U_NAME, H_NAME for each phase';
  return invalidFile({ file }, `no column ${wanted.join(', ')}: expected ${expected}; found ${found}${hint}`);
}
