import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { RandomStream } from '../statistics/random.js';

/**
 * Draws environments of a matrix without replacement: `size` of its rows, in their order, as a
 * matrix of their own.
 */
export type DrawRows = (x: DescriptorMatrix, size: number) => DescriptorMatrix;

/**
 * A source of samples: the same ones, in the same order, for the same seed.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 * @throws {QuestsError} INVALID_ARGUMENT for any other seed
 */
export function rowSampler(seed: number): DrawRows {
  const draw = numberSampler(seed);
  return (x, size) => {
    const rows = draw(x.rows, size);
    return rows === undefined ? x : rowsOf(x, rows);
  };
}

/**
 * As {@link rowSampler}, for rows that are not in memory: the numbers of `size` of `count` rows,
 * rising; undefined for all rows, which need no draw.
 */
export function numberSampler(seed: number): (count: number, size: number) => Uint32Array | undefined {
  const random = new RandomStream(seed);
  return (count, size) => (size === count ? undefined : random.distinct(size, count).sort());
}

/** Some rows of a matrix, as a matrix of their own. */
export function rowsOf(
  { data, width, k, cutoff, species }: DescriptorMatrix,
  rows: Uint32Array,
): DescriptorMatrix {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    taken.set(data.subarray(row * width, (row + 1) * width), at * width);
  });
  return new DescriptorMatrix(taken, { width, k, cutoff, species });
}
