import { QuestsError, errorAt } from '../../base/error.js';
import { type ByteSource, peek, pieces } from '../text/bytes.js';
import { emptyFile, invalidFile, shown } from '../text/fault.js';
import { halfNumber } from '../text/half-number.js';
import type { LineOptions } from '../text/lines.js';
import type { MatrixParts, NpyArray } from './stored-matrix.js';

/** What the reader of `.npy` is told. */
export interface NpyOptions extends LineOptions {
  /** Bytes of the file, where that is known: memory is then asked for once. */
  readonly size?: number | undefined;
}

/** Longest header read, in bytes; NumPy writes some 120. */
const LONGEST_HEADER = 1 << 16;

/** Bytes that room is made for before more have been seen. */
const FIRST_BYTES = 1 << 20;

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** Numbers as they lie in the file. */
interface Layout {
  readonly shape: readonly number[];
  readonly columnMajor: boolean;
  /** Bytes per number. */
  readonly width: 2 | 4 | 8;
  readonly littleEndian: boolean;
}

/** Whether a file begins like `.npy`. */
export function looksLikeNpy(head: Uint8Array): boolean {
  return MAGIC.every((byte, at) => head[at] === byte);
}

/**
 * Reads an array of NumPy's `.npy` format, versions 1 to 3: f8, f4 or f2 in either byte order, C
 * or Fortran order, two or three dimensions. f4 and f2 become f64.
 *
 * @throws {QuestsError} INVALID_FILE for another type or number of dimensions, a damaged header, a
 *   file shorter or longer than its shape; EMPTY for an array without numbers; TOO_LARGE for one
 *   that memory cannot hold. The signal's reason when cancelled
 */
export async function readNpy(source: ByteSource, options: NpyOptions): Promise<NpyArray> {
  const stream = pieces(source, options.signal);
  try {
    return await readStream(stream, options);
  } finally {
    await stream.return();
  }
}

/**
 * Writes an array as `.npy`, version 1.0, f8, C order: the bytes that `numpy.save` writes.
 *
 * @throws {QuestsError} INVALID_ARGUMENT where the numbers do not fill the shape
 */
