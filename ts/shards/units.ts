import type { OrderedBlock } from './arrange.js';
import type { Manifest } from './manifest.js';

/** Rows of a block that one shard computes: whole shares, one after the other. */
export interface Unit {
  /** Number of the sums. */
  readonly sums: number;
  readonly block: OrderedBlock;
  /** First row in the block, and the row after the last. */
  readonly from: number;
  readonly to: number;
}

/** Shares of all queries. */
export function shareCount(manifest: Pick<Manifest, 'sets' | 'sums'>, shareRows: number): number {
  let count = 0;
  for (const { queries } of manifest.sums) {
    for (const block of manifest.sets[queries]?.segments.flat() ?? [])
      count += Math.ceil(block.rows / shareRows);
  }
  return count;
}

/**
 * What a shard computes: every so-many-th share, since those that follow each other are alike and
 * take alike long. Neighbours of one block come as one unit.
 */
export function unitsOf(manifest: Manifest, shareRows: number, shard: number): Unit[] {
  const units: Unit[] = [];
  let share = 0;
  for (const [sums, { queries }] of manifest.sums.entries()) {
    for (const block of manifest.sets[queries]?.segments.flat() ?? []) {
      for (let from = 0; from < block.rows; from += shareRows) {
        if (share++ % manifest.shards !== shard) continue;
        const to = Math.min(from + shareRows, block.rows);
        const last = units.at(-1);
        const follows = last?.block === block && last.sums === sums && last.to === from;
        if (follows) units[units.length - 1] = { ...last, to };
        else units.push({ sums, block, from, to });
      }
    }
  }
  return units;
}
