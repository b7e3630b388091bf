import type { Backend } from '../backend/backend.js';
import { inCore } from '../base/error.js';
import type { LogBounds } from '../kernel/density-classes.js';
import type { SampledSet } from '../kernel/sampled-set.js';
import { runJob } from '../run/job.js';
import type { RunOptions } from '../run/run-options.js';
import { COORDINATES } from './arrange.js';
import type { Work } from './manifest.js';
import { type LabelGroup, placesIn, rowsAt } from './given-rows.js';
import { addPiece, Blocks, type Pass, passOf, takeAgain } from './shard.js';

/**
 * A set in ordered blocks, or what has one label of it, for a sample of its environments: blocks
 * are read one after the other. In memory are some 80 bytes for each environment.
 */
export class BlockSample implements SampledSet {
  readonly rows: number;
  readonly shareOfPairs = 1;
  readonly hasOther = false;
  readonly #group: LabelGroup;
  readonly #axes: Float64Array;
  readonly #blocks: Blocks;
  readonly #pass: Pass;

  /**
   * @param work whose first sums are of queries over the set
   * @param group the rows of the set in the order given, or those of one label
   * @param axes those of the group
   */
  constructor(
    work: Work,
    group: LabelGroup,
    axes: Float64Array,
    options: RunOptions & { readonly backend: Backend },
  ) {
    this.rows = group.rows.rows;
    this.#group = group;
    this.#axes = axes;
    this.#blocks = new Blocks(work, options.backend);
    this.#pass = passOf(work, this.#blocks, 0, group.label, options);
  }

  async bounds(bandwidth: number, options: RunOptions): Promise<LogBounds> {
    const { core } = this.#blocks;
    const leafRows = core.leafRows();
    const leaves = Math.ceil(this.rows / leafRows);
    const quiet = { ...options, onProgress: undefined };
    const numbers = new Uint32Array(this.rows);
    const sums = new Float64Array(this.rows);
    const boxes = new Float64Array(2 * COORDINATES * leaves);
    let first = 0;
    for (const block of this.#pass.set) {
      options.signal?.throwIfAborted();
      const data = await this.#blocks.read(block);
      const piece = this.#blocks.piece(data, 0, block.rows);
      try {
        const own = await runJob(() => core.ownLeafSums(piece, this.rows, bandwidth), quiet, 'kernel sums');
        sums.set(own, first);
      } finally {
        piece.free();
      }
      numbers.set(data.numbers, first);
      addBoxes(boxes, data.points, first / leafRows, leafRows);
      first += block.rows;
    }
    const counts = Float64Array.from({ length: leaves }, (_, leaf) =>
      Math.min(leafRows, this.rows - leaf * leafRows),
    );
    const bounds = await runJob(
      () => core.leafBounds(boxes, counts, sums, this.rows, bandwidth),
      quiet,
      'kernel sums',
    );
    return { rows: numbers, low: bounds.subarray(0, this.rows), high: bounds.subarray(this.rows) };
  }

  /** log p of some rows, by their numbers in the set, under the bandwidth of the plan. */
  async logSums(rows: Uint32Array, _bandwidth: number, { signal }: RunOptions): Promise<Float64Array> {
    const { core } = this.#blocks;
    const { rows: store } = this.#group;
    const { width } = store;
    const data = rowsAt(store, placesIn(this.#group, rows));
    const points = inCore(() => core.project(this.#axes, data, width));
    const order = inCore(() => core.order(points));
    const queries = this.#blocks.piece(
      {
        numbers: new Float64Array(0),
        points: gathered(points, order, COORDINATES),
        rows: gathered(data, order, width),
      },
      0,
      rows.length,
    );
    try {
      let sums: Float64Array = new Float64Array(rows.length);
      await this.#through(signal, async (piece, place) => {
        sums = await addPiece(this.#pass, queries, 0, piece, place, sums);
      });
      const logs = core.pieceLogs(sums, 1, false);
      await takeAgain(this.#pass, [{ piece: queries, logs }], (use) => this.#through(signal, use));
      const found = new Float64Array(rows.length);
      for (const [at, row] of order.entries()) found[row] = logs[at] as number;
      return found;
    } finally {
      queries.free();
    }
  }

  async #through(
    signal: AbortSignal | undefined,
    use: (piece: ReturnType<Blocks['piece']>, place: number) => Promise<void>,
  ): Promise<void> {
    for (const block of this.#pass.set) {
      signal?.throwIfAborted();
      const piece = this.#blocks.piece(await this.#blocks.read(block), 0, block.rows);
      try {
        await use(piece, block.place);
      } finally {
        piece.free();
      }
    }
  }
}

/** Boxes of leaves, from the coordinates of their rows: the lower corner, then the upper one. */
function addBoxes(boxes: Float64Array, points: Float64Array, firstLeaf: number, leafRows: number): void {
  const rows = points.length / COORDINATES;
  for (let row = 0; row < rows; row++) {
    const low = 2 * COORDINATES * (firstLeaf + Math.floor(row / leafRows));
    const isFirst = row % leafRows === 0;
    for (let axis = 0; axis < COORDINATES; axis++) {
      const value = points[row * COORDINATES + axis] as number;
      const [least, most] = [boxes[low + axis] as number, boxes[low + COORDINATES + axis] as number];
      boxes[low + axis] = isFirst ? value : Math.min(least, value);
      boxes[low + COORDINATES + axis] = isFirst ? value : Math.max(most, value);
    }
  }
}

function gathered(values: Float64Array, rows: Uint32Array, size: number): Float64Array {
  const out = new Float64Array(rows.length * size);
  for (const [at, row] of rows.entries()) out.set(values.subarray(row * size, (row + 1) * size), at * size);
  return out;
}
