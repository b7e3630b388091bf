import { inCore } from '../base/error.js';
import { firstOf, type ReferenceFile, type StoredPart } from '../io/matrices/reference-file.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { runJob } from '../run/job.js';
import { backendOf, inParts, type RunOptions } from '../run/run-options.js';
import type { LogBounds } from './density-classes.js';
import type { SampledSet } from './sampled-set.js';
import { type StoredPiece, type StoredRows, throughLeaves } from './stored-pieces.js';
import type { StoredReference } from './stored-reference.js';
import { storedSums } from './stored-sums.js';

/** Bytes of rows of the sample that are in memory together, and leaves that are read for them. */
const SAMPLE_BYTES = 1 << 26;
const LEAVES_AT_ONCE = 64;

/**
 * A set in a file, for a sample of its environments: leaves are read one after the other, and
 * nothing of them stays but what the budget of memory allows. In memory are some 80 bytes for each
 * environment.
 */
export class StoredSample implements SampledSet {
  readonly rows: number;
  readonly shareOfPairs: number;
  readonly hasOther: boolean;
  readonly #x: StoredReference;
  /** The rows that are summed over, of each label where rows have labels. */
  readonly #own: readonly StoredRows[];

  /** @param own some of the rows. Default: all */
  constructor(x: StoredReference, own?: readonly StoredRows[]) {
    this.#x = x;
    this.#own = own ?? x.parts;
    this.rows = sumOf(this.#own, ({ rows }) => rows);
    const pairs = (rows: number): number => rows * (rows + 1);
    this.shareOfPairs =
      sumOf(this.#own, ({ part }) => pairs(part.kept)) / sumOf(this.#own, ({ part }) => pairs(part.rows));
    this.hasOther = own === undefined && x.fitsMemory;
  }

  /** A sample of some environments, by their numbers among those that were given. */
  static async of(x: StoredReference, rows: Uint32Array): Promise<StoredSample> {
    const { file } = x.storage;
    const counts = await file.countsOf(rows);
    const own: StoredRows[] = [];
    for (const each of x.parts) {
      const count = each.part.label === null ? rows.length : await countedIn(file, each.part, counts);
      if (count > 0) own.push({ ...each, rows: count, counts });
    }
    return new StoredSample(x, own);
  }

  async bounds(bandwidth: number, options: RunOptions): Promise<LogBounds> {
    const part = inParts(
      options,
      this.#own.map(({ rows }) => rows),
    );
    const all: LogBounds = {
      rows: new Uint32Array(this.rows),
      low: new Float64Array(this.rows),
      high: new Float64Array(this.rows),
    };
    let [first, place] = [0, 0];
    for (const [at, own] of this.#own.entries()) {
      const { rows, low, high } = await this.#boundsOf(own, bandwidth, part(at));
      all.rows.set(
        rows.map((row) => place + row),
        first,
      );
      all.low.set(low, first);
      all.high.set(high, first);
      first += own.rows;
      place += own.part.kept;
    }
    return all;
  }

  /** The same of rows with one label, by their places among these. */
  async #boundsOf(own: StoredRows, bandwidth: number, options: RunOptions): Promise<LogBounds> {
    const { core } = await backendOf(options);
    const { boxes, kept, leaves: ownLeaves, rows } = own.part;
    const leafRows = inCore(() => core.leafRows());
    const sums = new Float64Array(kept);
    const counts = new Float64Array(ownLeaves);
    const copies = own.counts !== undefined || kept < rows ? new Uint32Array(kept) : undefined;
    const part = inParts(options, [1, 1]);
    const quiet = { ...options, onProgress: undefined };
    const all = Uint32Array.from({ length: ownLeaves }, (_, leaf) => leaf);
    let leaf = 0;
    const ofPiece = async ({ piece, leaves }: StoredPiece): Promise<void> => {
      const found = await runJob(() => core.ownLeafSums(piece, own.rows, bandwidth), quiet, 'kernel sums');
      sums.set(found, leaf * leafRows);
      for (const { numbers, counts: often } of leaves) {
        counts[leaf] = copies === undefined ? numbers.length : often.reduce((sum, count) => sum + count, 0);
        copies?.set(often, leaf * leafRows);
        leaf += 1;
      }
    };
    await throughLeaves(core, own, all, part(0), ofPiece, this.#x.fitsMemory);
    const bounds = await runJob(
      () => core.leafBounds(boxes, counts, sums, own.rows, bandwidth),
      part(1),
      'kernel sums',
    );
    const [low, high] = [bounds.subarray(0, sums.length), bounds.subarray(sums.length)];
    if (copies === undefined) return { rows: Uint32Array.from(low, (_, place) => place), low, high };
    return spread(copies, own.rows, low, high);
  }

  async logSums(rows: Uint32Array, bandwidth: number, options: RunOptions): Promise<Float64Array> {
    const { core } = await backendOf(options);
    // Each copy once; as they come, as in memory, where the last digit may depend on that. More
    // than are in memory together in the order of leaves.
    const distinct = Uint32Array.from(new Set(rows));
    const size = Math.max(1, Math.floor(SAMPLE_BYTES / (8 * this.#x.width)));
    if (distinct.length > size) distinct.sort();
    const parts = Array.from({ length: Math.ceil(distinct.length / size) }, (_, at) =>
      distinct.subarray(at * size, (at + 1) * size),
    );
    const part = inParts(
      options,
      parts.map(({ length }) => length),
    );
    const found = new Map<number, number>();
    for (const [at, some] of parts.entries()) {
      const y = await this.#gathered(some);
      const logs = await storedSums(core, y, this.#own, Float64Array.of(bandwidth), part(at));
      for (const [index, row] of some.entries()) found.set(row, logs[index] as number);
    }
    return Float64Array.from(rows, (row) => found.get(row) as number);
  }

  /** Some rows, by their places in the order of leaves. */
  async #gathered(asked: Uint32Array): Promise<DescriptorMatrix> {
    const { core } = await backendOf({});
    const leafRows = inCore(() => core.leafRows());
    const { width, k, cutoff, species } = this.#x;
    const data = new Float64Array(asked.length * width);
    const order = Uint32Array.from(asked.keys()).sort((a, b) => (asked[a] as number) - (asked[b] as number));
    const places = order.map((row) => asked[row] as number);
    let [at, first] = [0, 0];
    for (const { part, storage, width: ownWidth } of this.#own) {
      const end = firstOf(places, first + part.kept);
      while (at < end) {
        const leaves: number[] = [];
        let next = at;
        for (; next < end; next++) {
          const leaf = part.firstLeaf + Math.floor(((places[next] as number) - first) / leafRows);
          if (leaf === leaves.at(-1)) continue;
          if (leaves.length === LEAVES_AT_ONCE) break;
          leaves.push(leaf);
        }
        const taken = await storage.leaves.take(leaves);
        const held = new Map(taken.map((leaf, index) => [leaves[index] as number, leaf.rows]));
        for (; at < next; at++) {
          const place = (places[at] as number) - first;
          const before = Math.floor(place / leafRows);
          const row = (place - before * leafRows) * ownWidth;
          const rows = held.get(part.firstLeaf + before) as Float64Array;
          const to = (order[at] as number) * width;
          data[to] = part.label ?? 0;
          data.set(rows.subarray(row, row + ownWidth), to + width - ownWidth);
        }
      }
      first += part.kept;
    }
    return new DescriptorMatrix(data, { width, k, cutoff, species });
  }
}

/** How many rows of a label are counted: one pass over its leaves. */
async function countedIn(
  file: ReferenceFile,
  { firstLeaf, leaves }: StoredPart,
  counts: Uint32Array,
): Promise<number> {
  let sum = 0;
  const own = Uint32Array.from({ length: leaves }, (_, leaf) => firstLeaf + leaf);
  for await (const [, { numbers }] of file.read(own)) {
    for (const number of numbers) sum += counts[number] as number;
  }
  return sum;
}

function sumOf<T>(all: readonly T[], of: (one: T) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}

/** Bounds of rows that are stored once for all copies, for each of these. */
function spread(copies: Uint32Array, rows: number, low: Float64Array, high: Float64Array): LogBounds {
  const places = new Uint32Array(rows);
  let at = 0;
  for (const [place, count] of copies.entries()) {
    places.fill(place, at, at + count);
    at += count;
  }
  return {
    rows: places,
    low: Float64Array.from(places, (place) => low[place] as number),
    high: Float64Array.from(places, (place) => high[place] as number),
  };
}
