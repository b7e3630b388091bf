import { errorAt } from '../../base/error.js';
import { joined } from '../../base/joined.js';
import type { Source } from '../../model/structure.js';
import { crc32 } from '../text/crc32.js';
import { invalidFile } from '../text/fault.js';
import { type RangeSource, readRange } from '../text/ranges.js';
import { readLeafRows } from './leaf-rows.js';
import {
  AXES,
  damaged,
  FRAME_BYTES,
  hasCopies,
  LEAF_ROWS,
  type LeafRange,
  leafPlace,
  leafValues,
  leafWidth,
  layoutOf,
  parseHead,
  parsePrefix,
  PREFIX_BYTES,
  type ReferenceHead,
  type ReferenceLayout,
  UNKNOWN,
} from './reference-head.js';
import { LabelColumn } from './reference-labels.js';
import type { StoredMatrix } from './stored-matrix.js';

/** Bytes of leaves that are read at once. */
const MOST_BYTES = 1 << 23;

/** The rows of a leaf. */
export interface StoredLeaf {
  /** Row-major, without their label. */
  readonly rows: Float64Array;
  /** Number of each row among those that were given. */
  readonly numbers: Uint32Array;
  /** How often each row is there; empty where each is there once. */
  readonly counts: Float64Array;
}

/** The frames of a stored reference. */
export interface StoredFrames {
  /** First row of each frame, then the number of rows. */
  readonly offsets: Uint32Array;
  readonly sources: readonly (Source | undefined)[];
}

/** The leaves of rows with one label, and how they are found. */
export interface StoredPart extends LeafRange {
  /** An origin and directions, as the core gives them. */
  readonly axes: Float64Array;
  /** Of each of its leaves, the lower corner of its box, then the upper one. */
  readonly boxes: Float64Array;
}

/**
 * A stored reference, opened: its head and its index are in memory, leaves are read when asked for.
 */
export class ReferenceFile {
  readonly file: string;
  readonly head: ReferenceHead;
  /** Leaves by the labels of their rows: one part where rows have none. */
  readonly parts: readonly StoredPart[];
  readonly #source: RangeSource;
  readonly #layout: ReferenceLayout;
  readonly #checks: Uint32Array;
  #bytesRead: number;

  private constructor(
    file: string,
    source: RangeSource,
    head: ReferenceHead,
    layout: ReferenceLayout,
    index: Uint8Array,
  ) {
    this.file = file;
    this.head = head;
    this.#source = source;
    this.#layout = layout;
    const { leaves, ranges } = layout;
    const axes = leafWidth(head) * (1 + AXES);
    const numbers = aligned(index);
    const boxes = 8 * axes * ranges.length;
    this.parts = ranges.map((range, at) => ({
      ...range,
      axes: new Float64Array(numbers, 8 * axes * at, axes),
      boxes: new Float64Array(numbers, boxes + 16 * AXES * range.firstLeaf, 2 * AXES * range.leaves),
    }));
    this.#checks = new Uint32Array(numbers, boxes + 16 * AXES * leaves, leaves);
    this.#bytesRead = layout.rows + index.length;
  }

  /**
   * Opens a reference.
   *
   * @param file what messages call it
   * @throws {QuestsError} INVALID_FILE for a file of something else, of a newer version, cut or
   *   damaged; FILE_ACCESS
   */
  static async open(source: RangeSource, file: string): Promise<ReferenceFile> {
    const read = (start: number, length: number, what: string): Promise<Uint8Array> =>
      readRange(source, start, length, what, file);
    const { length, checksum } = parsePrefix(await source.read(0, PREFIX_BYTES), file);
    const head = parseHead(await read(PREFIX_BYTES, length, 'the head'), checksum, file);
    const layout = layoutOf(head, length);
    if (layout.end !== source.size) {
      const sizes = `${source.size} bytes, but the head promises ${layout.end}`;
      const problem = `${sizes}; is the file cut or damaged?`;
      throw invalidFile({ file }, problem);
    }
    const index = await checked(source, layout.index, layout.indexBytes, 'the index', file);
    return new ReferenceFile(file, source, head, layout, index);
  }

  /** Number of leaves. */
  get leaves(): number {
    return this.#layout.leaves;
  }

  /** Bytes of the file. */
  get bytes(): number {
    return this.#source.size;
  }

  /** Whether what is read of it comes over a network. */
  get isRemote(): boolean {
    return this.#source.moved !== undefined;
  }

  /** Bytes that were read so far; from an address, all that were moved. */
  get bytesRead(): number {
    return this.#source.moved?.() ?? this.#bytesRead;
  }

