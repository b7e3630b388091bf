/** Multipliers of XXH64, high and low halves, and whole. */
const P1 = [0x9e3779b1, 0x85ebca87] as const;
const P2 = [0xc2b2ae3d, 0x27d4eb4f] as const;
const [PRIME_1, PRIME_2, PRIME_3, PRIME_4, PRIME_5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const;

/** Bytes that are taken in at once. */
const STRIPE = 32;

/** The checksum XXH64 of bytes that come in pieces, with the seed 0: what zstd puts at the end. */
export class Xxh64 {
  /** Four lanes, each a high half and a low one. */
  readonly #lanes = new Int32Array(8);
  readonly #held = new Uint8Array(STRIPE);
  #filled = 0;
  #length = 0;

  constructor() {
    [PRIME_1 + PRIME_2, PRIME_2, 0n, -PRIME_1].forEach((lane, index) => {
      this.#lanes[2 * index] = Number(BigInt.asIntN(32, lane >> 32n));
      this.#lanes[2 * index + 1] = Number(BigInt.asIntN(32, lane));
    });
  }

  add(bytes: Uint8Array): void {
    this.#length += bytes.length;
    let at = 0;
    if (this.#filled > 0) {
      at = Math.min(bytes.length, STRIPE - this.#filled);
      this.#held.set(bytes.subarray(0, at), this.#filled);
      this.#filled += at;
      if (this.#filled < STRIPE) return;
      this.#stripe(this.#held, 0);
      this.#filled = 0;
    }
    for (; at + STRIPE <= bytes.length; at += STRIPE) this.#stripe(bytes, at);
    this.#held.set(bytes.subarray(at));
    this.#filled = bytes.length - at;
  }

  /** The lower 32 bits of the checksum. */
  get low(): number {
    const lanes = Array.from({ length: 4 }, (_, index) => {
      const [high = 0, low = 0] = this.#lanes.subarray(2 * index, 2 * index + 2);
      return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
    });
    const [a = 0n, b = 0n, c = 0n, d = 0n] = lanes;
    let sum: bigint = PRIME_5;
    if (this.#length >= STRIPE) {
      sum = cut(turned(a, 1n) + turned(b, 7n) + turned(c, 12n) + turned(d, 18n));
      for (const lane of lanes) sum = cut((sum ^ round(0n, lane)) * PRIME_1 + PRIME_4);
    }
    sum = cut(sum + BigInt(this.#length));
    const rest = new DataView(this.#held.buffer, 0, this.#filled);
    let at = 0;
    for (; at + 8 <= this.#filled; at += 8) {
      sum = cut(turned(sum ^ round(0n, rest.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4);
    }
    if (at + 4 <= this.#filled) {
      sum = cut(turned(sum ^ cut(BigInt(rest.getUint32(at, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3);
      at += 4;
    }
    for (; at < this.#filled; at++) {
      sum = cut(turned(sum ^ cut(BigInt(rest.getUint8(at)) * PRIME_5), 11n) * PRIME_1);
    }
    sum = cut((sum ^ (sum >> 33n)) * PRIME_2);
    sum = cut((sum ^ (sum >> 29n)) * PRIME_3);
    return Number((sum ^ (sum >> 32n)) & 0xffff_ffffn);
  }

  /**
   * Takes 32 bytes in, eight for each lane: `turn(lane + bytes·P2, 31)·P1`, in halves for speed.
   */
  #stripe(bytes: Uint8Array, start: number): void {
    const lanes = this.#lanes;
    for (let lane = 0; lane < 8; lane += 2) {
      const at = start + 4 * lane;
      const low = wordAt(bytes, at);
      const high = wordAt(bytes, at + 4);
      let sumLow = Math.imul(low, P2[1]);
      let sumHigh = (highOf(low, P2[1]) + Math.imul(low, P2[0]) + Math.imul(high, P2[1])) | 0;
      const total = (sumLow >>> 0) + ((lanes[lane + 1] as number) >>> 0);
      sumLow = total | 0;
      sumHigh = (sumHigh + (lanes[lane] as number) + (total > 0xffff_ffff ? 1 : 0)) | 0;
      const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
      const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
      lanes[lane + 1] = Math.imul(turnedLow, P1[1]);
      lanes[lane] = highOf(turnedLow, P1[1]) + Math.imul(turnedLow, P1[0]) + Math.imul(turnedHigh, P1[1]);
    }
  }
}

/** The higher half of a product of two numbers of 32 bits. */
function highOf(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const middle = aHigh * bLow + ((aLow * bLow) >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) | 0;
}

function wordAt(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return a | (b << 8) | (c << 16) | (d << 24);
}

function cut(value: bigint): bigint {
  return BigInt.asUintN(64, value);
}

function turned(value: bigint, bits: bigint): bigint {
  return cut((value << bits) | (value >> (64n - bits)));
}

function round(lane: bigint, input: bigint): bigint {
  return cut(turned(cut(lane + input * PRIME_2), 31n) * PRIME_1);
}
