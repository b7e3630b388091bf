import { ByteQueue } from './byte-queue.js';
import { crc32 } from './crc32.js';
import { Crc64 } from './crc64.js';
import { LzmaDecoder, LzmaWindow } from './lzma.js';

const MAGIC = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
const FOOTER_MAGIC = [0x59, 0x5a];

/** Bytes of the check of a block, by its number. */
const CHECKS: Readonly<Record<number, number>> = { 0: 0, 1: 4, 4: 8 };

const LZMA2 = 0x21;

/** Bytes that may be referred to: `xz -9` has half of it. */
const LARGEST_WINDOW = 2 ** 27;

/** Bytes handed out at once. */
const PIECE = 1 << 18;

/** Bytes of a block, with and without what is around its text, as the index has them. */
interface BlockSize {
  readonly unpadded: number;
  readonly size: number;
}

/**
 * Undoes xz, chunk by chunk; checksums, sizes and the index are checked. Streams may follow each
 * other.
 *
 * @throws {Error} for damaged or truncated bytes, filters other than LZMA2, checks with SHA-256,
 *   and dictionaries of more than 128 MB
 */
export async function* unxz(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  const queue = new ByteQueue(source);
  try {
    do yield* stream(queue);
    while (await goesOn(queue));
  } finally {
    await queue.close();
  }
}

/** Whether another stream follows; zeros may stand between them, four or a multiple. */
async function goesOn(queue: ByteQueue): Promise<boolean> {
  while (!(await queue.isAtEnd())) {
    await queue.fill(4);
    if (queue.ahead()[0] !== 0) return true;
    if ((await queue.take(4)).some((byte) => byte !== 0)) throw new Error('damaged padding');
  }
  return false;
}

async function* stream(queue: ByteQueue): AsyncGenerator<Uint8Array, void, undefined> {
  const header = await queue.take(12);
  if (MAGIC.some((byte, at) => header[at] !== byte)) throw new Error('expected the beginning of xz');
  const flags = header.subarray(6, 8);
  checkSum(flags, header.subarray(8));
  const check = CHECKS[header[7] ?? -1];
  if (header[6] !== 0 || check === undefined) throw new Error('a check that is not read, as of SHA-256');
  const blocks: BlockSize[] = [];
  for (;;) {
    await queue.fill(1);
    const [first] = queue.ahead();
    if (first === 0) break;
    blocks.push(yield* block(queue, check));
  }
  const length = await readIndex(queue, blocks);
  const footer = await queue.take(12);
  checkSum(footer.subarray(4, 10), footer.subarray(0, 4));
  const isEnd =
    FOOTER_MAGIC.every((byte, at) => footer[10 + at] === byte) &&
    flags.every((byte, at) => footer[8 + at] === byte) &&
    4 * (viewOf(footer).getUint32(4, true) + 1) === length;
  if (!isEnd) throw new Error('a damaged end');
}

async function* block(queue: ByteQueue, check: number): AsyncGenerator<Uint8Array, BlockSize, undefined> {
  const [size = 0] = await queue.take(1);
  const header = new Uint8Array(4 * (size + 1));
  header[0] = size;
  header.set(await queue.take(header.length - 1), 1);
  checkSum(header.subarray(0, -4), header.subarray(-4));
  const said = blockHeader(header);
  const sums = check === 4 ? new Crc32() : check === 8 ? new Crc64() : undefined;
  let total = 0;
  let compressed = 0;
  const chunks = lzma2(queue, said.reach);
  for (;;) {
    const next = await chunks.next();
    if (next.done === true) {
      compressed = next.value;
      break;
    }
    total += next.value.length;
    sums?.add(next.value);
    for (let at = 0; at < next.value.length; at += PIECE) yield next.value.subarray(at, at + PIECE);
  }
  if ((said.size ?? total) !== total || (said.compressed ?? compressed) !== compressed) {
    throw new Error('a block of another length than it promises');
  }
  const padding = await queue.take((4 - (compressed % 4)) % 4);
  if (padding.some((byte) => byte !== 0)) throw new Error('damaged padding');
  const sum = await queue.take(check);
  if (sums?.is(sum) === false) throw new Error('the checksum of a block is another');
  return { unpadded: header.length + compressed + check, size: total };
}

