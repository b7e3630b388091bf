import type { CoreModule } from '../backend/backend.js';
import { inCore } from '../base/error.js';
import type { RowSource } from '../shards/row-store.js';

/** Rows that are copies of others, to the bit. */
export interface Copies {
  /** The first row of each kind, rising. */
  readonly firsts: Uint32Array;
  /** For each row the place of its kind among those. */
  readonly of: Uint32Array;
}

/**
 * Copies of the rows of a store, where at least half of them are: as the core finds them in memory,
 * so that sums have the same bits. A number for each row is in memory, not the rows.
 */
export async function findCopies(core: CoreModule, store: RowSource): Promise<Copies | null> {
  const { rows, width } = store;
  const hashes = new Float64Array(rows);
  let row = 0;
  for await (const part of store.parts()) row = addHashes(part, width, hashes, row);
  // The core says which sets have too few rows, or too few copies: of their hashes, one column.
  const found = inCore(() => core.copies(hashes, 1));
  const [count] = found;
  if (count === undefined) return null;
  const copies = { firsts: found.slice(1, 1 + count), of: found.slice(1 + count) };
  return (await areCopies(store, copies)) ? copies : null;
}

/** Numbers that equal rows share, exact ones: 53 bits. */
function addHashes(part: Float64Array, width: number, hashes: Float64Array, first: number): number {
  const words = new Uint32Array(part.buffer, part.byteOffset, 2 * part.length);
  let row = first;
  for (let at = 0; at < words.length; row++) {
    let low = 0x811c9dc5;
    let high = 0x9e3779b9;
    for (const end = at + 2 * width; at < end; at++) {
      const word = words[at] as number;
      low = Math.imul(low ^ word, 0x85ebca6b);
      low ^= low >>> 15;
      high = Math.imul(high ^ word, 0xc2b2ae35);
      high ^= high >>> 13;
    }
    hashes[row] = (high >>> 11) * 2 ** 32 + (low >>> 0);
  }
  return row;
}

/**
 * Whether rows with the same hash are the same. Where rows that differ share one, which is one set
 * of ten million rows in two hundred, all are stored; a sum then differs from that in memory by
 * rounding, no more.
 */
async function areCopies(store: RowSource, { firsts, of }: Copies): Promise<boolean> {
  const { width } = store;
  const reader = store.reader();
  try {
    let row = 0;
    for await (const part of store.parts()) {
      const count = part.length / width;
      const like = Float64Array.from({ length: count }, (_, at) => firsts[of[row + at] as number] as number);
      const rows = new Float64Array(part.length);
      reader.read(like, rows);
      if (!sameBits(part, rows)) return false;
      row += count;
    }
    return true;
  } finally {
    reader.close();
  }
}

function sameBits(a: Float64Array, b: Float64Array): boolean {
  const [x, y] = [new BigUint64Array(a.buffer, a.byteOffset, a.length), new BigUint64Array(b.buffer)];
  return x.every((word, at) => word === y[at]);
}
