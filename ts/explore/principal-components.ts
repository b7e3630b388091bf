import { withoutLabels } from '../kernel/labelled-rows.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { isLabelled } from '../base/species-mode.js';

/** Rows that the directions are found from. */
const SAMPLE = 4096;

/** Directions that are offered at the most. */
const MOST = 8;

/** Rows of descriptors, without labels of elements: these are no coordinates. */
interface Rows {
  readonly rows: number;
  readonly data: Float64Array;
}

/**
 * The directions in which the rows of some matrices differ most, at most eight, by falling
 * variance. They are found from at most 4,096 rows, evenly spread.
 */
export class PrincipalComponents {
  readonly #parts: readonly Rows[];
  readonly #rows: number;
  readonly #origin: Float64Array;
  readonly #axes: readonly (readonly number[])[];
  /** Of each direction: its share of the variance, from 0 to 1. */
  readonly shares: readonly number[];

  private constructor(
    parts: readonly Rows[],
    origin: Float64Array,
    axes: readonly (readonly number[])[],
    shares: readonly number[],
  ) {
    this.#parts = parts;
    this.#rows = parts.reduce((sum, { rows }) => sum + rows, 0);
    this.#origin = origin;
    this.#axes = axes;
    this.shares = shares;
  }

  /** @param given at least one, of the same width */
  static async of(given: readonly [DescriptorMatrix, ...DescriptorMatrix[]]): Promise<PrincipalComponents> {
    const { EigenvalueDecomposition, Matrix } = await import('ml-matrix');
    const [first] = given;
    const hasLabels = isLabelled(first.species);
    const width = hasLabels ? first.width - 1 : first.width;
    const parts = hasLabels
      ? given.map(({ data, rows, width: columns }) => ({ rows, data: withoutLabels(data, columns).matrix }))
      : given;
    const sample = sampled(parts, width);
    const origin = new Float64Array(width);
    for (const one of sample)
      one.forEach((value, at) => (origin[at] = (origin[at] as number) + value / sample.length));
    const { eigenvectorMatrix, realEigenvalues } = new EigenvalueDecomposition(
      new Matrix(scatter(sample, origin)),
      { assumeSymmetric: true },
    );
    // Eigenvalues rise.
    const columns = Array.from({ length: Math.min(MOST, width) }, (_, at) => width - 1 - at);
    const all = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
    const shares = columns.map((column) => Math.max(0, realEigenvalues[column] ?? 0) / (all || 1));
    return new PrincipalComponents(
      parts,
      origin,
      columns.map((column) => eigenvectorMatrix.getColumn(column)),
      shares,
    );
  }

  /** Coordinates of all rows along a direction, counted from 0. */
  along(component: number): Float32Array {
    const axis = this.#axes[component];
    if (axis === undefined) throw new RangeError(`there is no direction ${component}`);
    const origin = this.#origin;
    const width = origin.length;
    const out = new Float32Array(this.#rows);
    let row = 0;
    for (const { data } of this.#parts) {
      for (let at = 0; at < data.length; at += width) {
        let along = 0;
        for (let i = 0; i < width; i++) {
          along += ((data[at + i] as number) - (origin[i] as number)) * (axis[i] as number);
        }
        out[row++] = along;
      }
    }
    return out;
  }
}

/** Sums of the products of each two columns, from their means. */
function scatter(sample: readonly Float64Array[], origin: Float64Array): Float64Array[] {
  const width = origin.length;
  const sums = Array.from({ length: width }, () => new Float64Array(width));
  const from = new Float64Array(width);
  for (const row of sample) {
    for (let at = 0; at < width; at++) from[at] = (row[at] as number) - (origin[at] as number);
    for (let at = 0; at < width; at++) {
      const own = sums[at] as Float64Array;
      const value = from[at] as number;
      for (let other = 0; other <= at; other++)
        own[other] = (own[other] as number) + value * (from[other] as number);
    }
  }
  sums.forEach((own, at) => {
    for (let other = 0; other < at; other++) (sums[other] as Float64Array)[at] = own[other] as number;
  });
  return sums;
}

/** Some rows, evenly spread over all parts. */
function sampled(parts: readonly Rows[], width: number): Float64Array[] {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const stride = Math.max(1, Math.ceil(rows / SAMPLE));
  const sample: Float64Array[] = [];
  let row = 0;
  for (const { data } of parts) {
    for (let at = 0; at < data.length; at += width, row++) {
      if (row % stride === 0) sample.push(data.subarray(at, at + width));
    }
  }
  return sample;
}
