import type { ReferenceFile, StoredLeaf } from '../io/matrices/reference-file.js';

/** Leaves of a stored reference, the latest that were used, within a number of bytes. */
export class LeafCache {
  readonly #file: ReferenceFile;
  readonly #budget: number;
  /** By the time of their last use. */
  readonly #held = new Map<number, StoredLeaf>();
  #bytes = 0;

  /** @param budget bytes; the leaves that are asked for at once may take more */
  constructor(file: ReferenceFile, budget: number) {
    this.#file = file;
    this.#budget = budget;
  }

  /**
   * Leaves by their numbers, rising: those that are not here are read.
   *
   * @param keeps whether they stay: in a pass over more than there is room for, none would be here
   *   when it is asked for again
   */
  async take(numbers: readonly number[], keeps = true): Promise<StoredLeaf[]> {
    const found = new Map<number, StoredLeaf>();
    const missing: number[] = [];
    for (const number of numbers) {
      const leaf = this.#held.get(number);
      if (leaf === undefined) missing.push(number);
      else {
        found.set(number, leaf);
        this.#held.delete(number);
        this.#held.set(number, leaf);
      }
    }
    for await (const [number, leaf] of this.#file.read(missing)) {
      found.set(number, leaf);
      if (!keeps) continue;
      // Another call may have read it meanwhile.
      if (!this.#held.has(number)) this.#bytes += bytesOf(leaf);
      this.#held.set(number, leaf);
    }
    for (const [number, leaf] of this.#held) {
      if (this.#bytes <= this.#budget) break;
      this.#held.delete(number);
      this.#bytes -= bytesOf(leaf);
    }
    return numbers.map((number) => found.get(number) as StoredLeaf);
  }
}

function bytesOf({ rows, numbers, counts }: StoredLeaf): number {
  return rows.byteLength + numbers.byteLength + counts.byteLength;
}
