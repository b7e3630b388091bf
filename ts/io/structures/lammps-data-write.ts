import { QuestsError } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import { SYMBOLS } from './elements.js';
import { isRestricted } from './lammps-box.js';
import { numberText } from '../text/number.js';
import { checkFinite, eachFrame, inPieces, onlyOne, type Refuse } from './written.js';

/** The types of the atoms of a structure. */
interface Types {
  /** Of each atom, from 1. */
  readonly ofAtoms: ArrayLike<number>;
  readonly count: number;
  /** Species of types 1, 2, …; undefined where species are the numbers of types. */
  readonly names: readonly string[] | undefined;
  /** Masses of types 1, 2, …; undefined where they are not known. */
  readonly masses: readonly number[] | undefined;
}

const ELEMENTS: ReadonlySet<string> = new Set(SYMBOLS.slice(1));

/**
 * Writes one structure as a LAMMPS data file of atom style atomic: title (`info.comment`), box,
 * types, `id` where every atom has its own, coordinates. Numbers are the shortest that read back
 * the same.
 *
 * - Types are those of the column `type` where they go with the species, else the species in
 *   alphabetical order. Species become comments of `Masses` where there is a column `mass` that
 *   goes with them and all are elements, else `Atom Type Labels`, which LAMMPS reads since 2022.
 *   Species 1, 2, … are the types themselves, as is no species.
 * - A cell with a along x and b in the plane of x and y becomes bounds and tilt factors, any other
 *   a general triclinic box, which LAMMPS reads since 2024. The box begins at `info.Origin`, else
 *   at 0; an upper bound is rounded to f64.
 * - Data files know no boundaries: `pbc` is not kept, nor are other columns and values.
 *
 * @returns pieces of text, some 64 kB each
 * @throws {QuestsError} INVALID_ARGUMENT for a second structure, for one without a cell or with a
 *   left-handed one, and for what the format cannot hold; INVALID_STRUCTURE for coordinates that
 *   are not finite; EMPTY for no structure
 */
export function writeLammpsData(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  return inPieces(eachFrame(onlyOne(structures, 'a LAMMPS data file', 'a dump or extxyz'), linesOf), '\n');
}

function* linesOf(structure: Structure): Generator<string, void, undefined> {
  const { positions, info = {} } = structure;
  const refuse: Refuse = (problem) => new QuestsError('INVALID_ARGUMENT', `LAMMPS data file: ${problem}`);
  const atoms = positions.length / 3;
  if (!Number.isInteger(atoms) || atoms === 0) throw refuse('positions are not three numbers per atom');
  checkFinite(positions, 'LAMMPS data file');
  const title = typeof info.comment === 'string' ? info.comment : '';
  if (/[\r\n]/.test(title)) throw refuse('a comment of more than one line cannot be written');
  const box = boxLines(structure, refuse);
  const types = typesOf(structure, atoms, refuse);
  const ids = idsOf(structure, atoms);

  yield title;
  yield '';
  yield `${atoms} atoms`;
  yield `${types.count} atom types`;
  yield '';
  yield* box;
  yield '';
  yield* typeLines(types);
  yield 'Atoms # atomic';
  yield '';
  for (let atom = 0; atom < atoms; atom++) {
    const id = ids?.[atom] ?? atom + 1;
    yield `${id} ${types.ofAtoms[atom] as number} ${row(positions, 3 * atom)}`;
  }
}

function boxLines({ cell, info = {} }: Structure, refuse: Refuse): string[] {
  if (cell?.length !== 9) throw refuse('a structure without a cell cannot be written');
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = Array.from(cell) as [
    ...[number, number, number],
    ...[number, number, number],
    ...[number, number, number],
  ];
  const volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  if (!(volume > 0 && volume < Infinity)) {
    throw refuse('expected a right-handed cell with a volume');
  }
  const origin = originOf(info.Origin, refuse);
  if (!isRestricted(cell)) {
    const vectors = ['avec', 'bvec', 'cvec'].map((name, index) => `${row(cell, 3 * index)} ${name}`);
    return [...vectors, `${row(origin, 0)} abc origin`];
  }
  const lines = [ax, by, cz].map((length, axis) => {
    const [low, name] = [origin[axis] as number, 'xyz'.charAt(axis)];
    if (low + length <= low) throw refuse(`the cell is too small to be told from info.Origin, ${low}`);
    return `${numberText(low)} ${numberText(low + length)} ${name}lo ${name}hi`;
  });
  const tilts = [bx, cx, cy];
  if (tilts.some((tilt) => tilt !== 0)) lines.push(`${row(tilts, 0)} xy xz yz`);
  return lines;
}

