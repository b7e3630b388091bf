import type { SchemaTree } from 'hyparquet';
import { GIGAPASCALS } from '../../base/constants.js';
import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { type FilePlace, emptyFile, invalidFile, invalidStructure } from '../text/fault.js';
import type { ParquetFile } from '../matrices/parquet-file.js';
import { NumberRows } from '../matrices/number-rows.js';
import { speciesLabel, SYMBOLS } from './elements.js';
import { type FrameOptions, readNumbered } from './frames.js';
import { ParquetBatches } from './parquet-batches.js';
import { fillRows, flatNumbers, foundText, infoValue, isList, nestedValue } from './parquet-values.js';

/** Rows that one byte of a file can stand for: each has coordinates of its own. */
const MOST_ROWS_PER_BYTE = 16;

/** Names of columns, for each meaning: those of ColabFit, OPTIMADE and LeMaterial, and of ASE. */
const NAMES = {
  positions: ['positions', 'cartesian_site_positions', 'pos'],
  numbers: ['atomic_numbers', 'numbers'],
  species: ['species_at_sites', 'symbols', 'species'],
  sites: ['species'],
  cell: ['cell', 'lattice_vectors', 'lattice'],
  pbc: ['pbc', 'dimension_types'],
  forces: ['forces', 'atomic_forces'],
  stress: ['stress', 'cauchy_stress'],
  kilobars: ['stress_tensor'],
  isPerVolume: ['cauchy_stress_volume_normalized'],
} as const;

type Meaning = keyof typeof NAMES;

/** Columns that have a value, or a row of values, for each atom, beside those above. */
const PER_ATOM: ReadonlySet<string> = new Set([
  'magnetic_moments',
  'magmoms',
  'initial_magmoms',
  'charges',
  'initial_charges',
  'dipoles',
  'energies',
  'masses',
  'momenta',
  'stresses',
  'tags',
  'velocities',
]);

/** eV/Å³ that are 1 kBar. */
const KILOBAR = 0.1 / GIGAPASCALS;

const KILOBAR_NOTE =
  'stress_tensor is taken to be in kBar, as in LeMaterial, and read as stress in eV/Å³; its sign is kept';
const NOT_PER_VOLUME_NOTE =
  'cauchy_stress was not divided by the volume of the cell; it is kept under its own name, in eV';

/** Whether columns are those of structures with a row for each. */
export function haveStructureRows(columns: readonly SchemaTree[]): boolean {
  return NAMES.positions.some((name) =>
    columns.some(
      ({ element, children }) => element.name === name && (children.length > 0 || isText(element)),
    ),
  );
}

function isText({ type }: SchemaTree['element']): boolean {
  return type === 'BYTE_ARRAY';
}

/**
 * Structures of a file with a row for each, with the columns of ColabFit, of OPTIMADE and
 * LeMaterial, or of ASE. `forces` and `stress` (nine numbers) have these names whatever the file
 * calls them; other columns are kept in `info` under their own.
 *
 * @throws {QuestsError} as `readParquetStructures`
 */
export async function* readStructureRows(
  parquet: ParquetFile,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const { file } = options;
  const { rows, size } = parquet;
  if (!(rows >= 0 && rows <= MOST_ROWS_PER_BYTE * size)) {
    throw invalidFile({ file }, `${rows} rows in ${size} bytes; is the file damaged?`);
  }
  const reader = new RowReader(parquet.columns, options);
  const names = parquet.columns.map(({ element }) => element.name);
  const batches = new ParquetBatches(parquet, names, file, reader.numbers);
  yield* readNumbered(rows, options, async (frame) => reader.structure(await batches.row(frame), frame));
}

type Values = (column: string) => unknown;

class RowReader {
  readonly #columns: ReadonlyMap<string, SchemaTree>;
  readonly #named: ReadonlyMap<Meaning, string>;
  readonly #others: readonly string[];
  readonly #options: FrameOptions;
  readonly #noted = new Set<string>();

