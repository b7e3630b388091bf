import { errorAt } from '../../base/error.js';
import type { InfoValue, Structure } from '../../model/structure.js';
import { cellVolume, periodicDirections } from '../../model/cell.js';
import { numberText } from '../text/number.js';
import { ELEMENTS } from './mtp.js';
import { checkFinite, eachFrame, inPieces, type Refuse } from './written.js';

/** Columns of one number that MLIP knows. */
const COLUMNS = ['site_en', 'charge', 'nbh_grades'];

/** Values of a frame that are more than features. */
const OWN: ReadonlySet<string> = new Set(['energy', 'stress', 'virial', ELEMENTS]);

/**
 * Writes structures as configurations of MLIP. Types are species that are numbers, as they are;
 * else species are numbered from 0 as they first occur in the file, and a feature `elements` names
 * them, which MLIP keeps. `PlusStress` is minus `info.stress` times the volume, else `info.virial`;
 * other values are features. Of the columns, forces, `site_en`, `charge` and `nbh_grades` are kept.
 * Numbers are the shortest text that reads back the same.
 *
 * @returns pieces of text, some 64 kB each
 * @throws {QuestsError} INVALID_ARGUMENT, naming the frame, for what the format cannot hold: an
 *   open boundary before a periodic one, columns of the wrong length; INVALID_STRUCTURE for
 *   coordinates that are not finite
 */
export function writeMtp(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  const types = new Map<string, number>();
  return inPieces(
    eachFrame(structures, (structure, frame) => frameLines(structure, frame, types)),
    '\n',
  );
}

function* frameLines(
  structure: Structure,
  frame: number,
  types: Map<string, number>,
): Generator<string, void, undefined> {
  const refuse: Refuse = (problem) => errorAt('INVALID_ARGUMENT', { frame }, problem);
  const { positions, arrays = {}, info = {} } = structure;
  const atoms = positions.length / 3;
  if (!Number.isInteger(atoms) || atoms === 0) throw refuse('positions are not three numbers per atom');
  checkFinite(positions, frame);
  const species = structure.species ?? Array<string>(atoms).fill('0');
  const isNumbers = species.every((label) => /^\d+$/.test(label));
  const typeOf = (label: string): string => {
    if (isNumbers) return label;
    if (!types.has(label)) types.set(label, types.size);
    return String(types.get(label));
  };
  const columns = [{ names: ['cartes_x', 'cartes_y', 'cartes_z'], data: positions as ArrayLike<number> }];
  for (const [name, { kind, width, data }] of Object.entries(arrays)) {
    const isForces = name === 'forces' && width === 3;
    if (kind === 'S' || !(isForces || (COLUMNS.includes(name) && width === 1))) continue;
    if (data.length !== width * atoms) {
      throw refuse(`${data.length} values in ${name}, expected ${width} for each of ${atoms} atoms`);
    }
    columns.push({ names: isForces ? ['fx', 'fy', 'fz'] : [name], data: data as ArrayLike<number> });
  }
  yield `BEGIN_CFG\n Size\n    ${atoms}`;
  yield* supercell(structure, refuse);
  yield ` AtomData:  id type ${columns.flatMap(({ names }) => names).join(' ')}`;
  for (const [atom, label] of species.entries()) {
    let row = `    ${atom + 1} ${typeOf(label)}`;
    for (const { names, data } of columns) {
      for (let at = 0; at < names.length; at++)
        row += ` ${numberText(data[names.length * atom + at] as number)}`;
    }
    yield row;
  }
  yield* values(structure, refuse);
  if (!isNumbers) yield ` Feature   ${ELEMENTS} ${[...types.keys()].join(',')}`;
  for (const [name, value] of Object.entries(info)) {
    if (!OWN.has(name)) yield ` Feature   ${featureText(name, value, refuse)}`;
  }
  yield 'END_CFG\n';
}

function* supercell(structure: Structure, refuse: Refuse): Generator<string, void, undefined> {
  const periodic = periodicDirections(structure);
  const count = periodic.filter(Boolean).length;
  if (count === 0) return;
  const { cell } = structure;
  if (cell?.length !== 9 || !periodic.slice(0, count).every(Boolean)) {
    throw refuse('MLIP has periodic vectors first, and open directions without any');
  }
  yield ' Supercell';
  for (let at = 0; at < 3 * count; at += 3)
    yield `    ${[0, 1, 2].map((axis) => numberText(cell[at + axis] as number)).join(' ')}`;
}

function* values(structure: Structure, refuse: Refuse): Generator<string, void, undefined> {
  const { energy, stress, virial } = structure.info ?? {};
  if (typeof energy === 'number') yield ` Energy\n    ${numberText(energy)}`;
  const volume = cellVolume(structure);
  const plus =
    stress !== undefined && volume !== undefined
      ? sixOf('stress', stress, refuse).map((value) => 0 - value * volume)
      : virial === undefined
        ? undefined
        : sixOf('virial', virial, refuse);
  if (plus !== undefined) yield ` PlusStress:  xx yy zz yz xz xy\n    ${plus.map(numberText).join(' ')}`;
}

/** xx, yy, zz, yz, xz, xy of nine numbers, or of six in this order. */
function sixOf(name: string, value: InfoValue, refuse: Refuse): number[] {
  const numbers = typeof value === 'object' ? value.filter((item) => typeof item === 'number') : [];
  if (numbers.length === 6) return numbers;
  if (numbers.length === 9) return [0, 4, 8, 5, 2, 1].map((at) => numbers[at] as number);
  throw refuse(`${name} must be six or nine numbers`);
}

function featureText(name: string, value: InfoValue, refuse: Refuse): string {
  const field = (item: number | string | boolean): string =>
    typeof item === 'number' ? numberText(item) : typeof item === 'boolean' ? (item ? 'T' : 'F') : item;
  const text = typeof value === 'object' ? value.map(field).join(' ') : field(value);
  if (/^\S+$/.test(name) && !/[\r\n]/.test(text)) return `${name} ${text}`;
  throw refuse(`${JSON.stringify(name)} cannot be written as a feature`);
}
