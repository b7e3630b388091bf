import type { AtomArray } from '../../model/structure.js';
import { type PlainBlock, PlainRows } from '../text/plain-rows.js';
import type { Labels } from '../text/column-labels.js';
import type { LineReader } from '../text/lines.js';
import { BOHR, HARTREE } from './units.js';

/** The fields of a line, as a table: `atom x y z ELEMENT charge unused fx fy fz`. */
const COLUMNS = [
  { name: 'atom', kind: 'S', width: 1 },
  { name: 'position', kind: 'R', width: 3, finite: true },
  { name: 'element', kind: 'S', width: 1 },
  { name: 'charge', kind: 'R', width: 1 },
  { name: 'unused', kind: 'R', width: 1 },
  { name: 'force', kind: 'R', width: 3 },
] as const;

/** Numbers of an atom: those of its line, but for the words. */
const WIDTH = 8;

/** Atoms that a frame has room for at first. */
const FIRST_ROOM = 64;

/** The word that lines of atoms begin with, as the number that its bytes make, in small letters. */
const ATOM = 0x61746f6d;
/** Makes each of four letters small. */
const SMALL = 0x20202020;

/**
 * The atoms of a frame, in the units of the file, while it is read; used for one after the other.
 */
export class RunnerAtoms {
  species: string[] = [];
  private readonly labels: Labels;
  private positions = new Float64Array(3 * FIRST_ROOM);
  private charges = new Float64Array(FIRST_ROOM);
  private unused = new Float64Array(FIRST_ROOM);
  private forces = new Float64Array(3 * FIRST_ROOM);
  /** Whether the core stopped at a line of an atom: the lines of this frame are read here then. */
  private isUnusual = false;

  constructor(labels: Labels) {
    this.labels = labels;
  }

  get count(): number {
    return this.species.length;
  }

  /** Begins another frame. */
  begin(): void {
    this.species = [];
    this.isUnusual = false;
  }

  /**
   * Has the core read the present line and the lines of atoms that follow it, as far as they are
   * plain; false where it read none.
   */
  takePlain(lines: LineReader): boolean {
    const plain = this.isUnusual ? undefined : PlainRows.of(COLUMNS, lines.rowReader);
    if (plain === undefined) return false;
    lines.back();
    const most = plain.worth(lines.aheadLength, Infinity);
    const block = most === 0 ? undefined : plain.read(lines.ahead(), most);
    if (block !== undefined && block.rows > 0 && plain.values(0, block.rows).every(isAtomKey)) {
      this.put(block, plain);
      lines.take(block.rows, block.length);
      return true;
    }
    this.isUnusual = most > 0;
    lines.advance();
    return false;
  }

  /** Takes an atom whose species was taken, with its eight numbers. */
  take(numbers: ArrayLike<number>): void {
    const atom = this.count - 1;
    this.makeRoom(this.count);
    for (let axis = 0; axis < 3; axis++) {
      this.positions[3 * atom + axis] = numbers[axis] as number;
      this.forces[3 * atom + axis] = numbers[WIDTH - 3 + axis] as number;
    }
    this.charges[atom] = numbers[3] as number;
    this.unused[atom] = numbers[4] as number;
  }

  /** Coordinates in Å. */
  coordinates(): Float64Array {
    return scaled(this.positions, 3 * this.count, BOHR);
  }

  /** Charges and the number that nobody uses, unless all are 0, and forces in eV/Å. */
  arrays(): Record<string, AtomArray> {
    const { count } = this;
    const charge = said(this.charges, count);
    const unused = said(this.unused, count);
    return {
      ...(charge && { charge: { kind: 'R', width: 1, data: charge } }),
      ...(unused && { unused: { kind: 'R', width: 1, data: unused } }),
      forces: { kind: 'R', width: 3, data: scaled(this.forces, 3 * count, HARTREE / BOHR) },
    };
  }

  private put({ rows }: PlainBlock, plain: PlainRows): void {
    const { count } = this;
    this.makeRoom(count + rows);
    this.positions.set(plain.values(1, 3 * rows), 3 * count);
    this.labels.put(this.species, count, plain.values(4, rows));
    this.charges.set(plain.values(5, rows), count);
    this.unused.set(plain.values(6, rows), count);
    this.forces.set(plain.values(7, 3 * rows), 3 * count);
  }

  private makeRoom(atoms: number): void {
    if (atoms <= this.charges.length) return;
    const room = Math.max(atoms, 2 * this.charges.length);
    const grown = (values: Float64Array, width: number): Float64Array<ArrayBuffer> => {
      const more = new Float64Array(width * room);
      more.set(values);
      return more;
    };
    this.positions = grown(this.positions, 3);
    this.charges = grown(this.charges, 1);
    this.unused = grown(this.unused, 1);
    this.forces = grown(this.forces, 3);
  }
}

function isAtomKey(key: number): boolean {
  return key < 2 ** 32 && (key | SMALL) === ATOM;
}

/** Values of the atoms, unless all are 0. */
function said(values: Float64Array, count: number): Float64Array | undefined {
  for (let at = 0; at < count; at++) if (values[at] !== 0) return values.slice(0, count);
  return undefined;
}

function scaled(values: Float64Array, count: number, unit: number): Float64Array {
  const result = new Float64Array(count);
  for (let at = 0; at < count; at++) result[at] = (values[at] as number) * unit;
  return result;
}
