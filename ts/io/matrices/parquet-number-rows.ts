import { parquetHeader } from 'hyparquet/src/column.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { NumberRows } from './number-rows.js';
import { type ColumnChunk, inflatedPage, isDictionary, mostLevels, widthOf } from './parquet-pages.js';

/** Bytes of a number. */
const BYTES = 8;

/**
 * The rows of a column of lists of lists of f64, where none is missing or empty and inner lists
 * have one length, as coordinates do; without a list for each atom, which would take most of the
 * time.
 *
 * @param chunk its pages are known to be sound
 * @returns undefined for any other column
 */
export function numberRows(chunk: ColumnChunk): NumberRows[] | undefined {
  const [repetition, definition] = mostLevels(chunk.path);
  const { type, converted_type: converted, logical_type: logical } = chunk.path.at(-1)?.element ?? {};
  if (repetition !== 2 || type !== 'DOUBLE' || converted !== undefined || logical !== undefined) {
    return undefined;
  }
  const pages = pagesOf(chunk, definition);
  if (pages === undefined) return undefined;
  const length = pages.reduce((sum, { values }) => sum + values.length, 0);
  const values = new Float64Array(length);
  /** Where rows begin. */
  const starts: number[] = [];
  let width = 0;
  let listStart = 0;
  let at = 0;
  for (const page of pages) {
    values.set(page.values, at);
    for (const level of page.repetition) {
      if (level < 2 && at > 0) {
        width ||= at - listStart;
        if (at - listStart !== width) return undefined;
        listStart = at;
      }
      if (level === 0) starts.push(at);
      at++;
    }
  }
  width ||= at;
  if (starts[0] !== 0 || at - listStart !== width) return undefined;
  return starts.map((start, row) => new NumberRows(width, values.slice(start, starts[row + 1] ?? at)));
}

interface Page {
  readonly repetition: Uint8Array;
  readonly values: Float64Array;
}

/** The pages of a column in which nothing is missing. */
function pagesOf(chunk: ColumnChunk, definition: number): Page[] | undefined {
  const { bytes } = chunk;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  const pages: Page[] = [];
  let dictionary: Float64Array | undefined;
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const { data_page_header: one, dictionary_page_header: words, uncompressed_page_size: size } = header;
    const end = reader.offset + header.compressed_page_size;
    const page = bytes.subarray(reader.offset, end);
    reader.offset = end;
    if (words !== undefined) dictionary = numbersOf(inflatedPage(page, size, chunk), 0, words.num_values);
    else {
      // The second version of pages is written by few.
      if (one === undefined) return undefined;
      const { num_values: count, encoding } = one;
      const body = inflatedPage(page, size, chunk);
      const levels = { view: new DataView(body.buffer, body.byteOffset, body.length), offset: 0 };
      const repetition = new Uint8Array(count);
      readRleBitPackedHybrid(levels, widthOf(2), repetition);
      const defined = new Uint8Array(count);
      if (definition > 0) readRleBitPackedHybrid(levels, widthOf(definition), defined);
      if (defined.some((level) => level !== definition)) return undefined;
      const values = isDictionary(encoding)
        ? dictionary && ofDictionary(levels, count, dictionary)
        : encoding === 'PLAIN'
          ? numbersOf(body, levels.offset, count)
          : undefined;
      if (values === undefined) return undefined;
      pages.push({ repetition, values });
    }
  }
  return pages;
}

function numbersOf(bytes: Uint8Array, start: number, count: number): Float64Array | undefined {
  const part = bytes.subarray(start, start + BYTES * count);
  if (part.length !== BYTES * count) return undefined;
  const numbers = new Float64Array(count);
  const view = new DataView(part.buffer, part.byteOffset, part.length);
  for (let at = 0; at < count; at++) numbers[at] = view.getFloat64(BYTES * at, true);
  return numbers;
}

function ofDictionary(
  reader: { view: DataView; offset: number },
  count: number,
  dictionary: Float64Array,
): Float64Array | undefined {
  const bits = reader.view.getUint8(reader.offset++);
  const places = new Uint32Array(count);
  if (bits > 0) readRleBitPackedHybrid(reader, bits, places, reader.view.byteLength - reader.offset);
  const numbers = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    const number = dictionary[places[at] as number];
    if (number === undefined) return undefined;
    numbers[at] = number;
  }
  return numbers;
}
