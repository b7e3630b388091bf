import type { OutOfCoreModule } from '../backend/out-of-core.js';
import { inCore } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import { arrange, COORDINATES, type OrderedBlock, orderedRows, orderedWidth } from './arrange.js';
import { readBlock, writeBlock } from './block.js';
import type { LabelGroup } from './given-rows.js';
import { blockRows, MoreRows } from './row-store.js';

/** Where blocks are written, and what their names begin with. */
export interface BlockPlace {
  readonly folder: string;
  readonly name: string;
}

/** Rows in memory that are all there are, or those of one label, without it. */
export interface QueryGroup {
  readonly label: number | undefined;
  /** Row-major. */
  readonly matrix: Float64Array;
  /** Number of each row among all. */
  readonly numbers: Uint32Array;
}

/** Names of blocks: those of each label have their own. */
export function labelledName(name: string, label: number | undefined): string {
  return label === undefined ? name : `${name}-${label}`;
}

/**
 * Writes queries in an order of their own.
 *
 * @param axes of the set that they are summed over; those of the queries where it has no row of
 *   their label
 */
export async function queryBlocks(
  core: OutOfCoreModule,
  { label, matrix, numbers }: QueryGroup,
  axes: Float64Array | undefined,
  { folder, name }: BlockPlace,
): Promise<OrderedBlock[]> {
  const width = matrix.length / numbers.length;
  const points = inCore(() => core.project(axes ?? core.axes(matrix, width), matrix, width));
  const order = inCore(() => core.order(points));
  const share = core.shareRows();
  const perBlock = blockRows(orderedWidth(width), share);
  const blocks: OrderedBlock[] = [];
  for (let from = 0; from < order.length; from += perBlock) {
    const rows = order.subarray(from, from + perBlock);
    const gather = (values: Float64Array, size: number): Float64Array => {
      const out = new Float64Array(rows.length * size);
      for (const [at, row] of rows.entries())
        out.set(values.subarray(row * size, (row + 1) * size), at * size);
      return out;
    };
    const given = Float64Array.from(rows, (row) => numbers[row] as number);
    const file = `${labelledName(name, label)}-${String(blocks.length).padStart(6, '0')}.block`;
    const parts = [given, gather(points, COORDINATES), gather(matrix, width)];
    const block = await writeBlock(folder, file, rows.length, parts);
    blocks.push({ ...block, place: from / share, ...(label !== undefined && { label }) });
  }
  return blocks;
}

/** Blocks with rows that are added to them: full leaves stay as they are. */
export async function grownBlocks(
  core: OutOfCoreModule,
  before: readonly OrderedBlock[],
  { label, rows: added }: LabelGroup,
  axes: Float64Array,
  { folder, name }: BlockPlace,
  options: RunOptions,
): Promise<OrderedBlock[]> {
  const { width } = added;
  const full = blockRows(orderedWidth(width), core.shareRows());
  const whole = before.filter(({ rows }) => rows === full);
  const last = before.find(({ rows }) => rows < full);
  const rest =
    last === undefined
      ? new Float64Array(0)
      : orderedRows(await readBlock(folder, last, orderedWidth(width)), last).rows;
  const leaf = core.leafRows();
  const kept = { blocks: whole, rows: Math.floor(rest.length / width / leaf) * leaf };
  const place = { folder, name: labelledName(name, label), label, kept };
  return arrange(core, new MoreRows(rest, added), axes, place, options);
}
