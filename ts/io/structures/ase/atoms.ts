import type { AtomArray, InfoValue, Structure } from '../../../model/structure.js';
import { emptyFile, type FilePlace, invalidFile, invalidStructure } from '../../text/fault.js';
import { SYMBOLS } from '../elements.js';
import { freshName } from '../frame-header.js';
import { constrained } from './constraints.js';
import { infoOf } from './json-info.js';
import { fullMatrix } from './stress.js';
import type { Values } from './values.js';

/** What ASE keeps of an `Atoms` object, whatever the file. */
export interface AseAtoms {
  readonly numbers: Values | undefined;
  readonly positions: Values | undefined;
  readonly cell?: Values | undefined;
  readonly pbc?: Values | undefined;
  /** Values per atom that are no results: tags, momenta, masses …. */
  readonly arrays: Iterable<readonly [string, Values | undefined]>;
  /** What a calculator gave, under ASE's names. */
  readonly results: Iterable<readonly [string, Values | undefined]>;
  /** Values of the frame, as JSON. */
  readonly info: Iterable<readonly [string, unknown]>;
  /** Constraints as ASE writes them, decoded. */
  readonly constraints?: unknown;
}

/** Arrays of `Atoms`, with their names in extended xyz. */
export const ATOM_ARRAYS = ['initial_magmoms', 'initial_charges', 'masses', 'tags', 'momenta'] as const;

/** ASE's `all_properties`, and whether there is one for each atom. */
const RESULTS: Readonly<Record<string, boolean>> = {
  energy: false,
  forces: true,
  stress: false,
  stresses: true,
  dipole: false,
  charges: true,
  magmom: false,
  magmoms: true,
  free_energy: false,
  energies: true,
  dielectric_tensor: false,
  born_effective_charges: true,
  polarization: false,
};

/** Names of the results of calculators. */
export const RESULT_NAMES: readonly string[] = Object.keys(RESULTS);

/** Makes structures of what ASE keeps; those with the same atoms share their species. */
export class AtomsBuilder {
  private numbers: ArrayLike<number> = [];
  private species: readonly string[] = [];

  /**
   * A structure, with the names that extended xyz has: forces, energy, a stress of nine numbers.
   *
   * @throws {QuestsError} INVALID_FILE for missing atoms or coordinates, numbers that are none,
   *   arrays of the wrong shape; EMPTY for no atoms; INVALID_STRUCTURE for coordinates or a cell
   *   that are not finite
   */
  structure(atoms: AseAtoms, place: FilePlace): Structure {
    const species = this.speciesOf(atoms.numbers, place);
    const count = species.length;
    const cell = cellOf(atoms.cell, place);
    const pbc = pbcOf(atoms.pbc, place);
    const arrays: [string, AtomArray][] = [];
    const names = new Map<string, number>();
    const info: [string, InfoValue][] = [];
    const perAtom = (name: string, values: Values | undefined): void => {
      if (values !== undefined) arrays.push([name, columnOf(name, values, count, place)]);
    };
    for (const [name, values] of atoms.arrays) perAtom(name, values);
    for (const [name, values] of atoms.results) {
      if (RESULTS[name] === true) perAtom(name, values);
      else if (values !== undefined) info.push([freshName(name, names), resultOf(name, values, place)]);
    }
    const { moveMask, others } = constrained(atoms.constraints, count, place);
    if (moveMask !== undefined) arrays.push(['move_mask', moveMask]);
    if (others !== undefined) info.push([freshName('constraints', names), others]);
    for (const [name, json] of atoms.info) {
      const value = infoOf(json, name, place);
      if (value !== undefined) info.push([freshName(name, names), value]);
    }
    return {
      positions: positionsOf(atoms.positions, count, place),
      ...(cell && { cell }),
      pbc,
      species,
      arrays: Object.fromEntries(arrays),
      info: Object.fromEntries(info),
      source: { file: place.file, frame: place.frame ?? 0 },
    };
  }

