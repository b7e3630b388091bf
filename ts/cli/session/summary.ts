/** Values that come in parts, as one array. */
export class Collected {
  readonly #parts: Float64Array[] = [];

  add(part: Float64Array): void {
    this.#parts.push(part);
  }

  all(): Float64Array {
    const all = new Float64Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

/** Values that come in parts, taken in other parts. */
export class Queue {
  readonly #parts: AsyncIterator<Float64Array>;
  #rest = new Float64Array(0);

  constructor(parts: AsyncIterable<Float64Array>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** The next values; fewer where there are no more. */
  async take(count: number): Promise<Float64Array> {
    const taken = new Collected();
    for (let left = count; left > 0;) {
      if (this.#rest.length === 0) {
        const next = await this.#parts.next();
        if (next.done === true) break;
        this.#rest = new Float64Array(next.value);
      }
      const part = this.#rest.subarray(0, left);
      taken.add(part);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
    }
    return taken.all();
  }
}
