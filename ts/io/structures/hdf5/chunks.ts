import { type FilePlace, invalidFile } from '../../text/fault.js';
import { readPart } from '../../text/part.js';
import type { RangeSource } from '../../text/ranges.js';
import { Cursor, NOWHERE } from './bytes.js';
import type { Filters } from './filters.js';

/** Bytes that deflate makes of one at most, and what a check sum adds. */
const LARGEST_RATIO = 1040;

/** What is known of a dataset that is stored in chunks. */
interface Chunked {
  readonly source: RangeSource;
  readonly shape: readonly number[];
  readonly itemBytes: number;
  readonly name: string;
  readonly filters: Filters;
  readonly place: FilePlace;
}

/** Where a chunk is stored. */
interface Chunk {
  /** Indices of its first item. */
  readonly corner: readonly number[];
  readonly address: number;
  readonly bytes: number;
  readonly skipped: number;
}

/** The chunks of a dataset, by a B-tree. */
export class Chunks {
  private readonly dataset: Chunked;
  private readonly tree: number;
  /** Items of a chunk in each direction. */
  private readonly extents: readonly number[];
  private readonly chunkBytes: number;
  private chunks: readonly Chunk[] | undefined;
  /** The chunk that was read last. */
  private last: { readonly chunk: Chunk; readonly bytes: Uint8Array } | undefined;

  /** @param message the layout, from the number of directions */
  constructor(message: Cursor, dataset: Chunked) {
    this.dataset = dataset;
    const rank = message.u8() - 1;
    this.tree = message.u64();
    this.extents = Array.from({ length: rank }, () => message.u32());
    this.chunkBytes = this.extents.reduce((product, extent) => product * extent, dataset.itemBytes);
    const isRight = rank === dataset.shape.length && rank > 0 && message.u32() === dataset.itemBytes;
    if (!isRight || this.chunkBytes === 0) throw message.damaged('its chunks do not fit its shape');
  }

  /** The bytes of some rows. */
  async rows(first: number, count: number, place: FilePlace): Promise<Uint8Array> {
    const { shape, itemBytes, name } = this.dataset;
    const [depth = 1] = this.extents;
    const rowBytes = shape.slice(1).reduce((product, extent) => product * extent, itemBytes);
    const result = new Uint8Array(count * rowBytes);
    let filled = 0;
    for (const chunk of (this.chunks ??= await this.list(place))) {
      const [start = 0] = chunk.corner;
      if (start >= first + count || start + depth <= first) continue;
      const bytes = await this.read(chunk, place);
      filled += this.copy(bytes, chunk, result, first, count);
    }
    // A chunk that was never written would stand for a value that nobody computed.
    if (filled === result.length) return result;
    throw invalidFile(place, `${name} has chunks that were never written`);
  }

  private async read(chunk: Chunk, place: FilePlace): Promise<Uint8Array> {
    if (this.last?.chunk === chunk) return this.last.bytes;
    const { source, name, filters } = this.dataset;
    if (this.chunkBytes > LARGEST_RATIO * chunk.bytes) {
      throw invalidFile(
        place,
        `a chunk of ${name} should have ${this.chunkBytes} bytes, made of ${chunk.bytes}`,
      );
    }
    const stored = await readPart(source, chunk.address, chunk.bytes, `a chunk of ${name}`, place);
    const bytes = Uint8Array.from(filters.undo(stored, this.chunkBytes, chunk.skipped, place));
    this.last = { chunk, bytes };
    return bytes;
  }

  /** Copies the items of a chunk that are wanted, in runs of the last direction. */
  private copy(
    bytes: Uint8Array,
    { corner }: Chunk,
    result: Uint8Array,
    first: number,
    count: number,
  ): number {
    const { shape, itemBytes } = this.dataset;
    const { extents } = this;
    const rank = shape.length;
    const low = corner.map((start, axis) => (axis === 0 ? Math.max(start, first) : start));
    const high = corner.map((start, axis) => {
      const end = Math.min(start + (extents[axis] as number), shape[axis] as number);
      return axis === 0 ? Math.min(end, first + count) : end;
    });
    if (low.some((start, axis) => start >= (high[axis] as number))) return 0;
    const index = [...low];
    const run = ((high[rank - 1] as number) - (low[rank - 1] as number)) * itemBytes;
    let copied = 0;
    for (;;) {
      let from = 0;
      let to = 0;
      for (let axis = 0; axis < rank; axis++) {
        const at = index[axis] as number;
        from = from * (extents[axis] as number) + at - (corner[axis] as number);
        to = to * (shape[axis] as number) + (axis === 0 ? at - first : at);
      }
      result.set(bytes.subarray(from * itemBytes, from * itemBytes + run), to * itemBytes);
      copied += run;
      let axis = rank - 2;
      while (axis >= 0 && (index[axis] as number) + 1 >= (high[axis] as number)) {
        index[axis] = low[axis] as number;
        axis--;
      }
      if (axis < 0) return copied;
      index[axis] = (index[axis] as number) + 1;
    }
  }

  /** All chunks, in the order of the tree. */
  private async list(place: FilePlace): Promise<Chunk[]> {
    const { source, name, shape } = this.dataset;
    const what = `the chunks of ${name}`;
    const keyBytes = 8 + 8 * (shape.length + 1);
    const chunks: Chunk[] = [];
    const visited = new Set<number>();
    const waiting = this.tree === NOWHERE ? [] : [this.tree];
    for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
      const head = new Cursor(await readPart(source, address, 24, what, place), what, place);
      if (visited.has(address)) throw head.damaged('they lead in circles');
      visited.add(address);
      head.mark('TREE');
      if (head.u8() !== 1) throw head.damaged('their tree is of another kind');
      const level = head.u8();
      const count = head.u16();
      const length = count * (keyBytes + 8);
      const body = new Cursor(await readPart(source, address + 24, length, what, place), what, place);
      const children: number[] = [];
      for (let entry = 0; entry < count; entry++) {
        const bytes = body.u32();
        const skipped = body.u32();
        const corner = Array.from({ length: shape.length }, () => body.u64());
        body.skip(8);
        const child = body.u64();
        if (level > 0) children.push(child);
        else chunks.push({ corner, address: child, bytes, skipped });
      }
      waiting.push(...children.reverse());
    }
    return chunks;
  }
}