  private speciesOf(numbers: Values | undefined, place: FilePlace): readonly string[] {
    if (numbers === undefined) throw invalidFile(place, 'no atomic numbers (numbers)');
    const { shape, kind } = numbers;
    if (shape.length !== 1 || kind === 'S') {
      throw invalidFile(place, `expected a list of atomic numbers, found ${described(numbers)}`);
    }
    const data = numbers.data as ArrayLike<number>;
    if (data.length === 0) throw emptyFile(place, 'a frame of 0 atoms');
    if (isSame(data, this.numbers)) return this.species;
    const species: string[] = [];
    for (let atom = 0; atom < data.length; atom++) {
      const number = data[atom] as number;
      const symbol = SYMBOLS[number];
      if (symbol === undefined) {
        const problem = `${number} is no atomic number, expected 0 to ${SYMBOLS.length - 1}`;
        throw invalidFile({ ...place, atom }, problem);
      }
      species.push(symbol);
    }
    this.numbers = data;
    return (this.species = species);
  }
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function positionsOf(positions: Values | undefined, atoms: number, place: FilePlace): Float64Array {
  if (positions === undefined) throw invalidFile(place, 'no coordinates (positions)');
  const { shape, kind } = positions;
  if (shape.length !== 2 || shape[0] !== atoms || shape[1] !== 3 || (kind !== 'R' && kind !== 'I')) {
    const found = `found ${described(positions)}`;
    throw invalidFile(place, `expected three coordinates for each of ${atoms} atoms, ${found}`);
  }
  const data = realOf(positions);
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad === -1) return data;
  const here = { ...place, atom: Math.floor(bad / 3) };
  throw invalidStructure(here, `expected finite coordinates, found ${data[bad]}`);
}

/** The nine numbers of a cell; undefined for no cell, or one of zeros, as ASE has it. */
function cellOf(cell: Values | undefined, place: FilePlace): readonly number[] | undefined {
  if (cell === undefined) return undefined;
  if (cell.data.length !== 9 || cell.kind === 'S') {
    throw invalidFile(place, `expected nine numbers for the cell, found ${described(cell)}`);
  }
  const numbers = Array.from(cell.data as ArrayLike<number>);
  const bad = numbers.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw invalidStructure(place, `the cell must be finite, found ${bad}`);
  return numbers.every((value) => value === 0) ? undefined : numbers;
}

function pbcOf(pbc: Values | undefined, place: FilePlace): [boolean, boolean, boolean] {
  if (pbc === undefined) return [false, false, false];
  const [a, b = a, c = a] = pbc.data;
  const isRight = (pbc.data.length === 1 || pbc.data.length === 3) && pbc.kind !== 'S';
  if (!isRight)
    throw invalidFile(place, `expected a logical for each direction of pbc, found ${described(pbc)}`);
  return [a !== 0, b !== 0, c !== 0];
}

function columnOf(name: string, values: Values, atoms: number, place: FilePlace): AtomArray {
  const { shape, kind, data } = values;
  const [rows, ...extents] = shape;
  const width = extents.reduce((product, extent) => product * extent, 1);
  if (rows !== atoms || width === 0 || data.length !== atoms * width) {
    throw invalidFile(place, `expected ${name} for each of ${atoms} atoms, found ${described(values)}`);
  }
  // What a calculator gave is real, even where all of it is whole numbers.
  if (kind === 'I' && name !== 'tags') return { kind: 'R', width, data: realOf(values) };
  return { kind, width, data };
}

function resultOf(name: string, values: Values, place: FilePlace): InfoValue {
  const { kind, data, shape } = values;
  if (kind === 'S' || kind === 'L') {
    throw invalidFile(place, `expected numbers for ${name}, found ${described(values)}`);
  }
  const numbers = Array.from(data as ArrayLike<number>);
  if (shape.length === 0 && numbers.length === 1) return numbers[0] as number;
  if (name !== 'stress') return numbers;
  const matrix = fullMatrix(numbers);
  if (matrix !== undefined) return matrix;
  throw invalidFile(place, `expected six or nine numbers for stress, found ${described(values)}`);
}

function realOf({ data }: Values): Float64Array {
  return data instanceof Float64Array ? data : Float64Array.from(data as ArrayLike<number>);
}

function described({ shape, kind }: Values): string {
  const what = kind === 'S' ? 'text' : kind === 'L' ? 'logicals' : 'numbers';
  return shape.length === 0 ? `one of ${what}` : `${what} of the shape (${shape.join(', ')})`;
}
