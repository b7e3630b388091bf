import type { QuestsError } from '../../base/error.js';
import { speciesLabel, SYMBOLS } from './elements.js';
import { emptyFile, invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { MOST_ATOMS } from '../text/table.js';

/** What POSCAR and XDATCAR say before their coordinates. */
export interface PoscarHeader {
  /** The first line, without blanks around it. */
  readonly comment: string;
  /**
   * Factors of Cartesian x, y, z: of the cell, where they are applied already, and of Cartesian
   * coordinates.
   */
  readonly scale: readonly [number, number, number];
  /** Cell vectors a, b, c as rows, in Å. */
  readonly cell: Float64Array;
  /** Species of each group of atoms; undefined where the file names none. */
  readonly groups: readonly string[] | undefined;
  /** Atoms of each group. */
  readonly counts: readonly number[];
  /** Atoms in all. */
  readonly atoms: number;
}

const KNOWN: ReadonlySet<string> = new Set(SYMBOLS.slice(1));

/**
 * Reads the lines from the one after the comment to the numbers of atoms: one scale factor
 * (negative: the volume of the cell in Å³) or three, the cell, the species (VASP 5) unless there is
 * no line of them (VASP 4), the numbers.
 *
 * Without a line of species, they are taken from the comment where its words are as many elements
 * as there are numbers.
 *
 * @param comment the first line, which has been read
 * @throws {QuestsError} INVALID_FILE for anything else; INVALID_STRUCTURE for a cell that is not
 *   finite or, with a volume, has none; EMPTY for no atoms
 */
export async function readHeader(
  lines: LineReader,
  comment: string,
  place: FilePlace,
): Promise<PoscarHeader> {
  const factors = scaleFactors(await line(lines, place, 'the scale factor'), here(lines, place));
  const scalePlace = here(lines, place);
  const cell = new Float64Array(9);
  for (let row = 0; row < 3; row++) {
    const vector = threeNumbers(await line(lines, place, `cell vector ${row + 1}`));
    const where = here(lines, place);
    if (vector === undefined)
      throw invalidFile(where, `expected three numbers for cell vector ${row + 1}, found ${found(lines)}`);
    if (!vector.every(Number.isFinite)) {
      throw invalidStructure(where, `cell vector ${row + 1} must be finite, found ${found(lines)}`);
    }
    cell.set(vector, 3 * row);
  }
  const scale = scaleOf(factors, cell, scalePlace);
  for (let at = 0; at < 9; at++) cell[at] = (cell[at] as number) * (scale[at % 3] as number);

  let text = await line(lines, place, 'species or numbers of atoms');
  let groups: string[] | undefined;
  if (!/^\d+$/.test(fields(text)[0] ?? '')) {
    groups = fields(text).map(elementOfLabel);
    if (groups.length === 0)
      throw invalidFile(here(lines, place), 'expected species or numbers of atoms, found ""');
    text = await line(lines, place, 'numbers of atoms');
  }
  const counts = fields(text).map((field) => (/^\d{1,15}$/.test(field) ? Number(field) : NaN));
  if (counts.length === 0 || counts.some(Number.isNaN) || (groups && groups.length !== counts.length)) {
    const expected = groups ? `a number of atoms for each of ${groups.join(' ')}` : 'numbers of atoms';
    throw invalidFile(here(lines, place), `expected ${expected}, found ${shown(text.trim())}`);
  }
  const atoms = counts.reduce((sum, count) => sum + count, 0);
  if (atoms === 0) throw emptyFile(here(lines, place), '0 atoms');
  if (atoms > MOST_ATOMS) {
    throw invalidFile(here(lines, place), `${atoms} atoms promised, at most ${MOST_ATOMS} can be read`);
  }
  return { comment, scale, cell, groups: groups ?? elementsOfComment(comment, counts.length), counts, atoms };
}

/** Species of every atom; groups without names are types 1, 2, …. */
export function speciesOf({ groups, counts }: PoscarHeader): string[] {
  return counts.flatMap((count, group) => Array<string>(count).fill(groups?.[group] ?? String(group + 1)));
}

/**
 * Elements named in the comment of a file without a line of species: all there are, as many as
 * there are groups.
 */
export function elementsOfComment(comment: string, groups: number): string[] | undefined {
  const elements = comment.split(/[\s,_=-]+/).filter((word) => KNOWN.has(word));
  return elements.length === groups ? elements : undefined;
}

/** Coordinates in units of the cell vectors as Cartesian ones, in place. */
export function toCartesian(coordinates: Float64Array, cell: ArrayLike<number>): void {
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = Array.from(cell);
  for (let at = 0; at < coordinates.length; at += 3) {
    const a = coordinates[at] as number;
    const b = coordinates[at + 1] as number;
    const c = coordinates[at + 2] as number;
    coordinates[at] = a * ax + b * bx + c * cx;
    coordinates[at + 1] = a * ay + b * by + c * cy;
    coordinates[at + 2] = a * az + b * bz + c * cz;
  }
}

/** Whether a text begins as POSCAR does, and the lines after its numbers of atoms. */
export function linesAfterHeader(head: string): string[] | undefined {
  const [comment, scale = '', a = '', b = '', c = '', first = '', ...others] = head.split(/\r?\n/);
  if (comment === undefined || comment.includes('\0')) return undefined;
  const factors = leadingNumbers(scale).length;
  if (factors !== 1 && factors !== 3) return undefined;
  if (![a, b, c].every((vector) => threeNumbers(vector) !== undefined)) return undefined;
  const isCounts = (text: string | undefined): boolean => /^\s*\d+(\s+\d+)*\s*([!#].*)?$/.test(text ?? '');
  if (isCounts(first)) return others;
  return /^\s*[A-Z]/i.test(first) && isCounts(others[0]) ? others.slice(1) : undefined;
}

/** The first three fields of a line, where they are numbers. */
export function threeNumbers(text: string): number[] | undefined {
  const numbers = leadingNumbers(text).slice(0, 3);
  return numbers.length === 3 ? numbers : undefined;
}

/**
 * An element from a label of VASP: `Al`, `Al_pv`, `H1.25`, `Al_pv/3f7a…`; any other label as it is.
 */
export function elementOfLabel(label: string): string {
  const symbol = /^[A-Z][a-z]?(?=[^A-Za-z]|$)/.exec(label)?.[0];
  return symbol !== undefined && KNOWN.has(symbol) ? symbol : speciesLabel(label);
}

function scaleFactors(text: string, place: FilePlace): number[] {
  const factors = leadingNumbers(text);
  const isScale = factors.length === 1 ? factors[0] !== 0 : factors.every((factor) => factor > 0);
  if ((factors.length !== 1 && factors.length !== 3) || !isScale || !factors.every(Number.isFinite)) {
    throw invalidFile(
      place,
      `expected a scale factor, a negative volume or three positive factors, found ${shown(text.trim())}`,
    );
  }
  return factors;
}

/** Factors of x, y, z; from one that is negative, what gives the cell that volume. */
function scaleOf(factors: readonly number[], cell: Float64Array, place: FilePlace): [number, number, number] {
  const [x = 1, y = x, z = x] = factors;
  if (x > 0) return [x, y, z];
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = cell;
  const volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  if (volume === 0) throw invalidStructure(place, `a cell without volume cannot be scaled to ${-x} Å³`);
  const factor = Math.cbrt(-x / Math.abs(volume));
  return [factor, factor, factor];
}

async function line(lines: LineReader, place: FilePlace, expected: string): Promise<string> {
  if (await lines.next()) return lines.text();
  throw endsBefore(lines, place, expected);
}

/** A file that ends where something was expected. */
export function endsBefore(lines: LineReader, place: FilePlace, expected: string): QuestsError {
  return invalidFile(here(lines, place), `the file ends before ${expected}`);
}

/** The present line. */
export function here(lines: LineReader, place: FilePlace): FilePlace {
  return { ...place, line: lines.number };
}

function found(lines: LineReader): string {
  return shown(lines.text().trim());
}

/** Fields of a line before a comment. */
function fields(text: string): string[] {
  return text
    .replace(/[!#].*$/, '')
    .split(/\s+/)
    .filter((field) => field !== '');
}

function leadingNumbers(text: string): number[] {
  const numbers: number[] = [];
  for (const field of text.trim().split(/\s+/)) {
    const number = textNumber(field);
    if (number === undefined) break;
    numbers.push(number);
  }
  return numbers;
}
