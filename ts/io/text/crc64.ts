/** The reversed polynomial of CRC-64 as of xz, in halves. */
const [HIGH, LOW] = [0xc96c5795, 0xd7870f42] as const;

/** Remainders of each byte, the high half before the low one. */
let table: Int32Array | undefined;

function remainders(): Int32Array {
  const found = new Int32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    let [high, low] = [0, byte];
    for (let bit = 0; bit < 8; bit++) {
      const isOne = (low & 1) === 1;
      low = (low >>> 1) | (high << 31);
      high >>>= 1;
      if (!isOne) continue;
      high ^= HIGH;
      low ^= LOW;
    }
    found[2 * byte] = high;
    found[2 * byte + 1] = low;
  }
  return found;
}

/** The checksum CRC-64 of bytes that come in pieces: what xz puts at the end of a block. */
export class Crc64 {
  #high = -1;
  #low = -1;

  add(bytes: Uint8Array): void {
    const own = (table ??= remainders());
    let [high, low] = [this.#high, this.#low];
    for (const byte of bytes) {
      const at = 2 * ((low ^ byte) & 0xff);
      low = ((low >>> 8) | (high << 24)) ^ (own[at + 1] as number);
      high = (high >>> 8) ^ (own[at] as number);
    }
    [this.#high, this.#low] = [high, low];
  }

  /** Whether it is the one in eight bytes, lowest first. */
  is(bytes: Uint8Array): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return view.getInt32(0, true) === ~this.#low && view.getInt32(4, true) === ~this.#high;
  }
}
