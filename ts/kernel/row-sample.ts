import { QuestsError } from '../base/error.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';

/** Draws environments of a matrix without replacement: `size` of its rows, in their order, as a matrix of their own. */
export type DrawRows = (x: DescriptorMatrix, size: number) => DescriptorMatrix;

/**
 * A source of samples: the same ones, in the same order, for the same seed.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 * @throws {QuestsError} INVALID_ARGUMENT for any other seed
 */
export async function rowSampler(seed: number): Promise<DrawRows> {
  const draw = await numberSampler(seed);
  return (x, size) => {
    const rows = draw(x.rows, size);
    return rows === undefined ? x : rowsOf(x, rows);
  };
}

/**
 * As {@link rowSampler}, for rows that are not in memory: numbers of so many of `count` rows, rising; undefined for all.
 */
export async function numberSampler(
  seed: number,
): Promise<(count: number, size: number) => Uint32Array | undefined> {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new QuestsError('INVALID_ARGUMENT', `seed is ${seed}, expected a whole number from 0 to 2^53 - 1`);
  }
  const { uniformInt } = await import('pure-rand/distribution/uniformInt');
  const { xoroshiro128plus } = await import('pure-rand/generator/xoroshiro128plus');
  // The generator takes 32 bits; those above are mixed in.
  const generator = xoroshiro128plus(Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1) ^ seed);
  return (count, size) => {
    if (size === count) return undefined;
    // Fisher and Yates, as far as it is needed.
    const rows = Uint32Array.from({ length: count }, (_, row) => row);
    for (let at = 0; at < size; at++) {
      const other = uniformInt(generator, at, count - 1);
      [rows[at], rows[other]] = [rows[other] as number, rows[at] as number];
    }
    return rows.subarray(0, size).sort();
  };
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
