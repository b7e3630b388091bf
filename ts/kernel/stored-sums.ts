import type { CoreModule } from '../backend/backend.js';
import type { CoreJob } from '../backend/core-job.js';
import type { CorePiece } from '../backend/pieces.js';
import { inCore } from '../base/error.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { runJob } from '../run/job.js';
import { inParts, type RunOptions } from '../run/run-options.js';
import { byLabel } from './labelled-rows.js';
import { type StoredPiece, type StoredRows, throughLeaves } from './stored-pieces.js';

/** Bytes of queries that pass over the leaves together. */
const QUERY_BYTES = 1 << 25;

/** Coordinates of a row along axes. */
const COORDINATES = 8;

const NONE = new Float64Array(0);
const NO_LEAVES = new Uint32Array(0);

/** Queries, and what they are summed over. */
interface Meeting {
  readonly x: StoredRows;
  /** Row-major, of the width of x. */
  readonly data: Float64Array;
  /** Their numbers among all queries; undefined for all of them. */
  readonly rows?: Uint32Array;
}

/**
 * log p of each query with respect to a stored reference, under each bandwidth: bandwidths ×
 * queries; −∞ where rows have labels and the reference has none with that of the query. Only leaves
 * that are near a query are read. The bits are those of sums over the same reference in memory.
 *
 * @param x what is summed over: of each label, where rows have labels
 * @param floor log p below which it is given as that, and nothing is read to know it better; none
 *   unless given
 */
export async function storedSums(
  core: CoreModule,
  y: Pick<DescriptorMatrix, 'data' | 'rows' | 'width'>,
  x: readonly StoredRows[],
  bandwidths: Float64Array,
  options: RunOptions,
  floor?: number,
): Promise<Float64Array> {
  const meetings = meetingsOf(y, x);
  const logs = new Float64Array(bandwidths.length * y.rows).fill(-Infinity);
  const part = inParts(
    options,
    meetings.map((meeting) => meeting.data.length * meeting.x.rows),
  );
  for (const [at, { x: own, data, rows }] of meetings.entries()) {
    const found = await sumsOver(core, data, own, bandwidths, part(at), floor);
    if (rows === undefined) return found;
    for (let index = 0; index < bandwidths.length; index++) {
      for (const [place, row] of rows.entries()) {
        logs[index * y.rows + row] = found[index * rows.length + place] as number;
      }
    }
  }
  return logs;
}

function meetingsOf(
  { data, width }: Pick<DescriptorMatrix, 'data' | 'width'>,
  x: readonly StoredRows[],
): Meeting[] {
  const all = x.find(({ part }) => part.label === null);
  if (all !== undefined) return [{ x: all, data }];
  return byLabel(data, width).flatMap(({ label, rows, matrix }) => {
    const own = x.find(({ part }) => part.label === label);
    return own === undefined ? [] : [{ x: own, data: matrix, rows }];
  });
}

/** The same for queries that are summed over the same rows. */
async function sumsOver(
  core: CoreModule,
  queries: Float64Array,
  x: StoredRows,
  bandwidths: Float64Array,
  options: RunOptions,
  floor: number | undefined,
): Promise<Float64Array> {
  const { width } = x;
  const { data, of } = distinct(core, queries, width);
  const rows = data.length / width;
  const points = inCore(() => core.project(x.part.axes, data, width));
  const order = inCore(() => core.order(points));
  const share = inCore(() => core.shareRows());
  const size = Math.max(1, Math.floor(QUERY_BYTES / (8 * width * share))) * share;
  const logs = new Float64Array(bandwidths.length * rows);
  for (let first = 0; first < rows; first += size) {
    const some = order.subarray(first, first + size);
    const piece = inCore(() =>
      core.piece(gathered(data, some, width), width, gathered(points, some, COORDINATES), NO_LEAVES, NONE),
    );
    try {
      const progress = ({ done, total }: { done: number; total: number }): void =>
        options.onProgress?.({
          done: (first + (some.length * done) / total) / rows,
          total: 1,
          phase: 'kernel sums',
        });
      const pass = new Pass(core, piece, x, bandwidths, { ...options, onProgress: progress });
      const found = await (floor === undefined ? pass.logs(some.length) : pass.nearLogs(some.length, floor));
      for (let index = 0; index < bandwidths.length; index++) {
        for (const [at, row] of some.entries()) {
          logs[index * rows + row] = found[index * some.length + at] as number;
        }
      }
    } finally {
      piece.free();
    }
  }
  return of === undefined ? logs : spread(logs, of, rows);
}

