import type { AtomArray } from '../../../model/structure.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import type { Inflater } from '../../text/inflate.js';
import { readPart } from '../../text/part.js';
import type { RangeSource } from '../../text/ranges.js';
import { Cursor, NOWHERE } from './bytes.js';
import { Chunks } from './chunks.js';
import { type Datatype, datatypeOf } from './datatype.js';
import { Filters } from './filters.js';
import { type Message, MESSAGES } from './object-header.js';

/** Bytes that deflate makes of one, at most. */
const LARGEST_RATIO = 1032;

/** Reads bytes of the rows of a dataset. */
export type ReadRows = (first: number, count: number, place: FilePlace) => Promise<Uint8Array>;

/** Values of a file: an array of any shape, of which rows (along the first direction) are read. */
export class Dataset {
  readonly name: string;
  /** Empty for a single value. */
  readonly shape: readonly number[];
  private readonly type: Datatype;
  private readonly readRows: ReadRows;
  private readonly source: RangeSource;

  private constructor(
    name: string,
    shape: readonly number[],
    type: Datatype,
    source: RangeSource,
    readRows: ReadRows,
  ) {
    this.name = name;
    this.shape = shape;
    this.type = type;
    this.source = source;
    this.readRows = readRows;
  }

  /** @throws {QuestsError} INVALID_FILE for datasets that are damaged, or of kinds not read */
  static open(
    source: RangeSource,
    messages: readonly Message[],
    name: string,
    inflater: Inflater,
    place: FilePlace,
  ): Dataset {
    const message = (kind: number): Cursor => {
      const found = messages.find((candidate) => candidate.kind === kind);
      if (found !== undefined) return new Cursor(found.data, name, place);
      throw invalidFile(place, `${name} is damaged: it does not say its shape, type and place`);
    };
    const shape = shapeOf(message(MESSAGES.dataspace));
    const type = datatypeOf(message(MESSAGES.datatype));
    if (type === undefined) throw invalidFile(place, `${name} is neither numbers nor text`);
    const bytes = shape.reduce((product, extent) => product * extent, type.size);
    if (!(bytes <= LARGEST_RATIO * source.size)) {
      throw invalidFile(place, `${name} should have ${bytes} bytes, in a file of ${source.size}`);
    }
    const filters = messages.find(({ kind }) => kind === MESSAGES.filters)?.data;
    const rows = rowsOf(message(MESSAGES.layout), { source, shape, type, name, place }, () => {
      return new Filters(filters, inflater, place);
    });
    return new Dataset(name, shape, type, source, rows);
  }

  /** How many rows there are: 1 for a single value. */
  get rows(): number {
    return this.shape[0] ?? 1;
  }

  get kind(): AtomArray['kind'] {
    return this.type.kind;
  }

  /** Bytes of a row, as it is written. */
  get rowBytes(): number {
    return this.shape.slice(1).reduce((product, extent) => product * extent, this.type.size);
  }

  /**
   * Numbers of some rows; logicals are 0 and 1.
   *
   * @throws {QuestsError} INVALID_FILE for texts, and for what is damaged
   */
  async numbers(first: number, count: number, place: FilePlace): Promise<Float64Array> {
    const values = await this.values(first, count, place);
    if (values instanceof Float64Array) return values;
    throw invalidFile(place, `expected numbers in ${this.name}, found text`);
  }

  /** All numbers. */
  all(place: FilePlace): Promise<Float64Array> {
    return this.numbers(0, this.rows, place);
  }

  /**
   * Texts of some rows.
   *
   * @throws {QuestsError} INVALID_FILE for numbers, and for what is damaged
   */
  async texts(place: FilePlace, first = 0, count = this.rows): Promise<string[]> {
    const values = await this.values(first, count, place);
    if (Array.isArray(values)) return values;
    throw invalidFile(place, `expected text in ${this.name}, found numbers`);
  }

  private async values(first: number, count: number, place: FilePlace): Promise<Float64Array | string[]> {
    const bytes = await this.readRows(first, count, place);
    const items = bytes.length / this.type.size;
    return this.type.read?.(bytes, items) ?? this.heapTexts(bytes, items, place);
  }

  /** Texts of any length, which stand in heaps elsewhere. */
  private async heapTexts(bytes: Uint8Array, items: number, place: FilePlace): Promise<string[]> {
    const cursor = new Cursor(bytes, this.name, place);
    const found: string[] = [];
    for (let item = 0; item < items; item++) {
      const length = cursor.u32();
      const heap = cursor.u64();
      const index = cursor.u32();
      if (length === 0) found.push('');
      else
        found.push(new TextDecoder().decode((await this.heapObject(heap, index, place)).subarray(0, length)));
    }
    return found;
  }

  private async heapObject(address: number, wanted: number, place: FilePlace): Promise<Uint8Array> {
    const what = `the text of ${this.name}`;
    const head = new Cursor(await readPart(this.source, address, 16, what, place), what, place);
    head.mark('GCOL');
    head.skip(4);
    const body = new Cursor(
      await readPart(this.source, address + 16, head.u64() - 16, what, place),
      what,
      place,
    );
    while (body.left >= 16) {
      const index = body.u16();
      body.skip(6);
      const size = body.u64();
      if (index === wanted) return body.take(size);
      if (index === 0) break;
      body.skip(Math.ceil(size / 8) * 8);
    }
    throw head.damaged();
  }
}

function shapeOf(message: Cursor): number[] {
  const version = message.u8();
  const rank = message.u8();
  message.skip(version === 1 ? 6 : 2);
  return Array.from({ length: rank }, () => message.u64());
}

interface Stored {
  readonly source: RangeSource;
  readonly shape: readonly number[];
  readonly type: Datatype;
  readonly name: string;
  readonly place: FilePlace;
}

const COMPACT = 0;
const CONTIGUOUS = 1;

function rowsOf(message: Cursor, stored: Stored, filters: () => Filters): ReadRows {
  const { source, shape, type, name, place } = stored;
  const rowBytes = shape.slice(1).reduce((product, extent) => product * extent, type.size);
  const version = message.u8();
  if (version !== 3 && version !== 4)
    throw invalidFile(place, `${name} is of an old or unknown layout: ${version}`);
  const kind = message.u8();
  if (kind === COMPACT) {
    const bytes = message.take(message.u16());
    return (first, count) =>
      Promise.resolve(new Cursor(bytes, name, place).within(first * rowBytes, count * rowBytes));
  }
  if (kind === CONTIGUOUS) {
    const address = message.u64();
    if (address === NOWHERE) throw invalidFile(place, `${name} has no values`);
    return (first, count, here) => readPart(source, address + first * rowBytes, count * rowBytes, name, here);
  }
  if (version === 4) {
    const way = 'write the file with h5py.File(NAME, "w"), without libver';
    throw invalidFile(place, `${name} has chunks of the latest layout, which are not read; ${way}`);
  }
  const chunks = new Chunks(message, {
    source,
    shape,
    itemBytes: type.size,
    name,
    filters: filters(),
    place,
  });
  return (first, count, here) => chunks.rows(first, count, here);
}
