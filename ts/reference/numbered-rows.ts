import type { LabelGroup } from '../shards/given-rows.js';

/** Which rows stand for which. */
export interface NumberedRows {
  /** For each row that was given the number of the one that is stored for it. */
  readonly of: Uint32Array;
  /** Of each group the numbers of its rows that are stored. */
  readonly numbers: readonly Uint32Array[];
}

/**
 * Numbers the rows of all groups that are stored in the order in which the first that each stands
 * for was given.
 *
 * @param ofGroups for each row of a group the place of the one that stands for it, among those of
 *   the group that are stored; `null` where each stands for itself
 */
export function numbered(
  rows: number,
  groups: readonly LabelGroup[],
  ofGroups: readonly (Uint32Array | null)[],
): NumberedRows {
  // Of each row the first that is like it, then its number.
  const of = new Uint32Array(rows);
  const firsts = groups.map(({ rows: source, numbers }, at) => {
    const own: number[] = [];
    for (let place = 0; place < source.rows; place++) {
      const row = numbers?.[place] ?? place;
      of[row] = own[ofGroups[at]?.[place] ?? place] ??= row;
    }
    return own;
  });
  let count = 0;
  for (const [row, first] of of.entries()) of[row] = first === row ? count++ : (of[first] as number);
  return { of, numbers: firsts.map((own) => Uint32Array.from(own, (row) => of[row] as number)) };
}
