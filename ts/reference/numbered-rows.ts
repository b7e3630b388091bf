import type { LabelGroup } from '../shards/given-rows.js';

/** Which rows stand for which. */
export interface NumberedRows {
  /** For each row that was given the number of the one that is stored for it. */
  readonly of: Uint32Array;
  /** Of each group the numbers of its rows that are stored. */
  readonly numbers: readonly Uint32Array[];
}

/** Rows of a group, and those of them that are stored. */
export interface StoredGroup {
  /** Rows that are stored. */
  readonly kept: number;
  /** For each row the place of the one that stands for it; `null` where each is stored. */
  readonly of: Uint32Array | null;
}

/** A row that nothing stands for yet: no set has so many. */
const NONE = 2 ** 32 - 1;

/**
 * Numbers the rows of all groups that are stored in the order in which the first that each stands
 * for was given. 4 bytes for each row, and 4 for each that is stored, are in memory.
 *
 * @param stored of each group
 */
export function numbered(
  rows: number,
  groups: readonly LabelGroup[],
  stored: readonly StoredGroup[],
): NumberedRows {
  // Of each row the first that is like it, then its number.
  const of = new Uint32Array(rows);
  const all = groups.map(({ rows: source, numbers }, at) => {
    const { kept, of: places } = stored[at] as StoredGroup;
    const firsts = new Uint32Array(kept).fill(NONE);
    for (let row = 0; row < source.rows; row++) {
      const number = numbers?.[row] ?? row;
      const place = places?.[row] ?? row;
      if (firsts[place] === NONE) firsts[place] = number;
      of[number] = firsts[place] as number;
    }
    return firsts;
  });
  let count = 0;
  for (let row = 0; row < rows; row++) {
    const first = of[row] as number;
    of[row] = first === row ? count++ : (of[first] as number);
  }
  for (const firsts of all) {
    for (let place = 0; place < firsts.length; place++) firsts[place] = of[firsts[place] as number] as number;
  }
  return { of, numbers: all };
}
