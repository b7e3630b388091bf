import { QuestsError } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import { numberText } from '../text/number.js';
import { checkFinite, eachFrame, inPieces, onlyOne, type Refuse } from './written.js';
import { elementsOfComment } from './poscar-header.js';

/** Atoms of one species that follow one another. */
interface Group {
  readonly species: string;
  count: number;
}

/**
 * Writes one structure as POSCAR: comment (`info.comment`, else the species), cell, species,
 * Cartesian coordinates, the flags of `selective_dynamics` and `velocities` (Å/fs, else
 * `velocities_direct`) where there are any. Numbers are the shortest that read back the same. Atoms
 * stay in their order: a species that comes back is named again. Species that are types 1, 2, … in
 * this order make a file of VASP 4, without names. VASP knows periodic boundaries only: `pbc` is
 * not kept, nor are other columns and values.
 *
 * @returns pieces of text, some 64 kB each
 * @throws {QuestsError} INVALID_ARGUMENT for a second structure, for one without a cell, and for
 *   what the format cannot hold; INVALID_STRUCTURE for coordinates that are not finite; EMPTY for
 *   no structure
 */
export function writePoscar(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  return inPieces(eachFrame(onlyOne(structures, 'POSCAR', 'extxyz'), linesOf), '\n');
}

function* linesOf(structure: Structure): Generator<string, void, undefined> {
  const { positions, cell, arrays = {} } = structure;
  const refuse: Refuse = (problem) => new QuestsError('INVALID_ARGUMENT', `POSCAR: ${problem}`);
  const atoms = positions.length / 3;
  if (!Number.isInteger(atoms) || atoms === 0) throw refuse('positions are not three numbers per atom');
  if (cell?.length !== 9) throw refuse('a structure without a cell cannot be written');
  checkFinite(positions, 'POSCAR');
  const flags = threeEach(arrays, 'selective_dynamics', 'L', atoms, refuse);
  const groups = groupsOf(structure.species ?? Array<string>(atoms).fill('1'), refuse);
  const isNamed = !groups.every(({ species }, index) => species === String(index + 1));

  yield commentOf(structure, groups, isNamed, refuse);
  yield '1.0';
  for (let row = 0; row < 9; row += 3) yield triple(cell, row);
  if (isNamed) yield groups.map(({ species }) => species).join(' ');
  yield groups.map(({ count }) => count).join(' ');
  if (flags !== undefined) yield 'Selective dynamics';
  yield 'Cartesian';
  for (let at = 0; at < positions.length; at += 3) {
    const row = triple(positions, at);
    yield flags === undefined ? row : `${row} ${logicals(flags, at)}`;
  }
  const cartesian = threeEach(arrays, 'velocities', 'R', atoms, refuse);
  const velocities = cartesian ?? threeEach(arrays, 'velocities_direct', 'R', atoms, refuse);
  if (velocities === undefined) return;
  // A blank line stands for Cartesian.
  yield cartesian === undefined ? 'Direct' : '';
  for (let at = 0; at < velocities.length; at += 3) yield triple(velocities, at);
}

/** Numbers of a column of three per atom; undefined where there is none of this kind. */
function threeEach(
  arrays: Readonly<Record<string, AtomArray>>,
  name: string,
  kind: AtomArray['kind'],
  atoms: number,
  refuse: Refuse,
): ArrayLike<number> | undefined {
  const array = arrays[name];
  if (array?.kind !== kind || array.width !== 3) return undefined;
  if (array.data.length !== 3 * atoms) {
    throw refuse(`${array.data.length} values in ${name}, expected 3 for each of ${atoms} atoms`);
  }
  return array.data as ArrayLike<number>;
}

function groupsOf(species: readonly string[], refuse: Refuse): Group[] {
  const groups: Group[] = [];
  for (const label of species) {
    const last = groups.at(-1);
    if (last?.species === label) last.count++;
    else groups.push({ species: label, count: 1 });
  }
  const isTypes = groups.every(({ species: label }, index) => label === String(index + 1));
  const unusable = groups.find(({ species: label }) => !/^[A-Za-z][^\s!#]*$/.test(label));
  if (unusable === undefined || isTypes) return groups;
  const hint = /^\d+$/.test(unusable.species) ? '; --elements maps types to elements' : '';
  throw refuse(`${JSON.stringify(unusable.species)} cannot be written as a species${hint}`);
}

function commentOf(
  { info = {} }: Structure,
  groups: readonly Group[],
  isNamed: boolean,
  refuse: Refuse,
): string {
  const { comment } = info;
  if (typeof comment === 'string') {
    if (/[\r\n]/.test(comment)) throw refuse('a comment of more than one line cannot be written');
    // Of a file without species the elements would be taken from here.
    if (isNamed || elementsOfComment(comment, groups.length) === undefined) return comment;
  }
  return isNamed ? groups.map(({ species, count }) => `${species}${count}`).join(' ') : 'types';
}

function triple(values: ArrayLike<number>, at: number): string {
  const [x = NaN, y = NaN, z = NaN] = [values[at], values[at + 1], values[at + 2]];
  return `${numberText(x)} ${numberText(y)} ${numberText(z)}`;
}

function logicals(flags: ArrayLike<number>, at: number): string {
  return [0, 1, 2].map((component) => (flags[at + component] === 0 ? 'F' : 'T')).join(' ');
}
