/** Probabilities begin in the middle of their 11 bits. */
const MIDDLE = 1024;

/** Shortest match. */
const SHORTEST = 2;

const STATES = 12;
/** Positions that probabilities depend on, by their lowest bits, at most. */
const POSITIONS = 16;

/** Distances from which on some bits are not modelled, and how many are below the modelled ones. */
const FIRST_MODELLED = 4;
const FIRST_DIRECT = 14;
const ALIGNED_BITS = 4;

/** What the decoder writes to, and copies from: the text so far, as far back as it may refer. */
export class LzmaWindow {
  bytes = new Uint8Array(1 << 16);
  /** Bytes in it. */
  end = 0;
  /** Bytes written since the dictionary was reset, as far as they are still there. */
  known = 0;
  readonly #reach: number;

  /** @param reach bytes back that may be referred to */
  constructor(reach: number) {
    this.#reach = reach;
  }

  /** Makes room for more bytes; room is made as it is needed. */
  reserve(length: number): void {
    if (this.end + length <= this.bytes.length) return;
    const keep = Math.min(this.end, this.#reach);
    const needed = keep + length;
    const room = needed > this.bytes.length ? Math.max(needed, 2 * this.bytes.length) : this.bytes.length;
    // As much again as may be referred to, so that it is not moved each time.
    const most = Math.min(room, Math.max(needed, 2 * this.#reach));
    const bytes = most > this.bytes.length ? new Uint8Array(most) : this.bytes;
    const start = this.end - keep;
    if (bytes === this.bytes) bytes.copyWithin(0, start, this.end);
    else bytes.set(this.bytes.subarray(start, this.end));
    this.bytes = bytes;
    this.end = keep;
    this.known = Math.min(this.known, keep);
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.end);
    this.end += bytes.length;
    this.known += bytes.length;
  }
}

/** Reads the bits of a chunk by their probabilities. */
class RangeDecoder {
  readonly #bytes: Uint8Array;
  #at = 5;
  #range = 0xffff_ffff;
  #code: number;

  constructor(bytes: Uint8Array) {
    if (bytes.length < 5 || bytes[0] !== 0) throw new Error('a damaged chunk');
    this.#bytes = bytes;
    this.#code = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
  }

  bit(probabilities: Uint16Array, at: number): number {
    const probability = probabilities[at] as number;
    const bound = (this.#range >>> 11) * probability;
    let bit: number;
    if (this.#code < bound) {
      this.#range = bound;
      probabilities[at] = probability + ((2048 - probability) >> 5);
      bit = 0;
    } else {
      this.#range -= bound;
      this.#code -= bound;
      probabilities[at] = probability - (probability >> 5);
      bit = 1;
    }
    if (this.#range < 0x100_0000) this.#more();
    return bit;
  }

  /** Bits that are as likely 0 as 1. */
  direct(count: number): number {
    let value = 0;
    for (; count > 0; count--) {
      this.#range >>>= 1;
      const isOne = this.#code >= this.#range;
      if (isOne) this.#code -= this.#range;
      value = 2 * value + (isOne ? 1 : 0);
      if (this.#range < 0x100_0000) this.#more();
    }
    return value;
  }

  /** A number of some bits, the highest first. */
  tree(probabilities: Uint16Array, start: number, bits: number): number {
    let node = 1;
    for (let count = 0; count < bits; count++) node = (node << 1) | this.bit(probabilities, start + node);
    return node - (1 << bits);
  }

  /** A number of some bits, the lowest first. */
  reverse(probabilities: Uint16Array, start: number, bits: number): number {
    let node = 1;
    let value = 0;
    for (let place = 0; place < bits; place++) {
      const bit = this.bit(probabilities, start + node);
      node = (node << 1) | bit;
      value |= bit << place;
    }
    return value;
  }

  /** Whether all bytes were read, as at the end of a chunk. */
  get isDone(): boolean {
    return this.#at === this.#bytes.length && this.#code === 0;
  }

  #more(): void {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('a damaged chunk');
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | byte) >>> 0;
  }
}

/** Probabilities of lengths. */
class Lengths {
  readonly #choices = new Uint16Array(2);
  readonly #low = new Uint16Array(POSITIONS << 3);
  readonly #middle = new Uint16Array(POSITIONS << 3);
  readonly #high = new Uint16Array(256);

  reset(): void {
    for (const all of [this.#choices, this.#low, this.#middle, this.#high]) all.fill(MIDDLE);
  }

  read(range: RangeDecoder, position: number): number {
    if (range.bit(this.#choices, 0) === 0) return SHORTEST + range.tree(this.#low, position << 3, 3);
    if (range.bit(this.#choices, 1) === 0) return SHORTEST + 8 + range.tree(this.#middle, position << 3, 3);
    return SHORTEST + 16 + range.tree(this.#high, 0, 8);
  }
}

/** Undoes LZMA, as the chunks of LZMA2 have it. */
export class LzmaDecoder {
  readonly #window: LzmaWindow;
  readonly #matches = new Uint16Array(STATES * POSITIONS);
  readonly #repeats = new Uint16Array(STATES);
  readonly #firsts = new Uint16Array(STATES);
  readonly #seconds = new Uint16Array(STATES);
  readonly #thirds = new Uint16Array(STATES);
  readonly #longRepeats = new Uint16Array(STATES * POSITIONS);
  readonly #slots = new Uint16Array(4 * 64);
  readonly #distances = new Uint16Array(1 << 7);
  readonly #aligned = new Uint16Array(1 << ALIGNED_BITS);
  readonly #lengths = new Lengths();
  readonly #repeatLengths = new Lengths();
  #literals = new Uint16Array(0);
  #literalBits = 0;
  #literalMask = 0;
  #positionMask = 0;
  #state = 0;
  /** Distances of the last matches, less one. */
  #last: [number, number, number, number] = [0, 0, 0, 0];
  /** Bytes written, as far as their lowest bits count. */
  #place = 0;

  constructor(window: LzmaWindow) {
    this.#window = window;
  }

  /** Begins with other properties, in one byte. */
  setProperties(byte: number): void {
    const [context, rest] = [byte % 9, Math.floor(byte / 9)];
    const [literal, position] = [rest % 5, Math.floor(rest / 5)];
    if (position > 4 || context + literal > 4) throw new Error('damaged properties');
    this.#literals = new Uint16Array(0x300 << (context + literal));
    this.#literalBits = context;
    this.#literalMask = (1 << literal) - 1;
    this.#positionMask = (1 << position) - 1;
    this.reset();
  }

  /** Forgets what is likely. */
  reset(): void {
    if (this.#literals.length === 0) throw new Error('properties are missing');
    this.#state = 0;
    this.#last = [0, 0, 0, 0];
    const tables = [this.#literals, this.#matches, this.#repeats, this.#firsts, this.#seconds];
    for (const table of tables) table.fill(MIDDLE);
    const others = [this.#thirds, this.#longRepeats, this.#slots, this.#distances, this.#aligned];
    for (const table of others) table.fill(MIDDLE);
    this.#lengths.reset();
    this.#repeatLengths.reset();
  }

  /** Counts bytes that were written without it. */
  passed(length: number): void {
    this.#place += length;
  }

  /** Counts bytes from here, as where the dictionary is reset. */
  restart(): void {
    this.#place = 0;
  }

  /** Writes so many bytes of a chunk to the window. */
  decode(chunk: Uint8Array, length: number): void {
    const range = new RangeDecoder(chunk);
    const window = this.#window;
    window.reserve(length);
    const end = window.end + length;
    while (window.end < end) {
      const position = this.#place & this.#positionMask;
      const at = (this.#state << 4) + position;
      const before = window.end;
      if (range.bit(this.#matches, at) === 0) this.#literal(range);
      else this.#match(range, at, position, end);
      this.#place += window.end - before;
      window.known += window.end - before;
    }
    if (!range.isDone) throw new Error('a damaged chunk');
  }

  #literal(range: RangeDecoder): void {
    const window = this.#window;
    const { bytes } = window;
    const previous = window.known > 0 ? (bytes[window.end - 1] as number) : 0;
    const context =
      ((this.#place & this.#literalMask) << this.#literalBits) + (previous >> (8 - this.#literalBits));
    const start = 0x300 * context;
    let symbol = 1;
    if (this.#state >= 7) {
      let match = this.#byteAt(this.#last[0]);
      do {
        const matched = (match >> 7) & 1;
        match <<= 1;
        const bit = range.bit(this.#literals, start + ((1 + matched) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matched !== bit) break;
      } while (symbol < 0x100);
    }
    while (symbol < 0x100) symbol = (symbol << 1) | range.bit(this.#literals, start + symbol);
    bytes[window.end++] = symbol & 0xff;
    this.#state = this.#state < 4 ? 0 : this.#state < 10 ? this.#state - 3 : this.#state - 6;
  }

  #match(range: RangeDecoder, at: number, position: number, end: number): void {
    const state = this.#state;
    const [first, second, third, fourth] = this.#last;
    let length: number;
    if (range.bit(this.#repeats, state) === 0) {
      length = this.#lengths.read(range, position);
      this.#last = [this.#distance(range, length), first, second, third];
      this.#state = state < 7 ? 7 : 10;
    } else {
      if (range.bit(this.#firsts, state) === 0) {
        if (range.bit(this.#longRepeats, at) === 0) {
          this.#state = state < 7 ? 9 : 11;
          this.#window.bytes[this.#window.end] = this.#byteAt(first);
          this.#window.end++;
          return;
        }
      } else if (range.bit(this.#seconds, state) === 0) this.#last = [second, first, third, fourth];
      else if (range.bit(this.#thirds, state) === 0) this.#last = [third, first, second, fourth];
      else this.#last = [fourth, first, second, third];
      length = this.#repeatLengths.read(range, position);
      this.#state = state < 7 ? 8 : 11;
    }
    this.#copy(this.#last[0] + 1, length, end);
  }

  #distance(range: RangeDecoder, length: number): number {
    const slot = range.tree(this.#slots, Math.min(length - SHORTEST, 3) << 6, 6);
    if (slot < FIRST_MODELLED) return slot;
    const bits = (slot >> 1) - 1;
    const base = (2 | (slot & 1)) * 2 ** bits;
    if (slot < FIRST_DIRECT) return base + range.reverse(this.#distances, base - slot, bits);
    const high = range.direct(bits - ALIGNED_BITS) * (1 << ALIGNED_BITS);
    return base + high + range.reverse(this.#aligned, 0, ALIGNED_BITS);
  }

  #copy(distance: number, length: number, end: number): void {
    const window = this.#window;
    const { bytes } = window;
    if (distance > window.known || window.end + length > end) throw new Error('a damaged chunk');
    const stop = window.end + length;
    for (let at = window.end; at < stop; at++) bytes[at] = bytes[at - distance] as number;
    window.end = stop;
  }

  #byteAt(distance: number): number {
    const { bytes, end, known } = this.#window;
    if (distance >= known) throw new Error('a damaged chunk');
    return bytes[end - 1 - distance] as number;
  }
}
