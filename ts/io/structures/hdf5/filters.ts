import { type FilePlace, invalidFile } from '../../text/fault.js';
import type { Inflater } from '../../text/inflate.js';
import { Cursor } from './bytes.js';
import { undoneLzf } from './lzf.js';

/** A filter of a dataset: what was done to the bytes of its chunks. */
interface Filter {
  readonly id: number;
  readonly values: readonly number[];
}

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;
const LZF = 32000;

const KNOWN: ReadonlySet<number> = new Set([DEFLATE, SHUFFLE, FLETCHER32, LZF]);

/** Filters that are not read, by the names that h5py has for them. */
const OTHERS: Readonly<Partial<Record<number, string>>> = {
  4: 'szip',
  32001: 'blosc',
  32015: 'zstd',
};

/** Undoes what filters did to the bytes of a chunk. */
export class Filters {
  private readonly filters: readonly Filter[];
  private readonly inflater: Inflater;

  /** @throws {QuestsError} INVALID_FILE for filters that are not read */
  constructor(message: Uint8Array | undefined, inflater: Inflater, place: FilePlace) {
    this.filters = message === undefined ? [] : filtersOf(new Cursor(message, 'the filters', place));
    this.inflater = inflater;
    const other = this.filters.find(({ id }) => !KNOWN.has(id));
    if (other === undefined) return;
    const name = OTHERS[other.id] ?? `with the filter ${other.id}`;
    throw invalidFile(place, `compressed ${name}, which is not read; write it with compression="gzip"`);
  }

  /**
   * The bytes of a chunk.
   *
   * @param size how many there must be
   * @param skipped filters that were not used, a bit for each
   * @throws {QuestsError} INVALID_FILE for bytes that the filters did not make
   */
  undo(stored: Uint8Array, size: number, skipped: number, place: FilePlace): Uint8Array {
    let bytes = stored;
    for (let index = this.filters.length - 1; index >= 0; index--) {
      const { id, values } = this.filters[index] as Filter;
      if ((skipped & (1 << index)) !== 0) continue;
      if (id === FLETCHER32) bytes = bytes.subarray(0, Math.max(0, bytes.length - 4));
      else if (id === SHUFFLE) bytes = unshuffled(bytes, values[0] ?? 1);
      else bytes = this.inflated(id, bytes, size, place);
    }
    if (bytes.length === size) return bytes;
    throw invalidFile(place, `${bytes.length} bytes in a chunk, expected ${size}`);
  }

  private inflated(id: number, bytes: Uint8Array, size: number, place: FilePlace): Uint8Array {
    try {
      // A check sum may follow the bytes.
      return id === LZF ? undoneLzf(bytes, size + 4) : this.inflater.inflate(bytes, size + 4);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw invalidFile(place, `a chunk cannot be decompressed: ${problem}`);
    }
  }
}

function filtersOf(message: Cursor): Filter[] {
  const version = message.u8();
  const count = message.u8();
  if (version === 1) message.skip(6);
  return Array.from({ length: count }, () => {
    const id = message.u16();
    const nameLength = version === 1 || id >= 256 ? message.u16() : 0;
    message.skip(2);
    const valueCount = message.u16();
    message.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    const values = Array.from({ length: valueCount }, () => message.u32());
    if (version === 1 && valueCount % 2 === 1) message.skip(4);
    return { id, values };
  });
}

/** Items whose first bytes stood together, then the second ones, and so on. */
function unshuffled(bytes: Uint8Array, size: number): Uint8Array {
  const count = Math.floor(bytes.length / size);
  if (size <= 1) return bytes;
  const result = new Uint8Array(bytes.length);
  for (let part = 0; part < size; part++) {
    for (let item = 0; item < count; item++)
      result[item * size + part] = bytes[part * count + item] as number;
  }
  // What makes no whole item stays where it is.
  result.set(bytes.subarray(count * size), count * size);
  return result;
}
