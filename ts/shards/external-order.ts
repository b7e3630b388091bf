import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import type { PieceModule } from '../backend/pieces.js';
import { accessError } from '../base/file-access.js';
import { bytesOf, readNumbers } from './block.js';
import { inCore } from '../base/error.js';

/** Numbers of a record: number of the row, then its coordinates. */
export const RECORD = 9;
const COORDINATES = RECORD - 1;

/** Rows that are put in order in memory, 72 bytes each and as much again. */
const LIMIT = 1 << 20;

const HALF = 1 << 16;

/**
 * The order of rows by their coordinates, as the core's `order` puts them, in bounded memory: files
 * of records are halved on the disk along the axis on which they are widest, until the core can
 * take what is left.
 *
 * @param path file of records, by rising number; removed
 * @param limit records that are put in order in memory
 * @returns records in their order, in parts
 */
export async function* orderedRecords(
  core: PieceModule,
  path: string,
  count: number,
  limit = LIMIT,
): AsyncGenerator<Float64Array, void, undefined> {
  if (count <= Math.max(limit, core.leafRows())) {
    const records = (await readNumbers(path)) ?? new Float64Array(0);
    await rm(path);
    yield inOrder(core, records);
    return;
  }
  const axis = await widest(path);
  const leaf = core.leafRows();
  const middle = Math.floor(Math.ceil(count / leaf) / 2) * leaf;
  const { high, low, before } = await ranked(path, axis, middle);
  // Of records at the threshold itself the first go below: equal coordinates are in the order of
  // the rows.
  let left = middle - before;
  const below = await RecordFile.create(`${path}0`);
  const above = await RecordFile.create(`${path}1`);
  for await (const records of recordsOf(path)) {
    const keys = new Keys(records, axis);
    for (let at = 0; at < keys.count; at++) {
      keys.move(at);
      const order = keys.high - high || keys.low - low;
      const goesBelow = order < 0 || (order === 0 && left-- > 0);
      (goesBelow ? below : above).add(records.subarray(at * RECORD, (at + 1) * RECORD));
    }
    await below.flush();
    await above.flush();
  }
  await below.close();
  await above.close();
  await rm(path);
  yield* orderedRecords(core, `${path}0`, middle, limit);
  yield* orderedRecords(core, `${path}1`, count - middle, limit);
}

function inOrder(core: PieceModule, records: Float64Array): Float64Array {
  const count = records.length / RECORD;
  const points = new Float64Array(count * COORDINATES);
  for (let at = 0; at < count; at++) {
    points.set(records.subarray(at * RECORD + 1, (at + 1) * RECORD), at * COORDINATES);
  }
  const order = inCore(() => core.order(points));
  const out = new Float64Array(records.length);
  for (const [place, row] of order.entries()) {
    out.set(records.subarray(row * RECORD, (row + 1) * RECORD), place * RECORD);
  }
  return out;
}

/** The axis on which records are widest; the first of several. */
async function widest(path: string): Promise<number> {
  const low = new Float64Array(COORDINATES).fill(Infinity);
  const high = new Float64Array(COORDINATES).fill(-Infinity);
  for await (const records of recordsOf(path)) {
    for (let at = 0; at < records.length; at += RECORD) {
      for (let axis = 0; axis < COORDINATES; axis++) {
        const value = records[at + 1 + axis] as number;
        if (value < (low[axis] as number)) low[axis] = value;
        if (value > (high[axis] as number)) high[axis] = value;
      }
    }
  }
  const extent = (axis: number): number => (high[axis] as number) - (low[axis] as number);
  let found = 0;
  for (let axis = 1; axis < COORDINATES; axis++) if (extent(axis) > extent(found)) found = axis;
  return found;
}

/**
 * The key of the record with so many before it, 16 bits after 16 bits, and how many have a smaller
 * key.
 */
