import { isLabelled } from '../base/species-mode.js';
import { byLabel, type LabelledRows } from '../kernel/labelled-rows.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { RowStore } from '../shards/row-store.js';

/** Bytes of a block of rows of one label: that many of each label are in memory. */
const LABEL_BYTES = 1 << 22;

/** Rows of one label, on the disk, without it. */
export interface StoredGroup {
  /** `null` where rows have no labels. */
  readonly label: number | null;
  readonly store: RowStore;
  /** Their numbers among all rows, rising, part by part. */
  readonly given: Uint32Array[];
}

/**
 * Rows on the disk as they come, those of each label apart: labels in the order in which they first
 * occur, as in memory. All rows are together where they have none.
 */
export class RowsByLabel {
  readonly #folder: string;
  readonly #groups = new Map<number | null, StoredGroup>();
  #rows = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rows;
  }

  async add({ data, width, rows, species }: DescriptorMatrix): Promise<void> {
    const parts = isLabelled(species) ? byLabel(data, width) : [all(data, rows)];
    for (const { label, rows: numbers, matrix } of parts) {
      let group = this.#groups.get(label);
      if (group === undefined) {
        const name = `given-${this.#groups.size}`;
        const store =
          label === null
            ? new RowStore(this.#folder, name, width)
            : new RowStore(this.#folder, name, width - 1, LABEL_BYTES);
        group = { label, store, given: [] };
        this.#groups.set(label, group);
      }
      await group.store.add(matrix);
      group.given.push(numbers.map((row) => this.#rows + row));
    }
    this.#rows += rows;
  }

  /** All groups, once no rows follow. */
  async finish(): Promise<StoredGroup[]> {
    const groups = [...this.#groups.values()];
    for (const { store } of groups) await store.finish();
    return groups;
  }
}

function all(
  matrix: Float64Array,
  rows: number,
): Omit<LabelledRows, 'label'> & { readonly label: number | null } {
  return { label: null, rows: Uint32Array.from({ length: rows }, (_, row) => row), matrix };
}

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
  groups: readonly Pick<StoredGroup, 'given'>[],
  ofGroups: readonly (Uint32Array | null)[],
): NumberedRows {
  // Of each row the first that is like it, then its number.
  const of = new Uint32Array(rows);
  const firsts = groups.map(({ given }, at) => {
    const own: number[] = [];
    let place = 0;
    for (const part of given) {
      for (const row of part) {
        of[row] = own[ofGroups[at]?.[place] ?? place] ??= row;
        place += 1;
      }
    }
    return own;
  });
  let count = 0;
  for (const [row, first] of of.entries()) of[row] = first === row ? count++ : (of[first] as number);
  return { of, numbers: firsts.map((own) => Uint32Array.from(own, (row) => of[row] as number)) };
}
