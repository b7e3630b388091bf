import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { QuestsError } from '../base/error.js';
import { TEXT, typedArray, whole } from '../base/kinds.js';
import { accessError } from '../base/file-access.js';
import { type RowBlock, bytesOf, readBlock, writeBlock } from './block.js';

const FLOATS = typedArray('Float64Array');
const WIDTH = whole(1);

/** Bytes of a block, about. */
const BLOCK_BYTES = 1 << 25;

/** Files that are open at once while single rows are read. */
const OPEN_FILES = 64;

/** Rows of a block of some width, a multiple of `unit`. */
export function blockRows(width: number, unit: number, bytes = BLOCK_BYTES): number {
  return Math.max(1, Math.floor(bytes / (8 * width * unit))) * unit;
}

/** Rows that are read, all or some of them. */
export interface RowSource {
  readonly rows: number;
  readonly width: number;
  /** All rows, in parts. */
  parts(): AsyncGenerator<Float64Array, void, undefined>;
  /** Single rows, by their numbers. */
  reader(): Pick<StoredRowReader, 'read' | 'close'>;
}

/** Some rows of a source, as a set of their own. */
export class SomeRows implements RowSource {
  readonly width: number;
  readonly #store: RowSource;
  readonly #numbers: Uint32Array;

  /** @param numbers rising */
  constructor(store: RowSource, numbers: Uint32Array) {
    this.width = store.width;
    this.#store = store;
    this.#numbers = numbers;
  }

  get rows(): number {
    return this.#numbers.length;
  }

