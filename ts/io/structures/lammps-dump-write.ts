import { errorAt } from '../../base/error.js';
import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { orderById } from './atom-order.js';
import { isRestricted, tiltReach } from './lammps-box.js';
import { numberText } from '../text/number.js';
import { checkFinite, eachFrame, inPieces, type Refuse, textField } from './written.js';

/** Room around atoms without a cell, in Å: a dump has a box in any case. */
const MARGIN = 0.5;

/** A column of the table of atoms, and the text of its fields. */
interface WrittenColumn {
  readonly name: string;
  readonly field: (atom: number) => string;
}

type Triple = readonly [number, number, number];
type Nine = readonly [...Triple, ...Triple, ...Triple];

/**
 * Writes structures as a LAMMPS dump, which LAMMPS, OVITO and ASE read.
 *
 * - Columns: `id` (else 1, 2, …), `type`, `element`, `x y z`, then `arrays` in their order. Types
 *   are those in `arrays.type`, else species that are numbers, else species are numbered as they
 *   first occur in the file; `element` is left out where it would repeat the type.
 * - Columns of several numbers are written one by one: `forces` as `fx fy fz`, others as
 *   `NAME[1] NAME[2] …`. Logical values are 0 and 1.
 * - Box: bounds, with tilt factors where a lies along x and b in the plane of x and y; else
 *   `abc origin`. It begins at `info.Origin`, else at 0. Without a cell it surrounds the atoms, and
 *   is not periodic.
 * - `info.timestep` where it is a whole number, else the index of the frame; `info.time` and, where
 *   it is a word, `info.units`. No other value of `info` is kept.
 *
 * Numbers are the shortest text that reads back the same. Bounds are sums of origin, lengths and
 * tilt factors, so that cells may differ in the last digit when they are read again; those that
 * begin at 0 without tilt do not.
 *
 * @returns pieces of text, some 64 kB each
 * @throws {QuestsError} INVALID_ARGUMENT, naming the frame, for what the format cannot hold: arrays
 *   of the wrong length, text that is empty or holds blanks, an `id` that is not a whole number or
 *   occurs twice; INVALID_STRUCTURE for coordinates or cells that are not finite
 */
export function writeLammpsDump(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  const types = new Map<string, number>();
  let units: InfoValue | undefined;
  function* lines(structure: Structure, frame: number): Generator<string, void, undefined> {
    const own = structure.info?.units;
    if (typeof own === 'string' && /^\S+$/.test(own) && own !== units) yield `ITEM: UNITS\n${(units = own)}`;
    yield* frameLines(structure, frame, types);
  }
  return inPieces(eachFrame(structures, lines), '\n');
}

function* frameLines(
  structure: Structure,
  frame: number,
  types: Map<string, number>,
): Generator<string, void, undefined> {
  const refuse: Refuse = (problem) => errorAt('INVALID_ARGUMENT', { frame }, problem);
  const { positions, info = {} } = structure;
  const atoms = positions.length / 3;
  if (!Number.isInteger(atoms)) throw refuse('positions are not three numbers per atom');
  if (atoms === 0) throw refuse('no atoms');
  checkFinite(positions, frame);
  const columns = columnsOf(structure, atoms, types, refuse);
  const { time, timestep } = info;
  if (typeof time === 'number') yield `ITEM: TIME\n${numberText(time)}`;
  const isStep = typeof timestep === 'number' && Number.isSafeInteger(timestep) && timestep >= 0;
  yield `ITEM: TIMESTEP\n${isStep ? timestep : frame}`;
  yield `ITEM: NUMBER OF ATOMS\n${atoms}`;
  yield* boxLines(structure, frame, refuse);
  yield `ITEM: ATOMS ${columns.map(({ name }) => name).join(' ')}`;
  for (let atom = 0; atom < atoms; atom++) {
    let row = '';
    for (const { field } of columns) row += (row === '' ? '' : ' ') + field(atom);
    yield row;
  }
}

function* boxLines(structure: Structure, frame: number, refuse: Refuse): Generator<string> {
  const { cell, positions, info = {} } = structure;
  if (cell === undefined) {
    yield 'ITEM: BOX BOUNDS ff ff ff';
    for (let axis = 0; axis < 3; axis++) {
      let [low, high] = [Infinity, -Infinity];
      for (let at = axis; at < positions.length; at += 3) {
        low = Math.min(low, positions[at] as number);
        high = Math.max(high, positions[at] as number);
      }
      yield numbersText([low - MARGIN, high + MARGIN]);
    }
    return;
  }
  const numbers = Array.from(cell);
  if (numbers.length !== 9) throw refuse(`${numbers.length} numbers in the cell, expected nine`);
  if (!numbers.every(Number.isFinite)) {
    throw errorAt('INVALID_STRUCTURE', { frame }, 'the cell is not finite');
  }
  const flags = (structure.pbc ?? [true, true, true]).map((flag) => (flag ? 'pp' : 'ff')).join(' ');
  const origin = originOf(info.Origin);
  if (!isRestricted(numbers)) {
    yield `ITEM: BOX BOUNDS abc origin ${flags}`;
    for (const [row, start] of origin.entries())
      yield numbersText([...numbers.slice(3 * row, 3 * row + 3), start]);
    return;
  }
  const [a, , , xy, b, , xz, yz, c] = numbers as unknown as Nine;
  const tilts: Triple = [xy, xz, yz];
  const isTilted = tilts.some((tilt) => tilt !== 0);
  const { low, high } = tiltReach(...tilts);
  yield `ITEM: BOX BOUNDS ${isTilted ? 'xy xz yz ' : ''}${flags}`;
  for (const [axis, length] of [a, b, c].entries()) {
    const start = origin[axis] as number;
    const bounds = [start + (low[axis] as number), start + length + (high[axis] as number)];
    yield numbersText(isTilted ? [...bounds, tilts[axis] as number] : bounds);
  }
}

