import { ByteQueue } from './byte-queue.js';
import { Xxh64 } from './xxh64.js';

const MAGIC = 0xfd2fb528;

/** What frames begin with that hold no data, but for the lowest four bits. */
const SKIPPED = 0x184d2a50;

/** Bytes that a block may have, and those that may be referred to: what zstd itself takes. */
const LARGEST_BLOCK = 1 << 17;
const LARGEST_WINDOW = 2 ** 27;

/** Bytes of a header of a frame, at most, with the mark before it. */
const LONGEST_HEADER = 18;

/**
 * Undoes zstd, block by block; checksums, which the library does not know, are checked here.
 *
 * @throws {Error} for damaged or truncated bytes, a dictionary, and a window of more than 128 MB
 */
export async function* unzstd(
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const queue = new ByteQueue(source);
  try {
    while (!(await queue.isAtEnd())) {
      const magic = await queue.take(4);
      const mark = numberOf(magic);
      if (mark === MAGIC) yield* frame(queue, magic);
      else if ((mark & ~0xf) >>> 0 === SKIPPED) await passOver(queue);
      else throw new Error('expected a frame of zstd');
    }
  } finally {
    await queue.close();
  }
}

async function passOver(queue: ByteQueue): Promise<void> {
  for (let left = numberOf(await queue.take(4)); left > 0;) {
    const some = Math.min(left, LARGEST_BLOCK);
    await queue.take(some);
    left -= some;
  }
}

async function* frame(queue: ByteQueue, magic: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  const { Decompress } = await import('fzstd');
  const { bytes, size, hasSum } = await headerOf(queue);
  const sum = new Xxh64();
  let made: Uint8Array[] = [];
  let total = 0;
  const stream = new Decompress((piece) => made.push(piece));
  let given = 0;
  const give = (some: Uint8Array): void => {
    stream.push(some);
    given += some.length;
  };
  give(magic);
  give(bytes);
  for (let isLast = false; !isLast;) {
    const header = await queue.take(3);
    const fields = numberOf(header);
    isLast = (fields & 1) === 1;
    const kind = (fields >> 1) & 3;
    const length = fields >> 3;
    if (kind === 3 || length > LARGEST_BLOCK) throw new Error('a damaged block');
    const block = new Uint8Array(3 + (kind === 1 ? 1 : length));
    block.set(header);
    block.set(await queue.take(block.length - 3), 3);
    give(block);
    // The library waits for as many bytes as a header may have, even if the frame is shorter.
    if (isLast && given < LONGEST_HEADER) give(new Uint8Array(LONGEST_HEADER - given));
    for (const piece of made) {
      sum.add(piece);
      total += piece.length;
      if (piece.length > 0) yield piece;
    }
    made = [];
  }
  if (size !== undefined && total !== size) throw new Error(`${total} bytes, but it promises ${size}`);
  if (hasSum && numberOf(await queue.take(4)) !== sum.low) throw new Error('its checksum is another');
}

interface Header {
  readonly bytes: Uint8Array;
  /** Bytes of the frame; undefined where it does not say. */
  readonly size: number | undefined;
  readonly hasSum: boolean;
}

async function headerOf(queue: ByteQueue): Promise<Header> {
  await queue.fill(14);
  const [descriptor = 0, window = 0] = queue.ahead();
  const isSingle = (descriptor & 0x20) !== 0;
  if ((descriptor & 3) !== 0) throw new Error('made with a dictionary, which is not here');
  if ((descriptor & 8) !== 0) throw new Error('a damaged header');
  const sizeBytes = [isSingle ? 1 : 0, 2, 4, 8][descriptor >> 6] as number;
  const start = isSingle ? 1 : 2;
  const bytes = await queue.take(start + sizeBytes);
  // Two bytes count from 256.
  const size = sizeBytes === 0 ? undefined : numberOf(bytes.subarray(start)) + (sizeBytes === 2 ? 256 : 0);
  const base = 2 ** (10 + (window >> 3));
  const needed = isSingle ? (size ?? 0) : base + (base / 8) * (window & 7);
  if (needed > LARGEST_WINDOW) {
    throw new Error(`a window of ${Math.ceil(needed / 2 ** 20)} MB, expected at most 128: made with --long?`);
  }
  return { bytes, size, hasSum: (descriptor & 4) !== 0 };
}

/** The number in some bytes, lowest first. */
function numberOf(bytes: Uint8Array): number {
  return bytes.reduceRight((number, byte) => 256 * number + byte, 0);
}