  constructor(columns: readonly SchemaTree[], options: FrameOptions) {
    this.#options = options;
    this.#columns = new Map(columns.map((column) => [column.element.name, column]));
    const isOptimade = this.#columns.has('species_at_sites');
    const meanings = (Object.keys(NAMES) as Meaning[]).filter(
      (meaning) => isOptimade || (meaning !== 'kilobars' && meaning !== 'sites'),
    );
    this.#named = new Map(
      meanings.flatMap((meaning) => {
        const name = NAMES[meaning].find((candidate) => this.#columns.has(candidate));
        return name === undefined ? [] : [[meaning, name] as const];
      }),
    );
    const obeyed = new Set<string>([...this.#named.values(), ...NAMES.pbc]);
    this.#others = [...this.#columns.keys()].filter((name) => !obeyed.has(name));
  }

  /** Columns that hold most of a file: coordinates and forces. */
  get numbers(): readonly string[] {
    return (['positions', 'forces'] as const).flatMap((meaning) => this.#named.get(meaning) ?? []);
  }

  structure(values: Values, frame: number): Structure {
    const place = { file: this.#options.file, frame };
    const positions = this.#positions(values, place);
    const atoms = positions.length / 3;
    const species = this.#species(values, atoms, place);
    const pbc = this.#pbc(values, place);
    const cell = this.#cell(values, pbc, place);
    const arrays = this.#arrays(values, atoms, place);
    const info = this.#info(values, place);
    return {
      positions,
      ...(cell && { cell }),
      ...(pbc && { pbc }),
      ...(species && { species }),
      ...(Object.keys(arrays).length > 0 && { arrays }),
      ...(Object.keys(info).length > 0 && { info }),
      source: place,
    };
  }

  /** The value of a meaning; undefined where it is missing, or an empty list. */
  #value(meaning: Meaning, values: Values, place: FilePlace): { name: string; value: unknown } | undefined {
    const name = this.#named.get(meaning);
    if (name === undefined) return undefined;
    const value = nestedValue(values(name), name, place);
    return value === undefined || (isList(value) && value.length === 0) ? undefined : { name, value };
  }

  #positions(values: Values, place: FilePlace): Float64Array {
    const found = this.#value('positions', values, place);
    if (found === undefined) throw emptyFile(place, 'no atoms');
    const { name, value } = found;
    const positions = numbersOfThree(value) ?? this.#coordinates(listOf(value), name, place);
    const unusual = positions.findIndex((number) => !Number.isFinite(number));
    if (unusual === -1) return positions;
    const problem = `${name} must be finite, found ${positions[unusual]}`;
    throw invalidStructure({ ...place, atom: Math.floor(unusual / 3) }, problem);
  }

  #coordinates(value: unknown, name: string, place: FilePlace): Float64Array {
    const rows = isList(value) ? value : [value];
    const positions = new Float64Array(3 * rows.length);
    const wrong = fillRows(rows, 3, positions, name, place);
    if (wrong === undefined) return positions;
    const problem = `expected three coordinates in ${name}, found ${wrong.length}`;
    throw invalidFile({ ...place, atom: wrong.row }, problem);
  }

  #species(values: Values, atoms: number, place: FilePlace): string[] | undefined {
    const named = this.#value('species', values, place);
    if (named !== undefined) {
      const elements = this.#elements(values, place);
      return Array.from(this.#perAtom(named.value, named.name, atoms, place), (label, atom) => {
        if (typeof label === 'string' && label !== '') return speciesLabel(elements.get(label) ?? label);
        throw invalidFile({ ...place, atom }, `expected text for ${named.name}, found ${foundText(label)}`);
      });
    }
    const numbered = this.#value('numbers', values, place);
    if (numbered === undefined) return undefined;
    return Array.from(this.#perAtom(numbered.value, numbered.name, atoms, place), (number, atom) => {
      const symbol = SYMBOLS[Number(number)];
      if (symbol !== undefined && number !== null) return symbol;
      const problem = `expected an atomic number in ${numbered.name}, found ${foundText(number)}`;
      throw invalidFile({ ...place, atom }, problem);
    });
  }

  /** Elements of the names of sites, as OPTIMADE lists them; sites of several are refused. */
  #elements(values: Values, place: FilePlace): ReadonlyMap<string, string> {
    const sites = this.#value('sites', values, place)?.value;
    const elements = new Map<string, string>();
    for (const site of isList(sites) ? sites : []) {
      const { name, chemical_symbols: symbols, concentration } = (site ?? {}) as Record<string, unknown>;
      if (typeof name !== 'string' || !isList(symbols)) continue;
      const [share] = isList(concentration) ? concentration : [];
      if (symbols.length !== 1 || (typeof share === 'number' && share < 1)) {
        throw invalidStructure(place, `the site ${name} is not of one element alone`);
      }
      elements.set(name, String(symbols[0]));
    }
    return elements;
  }

  #perAtom(value: unknown, name: string, atoms: number, place: FilePlace): ArrayLike<unknown> {
    const items = isList(value) ? value : [];
    if (items.length === atoms) return items;
    throw invalidFile(place, `${items.length} values in ${name}, expected ${atoms}: one for each atom`);
  }

  #pbc(values: Values, place: FilePlace): [boolean, boolean, boolean] | undefined {
    const found = this.#value('pbc', values, place);
    if (found === undefined) return undefined;
    const numbers = flatNumbers(found.value, found.name, place);
    const [a, b, c] = numbers.map((number) => number !== 0);
    if (a !== undefined && b !== undefined && c !== undefined && numbers.length === 3) return [a, b, c];
    throw invalidFile(place, `expected three logicals for ${found.name}, found ${numbers.length}`);
  }

  /** Nine numbers; none for the zeros with which molecules are stored. */
  #cell(values: Values, pbc: readonly boolean[] | undefined, place: FilePlace): number[] | undefined {
    const found = this.#value('cell', values, place);
    if (found === undefined) return undefined;
    const numbers = flatNumbers(found.value, found.name, place);
    if (numbers.length !== 9) {
      throw invalidFile(place, `expected nine numbers for ${found.name}, found ${numbers.length}`);
    }
    const unusual = numbers.find((number) => !Number.isFinite(number));
    if (unusual !== undefined)
      throw invalidStructure(place, `${found.name} must be finite, found ${unusual}`);
    return numbers.every((number) => number === 0) && pbc?.some(Boolean) !== true ? undefined : numbers;
  }

  #arrays(values: Values, atoms: number, place: FilePlace): Record<string, AtomArray> {
    const arrays: Record<string, AtomArray> = {};
    const forces = this.#value('forces', values, place);
    if (forces !== undefined) arrays.forces = this.#array(forces.value, forces.name, atoms, place, 3);
    for (const name of this.#others) {
      if (!PER_ATOM.has(name)) continue;
      const value = nestedValue(values(name), name, place);
      if (isList(value) && value.length > 0) arrays[name] = this.#array(value, name, atoms, place);
    }
    return arrays;
  }

  #array(value: unknown, name: string, atoms: number, place: FilePlace, expected?: number): AtomArray {
    const three = expected === 3 ? numbersOfThree(value) : undefined;
    if (three?.length === 3 * atoms) return { kind: 'R', width: 3, data: three };
    const rows = this.#perAtom(listOf(value), name, atoms, place);
    const width = expected ?? flatNumbers(rows[0], name, { ...place, atom: 0 }).length;
    const data = new Float64Array(width * atoms);
    const wrong = fillRows(rows, width, data, name, place);
    if (wrong !== undefined || width === 0) {
      const { row, length } = wrong ?? { row: 0, length: 0 };
      throw invalidFile({ ...place, atom: row }, `${length} values in ${name}, expected ${width}`);
    }
    return isWhole(this.#columns.get(name))
      ? { kind: 'I', width, data: Int32Array.from(data) }
      : { kind: 'R', width, data };
  }

  #info(values: Values, place: FilePlace & { frame: number }): Record<string, InfoValue> {
    const entries: [string, InfoValue][] = [];
    const stress = this.#stress(values, place);
    if (stress !== undefined) entries.push(stress);
    for (const name of this.#others) {
      if (PER_ATOM.has(name)) continue;
      const value = infoValue(values(name));
      if (value !== undefined) entries.push([name, value]);
    }
    return Object.fromEntries(entries);
  }

  #stress(values: Values, place: FilePlace & { frame: number }): [string, InfoValue] | undefined {
    const plain = this.#value('stress', values, place);
    const kilobars = plain === undefined ? this.#value('kilobars', values, place) : undefined;
    const found = plain ?? kilobars;
    if (found === undefined) return undefined;
    const numbers = flatNumbers(found.value, found.name, place);
    if (kilobars !== undefined) {
      this.#note(KILOBAR_NOTE, place);
      return ['stress', numbers.map((number) => number * KILOBAR)];
    }
    if (this.#value('isPerVolume', values, place)?.value !== false) return ['stress', numbers];
    this.#note(NOT_PER_VOLUME_NOTE, place);
    return [found.name, numbers];
  }

  #note(text: string, { file, frame }: FilePlace & { frame: number }): void {
    if (this.#noted.has(text)) return;
    this.#noted.add(text);
    this.#options.onNote?.({ file, frame, text, kind: 'units' });
  }
}

/** The numbers of rows of three. */
function numbersOfThree(value: unknown): Float64Array | undefined {
  return value instanceof NumberRows && value.width === 3 ? value.data : undefined;
}

function listOf(value: unknown): unknown {
  return value instanceof NumberRows ? value.nested() : value;
}

/** Whether the values of a column are whole numbers of 32 bits. */
function isWhole(column: SchemaTree | undefined): boolean {
  let leaf = column;
  while (leaf?.children[0] !== undefined) [leaf] = leaf.children;
  const { type, converted_type: converted } = leaf?.element ?? {};
  return type === 'INT32' && (converted === undefined || /^U?INT_/.test(converted));
}
