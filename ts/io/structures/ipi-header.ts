import type { InfoValue } from '../../model/structure.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { textNumber } from '../text/number.js';

/** What a comment line of i-PI says. */
export interface IpiHeader {
  /** Cell vectors a, b, c as rows, in Å. */
  readonly cell: readonly number[];
  /** Å that the unit of the coordinates is. */
  readonly unit: number;
  /** `step` and `bead`, where they are said. */
  readonly info: Readonly<Record<string, InfoValue>>;
}

/** Numbers of a cell, by how i-PI writes it. */
const NUMBERS: Readonly<Record<string, number>> = { abcABC: 6, H: 9, GENH: 9 };

const CELL = /\bCELL[([{](abcABC|H|GENH)[)\]}]\s*:\s*((?:[-+.\d]\S*\s*)*)/;

/** Å of i-PI's atomic unit of length. */
const BOHR = 0.529177210903;

/** Å of i-PI's units of length; without a unit, it reads and writes atomic units. */
const LENGTHS: ReadonlyMap<string, number> = new Map([
  ['', BOHR],
  ['automatic', BOHR],
  ['atomic_unit', BOHR],
  ['angstrom', 1],
  ['ase', 1],
  ['picometer', 0.01],
  ['nanometer', 10],
  ['micrometer', 1e4],
  ['meter', 1e10],
]);

/** Trajectories whose columns are coordinates of atoms. */
const COORDINATES = /^(positions|x_centroid\w*)$/;

/**
 * Reads the comment line of i-PI: `# CELL(abcABC): a b c α β γ … positions{angstrom}
 * cell{angstrom}`, with lengths and angles, or `CELL{H}` with nine numbers (the vectors are the
 * columns), or `CELL{GENH}` (the vectors are the rows). Units that the line does not say are atomic
 * units, as in i-PI.
 *
 * @returns undefined for any other line
 * @throws {QuestsError} INVALID_FILE for other numbers, an unknown unit, and for columns that are
 *   no coordinates, as forces; INVALID_STRUCTURE for a cell without volume
 */
export function parseIpiHeader(line: string, place: FilePlace): IpiHeader | undefined {
  const [found, kind = '', text = ''] = CELL.exec(line) ?? [];
  if (found === undefined) return undefined;
  const numbers = text.split(/\s+/).flatMap((field) => (field === '' ? [] : [textNumber(field) ?? NaN]));
  const count = NUMBERS[kind] as number;
  if (numbers.length !== count || !numbers.every(Number.isFinite)) {
    throw invalidFile(place, `expected ${count} numbers after CELL(${kind}), found ${shown(text.trim())}`);
  }
  const { coordinates, cell: cellUnit } = units(line, place);
  const cell = vectors(kind, numbers).map((value) => value * cellUnit);
  const [ax = 0, ay = 0, az = 0, bx = 0, by = 0, bz = 0, cx = 0, cy = 0, cz = 0] = cell;
  const volume = ax * (by * cz - bz * cy) + ay * (bz * cx - bx * cz) + az * (bx * cy - by * cx);
  if (!(Math.abs(volume) > 0)) {
    throw invalidStructure(place, `a cell without volume: ${shown(text.trim())}`);
  }
  return { cell, unit: coordinates, info: counts(line) };
}

/** Units of the coordinates and of the cell, in Å. */
function units(line: string, place: FilePlace): { coordinates: number; cell: number } {
  let coordinates = '';
  let cell = '';
  for (const [, name = '', unit = ''] of line.matchAll(/\b([a-z]\w*)\{([A-Za-z_]*)\}/g)) {
    if (name === 'cell') cell = unit;
    else if (COORDINATES.test(name)) coordinates = unit;
    else throw invalidFile(place, `the columns are ${name} of i-PI, expected positions or x_centroid`);
  }
  return { coordinates: length(coordinates, place), cell: length(cell, place) };
}

function length(unit: string, place: FilePlace): number {
  const found = LENGTHS.get(unit);
  if (found !== undefined) return found;
  const known = [...LENGTHS.keys()].filter((name) => name !== '').join(', ');
  throw invalidFile(place, `unknown unit of length ${shown(unit)}; known are ${known}`);
}

function vectors(kind: string, numbers: readonly number[]): readonly number[] {
  if (kind === 'GENH') return numbers;
  if (kind === 'H')
    return [0, 1, 2].flatMap((column) => [0, 1, 2].map((row) => numbers[3 * row + column] ?? NaN));
  const [a = NaN, b = NaN, c = NaN, ...angles] = numbers;
  const [alpha = NaN, beta = NaN, gamma = NaN] = angles.map(cosine);
  const sine = Math.sqrt(1 - gamma * gamma);
  const y = (alpha - beta * gamma) / sine;
  return [a, 0, 0, b * gamma, b * sine, 0, c * beta, c * y, c * Math.sqrt(1 - beta * beta - y * y)];
}

/** Of an angle in degrees; that of a right angle is 0. */
function cosine(degrees: number): number {
  return degrees === 90 ? 0 : Math.cos((degrees * Math.PI) / 180);
}

function counts(line: string): Record<string, InfoValue> {
  const step = /\bstep:\s*(\d{1,15})\b/i.exec(line)?.[1];
  const bead = /\bbead:\s*(\d{1,9})\b/i.exec(line)?.[1];
  return {
    ...(step !== undefined && { step: Number(step) }),
    ...(bead !== undefined && { bead: Number(bead) }),
  };
}