async function ranked(
  path: string,
  axis: number,
  rank: number,
): Promise<{ high: number; low: number; before: number }> {
  const digits: number[] = [];
  let before = 0;
  for (let level = 0; level < 4; level++) {
    const counts = new Float64Array(HALF);
    const [first = 0, second = 0, third = 0] = digits;
    const prefix = first * HALF + second;
    for await (const records of recordsOf(path)) {
      const keys = new Keys(records, axis);
      for (let at = 0; at < keys.count; at++) {
        keys.move(at);
        const { high, low } = keys;
        if (level === 1 && high >>> 16 !== first) continue;
        if (level > 1 && high !== prefix) continue;
        if (level > 2 && low >>> 16 !== third) continue;
        const half = level < 2 ? high : low;
        const digit = level % 2 === 0 ? half >>> 16 : half & (HALF - 1);
        counts[digit] = (counts[digit] as number) + 1;
      }
    }
    let digit = 0;
    while (before + (counts[digit] as number) <= rank) before += counts[digit++] as number;
    digits.push(digit);
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = digits;
  return { high: first * HALF + second, low: third * HALF + fourth, before };
}

/** One coordinate of records, as pairs of 32 bits that rise as the number does, −0 before 0. */
class Keys {
  readonly count: number;
  high = 0;
  low = 0;
  readonly #halves: Uint32Array;
  readonly #first: number;

  constructor(records: Float64Array, axis: number) {
    this.count = records.length / RECORD;
    this.#halves = new Uint32Array(records.buffer, records.byteOffset, 2 * records.length);
    this.#first = 2 * (1 + axis);
  }

  move(at: number): void {
    const place = this.#first + 2 * RECORD * at;
    const low = this.#halves[place] as number;
    const high = this.#halves[place + 1] as number;
    const negative = high >>> 31 === 1;
    this.high = (negative ? ~high : high | (1 << 31)) >>> 0;
    this.low = (negative ? ~low : low) >>> 0;
  }
}

/** Records of a file, in parts. */
async function* recordsOf(path: string): AsyncGenerator<Float64Array, void, undefined> {
  const size = 8 * RECORD;
  const stream = createReadStream(path, { highWaterMark: size << 14 });
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      const all = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const whole = all.length - (all.length % size);
      // Copied: numbers need an address that is a multiple of 8.
      const records = new Float64Array(whole / 8);
      bytesOf(records).set(all.subarray(0, whole));
      rest = all.subarray(whole);
      if (whole > 0) yield records;
    }
  } catch (error) {
    throw accessError('read', path, error);
  }
}

/** Writes records to a file. */
export class RecordFile {
  readonly #stream: WriteStream;
  readonly #path: string;
  #parts: Float64Array[] = [];

  private constructor(path: string, stream: WriteStream) {
    this.#path = path;
    this.#stream = stream;
  }

  static async create(path: string): Promise<RecordFile> {
    const stream = createWriteStream(path);
    const file = new RecordFile(path, stream);
    await once(stream, 'open').catch((error: unknown) => {
      throw accessError('write', path, error);
    });
    // Errors of later writes are seen by the next flush, or by close.
    stream.on('error', () => undefined);
    return file;
  }

  /** Adds numbers; they are kept until the next flush. */
  add(numbers: Float64Array): void {
    this.#parts.push(numbers);
  }

  async flush(): Promise<void> {
    const length = this.#parts.reduce((sum, part) => sum + part.length, 0);
    if (length === 0) return;
    const joined = new Float64Array(length);
    let at = 0;
    for (const part of this.#parts) {
      joined.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    await new Promise<void>((resolve, reject) => {
      this.#stream.write(bytesOf(joined), (error) => {
        if (error) reject(accessError('write', this.#path, error));
        else resolve();
      });
    });
  }

  async close(): Promise<void> {
    await this.flush();
    this.#stream.end();
    await finished(this.#stream).catch((error: unknown) => {
      throw accessError('write', this.#path, error);
    });
  }
}
