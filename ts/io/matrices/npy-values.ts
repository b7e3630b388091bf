import { invalidFile, shown } from '../text/fault.js';
import { halfNumber } from '../text/half-number.js';
import { looksLikeNpy, npyHeader } from './npy.js';

/** A short array beside a matrix: whole numbers, real numbers, texts. */
export interface NpyValues {
  /** Extents; none for a single value. */
  readonly shape: readonly number[];
  readonly values: readonly number[] | readonly string[];
}

/** Bytes of a character in NumPy's arrays of text. */
const CHARACTER = 4;

/**
 * The short array in the bytes of an `.npy` file: numbers of any type, or text of fixed length.
 *
 * @param name of the array, for messages
 * @throws {QuestsError} INVALID_FILE for anything else, as objects, and for other than as many
 *   bytes as the shape needs
 */
export function parseValues(bytes: Uint8Array, name: string, file: string): NpyValues {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (!looksLikeNpy(bytes) || bytes.length < 12)
    throw invalidFile({ file }, `${name} is not an array of NumPy`);
  const isFirst = bytes[6] === 1;
  const start = isFirst ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  const header = new TextDecoder().decode(bytes.subarray(0, start));
  const [, order = '', type = '', digits = ''] =
    /descr['"]\s*:\s*['"]([<>=|]?)([a-zA-Z])(\d+)['"]/.exec(header) ?? [];
  const extents = /shape['"]\s*:\s*\(([\d\s,]*)\)/.exec(header)?.[1];
  const decode = decoderOf(type, Number(digits), order !== '>');
  if (decode === undefined || extents === undefined) {
    const found = /descr['"]\s*:\s*([^,]*)/.exec(header)?.[1] ?? '?';
    throw invalidFile({ file }, `${name} holds values of type ${shown(found)}, expected numbers or text`);
  }
  const shape = extents
    .split(',')
    .filter((extent) => extent.trim() !== '')
    .map(Number);
  const count = shape.reduce((product, extent) => product * extent, 1);
  const width = type === 'U' ? CHARACTER * Number(digits) : Number(digits);
  if (bytes.length - start !== count * width) {
    const expected = `expected ${count * width} for ${count} values`;
    throw invalidFile({ file }, `${bytes.length - start} bytes of ${name}, ${expected}`);
  }
  const values = Array.from({ length: count }, (_, index) => decode(view, start + index * width));
  return { shape, values: values as number[] | string[] };
}

/** Whole numbers as the bytes of an `.npy` file, 64 bits each. */
export function wholeNpy(values: ArrayLike<number>, shape: readonly number[] = [values.length]): Uint8Array {
  const numbers = BigInt64Array.from({ length: values.length }, (_, index) =>
    BigInt(values[index] as number),
  );
  return joined(npyHeader('i8', shape), new Uint8Array(numbers.buffer));
}

/** A real number as the bytes of an `.npy` file. */
export function realNpy(value: number): Uint8Array {
  return joined(npyHeader('f8', []), new Uint8Array(Float64Array.of(value).buffer));
}

/** Texts as the bytes of an `.npy` file. */
export function textNpy(given: string | readonly string[]): Uint8Array {
  const texts = typeof given === 'string' ? [given] : given;
  const points = texts.map((text) => Array.from(text, (character) => character.codePointAt(0) ?? 0));
  const width = Math.max(1, ...points.map(({ length }) => length));
  const body = new Uint32Array(width * texts.length);
  points.forEach((characters, index) => body.set(characters, width * index));
  return joined(
    npyHeader(`U${width}`, typeof given === 'string' ? [] : [texts.length]),
    new Uint8Array(body.buffer),
  );
}

/** Reads a value at a place of some bytes. */
export type Decode = (view: DataView, at: number) => number | string;

/** What reads values of a type of NumPy's; undefined for types that are no numbers or text. */
export function decoderOf(type: string, width: number, little: boolean): Decode | undefined {
  if (type === 'U') return (view, at) => textOf(view, at, width, little);
  const decoders: Readonly<Record<string, Decode>> = {
    f8: (view, at) => view.getFloat64(at, little),
    f4: (view, at) => view.getFloat32(at, little),
    f2: (view, at) => halfNumber(view.getUint16(at, little)),
    i8: (view, at) => Number(view.getBigInt64(at, little)),
    u8: (view, at) => Number(view.getBigUint64(at, little)),
    i4: (view, at) => view.getInt32(at, little),
    u4: (view, at) => view.getUint32(at, little),
    i2: (view, at) => view.getInt16(at, little),
    u2: (view, at) => view.getUint16(at, little),
    i1: (view, at) => view.getInt8(at),
    u1: (view, at) => view.getUint8(at),
  };
  return decoders[`${type}${width}`];
}

/** Text that ends where zeros begin. */
function textOf(view: DataView, start: number, width: number, little: boolean): string {
  let text = '';
  for (let index = 0; index < width; index++) {
    const point = view.getUint32(start + CHARACTER * index, little);
    if (point === 0) break;
    text += point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd';
  }
  return text;
}

function joined(header: Uint8Array, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(header.length + body.length);
  bytes.set(header);
  bytes.set(body, header.length);
  return bytes;
}
