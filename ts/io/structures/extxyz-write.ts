import { type QuestsError, errorAt } from '../../base/error.js';
import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { quoteText } from '../text/comment.js';
import { infoText } from '../text/info.js';
import { numberText } from '../text/number.js';
import { checkFinite, eachFrame, inPieces, type Refuse, textField } from './written.js';
import { periodicDirections } from '../../model/cell.js';

/** A column of the table of atoms, and the text of its fields. */
interface WrittenColumn {
  readonly name: string;
  readonly kind: AtomArray['kind'];
  readonly width: number;
  readonly field: (index: number) => string;
}

/**
 * Writes structures as extended xyz: every column and every key of `info`, so that reading the text
 * again gives the same structures, numbers to the last bit (shortest text that reads back the
 * same). ASE reads it too.
 *
 * Order of columns: species, pos, then `arrays` in their order. Lengths in Å.
 *
 * @returns pieces of text, some 64 kB each
 * @throws {QuestsError} INVALID_ARGUMENT, naming the frame, for what the format cannot hold: arrays
 *   of the wrong length, labels that are empty or hold blanks, names with `:` or line breaks;
 *   INVALID_STRUCTURE for coordinates that are not finite
 */
export function writeExtxyz(
  structures: Iterable<Structure> | AsyncIterable<Structure>,
): AsyncGenerator<string, void, undefined> {
  return inPieces(eachFrame(structures, frameLines), '\n');
}

function* frameLines(structure: Structure, frame: number): Generator<string, void, undefined> {
  const refuse = (problem: string): QuestsError => errorAt('INVALID_ARGUMENT', { frame }, problem);
  const atoms = structure.positions.length / 3;
  if (!Number.isInteger(atoms)) throw refuse('positions are not three numbers per atom');
  if (atoms === 0) throw refuse('no atoms');
  checkFinite(structure.positions, frame);
  const columns = columnsOf(structure, atoms, refuse);
  yield `${atoms}\n${commentLine(structure, columns, refuse)}`;
  for (let atom = 0; atom < atoms; atom++) {
    let row = '';
    for (const { width, field } of columns) {
      for (let component = 0; component < width; component++) {
        row += (row === '' ? '' : ' ') + field(atom * width + component);
      }
    }
    yield row;
  }
}

function columnsOf(structure: Structure, atoms: number, refuse: Refuse): WrittenColumn[] {
  const { species, positions, arrays = {} } = structure;
  const all: [string, AtomArray][] = [
    ['pos', { kind: 'R', width: 3, data: positions }],
    ...Object.entries(arrays),
  ];
  if (species !== undefined) all.unshift(['species', { kind: 'S', width: 1, data: species }]);
  const names = new Set<string>();
  return all.map(([name, array]) => {
    if (name === '' || /[:\u0000-\u001f]/.test(name))
      throw refuse(`a column cannot be named ${JSON.stringify(name)}`);
    if (names.has(name)) throw refuse(`two columns are named ${name}`);
    names.add(name);
    const { kind, width, data } = array;
    if (data.length !== atoms * width) {
      throw refuse(`${data.length} values in ${name}, expected ${width} for each of ${atoms} atoms`);
    }
    return { name, kind, width, field: fieldText(name, array, refuse) };
  });
}

function fieldText(name: string, { kind, data }: AtomArray, refuse: Refuse): (index: number) => string {
  if (kind === 'S') return textField(name, data as readonly string[], refuse);
  const values = data as ArrayLike<number>;
  if (kind === 'L') return (index) => (values[index] === 0 ? 'F' : 'T');
  return (index) => numberText(values[index] as number);
}

function commentLine(structure: Structure, columns: readonly WrittenColumn[], refuse: Refuse): string {
  const { cell, info = {} } = structure;
  const fields: string[] = [];
  if (cell !== undefined) {
    if (cell.length !== 9) throw refuse(`${cell.length} numbers in the cell, expected nine`);
    fields.push(`Lattice="${Array.from(cell, numberText).join(' ')}"`);
  }
  const properties = columns.map(({ name, kind, width }) => `${name}:${kind}:${width}`).join(':');
  fields.push(`Properties=${quoteText(properties)}`);
  for (const [key, value] of Object.entries(info))
    fields.push(infoField(key, value, cell !== undefined, refuse));
  const pbc = periodicDirections(structure);
  fields.push(`pbc="${pbc.map((flag) => (flag ? 'T' : 'F')).join(' ')}"`);
  return fields.join(' ');
}

function infoField(key: string, value: InfoValue, hasCell: boolean, refuse: Refuse): string {
  if (key === '' || /[\u0000-\u001f]/.test(key))
    throw refuse(`info cannot have the key ${JSON.stringify(key)}`);
  const text = infoText(value);
  // As bare words they mean nothing, and occur in comments of running text; see parseHeader.
  if ((key === 'Lattice' || key === 'Properties') && value === true) return key;
  // Another spelling of Lattice is obeyed where there is no other lattice, unless a word follows
  // it.
  const isLattice = !hasCell && key.toLowerCase() === 'lattice' && !/^[a-z_]/i.test(text);
  if (key === 'Lattice' || key === 'Properties' || key === 'pbc' || isLattice) {
    throw refuse(`info cannot have the key ${key}, which the format itself uses`);
  }
  return `${quoteText(key)}=${text}`;
}
