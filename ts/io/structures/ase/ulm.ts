import { type FilePlace, invalidFile } from '../../text/fault.js';
import { type RangeSource, readRange } from '../../text/ranges.js';
import { readPart, viewOf } from '../../text/part.js';
import { isObject, parsePythonObject } from './python-json.js';
import { binaryValues, countOf, itemBytes, jsonValues, type Values } from './values.js';

const MAGIC_BYTES = 8;
const HEADER_BYTES = 48;

/** Items of a file whose places are read at once. */
const PLACES = 1 << 12;

/** Whether a file begins like ULM, the container of ASE and GPAW. */
export function looksLikeUlm(head: Uint8Array): boolean {
  const magic = new TextDecoder('latin1').decode(head.subarray(0, MAGIC_BYTES));
  return magic === '- of Ulm' || magic === 'AFFormat';
}

/**
 * A file of ULM: a header, items of JSON at offsets that a table gives, and arrays that the JSON
 * says the place, shape and type of.
 */
export class Ulm {
  /** What the file is for: `ASE-Trajectory`. */
  readonly tag: string;
  /** How many items there are. */
  readonly items: number;
  private readonly source: RangeSource;
  private readonly file: string;
  /** Where the table of offsets begins. */
  private readonly table: number;
  private places: { readonly first: number; readonly offsets: readonly number[] } = { first: 0, offsets: [] };

  private constructor(source: RangeSource, file: string, head: Uint8Array) {
    const view = viewOf(head);
    this.source = source;
    this.file = file;
    this.tag = new TextDecoder('latin1').decode(head.subarray(MAGIC_BYTES, 24)).trimEnd();
    this.items = Number(view.getBigInt64(32, true));
    this.table = Number(view.getBigInt64(40, true));
  }

  /** @throws {QuestsError} INVALID_FILE for no file of ULM, and for a table beyond its end */
  static async open(source: RangeSource, file: string): Promise<Ulm> {
    const head = await readRange(source, 0, HEADER_BYTES, 'the header', file);
    if (!looksLikeUlm(head))
      throw invalidFile({ file }, 'not a file of ASE: it does not begin with "- of Ulm"');
    const ulm = new Ulm(source, file, head);
    const { items, table } = ulm;
    if (items > 0) await readRange(source, table, 0, 'the table of frames', file);
    if (!(items >= 0 && table + 8 * items <= source.size)) {
      const room = `its table should end at byte ${table + 8 * items}, but the file has ${source.size}`;
      throw invalidFile({ file }, `${items} frames promised: ${room}; is it cut or damaged?`);
    }
    return ulm;
  }

  /** @throws {QuestsError} INVALID_FILE for an item that is not there or is no JSON */
  async item(index: number): Promise<UlmItem> {
    const { source, file } = this;
    const place = { file, frame: index };
    const offset = await this.offset(index);
    const start = await readPart(source, offset, 8, 'the length of the frame', place);
    const length = Number(viewOf(start).getBigInt64(0, true));
    const text = await readPart(source, offset + 8, length, 'the frame', place);
    const json = parsePythonObject(new TextDecoder().decode(text), 'the frame', place);
    return new UlmItem(source, json, json._little_endian !== false, place);
  }

  private async offset(index: number): Promise<number> {
    const { first, offsets } = this.places;
    const known = offsets[index - first];
    if (known !== undefined) return known;
    const count = Math.min(PLACES, this.items - index);
    const bytes = await readRange(
      this.source,
      this.table + 8 * index,
      8 * count,
      'the table of frames',
      this.file,
    );
    const view = viewOf(bytes);
    const read = Array.from({ length: count }, (_, at) => Number(view.getBigInt64(8 * at, true)));
    this.places = { first: index, offsets: read };
    return read[0] as number;
  }
}

/** Named values, some of which are arrays elsewhere in the file. */
export class UlmItem {
  private readonly source: RangeSource;
  private readonly content: Readonly<Record<string, unknown>>;
  private readonly isLittleEndian: boolean;
  private readonly place: FilePlace;

  constructor(
    source: RangeSource,
    content: Readonly<Record<string, unknown>>,
    isLittleEndian: boolean,
    place: FilePlace,
  ) {
    this.source = source;
    this.content = content;
    this.isLittleEndian = isLittleEndian;
    this.place = place;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.content, name) || Object.hasOwn(this.content, `${name}.`);
  }

  /** The JSON of a value that is no array elsewhere. */
  json(name: string): unknown {
    return Object.hasOwn(this.content, name) ? this.content[name] : undefined;
  }

  /** Named values within this item. */
  child(name: string): UlmItem | undefined {
    const json = this.json(`${name}.`);
    return isObject(json) ? new UlmItem(this.source, json, this.isLittleEndian, this.place) : undefined;
  }

  /**
   * A value as numbers: an array, or from the JSON; undefined where there is none.
   *
   * @throws {QuestsError} INVALID_FILE for anything else under this name
   */
  async values(name: string): Promise<Values | undefined> {
    const json = this.json(name);
    if (json !== undefined && json !== null) {
      const values = jsonValues(json);
      if (values === undefined) throw invalidFile(this.place, `expected numbers for ${name}`);
      return values;
    }
    const array = this.json(`${name}.`);
    if (array === undefined) return undefined;
    const wrong = invalidFile(this.place, `expected the shape, type and place of the array ${name}`);
    if (!isObject(array) || !Array.isArray(array.ndarray)) throw wrong;
    const [shape, dtype, offset] = array.ndarray as unknown[];
    const count = countOf(shape);
    if (count === undefined || typeof dtype !== 'string' || typeof offset !== 'number') throw wrong;
    const size = itemBytes(dtype);
    if (size === undefined)
      throw invalidFile(this.place, `${name} is an array of ${dtype}, expected numbers`);
    const bytes = await readPart(this.source, offset, count * size, `the array ${name}`, this.place);
    return binaryValues(dtype, shape as number[], bytes, this.isLittleEndian);
  }
}
