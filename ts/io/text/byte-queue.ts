/** Bytes of a stream, taken in runs of the length that is asked for. */
export class ByteQueue {
  readonly #source: AsyncIterator<Uint8Array>;
  #pieces: Uint8Array[] = [];
  #length = 0;
  #isDone = false;

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** Bytes that are at hand, at least `length` where the stream has as many. */
  async fill(length: number): Promise<number> {
    while (this.#length < length && !this.#isDone) {
      const next = await this.#source.next();
      if (next.done === true) this.#isDone = true;
      else if (next.value.length > 0) {
        // A piece keeps its bytes only until the next one is asked for.
        this.#pieces.push(next.value.slice());
        this.#length += next.value.length;
      }
    }
    return this.#length;
  }

  /** All bytes that are at hand, which stay there. */
  ahead(): Uint8Array {
    const [first = new Uint8Array(0)] = this.#pieces;
    if (this.#pieces.length > 1) {
      const all = new Uint8Array(this.#length);
      let at = 0;
      for (const piece of this.#pieces) {
        all.set(piece, at);
        at += piece.length;
      }
      this.#pieces = [all];
      return all;
    }
    return first;
  }

  /** Lets go of bytes that are at hand. */
  skip(length: number): void {
    const left = this.ahead().subarray(length);
    this.#pieces = left.length > 0 ? [left] : [];
    this.#length = left.length;
  }

  /**
   * The next bytes, as many as are asked for.
   *
   * @throws {Error} where the stream ends before
   */
  async take(length: number): Promise<Uint8Array> {
    if ((await this.fill(length)) < length) throw new Error('it ends too early');
    const bytes = this.ahead().subarray(0, length);
    this.skip(length);
    return bytes;
  }

  /** Whether the stream has no more bytes. */
  async isAtEnd(): Promise<boolean> {
    return (await this.fill(1)) === 0;
  }

  /** Lets go of the stream. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
