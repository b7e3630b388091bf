import { QuestsError } from '../base/error.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { energyOf, labelKey } from '../model/labels.js';
import { type Structure, structureError } from '../model/structure.js';
import { ridgeRegression } from '../statistics/ridge-regression.js';

/** What a model of structures is trained on: a value of each, and numbers that it is linear in. */
export interface ModelData {
  /** A row of features for each structure, one after the other. */
  readonly features: Float64Array;
  readonly width: number;
  /** What is predicted, of each structure. */
  readonly values: Float64Array;
}

/** Deviations below this share of a column's size are rounding. */
const CONSTANT = 1e-12;

/**
 * Data for a cheap model of the energy per atom, to tell which structures train well: linear in the
 * mean descriptor of a structure (columns of mean 0 and deviation 1) and in the share of each
 * element.
 *
 * @param x environments of the structures, a frame each
 * @param target key of another value of each structure, which is modelled as it is. Default: the
 *   energy, divided by the number of atoms
 * @throws {QuestsError} INVALID_ARGUMENT: no energy, or several that may be meant;
 *   INVALID_STRUCTURE: a structure without the value, or with one that is not finite
 */
export function modelData(x: DescriptorMatrix, structures: readonly Structure[], target?: string): ModelData {
  const values = target === undefined ? energiesPerAtom(structures) : valuesOf(structures, target);
  const elements = [...new Set(structures.flatMap(({ species }) => [...new Set(species ?? [])]))].sort();
  const shares = Math.max(1, elements.length);
  const width = x.width + shares;
  const features = new Float64Array(structures.length * width);
  structures.forEach(({ species = [] }, index) => {
    const { data, rows } = x.frame(index);
    const row = features.subarray(index * width, (index + 1) * width);
    data.forEach((value, at) => {
      row[at % x.width] = (row[at % x.width] as number) + value / rows;
    });
    if (species.length === 0) row[x.width] = 1;
    for (const symbol of species) {
      const at = x.width + elements.indexOf(symbol);
      row[at] = (row[at] as number) + 1 / species.length;
    }
  });
  for (let column = 0; column < x.width; column++) standardise(features, width, column);
  return { features, width, values };
}

/**
 * Mean absolute error of a model on some structures that was trained on others.
 *
 * @param train indices of structures
 * @param test indices of structures
 */
export async function modelError(
  { features, width, values }: ModelData,
  train: ArrayLike<number>,
  test: ArrayLike<number>,
): Promise<number> {
  const rows = new Float64Array(train.length * width);
  const y = new Float64Array(train.length);
  const row = (index: number): Float64Array => features.subarray(index * width, (index + 1) * width);
  Array.from(train).forEach((index, at) => {
    rows.set(row(index), at * width);
    y[at] = values[index] as number;
  });
  const center = y.reduce((sum, value) => sum + value, 0) / y.length;
  const { weights } = await ridgeRegression(
    rows,
    width,
    y.map((value) => value - center),
  );
  const errors = Array.from(test, (index) => {
    const predicted = row(index).reduce((sum, value, at) => sum + value * (weights[at] as number), center);
    return Math.abs(predicted - (values[index] as number));
  });
  return errors.reduce((sum, value) => sum + value, 0) / errors.length;
}

function energiesPerAtom(structures: readonly Structure[]): Float64Array {
  const key = labelKey(structures, 'energy', { option: '--target' });
  if (key === undefined) throw new QuestsError('INVALID_ARGUMENT', 'no structure has an energy');
  return Float64Array.from(structures, (structure, index) => {
    const energy = checked(energyOf(structure, key), structure, key, index);
    return energy / (structure.positions.length / 3);
  });
}

function valuesOf(structures: readonly Structure[], key: string): Float64Array {
  return Float64Array.from(structures, (structure, index) => {
    const value = structure.info?.[key];
    return checked(typeof value === 'number' ? value : undefined, structure, key, index);
  });
}

function checked(value: number | undefined, structure: Structure, key: string, index: number): number {
  if (value !== undefined && Number.isFinite(value)) return value;
  const problem = value === undefined ? `no number ${key}` : `${key} is ${value}`;
  throw structureError('INVALID_STRUCTURE', structure, problem, { name: `structure ${index}` });
}

/** Gives a column mean 0 and deviation 1; a constant one becomes 0. */
function standardise(rows: Float64Array, width: number, column: number): void {
  const count = rows.length / width;
  let sum = 0;
  let largest = 0;
  for (let at = column; at < rows.length; at += width) {
    sum += rows[at] as number;
    largest = Math.max(largest, Math.abs(rows[at] as number));
  }
  const mean = sum / count;
  let squares = 0;
  for (let at = column; at < rows.length; at += width) squares += ((rows[at] as number) - mean) ** 2;
  const deviation = Math.sqrt(squares / count);
  for (let at = column; at < rows.length; at += width) {
    rows[at] = deviation > CONSTANT * largest ? ((rows[at] as number) - mean) / deviation : 0;
  }
}