/** Where the box begins: three finite numbers, or 0. */
function originOf(value: InfoValue | undefined): Triple {
  const isOrigin = Array.isArray(value) && value.length === 3 && value.every((item) => Number.isFinite(item));
  return isOrigin ? (value as unknown as Triple) : [0, 0, 0];
}

function columnsOf(
  structure: Structure,
  atoms: number,
  types: Map<string, number>,
  refuse: Refuse,
): WrittenColumn[] {
  const { positions, species, arrays = {} } = structure;
  const { id, type, ...others } = arrays;
  for (const [name, { data, width }] of Object.entries(arrays)) {
    if (data.length !== atoms * width)
      throw refuse(`${data.length} values in ${name}, expected ${width} for each of ${atoms} atoms`);
  }
  if (species !== undefined && species.length !== atoms)
    throw refuse(`${species.length} species, expected one for each of ${atoms} atoms`);
  const columns = [idColumn(id, refuse), ...speciesColumns(species, type, types, refuse)];
  for (const [axis, name] of ['x', 'y', 'z'].entries())
    columns.push({ name, field: (atom) => numberText(positions[3 * atom + axis] as number) });
  for (const [name, array] of Object.entries(others)) columns.push(...arrayColumns(name, array, refuse));
  const names = new Set<string>();
  for (const { name } of columns) {
    if (name === '' || /[\u0000-\u0020]/.test(name))
      throw refuse(`a column cannot be named ${JSON.stringify(name)}`);
    if (names.has(name)) throw refuse(`two columns are named ${name}`);
    names.add(name);
  }
  return columns;
}

function idColumn(id: AtomArray | undefined, refuse: Refuse): WrittenColumn {
  if (id === undefined) return { name: 'id', field: (atom) => String(atom + 1) };
  const ids = wholeNumbers('id', id, refuse);
  const { twins } = orderById(ids);
  if (twins !== undefined) {
    const [atom, other] = twins;
    throw refuse(`atoms ${other} and ${atom} have the same id, ${ids[atom]}`);
  }
  return { name: 'id', field: (atom) => String(ids[atom]) };
}

function speciesColumns(
  species: readonly string[] | undefined,
  type: AtomArray | undefined,
  types: Map<string, number>,
  refuse: Refuse,
): WrittenColumn[] {
  if (type !== undefined) {
    const numbers = wholeNumbers('type', type, refuse);
    const column = { name: 'type', field: (atom: number) => String(numbers[atom]) };
    const repeats = species?.every((name, atom) => name === String(numbers[atom])) ?? true;
    return species === undefined || repeats ? [column] : [column, elements(species, refuse)];
  }
  if (species === undefined) return [];
  if (species.every((name) => /^\d{1,9}$/.test(name) && String(Number(name)) === name))
    return [{ name: 'type', field: (atom) => species[atom] as string }];
  for (const name of species) if (!types.has(name)) types.set(name, types.size + 1);
  const numbered = (atom: number): string => String(types.get(species[atom] as string));
  return [{ name: 'type', field: numbered }, elements(species, refuse)];
}

function elements(species: readonly string[], refuse: Refuse): WrittenColumn {
  return { name: 'element', field: textField('element', species, refuse) };
}

function arrayColumns(name: string, { kind, width, data }: AtomArray, refuse: Refuse): WrittenColumn[] {
  const field = kind === 'S' ? textField(name, data as readonly string[], refuse) : numberField(data);
  if (width === 1) return [{ name, field }];
  const isForces = name === 'forces' && width === 3;
  return Array.from({ length: width }, (_, at) => ({
    name: isForces ? `f${'xyz'.charAt(at)}` : `${name}[${at + 1}]`,
    field: (atom) => field(atom * width + at),
  }));
}

function numberField(data: AtomArray['data']): (index: number) => string {
  return (index) => numberText(data[index] as number);
}

function wholeNumbers(name: string, { kind, width, data }: AtomArray, refuse: Refuse): ArrayLike<number> {
  const numbers = data as ArrayLike<number>;
  const isWhole = kind !== 'S' && width === 1 && Array.prototype.every.call(numbers, Number.isSafeInteger);
  if (!isWhole) throw refuse(`the column ${name} must be one whole number per atom`);
  return numbers;
}

function numbersText(numbers: readonly number[]): string {
  return numbers.map(numberText).join(' ');
}
