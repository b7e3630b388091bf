import type { ColumnMetaData, Compressors, SchemaTree } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';

/**
 * Values that one byte of a column can stand for: runs and dictionaries make many of few, but not
 * this many.
 */
const MOST_VALUES_PER_BYTE = 1 << 16;

/** Encodings whose values are places in a dictionary, in runs. */
const DICTIONARY: ReadonlySet<string | undefined> = new Set(['PLAIN_DICTIONARY', 'RLE_DICTIONARY']);

/** Whether values of an encoding are places in a dictionary. */
export function isDictionary(encoding: string | undefined): boolean {
  return DICTIONARY.has(encoding);
}

type Header = ReturnType<typeof parquetHeader>;

/** A column of a row group: its bytes, and how they are to be read. */
export interface ColumnChunk {
  readonly bytes: Uint8Array;
  readonly metadata: ColumnMetaData;
  /** The elements of the schema that lead to it, the column at the top first. */
  readonly path: readonly SchemaTree[];
  readonly compressors: Compressors;
}

/**
 * Refuses damaged pages of a column before they are decoded: their lengths, and runs longer than
 * there are values, which would be decoded for as long as the run says.
 *
 * @throws {Error} the first thing that is wrong
 */
export function checkPages(chunk: ColumnChunk): void {
  const { bytes } = chunk;
  const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), offset: 0 };
  while (reader.offset < bytes.length - 1) {
    const header = parquetHeader(reader);
    const size = header.compressed_page_size;
    const end = reader.offset + size;
    if (!(size >= 0 && end <= bytes.length)) throw new Error(`a page of ${size} bytes`);
    checkCount(valuesIn(header), bytes.length);
    checkRuns(bytes.subarray(reader.offset, end), header, chunk);
    reader.offset = end;
  }
}

function valuesIn({
  data_page_header: one,
  data_page_header_v2: two,
  dictionary_page_header: dictionary,
}: Header): number {
  return (one ?? two ?? dictionary)?.num_values ?? 0;
}

function checkCount(values: number, bytes: number): void {
  if (values >= 0 && values <= MOST_VALUES_PER_BYTE * bytes) return;
  throw new Error(`${values} values in ${bytes} bytes`);
}

function checkRuns(page: Uint8Array, header: Header, chunk: ColumnChunk): void {
  const { data_page_header: one, data_page_header_v2: two } = header;
  const [repetition, definition] = mostLevels(chunk.path);
  const size = header.uncompressed_page_size;
  if (two !== undefined) {
    const { num_values: values, num_nulls: nulls } = two;
    const [first, second] = [two.repetition_levels_byte_length, two.definition_levels_byte_length];
    if (!(first >= 0 && second >= 0 && first + second <= page.length && nulls >= 0 && nulls <= values)) {
      throw new Error('levels that are longer than their page');
    }
    if (repetition > 0) checkRun(page, 0, widthOf(repetition), values);
    if (definition > 0) checkRun(page, first, widthOf(definition), values);
    const rest = page.subarray(first + second);
    const inner = size - first - second;
    if (!isDictionary(two.encoding)) return;
    const body = two.is_compressed === false || inner === 0 ? rest : inflatedPage(rest, inner, chunk);
    checkRun(body, 1, body[0] ?? 0, values - nulls);
    return;
  }
  if (one === undefined || (repetition + definition === 0 && !isDictionary(one.encoding))) return;
  const body = inflatedPage(page, size, chunk);
  let at = 0;
  for (const most of [repetition, definition]) {
    if (most === 0) continue;
    const length = new DataView(body.buffer, body.byteOffset, body.length).getUint32(at, true);
    if (at + 4 + length > body.length) throw new Error('levels that are longer than their page');
    checkRun(body, at + 4, widthOf(most), one.num_values);
    at += 4 + length;
  }
  // How many are missing is known by the levels alone; a run is never longer than all.
  if (isDictionary(one.encoding) && at < body.length)
    checkRun(body, at + 1, body[at] ?? 0, one.num_values, true);
}

/**
 * The values of runs, each a byte or two for many equal values, or packed bits.
 *
 * @param isMost whether there may be fewer
 */
function checkRun(bytes: Uint8Array, start: number, width: number, values: number, isMost = false): void {
  let at = start;
  for (let seen = 0; seen < values;) {
    if (at >= bytes.length) {
      if (isMost) return;
      throw new Error('runs that end before their values do');
    }
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      header += (byte & 0x7f) * 2 ** shift;
      if ((byte & 0x80) === 0) break;
      if (shift > 28) throw new Error('a run whose length is damaged');
    }
    const isPacked = header % 2 === 1;
    const count = Math.floor(header / 2);
    const length = isPacked ? 8 * count : count;
    // Packed bits fill groups of eight.
    if (length > values - seen + (isPacked ? 7 : 0))
      throw new Error(`a run of ${length} in ${values} values`);
    at += isPacked ? count * width : Math.ceil(width / 8);
    seen += length;
  }
}

/** Levels of repetition and of definition that a column has at most. */
export function mostLevels(path: readonly SchemaTree[]): [repetition: number, definition: number] {
  const kinds = path.map(({ element }) => element.repetition_type);
  const repeated = kinds.filter((kind) => kind === 'REPEATED').length;
  return [repeated, repeated + kinds.filter((kind) => kind === 'OPTIONAL').length];
}

/** Bits of a level. */
export function widthOf(most: number): number {
  return 32 - Math.clz32(most);
}

/** The bytes of a page, decompressed.
 *
 * @throws {Error} for other than as many as it says
 */
export function inflatedPage(
  page: Uint8Array,
  size: number,
  { metadata, compressors }: ColumnChunk,
): Uint8Array {
  if (metadata.codec === 'UNCOMPRESSED') return page;
  const body = compressors[metadata.codec]?.(page, size);
  if (body?.length !== size) throw new Error(`a page of ${body?.length ?? 0} bytes, expected ${size}`);
  return body;
}