/** Queries of which many are copies are summed once each, as in memory. */
function distinct(
  core: CoreModule,
  data: Float64Array,
  width: number,
): { data: Float64Array; of?: Uint32Array } {
  const copies = inCore(() => core.copies(data, width));
  const [count] = copies;
  if (count === undefined) return { data };
  return { data: gathered(data, copies.subarray(1, 1 + count), width), of: copies.subarray(1 + count) };
}

function spread(values: Float64Array, of: Uint32Array, rows: number): Float64Array {
  const out = new Float64Array((values.length / rows) * of.length);
  for (let from = 0, to = 0; from < values.length; from += rows, to += of.length) {
    for (const [at, row] of of.entries()) out[to + at] = values[from + row] as number;
  }
  return out;
}

function gathered(values: Float64Array, rows: Uint32Array, size: number): Float64Array {
  const out = new Float64Array(rows.length * size);
  for (const [at, row] of rows.entries()) out.set(values.subarray(row * size, (row + 1) * size), at * size);
  return out;
}

/** One pass of some queries over the leaves that matter to them. */
class Pass {
  readonly #core: CoreModule;
  readonly #queries: CorePiece;
  readonly #x: StoredRows;
  readonly #bandwidths: Float64Array;
  readonly #options: RunOptions;

  constructor(
    core: CoreModule,
    queries: CorePiece,
    x: StoredRows,
    bandwidths: Float64Array,
    options: RunOptions,
  ) {
    this.#core = core;
    this.#queries = queries;
    this.#x = x;
    this.#bandwidths = bandwidths;
    this.#options = options;
  }

  /** log p of each query, of those below a floor that floor. */
  async nearLogs(count: number, floor: number): Promise<Float64Array> {
    const sums = await this.#nearSums(count);
    return inCore(() => this.#core.pieceLogs(sums, this.#bandwidths.length, true)).map((log) =>
      Math.max(log, floor),
    );
  }

  async #nearSums(count: number): Promise<Float64Array<ArrayBuffer>> {
    const [core, queries, bandwidths] = [this.#core, this.#queries, this.#bandwidths];
    const { boxes } = this.#x.part;
    const terms = this.#x.rows;
    const near = inCore(() => core.nearLeaves(queries, boxes, terms, bandwidths));
    let sums = new Float64Array(bandwidths.length * count);
    await this.#through(near, async ({ piece }) => {
      sums = await this.#run(() => core.pieceSums(queries, piece, NONE, false, terms, bandwidths, sums));
    });
    return sums;
  }

  /** log p of each query. */
  async logs(count: number): Promise<Float64Array> {
    const [core, bandwidths] = [this.#core, this.#bandwidths];
    const sums = await this.#nearSums(count);
    const logs = inCore(() => core.pieceLogs(sums, bandwidths.length, false));
    const all = Uint32Array.from({ length: count }, (_, row) => row);
    const far = all.filter((row) => Number.isNaN(logs[row]));
    if (far.length > 0) {
      const found = await this.#farLogs(far);
      for (const [at, row] of far.entries()) {
        for (let index = 0; index < bandwidths.length; index++) {
          logs[index * count + row] = found[at * bandwidths.length + index] as number;
        }
      }
    }
    return logs;
  }

  /**
   * log p of queries without near neighbours, rows × bandwidths: first the leaf that may hold the
   * nearest row, then those that may hold a nearer one, then those that matter beside it.
   */
  async #farLogs(rows: Uint32Array): Promise<Float64Array> {
    const [core, queries, bandwidths] = [this.#core, this.#queries, this.#bandwidths];
    const { boxes } = this.#x.part;
    const terms = this.#x.rows;
    let nearest = new Float64Array(rows.length).fill(Infinity);
    for (let round = 0; round < 2; round++) {
      const leaves = inCore(() => core.farLeaves(queries, boxes, rows, nearest, terms, NONE));
      await this.#through(leaves, async ({ piece }) => {
        nearest = await this.#run(() => core.nearestPiece(queries, piece, rows, nearest));
      });
    }
    const leaves = inCore(() => core.farLeaves(queries, boxes, rows, nearest, terms, bandwidths));
    let sums = new Float64Array(rows.length * bandwidths.length);
    await this.#through(leaves, async ({ piece }) => {
      sums = await this.#run(() => core.distantSums(queries, piece, rows, nearest, terms, bandwidths, sums));
    });
    return inCore(() => core.distantLogs(sums, nearest, bandwidths));
  }

  #run(start: () => CoreJob): Promise<Float64Array<ArrayBuffer>> {
    const work = runJob(start, { ...this.#options, onProgress: undefined }, 'kernel sums');
    return work as Promise<Float64Array<ArrayBuffer>>;
  }

  #through(leaves: Uint32Array, use: (part: StoredPiece) => Promise<void>): Promise<void> {
    return throughLeaves(this.#core, this.#x, leaves, this.#options, use);
  }
}
