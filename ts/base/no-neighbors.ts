import { type DescriptorSpecies, isLabelled } from './species-mode.js';

/** Rows of descriptors, and what their columns are of. */
interface Rows {
  readonly data: Float64Array;
  readonly width: number;
  readonly species: DescriptorSpecies;
}

/** Whether all descriptors are zeros, but for labels: it stops at the first neighbour. */
export function hasNoNeighbors({ data, width, species }: Rows): boolean {
  const labels = isLabelled(species);
  return data.every((value, at) => value === 0 || (labels && at % width === 0));
}