  async *parts(): AsyncGenerator<Float64Array, void, undefined> {
    let first = 0;
    let at = 0;
    for await (const rows of this.#store.parts()) {
      const end = first + rows.length / this.width;
      const from = at;
      while (at < this.rows && (this.#numbers[at] as number) < end) at++;
      const part = new Float64Array((at - from) * this.width);
      for (let place = from; place < at; place++) {
        const row = (this.#numbers[place] as number) - first;
        part.set(rows.subarray(row * this.width, (row + 1) * this.width), (place - from) * this.width);
      }
      first = end;
      if (part.length > 0) yield part;
    }
  }

  reader(): Pick<StoredRowReader, 'read' | 'close'> {
    const reader = this.#store.reader();
    return {
      read: (numbers, data) => {
        reader.read(
          numbers.map((number) => this.#numbers[number] as number),
          data,
        );
      },
      close: () => {
        reader.close();
      },
    };
  }
}

/** Some rows in memory, and those of another source after them. */
export class MoreRows implements RowSource {
  readonly width: number;
  readonly #first: Float64Array;
  readonly #source: RowSource;

  constructor(first: Float64Array, source: RowSource) {
    this.width = source.width;
    this.#first = first;
    this.#source = source;
  }

  get rows(): number {
    return this.#first.length / this.width + this.#source.rows;
  }

  async *parts(): AsyncGenerator<Float64Array, void, undefined> {
    if (this.#first.length > 0) yield this.#first;
    yield* this.#source.parts();
  }

  reader(): Pick<StoredRowReader, 'read' | 'close'> {
    const reader = this.#source.reader();
    const { width } = this;
    const count = this.#first.length / width;
    return {
      read: (numbers, data) => {
        const later = numbers.filter((number) => number >= count).map((number) => number - count);
        const rows = new Float64Array(later.length * width);
        reader.read(later, rows);
        let next = 0;
        for (const [place, number] of numbers.entries()) {
          const [from, row] = number < count ? [this.#first, number] : [rows, next++];
          data.set(from.subarray(row * width, (row + 1) * width), place * width);
        }
      },
      close: () => {
        reader.close();
      },
    };
  }
}

/**
 * Rows on the disk in the order in which they came, in blocks of one size; only one block of them
 * is in memory.
 */
export class RowStore implements RowSource {
  readonly blocks: RowBlock[] = [];
  readonly width: number;
  readonly #folder: string;
  readonly #name: string;
  readonly #perBlock: number;
  #pending: Float64Array;
  #filled = 0;

  /** @param bytes of a block, about. Default: 32 MiB */
  constructor(folder: string, name: string, width: number, bytes?: number) {
    TEXT.judge(folder, 'folder');
    TEXT.judge(name, 'name');
    WIDTH.judge(width, 'width');
    this.#folder = folder;
    this.#name = name;
    this.width = width;
    this.#perBlock = blockRows(width, 1, bytes);
    this.#pending = new Float64Array(0);
  }

  /** Rows so far. */
  get rows(): number {
    return this.blocks.length * this.#perBlock + this.#filled;
  }

  /** Adds rows. */
  async add(data: Float64Array): Promise<void> {
    FLOATS.judge(data, 'data');
    const size = this.#perBlock * this.width;
    for (let from = 0; from < data.length;) {
      if (this.#pending.length === 0) this.#pending = new Float64Array(size);
      const used = this.#filled * this.width;
      const part = data.subarray(from, from + size - used);
      this.#pending.set(part, used);
      this.#filled += part.length / this.width;
      from += part.length;
      if (this.#filled === this.#perBlock) await this.#write();
    }
  }

  /** Writes what is pending; no rows may follow. */
  async finish(): Promise<void> {
    if (this.#filled > 0) await this.#write();
    this.#pending = new Float64Array(0);
  }

  async #write(): Promise<void> {
    const file = `${this.#name}-${String(this.blocks.length).padStart(6, '0')}.rows`;
    const data = this.#pending.subarray(0, this.#filled * this.width);
    this.blocks.push(await writeBlock(this.#folder, file, this.#filled, [data]));
    // The count of rows goes on with that of blocks, but for the last, which may be short.
    this.#filled = this.#filled === this.#perBlock ? 0 : this.#filled - this.#perBlock;
  }

  /** All rows, block by block; each block is checked. */
  parts(): AsyncGenerator<Float64Array, void, undefined> {
    return storedRows(this.#folder, this.blocks, this.width);
  }

  /** Single rows, by their numbers. */
  reader(): StoredRowReader {
    return new StoredRowReader(
      this.blocks.map(({ file }) => join(this.#folder, file)),
      this.#perBlock,
      this.width,
    );
  }
}

/**
 * Rows on the disk, block by block; each block is checked.
 *
 * @throws {QuestsError} FILE_ACCESS; INVALID_FILE: a damaged block
 */
export async function* storedRows(
  folder: string,
  blocks: readonly RowBlock[],
  width: number,
): AsyncGenerator<Float64Array, void, undefined> {
  for (const block of blocks) yield await readBlock(folder, block, width);
}

/** Reads single rows, whose blocks were checked before. */
export class StoredRowReader {
  readonly #paths: readonly string[];
  readonly #perBlock: number;
  readonly #width: number;
  readonly #open = new Map<number, number>();

  constructor(paths: readonly string[], perBlock: number, width: number) {
    this.#paths = paths;
    this.#perBlock = perBlock;
    this.#width = width;
  }

  /** Reads rows into `data`: row `numbers[i]` at place i. */
  read(numbers: Float64Array, data: Float64Array): void {
    // Rising, so that the disk is read in one direction.
    const places = Uint32Array.from(numbers.keys()).sort(
      (a, b) => (numbers[a] as number) - (numbers[b] as number),
    );
    const bytes = bytesOf(data);
    const size = 8 * this.#width;
    for (const place of places) {
      const row = numbers[place] as number;
      const block = Math.floor(row / this.#perBlock);
      const file = this.#file(block);
      const position = (row - block * this.#perBlock) * size;
      for (let done = 0; done < size;) {
        const count = readSync(file, bytes, place * size + done, size - done, position + done);
        if (count === 0) throw new QuestsError('INVALID_FILE', `${this.#paths[block]} is cut`);
        done += count;
      }
    }
  }

  close(): void {
    for (const file of this.#open.values()) closeSync(file);
    this.#open.clear();
  }

  #file(block: number): number {
    const known = this.#open.get(block);
    if (known !== undefined) return known;
    if (this.#open.size >= OPEN_FILES) this.close();
    const path = this.#paths[block] as string;
    try {
      const file = openSync(path, 'r');
      this.#open.set(block, file);
      return file;
    } catch (error) {
      throw accessError('read', path, error);
    }
  }
}
