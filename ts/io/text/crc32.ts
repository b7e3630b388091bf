/** The reversed polynomial of CRC-32, as of ZIP and gzip. */
const POLYNOMIAL = 0xedb88320;

/** Bytes that are taken in at once. */
const SLICES = 8;

/** Remainders of each byte, followed by 0 to 7 zeros: one table after the other. */
let tables: Uint32Array | undefined;

function remainders(): Uint32Array {
  const table = new Uint32Array(SLICES * 256);
  for (let byte = 0; byte < 256; byte++) {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ POLYNOMIAL : rest >>> 1;
    table[byte] = rest;
  }
  for (let at = 256; at < table.length; at++) {
    const before = table[at - 256] as number;
    table[at] = (before >>> 8) ^ (table[before & 0xff] as number);
  }
  return table;
}

/**
 * CRC-32 of bytes, eight at a time.
 *
 * @param before checksum of the bytes before these
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const table = (tables ??= remainders());
  const entry = (slice: number, byte: number): number => table[256 * slice + byte] as number;
  let rest = ~before;
  let at = 0;
  for (const end = bytes.length - SLICES; at <= end; at += SLICES) {
    const low = rest ^ fourBytes(bytes, at);
    const high = fourBytes(bytes, at + 4);
    rest =
      entry(7, low & 0xff) ^
      entry(6, (low >>> 8) & 0xff) ^
      entry(5, (low >>> 16) & 0xff) ^
      entry(4, low >>> 24) ^
      entry(3, high & 0xff) ^
      entry(2, (high >>> 8) & 0xff) ^
      entry(1, (high >>> 16) & 0xff) ^
      entry(0, high >>> 24);
  }
  for (; at < bytes.length; at++) rest = (rest >>> 8) ^ entry(0, (rest ^ (bytes[at] as number)) & 0xff);
  return ~rest >>> 0;
}

function fourBytes(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]];
  return a | (b << 8) | (c << 16) | (d << 24);
}
