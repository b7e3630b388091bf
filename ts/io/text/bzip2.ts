import { ByteQueue } from './byte-queue.js';

/** The numbers that a block and the end of a stream begin with, 48 bits in two halves. */
const BLOCK = [0x314159, 0x265359] as const;
const END = [0x177245, 0x385090] as const;

/** Bytes of a block, for each of the levels 1 to 9. */
const LEVEL = 100_000;

/** Symbols that share a table of codes. */
const GROUP = 50;

const LONGEST_CODE = 20;

/** Bytes handed out at once. */
const PIECE = 1 << 18;

/**
 * Undoes bzip2, block by block; checksums are checked. Streams may follow each other.
 *
 * @throws {Error} for damaged or truncated bytes, and for blocks of bzip2 0.9.0 that are randomised
 */
export async function* bunzip2(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const queue = new ByteQueue(source);
  try {
    while (!(await queue.isAtEnd())) yield* stream(queue);
  } finally {
    await queue.close();
  }
}

async function* stream(queue: ByteQueue): AsyncGenerator<Uint8Array, void, undefined> {
  const [b, z, h, level = 0] = await queue.take(4);
  if (b !== 0x42 || z !== 0x5a || h !== 0x68 || level < 0x31 || level > 0x39) {
    throw new Error('expected BZh and a level, as bzip2 begins');
  }
  const most = (level - 0x30) * LEVEL;
  const block = new Block(most);
  /** Bits of the first byte at hand that are used. */
  let used = 0;
  let all = 0;
  for (;;) {
    // No block takes more: as many codes as it has bytes, of the longest kind, and the tables.
    await queue.fill(Math.ceil((most * LONGEST_CODE) / 8) + (1 << 16));
    const bits = new Bits(queue.ahead(), used);
    const [first, second] = [bits.read(24), bits.read(24)];
    if (first === END[0] && second === END[1]) {
      if (bits.word() !== all) throw new Error('its checksum is another');
      queue.skip(bits.bytes);
      return;
    }
    if (first !== BLOCK[0] || second !== BLOCK[1]) throw new Error('expected a block');
    const sum = bits.word();
    block.read(bits);
    yield* block.pieces();
    if (block.sum !== sum) throw new Error('the checksum of a block is another');
    all = ((all << 1) | (all >>> 31)) ^ sum;
    all >>>= 0;
    queue.skip(bits.whole);
    used = bits.rest;
  }
}

/** Bits of bytes, the highest of each first. */
class Bits {
  readonly #bytes: Uint8Array;
  #at: number;
  #left: number;
  #held = 0;

  /** @param used bits of the first byte that are passed over */
  constructor(bytes: Uint8Array, used: number) {
    this.#bytes = bytes;
    this.#at = 0;
    this.#left = 0;
    if (used > 0) this.read(used);
  }

