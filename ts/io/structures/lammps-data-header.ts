import type { QuestsError } from '../../base/error.js';
import { emptyFile, invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { type Box, restrictedBox } from './lammps-box.js';
import { textNumber } from '../text/number.js';
import { MOST_ATOMS } from '../text/table.js';

/** Lines of the box, each with the numbers that stand before its name. */
const BOX_LINES: Readonly<Record<string, number>> = {
  'xlo xhi': 2,
  'ylo yhi': 2,
  'zlo zhi': 2,
  'xy xz yz': 3,
  avec: 3,
  bvec: 3,
  cvec: 3,
  'abc origin': 3,
};

const BOUNDS = ['xlo xhi', 'ylo yhi', 'zlo zhi'];
const VECTORS = ['avec', 'bvec', 'cvec'];

/**
 * The header of a data file: lines of numbers and the name of what they are, in any order. Names
 * that are not of use here (`12 bonds`, `1 extra bond per atom`) are passed over.
 */
export class DataHeader {
  /** Number of types; undefined where the file does not say. */
  types: number | undefined;
  private count: number | undefined;
  private readonly box = new Map<string, readonly number[]>();
  private readonly place: FilePlace;

  /** @param place file and frame */
  constructor(place: FilePlace) {
    this.place = place;
  }

  /**
   * Takes in a line.
   *
   * @param text without a comment, with single blanks
   * @throws {QuestsError} INVALID_FILE for other numbers than the name asks for; EMPTY for 0 atoms
   */
  read(text: string, line: number): void {
    const here = { ...this.place, line };
    const words = text.split(' ');
    const first = words.findIndex((word) => /^[A-Za-z]/.test(word) && textNumber(word) === undefined);
    const [values, name] = [words.slice(0, first), words.slice(first).join(' ')];
    if (first === -1) return;
    if (name === 'atoms') this.count = atomsOf(values.join(' '), here);
    else if (name === 'atom types') this.types = whole(values.join(' '), 'the number of atom types', here);
    else if (BOX_LINES[name] !== undefined) this.box.set(name, numbers(values, name, text, here));
  }

  /**
   * The number of atoms.
   *
   * @throws {QuestsError} INVALID_FILE where no line has said it
   */
  atoms(here: FilePlace): number {
    if (this.count !== undefined) return this.count;
    throw invalidFile(
      here,
      'expected a line `N atoms` in the header; the first line of the file is its title',
    );
  }

  /**
   * The box: bounds and tilt factors, or the vectors and the origin of a general triclinic one.
   * Data files say nothing of boundaries: periodic in all directions.
   *
   * @throws {QuestsError} INVALID_FILE where lines are missing, or an upper bound is not above the
   *   lower
   */
  finishedBox(): Box {
    const { box, place } = this;
    const pbc = [true, true, true] as const;
    const origin = box.get('abc origin');
    const vectors = VECTORS.flatMap((name) => box.get(name) ?? []);
    if (origin !== undefined && vectors.length === 9) {
      return { cell: vectors, origin: origin as unknown as Box['origin'], pbc };
    }
    const bounds = BOUNDS.map((name) => box.get(name) ?? []);
    const missing = BOUNDS.find((name) => !box.has(name));
    if (missing !== undefined) {
      const ways = 'xlo xhi, ylo yhi, zlo zhi, or avec, bvec, cvec, abc origin';
      throw invalidFile(place, `expected the lines ${ways} in the header; ${this.lacking()} is not there`);
    }
    const wrong = bounds.findIndex(([lo = 0, hi = 0]) => hi <= lo);
    if (wrong !== -1) {
      const found = shown(bounds[wrong]?.join(' ') ?? '');
      throw invalidFile(place, `expected ${BOUNDS[wrong]} with the lower bound first, found ${found}`);
    }
    const [xy = 0, xz = 0, yz = 0] = box.get('xy xz yz') ?? [];
    return { ...restrictedBox(bounds, [xy, xz, yz]), pbc };
  }

  private lacking(): string {
    const isGeneral = VECTORS.some((name) => this.box.has(name));
    const wanted = isGeneral ? [...VECTORS, 'abc origin'] : BOUNDS;
    return wanted.find((name) => !this.box.has(name)) ?? '';
  }
}

function atomsOf(text: string, here: FilePlace): number {
  const atoms = whole(text, 'the number of atoms', here);
  if (atoms === 0) throw emptyFile(here, 'a frame of 0 atoms');
  if (atoms > MOST_ATOMS)
    throw invalidFile(here, `${text} atoms promised, at most ${MOST_ATOMS} can be read`);
  return atoms;
}

function whole(text: string, what: string, here: FilePlace): number {
  if (!/^\d+$/.test(text)) throw invalidFile(here, `expected ${what}, found ${shown(text)}`);
  return Number(text);
}

function numbers(values: readonly string[], name: string, text: string, here: FilePlace): number[] {
  const found = values.map(textNumber);
  if (found.length !== BOX_LINES[name] || found.includes(undefined)) throw wrongNumbers(name, text, here);
  const known = found as number[];
  if (known.every(Number.isFinite)) return known;
  throw invalidStructure(here, `the box must be finite, found ${shown(text)}`);
}

function wrongNumbers(name: string, text: string, here: FilePlace): QuestsError {
  return invalidFile(here, `expected ${BOX_LINES[name]} numbers before ${name}, found ${shown(text)}`);
}
