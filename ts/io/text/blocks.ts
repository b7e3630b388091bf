import type { RangeSource } from './ranges.js';

/** Bytes of a block: as many as a source reads at once anyway. */
const BLOCK = 1 << 18;

/** Blocks that are kept. */
const KEPT = 64;

/**
 * A source that keeps the blocks used last, some 16 MB, for files whose pages are visited again and
 * again, as trees are.
 */
export function inBlocks({ size, read }: RangeSource): RangeSource {
  const kept = new Map<number, Uint8Array>();
  const block = async (number: number): Promise<Uint8Array> => {
    const known = kept.get(number);
    if (known !== undefined) {
      // The order of a map is that of insertion: the first is the one not used for longest.
      kept.delete(number);
      kept.set(number, known);
      return known;
    }
    const bytes = await read(number * BLOCK, BLOCK);
    kept.set(number, bytes);
    for (const oldest of kept.keys()) {
      if (kept.size <= KEPT) break;
      kept.delete(oldest);
    }
    return bytes;
  };
  return {
    size,
    read: async (start, length) => {
      const end = Math.min(size, start + length);
      // A long range is read once, and need not be kept.
      if (length > BLOCK) return read(start, end - start);
      const first = Math.floor(start / BLOCK);
      const within = await block(first);
      const before = start - first * BLOCK;
      if (end <= (first + 1) * BLOCK) return within.subarray(before, end - first * BLOCK);
      const next = await block(first + 1);
      const joined = new Uint8Array(end - start);
      joined.set(within.subarray(before));
      joined.set(next.subarray(0, end - (first + 1) * BLOCK), within.length - before);
      return joined;
    },
  };
}