function originOf(origin: unknown, refuse: Refuse): readonly number[] {
  if (origin === undefined) return [0, 0, 0];
  if (Array.isArray(origin) && origin.length === 3 && origin.every(Number.isFinite)) {
    return origin as number[];
  }
  throw refuse('info.Origin, where the box begins, must be three numbers');
}

/** Identifiers of the atoms; undefined where there are none that LAMMPS takes. */
function idsOf({ arrays }: Structure, atoms: number): ArrayLike<number> | undefined {
  const ids = wholes(arrays?.id, atoms);
  return ids !== undefined && new Set(Array.from(ids)).size === atoms ? ids : undefined;
}

/** Numbers from 1, one per atom; undefined for anything else. */
function wholes(array: AtomArray | undefined, atoms: number): ArrayLike<number> | undefined {
  if (array?.kind !== 'I' || array.width !== 1 || array.data.length !== atoms) return undefined;
  const data = array.data as Int32Array | Float64Array;
  return data.every((value) => value >= 1) ? data : undefined;
}

function typesOf({ species, arrays }: Structure, atoms: number, refuse: Refuse): Types {
  if (species !== undefined && species.length !== atoms) {
    throw refuse(`${species.length} species, expected ${atoms}`);
  }
  const given = wholes(arrays?.type, atoms);
  if (species === undefined || species.every((label) => /^[1-9]\d{0,8}$/.test(label))) {
    const ofAtoms = species?.map(Number) ?? given ?? new Int32Array(atoms).fill(1);
    const count = Array.from(ofAtoms).reduce((most, type) => Math.max(most, type), 1);
    return { ofAtoms, count, names: undefined, masses: massesOf(arrays?.mass, ofAtoms, count) };
  }
  const unusable = species.find((label) => !/^[A-Za-z][^\s#]*$/.test(label));
  if (unusable !== undefined) {
    throw refuse(`${JSON.stringify(unusable)} cannot be written as a species`);
  }
  const { ofAtoms, names } = namedTypes(species, given);
  return { ofAtoms, count: names.length, names, masses: massesOf(arrays?.mass, ofAtoms, names.length) };
}

/**
 * Types that stand for species: those given where each has one species and none is left out, else
 * alphabetical.
 */
function namedTypes(
  species: readonly string[],
  given: ArrayLike<number> | undefined,
): { ofAtoms: ArrayLike<number>; names: string[] } {
  const labels = [...new Set(species)].sort();
  if (given !== undefined) {
    const names: string[] = [];
    const fits = species.every((label, atom) => {
      const type = (given[atom] as number) - 1;
      return type < labels.length && (names[type] ??= label) === label;
    });
    if (fits && new Set(names).size === labels.length) return { ofAtoms: given, names };
  }
  const numbers = new Map(labels.map((label, index) => [label, index + 1]));
  return { ofAtoms: species.map((label) => numbers.get(label) as number), names: labels };
}

/** The mass of each type; undefined where atoms of one type have several, or a type has none. */
function massesOf(
  array: AtomArray | undefined,
  types: ArrayLike<number>,
  count: number,
): number[] | undefined {
  if (array?.kind !== 'R' || array.width !== 1 || array.data.length !== types.length) return undefined;
  const known = new Map<number, number>();
  for (const [atom, value] of (array.data as Float64Array).entries()) {
    const type = types[atom] as number;
    if (!(value > 0 && value < Infinity) || (known.get(type) ?? value) !== value) return undefined;
    known.set(type, value);
  }
  if (known.size !== count) return undefined;
  return Array.from({ length: count }, (_, index) => known.get(index + 1) as number);
}

function* typeLines({ names, masses }: Types): Generator<string, void, undefined> {
  const inComments = masses !== undefined && names?.every((name) => ELEMENTS.has(name)) === true;
  if (names !== undefined && !inComments) {
    yield 'Atom Type Labels';
    yield '';
    for (const [index, name] of names.entries()) yield `${index + 1} ${name}`;
    yield '';
  }
  if (masses === undefined) return;
  yield 'Masses';
  yield '';
  for (const [index, mass] of masses.entries()) {
    const comment = inComments ? ` # ${names[index] as string}` : '';
    yield `${index + 1} ${numberText(mass)}${comment}`;
  }
  yield '';
}

function row(values: ArrayLike<number>, at: number): string {
  const [x = NaN, y = NaN, z = NaN] = [values[at], values[at + 1], values[at + 2]];
  return `${numberText(x)} ${numberText(y)} ${numberText(z)}`;
}
