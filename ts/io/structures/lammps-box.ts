import type { QuestsError } from '../../base/error.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';

/** A simulation box of LAMMPS. Lengths in the units of the file. */
export interface Box {
  /** Rows are the cell vectors a, b, c. */
  readonly cell: readonly number[];
  readonly origin: readonly [number, number, number];
  readonly pbc: readonly [boolean, boolean, boolean];
}

/** What the line `ITEM: BOX BOUNDS …` says about the three lines that follow. */
interface BoundsHeader {
  readonly kind: 'orthogonal' | 'triclinic' | 'general';
  /** Which tilt factor the third number of each line is. */
  readonly tilts: readonly string[];
  readonly pbc: readonly [boolean, boolean, boolean];
}

const TILTS = ['xy', 'xz', 'yz'];

/**
 * Reads the box of a dump: bounds of an orthogonal box, bounds of the box around a triclinic one
 * with its tilt factors, or the vectors of a general triclinic one with its origin
 * (docs.lammps.org/Howto_triclinic.html). A third number per line without labels is a tilt factor,
 * as before 2009. A direction is periodic where its flag holds a `p`; without flags, as before
 * 2010, all are.
 *
 * @param header what follows `ITEM: BOX BOUNDS`
 * @param rows the three lines after it
 * @param place of the header
 * @throws {QuestsError} INVALID_FILE for anything else; INVALID_STRUCTURE for numbers that are not
 *   finite
 */
export function parseBounds(header: string, rows: readonly string[], place: FilePlace): Box {
  const { kind, tilts, pbc } = parseHeader(header, place);
  const numbers = rows.map((row, index) => {
    const here = { ...place, line: (place.line ?? 0) + 1 + index };
    return parseRow(row, kind, here);
  });
  if (kind === 'general') {
    return {
      cell: numbers.flatMap((row) => row.slice(0, 3)),
      origin: three(numbers.map((row) => row[3] as number)),
      pbc,
    };
  }
  const tilt = (name: string): number => numbers[tilts.indexOf(name)]?.[2] ?? 0;
  const [xy, xz, yz] = [tilt('xy'), tilt('xz'), tilt('yz')];
  const { low, high } = tiltReach(xy, xz, yz);
  const bounds = numbers.map(([lo, hi], axis) => [
    (lo as number) - (low[axis] as number),
    (hi as number) - (high[axis] as number),
  ]);
  const wrong = bounds.findIndex(([lo, hi]) => (hi as number) < (lo as number));
  if (wrong !== -1) {
    const here = { ...place, line: (place.line ?? 0) + 1 + wrong };
    throw invalidFile(here, `expected a lower and a higher bound, found ${shown(rows[wrong] ?? '')}`);
  }
  return { ...restrictedBox(bounds, [xy, xz, yz]), pbc };
}

/** Cell and origin from bounds along x, y, z and tilt factors. */
export function restrictedBox(
  bounds: readonly (readonly number[])[],
  [xy, xz, yz]: readonly [number, number, number],
): Pick<Box, 'cell' | 'origin'> {
  const [a, b, c] = bounds.map(([lo, hi]) => (hi as number) - (lo as number)) as [number, number, number];
  return { cell: [a, 0, 0, xy, b, 0, xz, yz, c], origin: three(bounds.map(([lo]) => lo as number)) };
}

/**
 * How far the corners of a tilted box reach beyond its bounds along x, y, z: not above 0, and not
 * below 0.
 */
export function tiltReach(xy: number, xz: number, yz: number): { low: number[]; high: number[] } {
  return {
    low: [Math.min(0, xy, xz, xy + xz), Math.min(0, yz), 0],
    high: [Math.max(0, xy, xz, xy + xz), Math.max(0, yz), 0],
  };
}

/**
 * Whether a cell is one that LAMMPS holds as bounds and tilt factors: a along x, b in the plane of
 * x and y.
 */
export function isRestricted(cell: ArrayLike<number>): boolean {
  const above = [1, 2, 5].every((at) => cell[at] === 0);
  return above && [0, 4, 8].every((at) => (cell[at] as number) >= 0);
}

/** Real coordinates, in place, of those that are fractions of the cell vectors. */
export function unscale(positions: Float64Array, { cell, origin }: Box): void {
  const [ax, ay, az, bx, by, bz, cx, cy, cz] = cell as number[] & { length: 9 };
  const [ox, oy, oz] = origin;
  for (let at = 0; at < positions.length; at += 3) {
    const a = positions[at] as number;
    const b = positions[at + 1] as number;
    const c = positions[at + 2] as number;
    positions[at] = ox + a * (ax as number) + b * (bx as number) + c * (cx as number);
    positions[at + 1] = oy + a * (ay as number) + b * (by as number) + c * (cy as number);
    positions[at + 2] = oz + a * (az as number) + b * (bz as number) + c * (cz as number);
  }
}

function parseHeader(header: string, place: FilePlace): BoundsHeader {
  const words = header.split(/\s+/).filter((word) => word !== '');
  const first = words.slice(0, 3);
  const isGeneral = words[0] === 'abc' && words[1] === 'origin';
  const isTilted = TILTS.every((tilt) => first.includes(tilt));
  const flags = words.slice(isGeneral ? 2 : isTilted ? 3 : 0);
  if ((flags.length !== 0 && flags.length !== 3) || !flags.every((flag) => /^[pfsm]{1,2}$/.test(flag))) {
    throw invalidFile(
      place,
      'expected ITEM: BOX BOUNDS, perhaps xy xz yz or abc origin, and three flags of p, f, s, m; ' +
        `found ${shown(header.trim())}`,
    );
  }
  const [x = true, y = true, z = true] = flags.map((flag) => flag.includes('p'));
  return {
    kind: isGeneral ? 'general' : isTilted ? 'triclinic' : 'orthogonal',
    tilts: isTilted ? first : TILTS,
    pbc: [x, y, z],
  };
}

function parseRow(row: string, kind: BoundsHeader['kind'], place: FilePlace): number[] {
  const fields = row.split(/\s+/).filter((field) => field !== '');
  const values = fields.map(textNumber);
  const counts = { orthogonal: [2, 3], triclinic: [3], general: [4] }[kind];
  if (!counts.includes(fields.length) || values.includes(undefined)) throw wrongRow(row, counts[0], place);
  const numbers = values as number[];
  if (!numbers.every(Number.isFinite)) {
    throw invalidStructure(place, `the bounds of the box must be finite, found ${shown(row.trim())}`);
  }
  return numbers;
}

function wrongRow(row: string, count: number | undefined, place: FilePlace): QuestsError {
  return invalidFile(place, `expected ${String(count)} numbers of the box, found ${shown(row.trim())}`);
}

function three(values: readonly number[]): [number, number, number] {
  const [x = 0, y = 0, z = 0] = values;
  return [x, y, z];
}
