import { descriptors } from '../descriptor/descriptors.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import type { CarveSettings } from './settings.js';

/** Descriptors of a structure, made as those of the reference were. */
export function describeRows(structure: Structure, settings: CarveSettings): Promise<DescriptorMatrix> {
  const { k, cutoff, species, backend, signal } = settings;
  return descriptors(structure, { k, cutoff, species: species ?? false, backend, signal });
}

/** Some rows of a matrix; at least one. */
export function rowsOf(x: DescriptorMatrix, rows: readonly number[]): DescriptorMatrix {
  const { width, k, cutoff, species } = x;
  const data = new Float64Array(rows.length * width);
  rows.forEach((row, at) => {
    data.set(x.data.subarray(row * width, (row + 1) * width), at * width);
  });
  return new DescriptorMatrix(data, { width, k, cutoff, species });
}
