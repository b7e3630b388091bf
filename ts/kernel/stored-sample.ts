import { inCore } from '../base/error.js';
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
  /** The rows that are summed over. */
  readonly #own: StoredRows;

  /** @param counts how often each stored row is there, of some of the rows. Default: all */
  constructor(x: StoredReference, counts?: Uint32Array) {
    this.#x = x;
    this.rows = counts?.reduce((sum, count) => sum + count, 0) ?? x.rows;
    this.#own = { width: x.width, rows: this.rows, parts: x.parts, counts };
    const pairs = (rows: number): number => rows * (rows + 1);
    this.shareOfPairs = pairs(x.facts.stored) / pairs(x.rows);
    this.hasOther = counts === undefined && x.fitsMemory;
  }

  /** A sample of some environments, by their numbers among those that were given. */
  static async of(x: StoredReference, rows: Uint32Array): Promise<StoredSample> {
    return new StoredSample(x, await x.parts.file.countsOf(rows));
  }

  async bounds(bandwidth: number, options: RunOptions): Promise<LogBounds> {
    const x = this.#x;
    const { core } = await backendOf(options);
    const { boxes } = x.parts.file;
    const leafRows = inCore(() => core.leafRows());
    const sums = new Float64Array(x.facts.stored);
    const counts = new Float64Array(x.facts.leaves);
    const hasCounts = this.#own.counts !== undefined || x.facts.stored < x.rows;
    const copies = hasCounts ? new Uint32Array(x.facts.stored) : undefined;
    const part = inParts(options, [1, 1]);
    const quiet = { ...options, onProgress: undefined };
    const all = Uint32Array.from({ length: x.facts.leaves }, (_, leaf) => leaf);
    let leaf = 0;
    const ofPiece = async ({ piece, leaves }: StoredPiece): Promise<void> => {
      const found = await runJob(() => core.ownLeafSums(piece, this.rows, bandwidth), quiet, 'kernel sums');
      sums.set(found, leaf * leafRows);
      for (const { numbers, counts: own } of leaves) {
        counts[leaf] = copies === undefined ? numbers.length : own.reduce((sum, count) => sum + count, 0);
        copies?.set(own, leaf * leafRows);
        leaf += 1;
      }
    };
    await throughLeaves(core, this.#own, all, part(0), ofPiece, x.fitsMemory);
    const bounds = await runJob(
      () => core.leafBounds(boxes, counts, sums, this.rows, bandwidth),
      part(1),
      'kernel sums',
    );
    const [low, high] = [bounds.subarray(0, sums.length), bounds.subarray(sums.length)];
    if (copies === undefined) return { rows: Uint32Array.from(low, (_, place) => place), low, high };
    return spread(copies, this.rows, low, high);
  }

  async logSums(rows: Uint32Array, bandwidth: number, options: RunOptions): Promise<Float64Array> {
    const { core } = await backendOf(options);
    // In the order of leaves, each copy once.
    const distinct = Uint32Array.from(new Set(Uint32Array.from(rows).sort()));
    const size = Math.max(1, Math.floor(SAMPLE_BYTES / (8 * this.#x.width)));
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

  /** Some rows, by their places in the order of leaves, rising. */
  async #gathered(places: Uint32Array): Promise<DescriptorMatrix> {
    const x = this.#x;
    const { core } = await backendOf({});
    const leafRows = inCore(() => core.leafRows());
    const { width, k, cutoff, species } = x;
    const data = new Float64Array(places.length * width);
    for (let at = 0; at < places.length;) {
      const leaves: number[] = [];
      let end = at;
      for (; end < places.length; end++) {
        const leaf = Math.floor((places[end] as number) / leafRows);
        if (leaf === leaves.at(-1)) continue;
        if (leaves.length === LEAVES_AT_ONCE) break;
        leaves.push(leaf);
      }
      const held = new Map(
        (await x.parts.leaves.take(leaves)).map((leaf, index) => [leaves[index] as number, leaf.rows]),
      );
      for (; at < end; at++) {
        const place = places[at] as number;
        const leaf = Math.floor(place / leafRows);
        const row = (place - leaf * leafRows) * width;
        data.set((held.get(leaf) as Float64Array).subarray(row, row + width), at * width);
      }
    }
    return new DescriptorMatrix(data, { width, k, cutoff, species });
  }
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
