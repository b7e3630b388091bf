import { join } from 'node:path';
import type { PieceModule } from '../backend/pieces.js';
import type { RunOptions } from '../run/run-options.js';
import { type RowBlock, writeBlock } from './block.js';
import { orderedRecords, RECORD, RecordFile } from './external-order.js';
import { blockRows, type RowSource } from './row-store.js';
import { inCore } from '../base/error.js';

/**
 * Rows of a set in its order, from the first of a share on: their given numbers, their coordinates,
 * and they themselves.
 */
export interface OrderedBlock extends RowBlock {
  /** Shares of the set before it: of those of its label, where rows have labels. */
  readonly place: number;
  /** Label of its rows, which are stored without it. Default: rows have none. */
  readonly label?: number | undefined;
}

/** Coordinates of a row. */
export const COORDINATES = RECORD - 1;

/** Numbers that a row of an ordered block takes. */
export function orderedWidth(width: number): number {
  return RECORD + width;
}

/** An ordered block, taken apart. */
export interface OrderedRows {
  readonly numbers: Float64Array;
  readonly points: Float64Array;
  readonly rows: Float64Array;
}

export function orderedRows(data: Float64Array, { rows }: RowBlock): OrderedRows {
  const start = rows * RECORD;
  return { numbers: data.subarray(0, rows), points: data.subarray(rows, start), rows: data.subarray(start) };
}

/** Axes of the rows of a store: from a sample of them, as of a set that is in memory. */
export function axesOf(core: PieceModule, store: RowSource): Float64Array {
  const stride = core.sampleStride(store.rows);
  const numbers = Float64Array.from({ length: Math.ceil(store.rows / stride) }, (_, at) => at * stride);
  const sample = new Float64Array(numbers.length * store.width);
  const reader = store.reader();
  try {
    reader.read(numbers, sample);
  } finally {
    reader.close();
  }
  return inCore(() => core.axes(sample, store.width));
}

/** What stands before the rows that are put in order, where a set has grown. */
export interface KeptBlocks {
  /** Whole blocks of the set as it was. */
  readonly blocks: readonly OrderedBlock[];
  /** The first rows of the source, which are in order already: fewer than a block has. */
  readonly rows: number;
}

/**
 * Puts rows of a store in order, and writes them in blocks of whole shares. What is in memory
 * doesn't grow with their number.
 *
 * @param name of the blocks
 * @param label of the rows
 * @param numbers that blocks give them; their places unless given
 * @param limit rows that are put in order in memory
 * @param options progress counts rows twice: as they are read, and as they are written in order
 */
export async function arrange(
  core: PieceModule,
  store: RowSource,
  axes: Float64Array,
  {
    folder,
    name,
    label,
    numbers: given,
    limit,
    kept = { blocks: [], rows: 0 },
  }: {
    readonly folder: string;
    readonly name: string;
    readonly label?: number | undefined;
    readonly numbers?: Uint32Array | undefined;
    readonly limit?: number | undefined;
    readonly kept?: KeptBlocks;
  },
  { signal, onProgress }: RunOptions = {},
): Promise<OrderedBlock[]> {
  const { width } = store;
  const told = (done: number): void =>
    onProgress?.({ done, total: 2 * store.rows, phase: 'order of environments' });
  const path = join(folder, `.${name}.records`);
  const file = await RecordFile.create(path);
  let number = 0;
  let pending = new Float64Array(0);
  for await (const rows of store.parts()) {
    signal?.throwIfAborted();
    const points = inCore(() => core.project(axes, rows, width));
    const count = rows.length / width;
    const records = new Float64Array(count * RECORD);
    for (let at = 0; at < count; at++) {
      records[at * RECORD] = number++;
      records.set(points.subarray(at * COORDINATES, (at + 1) * COORDINATES), at * RECORD + 1);
    }
    // Kept rows are the first of the source, which come in one part.
    const first = number === count ? RECORD * kept.rows : 0;
    if (first > 0) pending = records.slice(0, first);
    file.add(records.subarray(first));
    await file.flush();
    told(number);
  }
  await file.close();

  const share = core.shareRows();
  const perBlock = blockRows(orderedWidth(width), share);
  const blocks: OrderedBlock[] = [...kept.blocks];
  const reader = store.reader();
  let written = store.rows;
  const write = async (records: Float64Array): Promise<void> => {
    signal?.throwIfAborted();
    const count = records.length / RECORD;
    const numbers = Float64Array.from({ length: count }, (_, at) => records[at * RECORD] as number);
    const points = new Float64Array(count * COORDINATES);
    for (let at = 0; at < count; at++) {
      points.set(records.subarray(at * RECORD + 1, (at + 1) * RECORD), at * COORDINATES);
    }
    const rows = new Float64Array(count * width);
    reader.read(numbers, rows);
    const block = await writeBlock(folder, `${name}-${String(blocks.length).padStart(6, '0')}.block`, count, [
      given === undefined ? numbers : numbers.map((number) => given[number] as number),
      points,
      rows,
    ]);
    told((written += count));
    blocks.push({
      ...block,
      place: (blocks.length * perBlock) / share,
      ...(label !== undefined && { label }),
    });
  };
  try {
    for await (const records of orderedRecords(core, path, store.rows - kept.rows, limit)) {
      const all = new Float64Array(pending.length + records.length);
      all.set(pending);
      all.set(records, pending.length);
      let at = 0;
      for (; at + perBlock * RECORD <= all.length; at += perBlock * RECORD) {
        await write(all.subarray(at, at + perBlock * RECORD));
      }
      pending = all.slice(at);
    }
    if (pending.length > 0) await write(pending);
  } finally {
    reader.close();
  }
  return blocks;
}
