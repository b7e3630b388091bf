import { errorAt } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import { periodicDirections } from '../../model/cell.js';
import { numberText } from '../text/number.js';
import { BOHR, HARTREE } from './units.js';
import { checkFinite, eachFrame, inPieces, type Refuse, textField } from './written.js';

/**
 * Writes structures as `input.data` of RuNNer and n2p2, in Bohr and Hartree: `comment`, `lattice`
 * where all directions are periodic, `atom` with `charge`, `unused` and `forces`, `energy`,
 * `charge`. What a structure has none of is 0, as for structures whose energies are to be
 * predicted: the format has no other way. Other columns and values are not kept.
 *
 * @returns pieces of text, some 64 kB each
 * @throws {QuestsError} INVALID_ARGUMENT, naming the frame, for what the format cannot hold:
 *   boundaries that are open in some directions only, no species, columns of the wrong length;
 *   INVALID_STRUCTURE for coordinates that are not finite
 */
export function writeRunner(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  return inPieces(eachFrame(structures, frameLines), '\n');
}

function* frameLines(structure: Structure, frame: number): Generator<string, void, undefined> {
  const refuse: Refuse = (problem) => errorAt('INVALID_ARGUMENT', { frame }, problem);
  const { positions, cell, species, arrays = {}, info = {} } = structure;
  const atoms = positions.length / 3;
  if (!Number.isInteger(atoms) || atoms === 0) throw refuse('positions are not three numbers per atom');
  checkFinite(positions, frame);
  if (species?.length !== atoms) throw refuse('a structure without species cannot be written');
  const element = textField('species', species, refuse);
  const column = (name: string, width: number): ((atom: number, axis?: number) => number) => {
    const values = numbersOf(arrays[name], name, width, atoms, refuse);
    return (atom, axis = 0) => values?.[width * atom + axis] ?? 0;
  };
  const [force, charge, unused] = [column('forces', 3), column('charge', 1), column('unused', 1)];

  yield 'begin';
  if (typeof info.comment === 'string') {
    if (/[\r\n]/.test(info.comment)) throw refuse('a comment of more than one line cannot be written');
    yield `comment ${info.comment}`;
  }
  yield* lattice(cell, periodicDirections(structure), refuse);
  for (let atom = 0; atom < atoms; atom++) {
    const place = [0, 1, 2].map((axis) => (positions[3 * atom + axis] as number) / BOHR);
    const pull = [0, 1, 2].map((axis) => force(atom, axis) / (HARTREE / BOHR));
    const own = [charge(atom), unused(atom), ...pull].map(numberText).join(' ');
    yield `atom ${place.map(numberText).join(' ')} ${element(atom)} ${own}`;
  }
  yield `energy ${numberText(typeof info.energy === 'number' ? info.energy / HARTREE : 0)}`;
  yield `charge ${numberText(typeof info.charge === 'number' ? info.charge : 0)}`;
  yield 'end';
}

function* lattice(
  cell: Structure['cell'],
  periodic: readonly boolean[],
  refuse: Refuse,
): Generator<string, void, undefined> {
  if (!periodic.some(Boolean)) return;
  if (cell?.length !== 9 || !periodic.every(Boolean)) {
    throw refuse('the format is periodic in all directions or in none');
  }
  const vectors = Array.from(cell, (value) => numberText(value / BOHR));
  for (let at = 0; at < 9; at += 3) yield `lattice ${vectors.slice(at, at + 3).join(' ')}`;
}

function numbersOf(
  array: AtomArray | undefined,
  name: string,
  width: number,
  atoms: number,
  refuse: Refuse,
): ArrayLike<number> | undefined {
  if (array === undefined || array.kind === 'S' || array.width !== width) return undefined;
  if (array.data.length === width * atoms) return array.data as ArrayLike<number>;
  throw refuse(`${array.data.length} values in ${name}, expected ${width} for each of ${atoms} atoms`);
}
