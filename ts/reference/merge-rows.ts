import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CoreModule } from '../backend/backend.js';
import { inCore } from '../base/error.js';
import { arrange, axesOf, orderedRows, orderedWidth } from '../shards/arrange.js';
import { readBlock } from '../shards/block.js';
import { type RowSource, RowStore, type StoredRowReader } from '../shards/row-store.js';
import type { Copies } from './copies.js';

/** Rows that are read at once. */
const PART_ROWS = 1 << 14;

/** Rows of which some stand for several. */
export interface MergedSource {
  /** In the order in which the first of those that they stand for was given. */
  readonly rows: RowSource;
  /** For each row that was given the place of the one that stands for it. */
  readonly of: Uint32Array;
  /** How far a row is from the one that stands for it at most. */
  readonly radius: number;
}

/**
 * Joins rows of a store that lie together in its order into their mean, all of them within a radius
 * of it: within leaves, so that only close rows on both sides of a leaf's border stay apart. Some
 * numbers for each row are in memory, not the rows.
 */
export async function mergeRows(
  core: CoreModule,
  store: RowSource,
  radius: number,
  { folder, name, signal }: { folder: string; name: string; signal: AbortSignal | undefined },
): Promise<MergedSource> {
  const { rows, width } = store;
  const blocks = await arrange(
    core,
    store,
    axesOf(core, store),
    { folder, name: `near-${name}` },
    { signal },
  );
  const means = new RowStore(folder, `merged-${name}`, width);
  // By the order of leaves: for each row its mean, and for each mean the first row that was given.
  const placeOf = new Uint32Array(rows);
  const firsts = new Uint32Array(rows).fill(rows);
  let before = 0;
  const share = inCore(() => core.shareRows());
  let furthest = 0;
  for (const block of blocks) {
    const data = orderedRows(await readBlock(folder, block, orderedWidth(width)), block);
    for (let first = 0; first < block.rows; first += share) {
      signal?.throwIfAborted();
      const some = data.rows.subarray(first * width, (first + share) * width);
      const count = some.length / width;
      const found = inCore(() => core.mergeRows(some, width, radius));
      furthest = Math.max(furthest, found[0] as number);
      for (let at = 0; at < count; at++) {
        const row = data.numbers[first + at] as number;
        const place = before + (found[1 + at] as number);
        placeOf[row] = place;
        firsts[place] = Math.min(firsts[place] as number, row);
      }
      const own = found.subarray(1 + count);
      before += own.length / width;
      await means.add(own);
    }
    await rm(join(folder, block.file));
  }
  await means.finish();
  const places = new Uint32Array(before);
  const numberOf = new Uint32Array(before);
  for (let row = 0, number = 0; row < rows; row++) {
    const place = placeOf[row] as number;
    if (firsts[place] !== row) continue;
    places[number] = place;
    numberOf[place] = number++;
  }
  return {
    rows: new PlacedRows(means, places),
    of: placeOf.map((place) => numberOf[place] as number),
    radius: furthest,
  };
}

/** Copies among merged rows, which lie in several leaves, joined, too. */
export function throughCopies(of: Uint32Array, copies: Copies | null): Uint32Array {
  return copies === null ? of : of.map((row) => copies.of[row] as number);
}

/** Rows of a store in another order. */
class PlacedRows implements RowSource {
  readonly width: number;
  readonly #store: RowStore;
  readonly #places: Uint32Array;

  /** @param places in the store, of each row */
  constructor(store: RowStore, places: Uint32Array) {
    this.width = store.width;
    this.#store = store;
    this.#places = places;
  }

  get rows(): number {
    return this.#places.length;
  }

  async *parts(): AsyncGenerator<Float64Array, void, undefined> {
    const reader = this.#store.reader();
    try {
      for (let first = 0; first < this.rows; first += PART_ROWS) {
        const places = Float64Array.from(this.#places.subarray(first, first + PART_ROWS));
        const rows = new Float64Array(places.length * this.width);
        reader.read(places, rows);
        yield await Promise.resolve(rows);
      }
    } finally {
      reader.close();
    }
  }

  reader(): Pick<StoredRowReader, 'read' | 'close'> {
    const reader = this.#store.reader();
    return {
      read: (numbers, data) => {
        reader.read(
          numbers.map((number) => this.#places[number] as number),
          data,
        );
      },
      close: () => {
        reader.close();
      },
    };
  }
}