  /**
   * Reads leaves, each checked; some of them that follow each other are read at once.
   *
   * @param numbers rising
   * @throws {QuestsError} INVALID_FILE for a leaf that is damaged, or has changed meanwhile;
   *   FILE_ACCESS
   */
  async *read(numbers: ArrayLike<number>): AsyncGenerator<[number, StoredLeaf], void, undefined> {
    const place = (leaf: number): ReturnType<typeof leafPlace> =>
      leafPlace(this.head, this.#layout.ranges, leaf);
    for (let at = 0; at < numbers.length;) {
      const first = numbers[at] as number;
      const { start } = place(first);
      let next = at + 1;
      let { end } = place(first);
      for (; next < numbers.length && numbers[next] === (numbers[next - 1] as number) + 1; next++) {
        const { end: further } = place(numbers[next] as number);
        if (further - start > MOST_BYTES) break;
        end = further;
      }
      const { exact = this.#source.read } = this.#source;
      const bytes = await exact(start, end - start);
      if (bytes.length !== end - start) throw damaged(this.file, `environments of leaf ${first}`);
      this.#bytesRead += bytes.length;
      for (; at < next; at++) {
        const leaf = numbers[at] as number;
        const own = place(leaf);
        yield [leaf, this.#leaf(leaf, own, bytes.subarray(own.start - start, own.end - start))];
      }
    }
  }

  #leaf(leaf: number, { range, rows: count }: ReturnType<typeof leafPlace>, bytes: Uint8Array): StoredLeaf {
    const { head } = this;
    if (crc32(bytes) !== this.#checks[leaf]) {
      throw damaged(this.file, `environments ${leaf * LEAF_ROWS} to ${(leaf + 1) * LEAF_ROWS}`);
    }
    const buffer = aligned(bytes);
    const { end } = leafValues(head, count);
    return {
      rows: readLeafRows(head, count, buffer),
      numbers: new Uint32Array(buffer, end, count),
      counts: hasCopies(range)
        ? Float64Array.from(new Uint32Array(buffer, end + 4 * count, count))
        : new Float64Array(0),
    };
  }

  /**
   * The frames, in the order in which they were given.
   *
   * @throws {QuestsError} as {@link read}
   */
  async frames(): Promise<StoredFrames> {
    const { head, file } = this;
    const { table, tableBytes } = this.#layout;
    const bytes = await checked(this.#source, table, tableBytes, 'the frames', file);
    this.#bytesRead += bytes.length;
    const view = new Uint32Array(aligned(bytes));
    const offsets = new Uint32Array(head.frames + 1);
    const sources: (Source | undefined)[] = [];
    for (let frame = 0; frame < head.frames; frame++) {
      const at = (frame * FRAME_BYTES) / 4;
      const [atoms = 0, from = UNKNOWN, index = UNKNOWN] = view.subarray(at, at + 3);
      offsets[frame + 1] = (offsets[frame] as number) + atoms;
      const name = head.files[from]?.file;
      sources.push(name === undefined || index === UNKNOWN ? undefined : { file: name, frame: index });
    }
    if (offsets[head.frames] !== head.rows) throw damaged(file, 'the frames');
    return { offsets, sources };
  }

  /** Labels of frames and atoms, in the order of the head. */
  labels(): LabelColumn[] {
    return this.#layout.labels.map((place) => new LabelColumn(this.#source, place, this.file));
  }

  /** The rows of a leaf with their label. */
  #whole(leaf: number, rows: Float64Array): Float64Array {
    const { label } = leafPlace(this.head, this.#layout.ranges, leaf).range;
    if (label === null) return rows;
    const { width } = this.head;
    const whole = new Float64Array((rows.length / (width - 1)) * width);
    for (let from = 0, to = 0; to < whole.length; from += width - 1, to += width) {
      whole[to] = label;
      whole.set(rows.subarray(from, from + width - 1), to + 1);
    }
    return whole;
  }

  /** For each environment that was given, the number of the row that is stored. */
  async #kept(): Promise<Uint32Array> {
    const { copies, copiesBytes } = this.#layout;
    const bytes = await checked(this.#source, copies, copiesBytes, 'the copies', this.file);
    return new Uint32Array(aligned(bytes), 0, this.head.rows);
  }

  /**
   * The first environment that was given of those for which a row is stored.
   *
   * @throws {QuestsError} as {@link read}
   */
  async givenRow(number: number): Promise<number> {
    return hasCopies(this.head) ? (await this.#kept()).indexOf(number) : number;
  }

  /**
   * Some environments, by their numbers among those that were given: one pass over the leaves.
   *
   * @returns row-major, in the order of the numbers
   * @throws {QuestsError} as {@link read}
   */
  async rowsAt(rows: Uint32Array): Promise<Float64Array> {
    const { head } = this;
    const { width } = head;
    const kept = hasCopies(head) ? await this.#kept() : undefined;
    const places = Uint32Array.from(rows.keys());
    const stored = (place: number): number => {
      const row = rows[place] as number;
      return kept?.[row] ?? row;
    };
    places.sort((a, b) => stored(a) - stored(b));
    const wanted = places.map(stored);
    const data = room(rows.length * width, this.file);
    const all = Uint32Array.from({ length: this.leaves }, (_, leaf) => leaf);
    for await (const [leaf, { rows: own, numbers }] of this.read(all)) {
      const values = this.#whole(leaf, own);
      for (const [at, number] of numbers.entries()) {
        for (let next = firstOf(wanted, number); wanted[next] === number; next++) {
          data.set(values.subarray(at * width, (at + 1) * width), (places[next] as number) * width);
        }
      }
    }
    return data;
  }

  /**
   * Some environments of some leaves: nothing else is read, but which of them are copies.
   *
   * @param leaves rising
   * @param each environments of each, evenly spread; all of a leaf that has no more
   * @returns row-major, and the number of each among those that were given, of copies the first
   * @throws {QuestsError} as {@link read}
   */
  async someOf(leaves: Uint32Array, each: number): Promise<{ rows: Float64Array; numbers: Uint32Array }> {
    const { width } = this.head;
    const rows: Float64Array[] = [];
    const stored: number[] = [];
    for await (const [leaf, { rows: own, numbers }] of this.read(leaves)) {
      const values = this.#whole(leaf, own);
      const step = Math.max(1, numbers.length / each);
      for (let next = 0; Math.floor(next) < numbers.length; next += step) {
        const at = Math.floor(next);
        rows.push(values.subarray(at * width, (at + 1) * width));
        stored.push(numbers[at] as number);
      }
    }
    return { rows: joined(rows, Float64Array), numbers: await this.#givenRows(Uint32Array.from(stored)) };
  }

  /** The first environments that were given of those for which rows are stored. */
  async #givenRows(stored: Uint32Array): Promise<Uint32Array> {
    if (!hasCopies(this.head)) return stored;
    const places = new Map(Array.from(stored, (number, at) => [number, at]));
    const given = new Uint32Array(stored.length);
    for (const [row, number] of (await this.#kept()).entries()) {
      const at = places.get(number);
      if (at === undefined) continue;
      given[at] = row;
      places.delete(number);
    }
    return given;
  }

  /**
   * How often each stored row is among some environments, by their numbers among those that were
   * given.
   *
   * @throws {QuestsError} as {@link read}
   */
  async countsOf(rows: Uint32Array): Promise<Uint32Array> {
    const kept = hasCopies(this.head) ? await this.#kept() : undefined;
    const counts = new Uint32Array(this.head.kept);
    for (const row of rows) {
      const number = kept?.[row] ?? row;
      counts[number] = (counts[number] as number) + 1;
    }
    return counts;
  }

  /**
   * All environments, in the order in which they were given.
   *
   * @throws {QuestsError} as {@link read}; TOO_LARGE for more than memory can hold
   */
  async matrix(): Promise<StoredMatrix> {
    const { head, file } = this;
    const { rows, width, k, cutoff, species } = head;
    const data = room(rows * width, file);
    const all = Uint32Array.from({ length: this.leaves }, (_, leaf) => leaf);
    for await (const [leaf, { rows: own, numbers }] of this.read(all)) {
      const values = this.#whole(leaf, own);
      for (const [at, number] of numbers.entries()) {
        if (number >= head.kept) throw damaged(file, `environments of leaf ${leaf}`);
        data.set(values.subarray(at * width, (at + 1) * width), number * width);
      }
    }
    if (hasCopies(head)) {
      const kept = await this.#kept();
      // From the last: a row stands where it was stored, or after it.
      for (let row = rows - 1; row >= 0; row--) {
        const from = kept[row] as number;
        if (from > row || from >= head.kept) throw damaged(file, 'the copies');
        data.copyWithin(row * width, from * width, (from + 1) * width);
      }
    }
    const { offsets, sources } = await this.frames();
    const said = sources.some((source) => source !== undefined) ? sources : null;
    return { data, shape: [rows, width], k, cutoff, species, frameOffsets: offsets, sources: said };
  }
}

/** The first place of rising numbers at which one is no less than `number`. */
export function firstOf(rising: Uint32Array, number: number): number {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rising[middle] as number) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Reads a part that its checksum follows. */
async function checked(
  source: RangeSource,
  start: number,
  length: number,
  what: string,
  file: string,
): Promise<Uint8Array> {
  const bytes = await readRange(source, start, length + 4, what, file);
  const part = bytes.subarray(0, length);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (bytes.length !== length + 4 || crc32(part) !== view.getUint32(length, true)) {
    throw invalidFile({ file }, `${what} of the reference ${what.endsWith('s') ? 'are' : 'is'} damaged`);
  }
  return part;
}

/** The bytes at an address that numbers may have; `slice` of Node's buffers makes no copy. */
function aligned(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}

function room(length: number, file: string): Float64Array {
  try {
    return new Float64Array(length);
  } catch (cause) {
    throw errorAt('TOO_LARGE', { file }, `no memory for ${length} numbers`, { cause });
  }
}
