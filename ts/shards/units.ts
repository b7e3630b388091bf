import type { OrderedBlock } from './arrange.js';
import type { Manifest, PlannedSums } from './manifest.js';

/** Rows of a block that one shard computes: whole shares, one after the other. */
export interface Unit {
  /** Number of the sums. */
  readonly sums: number;
  readonly block: OrderedBlock;
  /** First row in the block, and the row after the last. */
  readonly from: number;
  readonly to: number;
}

/** Rows that are not cut: their sums have the same bits wherever they are computed. */
export interface UncutRows {
  leafRows(): number;
  shareRows(): number;
}

/** Those of some sums. */
export function uncutRows(core: UncutRows, { leafByLeaf = false }: Pick<PlannedSums, 'leafByLeaf'>): number {
  return leafByLeaf ? core.leafRows() : core.shareRows();
}

/**
 * What a shard computes: every so-many-th share, since those that follow each other are alike and
 * take alike long. Neighbours of one block come as one unit.
 */
export function unitsOf(manifest: Manifest, core: UncutRows, shard: number): Unit[] {
  const units: Unit[] = [];
  let share = 0;
  for (const [sums, planned] of manifest.sums.entries()) {
    const size = uncutRows(core, planned);
    for (const block of manifest.sets[planned.queries]?.segments.flat() ?? []) {
      for (let from = 0; from < block.rows; from += size) {
        if (share++ % manifest.shards !== shard) continue;
        const to = Math.min(from + size, block.rows);
        const last = units.at(-1);
        const follows = last?.block === block && last.sums === sums && last.to === from;
        if (follows) units[units.length - 1] = { ...last, to };
        else units.push({ sums, block, from, to });
      }
    }
  }
  return units;
}