  /** At most 24 of them. */
  read(count: number): number {
    while (this.#left < count) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new Error('it ends too early');
      this.#held = ((this.#held << 8) | byte) & 0xffff_ffff;
      this.#left += 8;
    }
    this.#left -= count;
    return (this.#held >>> this.#left) & ((1 << count) - 1);
  }

  /** 32 of them. */
  word(): number {
    const high = this.read(16);
    return ((high << 16) | this.read(16)) >>> 0;
  }

  /** Bytes all of whose bits were read, and bits that were read of the next one. */
  get whole(): number {
    return this.rest === 0 ? this.#at : this.#at - 1;
  }

  get rest(): number {
    return (8 - (this.#left % 8)) % 8;
  }

  /** Bytes of which bits were read. */
  get bytes(): number {
    return this.#at;
  }
}

/** Codes of the symbols of a block. */
interface Codes {
  /** Of each length the last code, as many bits to the left as codes may have; −1 for none. */
  readonly limits: Int32Array;
  /** What is to be taken from a code of some length to give the place of its symbol. */
  readonly bases: Int32Array;
  readonly symbols: Uint16Array;
}

class Block {
  /** Checksum of what was handed out. */
  sum = 0;
  readonly #most: number;
  /** The byte of each place, and above it the place that follows. */
  readonly #links: Uint32Array;
  #length = 0;
  #start = 0;

  constructor(most: number) {
    this.#most = most;
    this.#links = new Uint32Array(most);
  }

  read(bits: Bits): void {
    if (bits.read(1) === 1) throw new Error('a randomised block, as bzip2 0.9.0 wrote, is not read');
    this.#start = bits.read(24);
    const bytes = usedBytes(bits);
    const symbols = bytes.length + 2;
    const groups = bits.read(3);
    const count = bits.read(15);
    if (bytes.length === 0 || groups < 2 || groups > 6 || count === 0) throw new Error('damaged tables');
    const selectors = selectorsOf(bits, groups, count);
    const codes = Array.from({ length: groups }, () => codesOf(bits, symbols));
    this.#fill(bits, bytes, selectors, codes, symbols - 1);
    this.#link();
  }

  /** The bytes of the block, with runs as long as they were. */
  *pieces(): Generator<Uint8Array, void, undefined> {
    const links = this.#links;
    const piece = new Uint8Array(PIECE);
    let filled = 0;
    let sum = 0xffff_ffff;
    let same = 0;
    let last = -1;
    let place = (links[this.#start] as number) >>> 8;
    const table = (remainders ??= remaindersOf());
    for (let count = 0; count < this.#length; count++) {
      const link = links[place] as number;
      const byte = link & 0xff;
      place = link >>> 8;
      let times = 1;
      if (same === 4) {
        // A byte that follows four equal ones says how many more there are.
        times = byte;
        same = 0;
      } else {
        same = byte === last ? same + 1 : 1;
        last = byte;
      }
      for (; times > 0; times--) {
        piece[filled++] = last;
        sum = (sum << 8) ^ (table[(sum >>> 24) ^ last] as number);
        if (filled < PIECE) continue;
        yield piece;
        filled = 0;
      }
      if (same === 0) last = -1;
    }
    this.sum = ~sum >>> 0;
    if (filled > 0) yield piece.subarray(0, filled);
  }

  /**
   * Reads the codes: positions in a list whose last used byte comes first, and runs of the first.
   */
  #fill(bits: Bits, list: Uint8Array, selectors: Uint8Array, codes: readonly Codes[], end: number): void {
    const links = this.#links;
    let length = 0;
    let group = 0;
    let left = 0;
    let own = codes[0] as Codes;
    let run = 0;
    let weight = 1;
    for (;;) {
      if (left-- === 0) {
        if (group === selectors.length) throw new Error('damaged selectors');
        own = codes[selectors[group++] as number] as Codes;
        left = GROUP - 1;
      }
      const symbol = symbolOf(bits, own);
      if (symbol < 2) {
        run += weight << symbol;
        weight <<= 1;
        if (run > this.#most) throw new Error('a block that is too long');
        continue;
      }
      if (run > 0) {
        if (length + run > this.#most) throw new Error('a block that is too long');
        links.fill(list[0] as number, length, length + run);
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === end) break;
      if (length === this.#most) throw new Error('a block that is too long');
      const byte = list[symbol - 1] as number;
      list.copyWithin(1, 0, symbol - 1);
      list[0] = byte;
      links[length++] = byte;
    }
    if (this.#start >= length) throw new Error('a block that begins beyond its end');
    this.#length = length;
  }

  /** Links each place to the one that follows it in the text before it was sorted. */
  #link(): void {
    const links = this.#links;
    const next = new Uint32Array(256);
    for (let at = 0; at < this.#length; at++) (next[(links[at] as number) & 0xff] as number)++;
    let before = 0;
    next.forEach((count, byte) => {
      next[byte] = before;
      before += count;
    });
    for (let at = 0; at < this.#length; at++) {
      const byte = (links[at] as number) & 0xff;
      const place = next[byte] as number;
      next[byte] = place + 1;
      links[place] = (links[place] as number) | (at << 8);
    }
  }
}

function usedBytes(bits: Bits): Uint8Array {
  const ranges = bits.read(16);
  const bytes: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const some = bits.read(16);
    for (let at = 0; at < 16; at++) if ((some & (0x8000 >> at)) !== 0) bytes.push(16 * range + at);
  }
  return Uint8Array.from(bytes);
}

function selectorsOf(bits: Bits, groups: number, count: number): Uint8Array {
  const list = Array.from({ length: groups }, (_, group) => group);
  return Uint8Array.from({ length: count }, () => {
    let place = 0;
    while (bits.read(1) === 1) if (++place === groups) throw new Error('damaged selectors');
    const [group = 0] = list.splice(place, 1);
    list.unshift(group);
    return group;
  });
}

function codesOf(bits: Bits, symbols: number): Codes {
  const lengths = new Uint8Array(symbols);
  let length = bits.read(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new Error('a code of a length that there is not');
      if (bits.read(1) === 0) break;
      length += bits.read(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  const limits = new Int32Array(LONGEST_CODE + 2).fill(-1);
  const bases = new Int32Array(LONGEST_CODE + 2);
  const ordered: number[] = [];
  let code = 0;
  for (let own = 1; own <= LONGEST_CODE; own++) {
    bases[own] = code - ordered.length;
    for (let symbol = 0; symbol < symbols; symbol++) {
      if (lengths[symbol] !== own) continue;
      ordered.push(symbol);
      code++;
    }
    limits[own] = code - 1;
    code <<= 1;
  }
  return { limits, bases, symbols: Uint16Array.from(ordered) };
}

function symbolOf(bits: Bits, { limits, bases, symbols }: Codes): number {
  let code = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    code = (code << 1) | bits.read(1);
    if (code > (limits[length] as number)) continue;
    const symbol = symbols[code - (bases[length] as number)];
    if (symbol !== undefined) return symbol;
    break;
  }
  throw new Error('a code that there is not');
}

/** Remainders of each byte by the polynomial of CRC-32, highest bit first. */
let remainders: Uint32Array | undefined;

function remaindersOf(): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte << 24;
    for (let bit = 0; bit < 8; bit++) rest = rest & 0x8000_0000 ? (rest << 1) ^ 0x04c1_1db7 : rest << 1;
    return rest >>> 0;
  });
}