export function* writeNpy({ data, shape }: NpyArray): Generator<Uint8Array, void, undefined> {
  checkFills(data.length, shape);
  yield npyHeader('f8', shape);
  yield new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Writes an array whose numbers come in parts, as {@link writeNpy}: only one part is in memory.
 *
 * @throws {QuestsError} INVALID_ARGUMENT where the numbers do not fill the shape
 */
export async function* writeNpyParts({
  parts,
  shape,
}: MatrixParts): AsyncGenerator<Uint8Array, void, undefined> {
  yield npyHeader('f8', shape);
  let length = 0;
  for await (const { buffer, byteOffset, byteLength } of parts) {
    length += byteLength / 8;
    yield new Uint8Array(buffer, byteOffset, byteLength);
  }
  checkFills(length, shape);
}

function checkFills(length: number, shape: readonly number[]): void {
  if (length === shape.reduce((product, extent) => product * extent, 1)) return;
  throw new QuestsError('INVALID_ARGUMENT', `${length} numbers do not fill the shape ${shapeText(shape)}`);
}

/**
 * What stands before the values of an `.npy` file, version 1.0, C order, little-endian, as this
 * machine is.
 */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array {
  const description = `{'descr': '<${type}', 'fortran_order': False, 'shape': ${shapeText(shape)}, }`;
  // Padded with blanks so that the values begin at a multiple of 64 bytes.
  const length = Math.ceil((10 + description.length + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + length);
  header.set([...MAGIC, 1, 0, length & 0xff, length >> 8]);
  header.set(new TextEncoder().encode(`${description.padEnd(length - 1)}\n`), 10);
  return header;
}

async function readStream(stream: AsyncIterable<Uint8Array>, options: NpyOptions): Promise<NpyArray> {
  const { file } = options;
  const opening = await peek(stream, 12);
  if (opening.head.length === 0) throw emptyFile({ file }, 'the file is empty');
  if (!looksLikeNpy(opening.head))
    throw invalidFile({ file }, 'not an .npy file: it does not begin with \\x93NUMPY');
  const major = opening.head[6];
  if (major !== 1 && major !== 2 && major !== 3) {
    throw invalidFile({ file }, `.npy version ${major ?? '?'}, expected 1, 2 or 3`);
  }
  const view = new DataView(opening.head.buffer, opening.head.byteOffset, opening.head.length);
  if (opening.head.length < 12) throw invalidFile({ file }, 'the file ends within its .npy header');
  const start = major === 1 ? 10 : 12;
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > LONGEST_HEADER)
    throw invalidFile({ file }, `an .npy header of ${length} bytes; is the file damaged?`);

  const { head, bytes } = await peek(opening.bytes, start + length);
  if (head.length < start + length) throw invalidFile({ file }, 'the file ends within its .npy header');
  const header = new TextDecoder(major === 3 ? 'utf-8' : 'latin1').decode(
    head.subarray(start, start + length),
  );
  const layout = parseHeader(header, file);
  const numbers = layout.shape.reduce((product, extent) => product * extent, 1);
  if (numbers === 0)
    throw emptyFile({ file }, `an array of shape ${shapeText(layout.shape)} holds no numbers`);
  const body = await readBody(bytes, start + length, numbers * layout.width, layout, options);
  return { data: inRows(toFloat64(body, layout), layout), shape: layout.shape };
}

/** Reads the header's Python dictionary, whose keys may come in any order. */
function parseHeader(header: string, file: string): Layout {
  const refuse = (problem: string): QuestsError => invalidFile({ file }, `${problem}, in the .npy header`);
  if (!/^\s*\{[\s\S]*\}\s*$/.test(header)) throw refuse(`no dictionary: ${shown(header.trim())}`);
  const type = /['"]descr['"]\s*:\s*(?:['"]([^'"]*)['"]|(\[))/.exec(header);
  const order = /['"]fortran_order['"]\s*:\s*(True|False)\b/.exec(header)?.[1];
  const shape = /['"]shape['"]\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (type === null || order === undefined || shape === undefined) {
    throw refuse('descr, fortran_order or shape is missing');
  }
  const parts = /^([<>=|]?)f([248])$/.exec(type[1] ?? '');
  if (parts === null) {
    throw refuse(`numbers of type ${shown(type[1] ?? 'a record')}, expected f8, f4 or f2`);
  }
  const extents = shape.split(',').map((extent) => extent.trim().replace(/L$/, ''));
  if (extents.at(-1) === '') extents.pop();
  if (!extents.every((extent) => /^\d{1,15}$/.test(extent))) throw refuse(`shape ${shown(`(${shape})`)}`);
  if (extents.length !== 2 && extents.length !== 3) {
    throw refuse(`an array of shape ${shapeText(extents.map(Number))}, expected two or three dimensions`);
  }
  return {
    shape: extents.map(Number),
    columnMajor: order === 'True',
    width: Number(parts[2]) as Layout['width'],
    littleEndian: parts[1] !== '>',
  };
}

/**
 * The bytes after the header; memory grows with the bytes that are there, not with those that were
 * promised.
 */
async function readBody(
  source: AsyncIterable<Uint8Array>,
  skip: number,
  length: number,
  { shape }: Layout,
  { file, size }: NpyOptions,
): Promise<Uint8Array> {
  const refuse = (found: string): QuestsError =>
    invalidFile({ file }, `${found} bytes of numbers, expected ${length} for shape ${shapeText(shape)}`);
  if (size !== undefined && size !== skip + length) throw refuse(String(Math.max(0, size - skip)));
  let body = room(size === undefined ? Math.min(length, FIRST_BYTES) : length, file);
  let filled = -skip;
  for await (const piece of source) {
    const bytes = filled < 0 ? piece.subarray(-filled) : piece;
    const start = Math.max(0, filled);
    filled += piece.length;
    if (filled > length) throw refuse(`more than ${length}`);
    if (filled > body.length) {
      const grown = room(Math.min(length, Math.max(2 * body.length, filled)), file);
      grown.set(body.subarray(0, start));
      body = grown;
    }
    body.set(bytes, start);
  }
  if (filled < length) throw refuse(String(filled));
  return body;
}

function room(length: number, file: string): Uint8Array {
  try {
    return new Uint8Array(length);
  } catch (cause) {
    throw errorAt('TOO_LARGE', { file }, `no memory for ${length} bytes of numbers`, { cause });
  }
}

function toFloat64(body: Uint8Array, { width, littleEndian }: Layout): Float64Array {
  if (!littleEndian) {
    for (let at = 0; at < body.length; at += width) body.subarray(at, at + width).reverse();
  }
  if (width === 8) return new Float64Array(body.buffer);
  return width === 4
    ? Float64Array.from(new Float32Array(body.buffer))
    : Float64Array.from(new Uint16Array(body.buffer), halfNumber);
}

/** Row-major order of numbers in which the first index runs fastest. */
function inRows(data: Float64Array, { shape, columnMajor }: Layout): Float64Array {
  if (!columnMajor) return data;
  const [first = 1, second = 1, third = 1] = shape;
  const rows = new Float64Array(data.length);
  let at = 0;
  for (let i = 0; i < first; i++) {
    for (let j = 0; j < second; j++) {
      for (let k = 0; k < third; k++) rows[at++] = data[i + first * (j + second * k)] as number;
    }
  }
  return rows;
}

/** A shape as Python writes it. */
export function shapeText(shape: readonly number[]): string {
  return shape.length === 1 ? `(${shape.join()},)` : `(${shape.join(', ')})`;
}