interface BlockHeader {
  readonly reach: number;
  readonly compressed: number | undefined;
  readonly size: number | undefined;
}

function blockHeader(header: Uint8Array): BlockHeader {
  const flags = header[1] ?? 0;
  const numbers = new Numbers(header.subarray(2, -4));
  const compressed = (flags & 0x40) === 0 ? undefined : numbers.next();
  const size = (flags & 0x80) === 0 ? undefined : numbers.next();
  const [filter, length, bits] = [numbers.next(), numbers.next(), numbers.byte()];
  if ((flags & 0x3f) !== 0 || filter !== LZMA2 || length !== 1) {
    throw new Error('a filter that is not read; expected LZMA2 alone');
  }
  if (bits > 40) throw new Error('a damaged header');
  const reach = bits === 40 ? 2 ** 32 - 1 : (2 | (bits & 1)) * 2 ** (11 + (bits >> 1));
  if (reach > LARGEST_WINDOW) {
    throw new Error(`a dictionary of ${Math.ceil(reach / 2 ** 20)} MB, expected at most 128`);
  }
  return { reach, compressed, size };
}

/** The chunks of a block, undone; in the end the bytes that they took. */
async function* lzma2(queue: ByteQueue, reach: number): AsyncGenerator<Uint8Array, number, undefined> {
  const window = new LzmaWindow(reach);
  const decoder = new LzmaDecoder(window);
  let taken = 0;
  for (let isFirst = true; ; isFirst = false) {
    const [control = 0] = await queue.take(1);
    taken++;
    if (control === 0) return taken;
    const isReset = control === 1 || control >= 0xe0;
    if (isFirst && !isReset) throw new Error('a damaged chunk');
    if (isReset) {
      window.known = 0;
      decoder.restart();
    }
    const start = async (length: number): Promise<Uint8Array> => {
      taken += length;
      return queue.take(length);
    };
    if (control < 0x80) {
      if (control > 2) throw new Error('a damaged chunk');
      const bytes = await start(1 + viewOf(await start(2)).getUint16(0));
      window.append(bytes);
      decoder.passed(bytes.length);
      yield bytes;
      continue;
    }
    const sizes = viewOf(await start(4));
    const length = 1 + (((control & 0x1f) << 16) | sizes.getUint16(0));
    if (control >= 0xc0) decoder.setProperties((await start(1))[0] ?? 0);
    else if (control >= 0xa0) decoder.reset();
    decoder.decode(await start(1 + sizes.getUint16(2)), length);
    yield window.bytes.subarray(window.end - length, window.end);
  }
}

/** Holds the index against the blocks; returns its length. */
async function readIndex(queue: ByteQueue, blocks: readonly BlockSize[]): Promise<number> {
  const bytes: number[] = [...(await queue.take(1))];
  const next = async (): Promise<number> => {
    let value = 0;
    for (let weight = 1; ; weight *= 128) {
      const [byte = 0] = await queue.take(1);
      bytes.push(byte);
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
      if (weight > 2 ** 56) throw new Error('a damaged index');
    }
  };
  if ((await next()) !== blocks.length) throw new Error('an index of other blocks');
  for (const { unpadded, size } of blocks) {
    if ((await next()) !== unpadded || (await next()) !== size) throw new Error('an index of other blocks');
  }
  while (bytes.length % 4 !== 0) bytes.push(...(await queue.take(1)));
  checkSum(Uint8Array.from(bytes), await queue.take(4));
  return bytes.length + 4;
}

/** Numbers of seven bits in each byte, the lowest first. */
class Numbers {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new Error('a damaged header');
    return byte;
  }

  next(): number {
    let value = 0;
    for (let weight = 1; weight < 2 ** 63; weight *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * weight;
      if (byte < 0x80) return value;
    }
    throw new Error('a damaged header');
  }
}

class Crc32 {
  #sum = 0;

  add(bytes: Uint8Array): void {
    this.#sum = crc32(bytes, this.#sum);
  }

  is(bytes: Uint8Array): boolean {
    return viewOf(bytes).getUint32(0, true) === this.#sum;
  }
}

function checkSum(bytes: Uint8Array, sum: Uint8Array): void {
  if (viewOf(sum).getUint32(0, true) !== crc32(bytes)) throw new Error('a checksum is another');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
