import { QuestsError, BadFramesError } from '../base/error.js';
import type { Structure } from './structure.js';
import { periodicDirections } from './cell.js';

/** Structures as the core takes them: laid end to end in flat arrays; see `CoreModule.describe`. */
export interface FlatFrames {
  readonly positions: Float64Array;
  readonly offsets: Uint32Array;
  readonly cells: Float64Array;
  readonly pbc: Uint8Array;
  readonly species: Uint32Array;
}

/**
 * Lays structures end to end.
 *
 * @param alphabet species to number the atoms by; `null` where species do not matter
 * @throws {QuestsError} INVALID_ARGUMENT `frame N: …` for an array of the wrong length;
 *   INVALID_STRUCTURE for an atom whose species is unknown or not in the alphabet
 */
export function flatten(structures: readonly Structure[], alphabet: readonly string[] | null): FlatFrames {
  const offsets = new Uint32Array(structures.length + 1);
  let atoms = 0;
  structures.forEach((structure, frame) => {
    checkShape(structure, frame);
    atoms += structure.positions.length / 3;
    offsets[frame + 1] = atoms;
  });
  if (atoms > 0xffff_ffff) throw new QuestsError('TOO_LARGE', `${atoms} atoms in one call; at most 2^32 - 1`);

  const positions = new Float64Array(3 * atoms);
  const cells = new Float64Array(9 * structures.length);
  const pbc = new Uint8Array(structures.length);
  const species = new Uint32Array(alphabet === null ? 0 : atoms);
  const numbers = new Map(alphabet?.map((symbol, index) => [symbol, index]));
  structures.forEach((structure, frame) => {
    const first = offsets[frame] as number;
    positions.set(structure.positions, 3 * first);
    if (structure.cell !== undefined) cells.set(structure.cell, 9 * frame);
    const [a, b, c] = periodicDirections(structure);
    pbc[frame] = Number(a) | (Number(b) << 1) | (Number(c) << 2);
    if (alphabet !== null) species.set(numbered(structure, frame, numbers), first);
  });
  return { positions, offsets, cells, pbc, species };
}

/**
 * The species to make blocks for: those named, or all that occur; sorted, so that any order gives
 * the same columns.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for a list that names a species twice
 */
export function speciesAlphabet(structures: readonly Structure[], named: true | readonly string[]): string[] {
  const alphabet = new Set<string>();
  if (named === true) {
    for (const structure of structures) {
      for (const symbol of structure.species ?? []) alphabet.add(symbol);
    }
    return [...alphabet].sort();
  }
  for (const symbol of named) {
    if (alphabet.has(symbol)) throw new QuestsError('INVALID_ARGUMENT', `species ${symbol} is named twice`);
    alphabet.add(symbol);
  }
  return [...alphabet].sort();
}

function checkShape(structure: Structure, frame: number): void {
  const { positions, cell, species } = structure;
  const refuse = (problem: string): never => {
    throw new BadFramesError('INVALID_ARGUMENT', [{ frame, problem }]);
  };
  if (positions.length % 3 !== 0) refuse(`${positions.length} numbers in positions, expected three per atom`);
  if (cell !== undefined && cell.length !== 9) refuse(`${cell.length} numbers in the cell, expected nine`);
  if (structure.pbc !== undefined && (structure.pbc.length as number) !== 3) {
    refuse(`${structure.pbc.length} boundary conditions, expected three`);
  }
  const atoms = positions.length / 3;
  if (species !== undefined && species.length !== atoms)
    refuse(`${species.length} species for ${atoms} atoms`);
}

function numbered(structure: Structure, frame: number, numbers: ReadonlyMap<string, number>): Uint32Array {
  const atoms = structure.positions.length / 3;
  const { species } = structure;
  if (species === undefined) {
    const problem = 'no species, but per-species descriptors need them';
    throw new BadFramesError('INVALID_STRUCTURE', [{ frame, problem }]);
  }
  const result = new Uint32Array(atoms);
  species.forEach((symbol, atom) => {
    const number = numbers.get(symbol);
    if (number === undefined) {
      const expected = `expected one of the species asked for: ${[...numbers.keys()].join(', ')}`;
      const problem = `atom ${atom} is ${symbol}, ${expected}`;
      throw new BadFramesError('INVALID_STRUCTURE', [{ frame, atom, problem }]);
    }
    result[atom] = number;
  });
  return result;
}
