import { isLabelled } from '../base/species-mode.js';
import { byLabel } from '../kernel/labelled-rows.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';

/** Environments of one element: those of a reference, and those that are judged by them. */
export interface ElementGroup {
  /** Numbers per row, without a label. */
  readonly width: number;
  readonly reference: Float64Array;
  readonly test: Float64Array;
  /** Numbers of the test's rows among all. */
  readonly rows: Uint32Array;
}

/**
 * Test and reference by element where the first column is its label, else all of them together.
 * Elements that the reference lacks have no group.
 */
export function elementGroups(test: DescriptorMatrix, reference: DescriptorMatrix): ElementGroup[] {
  const { width, data, rows } = test;
  if (!isLabelled(test.species)) {
    const all = Uint32Array.from({ length: rows }, (_, row) => row);
    return [{ width, reference: reference.data, test: data, rows: all }];
  }
  const known = new Map(byLabel(reference.data, width).map(({ label, matrix }) => [label, matrix]));
  return byLabel(data, width).flatMap(({ label, rows: own, matrix }) => {
    const of = known.get(label);
    return of === undefined ? [] : [{ width: width - 1, reference: of, test: matrix, rows: own }];
  });
}

/** A score of each row of a test, group by group; infinite where no group has it. */
export async function byGroup<Group extends ElementGroup>(
  groups: readonly Group[],
  rows: number,
  scoreOf: (group: Group) => Promise<Float64Array> | Float64Array,
): Promise<Float64Array> {
  const all = new Float64Array(rows).fill(Infinity);
  for (const group of groups) {
    const own = await scoreOf(group);
    group.rows.forEach((row, at) => (all[row] = own[at] as number));
  }
  return all;
}
