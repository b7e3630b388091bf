import type { AtomArray } from '../../../model/structure.js';

/** Numbers, logicals or texts of some shape, row by row. */
export interface Values {
  /** Empty for a single value. */
  readonly shape: readonly number[];
  readonly kind: AtomArray['kind'];
  readonly data: AtomArray['data'];
}

/** Dimensions that an array of NumPy may have. */
const MOST_DIMENSIONS = 64;

/** Bytes of an item of a type of NumPy; undefined for a type that is not read. */
export function itemBytes(dtype: string): number | undefined {
  return TYPES[dtype]?.bytes;
}

/**
 * Values from the bytes of an array of NumPy.
 *
 * @param bytes as many as the shape asks for
 */
export function binaryValues(
  dtype: string,
  shape: readonly number[],
  bytes: Uint8Array,
  isLittleEndian = true,
): Values | undefined {
  const type = TYPES[dtype];
  if (type === undefined) return undefined;
  const count = bytes.length / type.bytes;
  if (dtype === 'float64' && isLittleEndian) {
    return { shape, kind: 'R', data: new Float64Array(Uint8Array.from(bytes).buffer) };
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const numbers = new Float64Array(count);
  for (let at = 0; at < count; at++) numbers[at] = type.read(view, at * type.bytes, isLittleEndian);
  return ofKind(type.kind, shape, numbers);
}

/**
 * Values from JSON as ASE writes it: an array with its shape and type, or numbers, logicals or
 * texts in brackets of any depth; undefined for anything else.
 */
export function jsonValues(json: unknown): Values | undefined {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return tagged(json);
  const shape: number[] = [];
  for (let first = json; Array.isArray(first); first = (first as unknown[])[0]) {
    if (shape.push(first.length) > MOST_DIMENSIONS) return undefined;
  }
  const flat: unknown[] = [];
  return flatten(json, shape, 0, flat) ? flatValues(shape, flat) : undefined;
}

/** How many values a shape holds; undefined for what is no shape. */
export function countOf(shape: unknown): number | undefined {
  if (!Array.isArray(shape)) return undefined;
  let count = 1;
  for (const extent of shape as unknown[]) {
    if (!Number.isSafeInteger(extent) || (extent as number) < 0) return undefined;
    count *= extent as number;
  }
  return count;
}

interface NumberType {
  readonly bytes: number;
  readonly kind: 'R' | 'I' | 'L';
  readonly read: (view: DataView, at: number, isLittle: boolean) => number;
}

/** The types of NumPy that become numbers. */
const TYPES: Readonly<Partial<Record<string, NumberType>>> = {
  float64: { bytes: 8, kind: 'R', read: (view, at, little) => view.getFloat64(at, little) },
  float32: { bytes: 4, kind: 'R', read: (view, at, little) => view.getFloat32(at, little) },
  int64: { bytes: 8, kind: 'I', read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  uint64: { bytes: 8, kind: 'I', read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  int32: { bytes: 4, kind: 'I', read: (view, at, little) => view.getInt32(at, little) },
  uint32: { bytes: 4, kind: 'I', read: (view, at, little) => view.getUint32(at, little) },
  int16: { bytes: 2, kind: 'I', read: (view, at, little) => view.getInt16(at, little) },
  uint16: { bytes: 2, kind: 'I', read: (view, at, little) => view.getUint16(at, little) },
  int8: { bytes: 1, kind: 'I', read: (view, at) => view.getInt8(at) },
  uint8: { bytes: 1, kind: 'I', read: (view, at) => view.getUint8(at) },
  bool: { bytes: 1, kind: 'L', read: (view, at) => Number(view.getUint8(at) !== 0) },
};

/** `{"__ndarray__": [shape, type, flat values]}`, or a cell around one. */
function tagged(json: object): Values | undefined {
  if ('__ase_objtype__' in json) {
    return json.__ase_objtype__ === 'cell' && 'array' in json ? jsonValues(json.array) : undefined;
  }
  if (!('__ndarray__' in json) || !Array.isArray(json.__ndarray__)) return undefined;
  const [shape, dtype, data] = json.__ndarray__ as unknown[];
  if (!Array.isArray(data) || countOf(shape) !== data.length) return undefined;
  return flatValues(shape as number[], data, dtype);
}

/** Puts the items of nested arrays into one; whether they have this shape. */
function flatten(json: unknown, shape: readonly number[], depth: number, flat: unknown[]): boolean {
  if (depth === shape.length) {
    if (Array.isArray(json)) return false;
    flat.push(json);
    return true;
  }
  if (!Array.isArray(json) || json.length !== shape[depth]) return false;
  return json.every((item) => flatten(item, shape, depth + 1, flat));
}

function flatValues(shape: readonly number[], flat: readonly unknown[], dtype?: unknown): Values | undefined {
  const kind = typeof flat[0];
  if (kind === 'number' || flat.length === 0) {
    const numbers = numbersOf(flat);
    if (numbers === undefined) return undefined;
    // Whole numbers of a real array are real: Python writes them with a point, which JSON does not
    // keep.
    const isReal = String(dtype).startsWith('float') || !numbers.every(Number.isSafeInteger);
    return ofKind(isReal ? 'R' : 'I', shape, numbers);
  }
  if (!flat.every((item) => typeof item === kind)) return undefined;
  if (kind === 'string') return { shape, kind: 'S', data: flat as string[] };
  if (kind === 'boolean') return { shape, kind: 'L', data: Uint8Array.from(flat as number[]) };
  return undefined;
}

function numbersOf(items: readonly unknown[]): Float64Array | undefined {
  const numbers = new Float64Array(items.length);
  for (let at = 0; at < items.length; at++) {
    const item = items[at];
    if (typeof item !== 'number') return undefined;
    numbers[at] = item;
  }
  return numbers;
}

function ofKind(kind: NumberType['kind'], shape: readonly number[], numbers: Float64Array): Values {
  if (kind === 'R') return { shape, kind, data: numbers };
  if (kind === 'L') return { shape, kind, data: Uint8Array.from(numbers) };
  const whole = new Int32Array(numbers);
  // Where they do not fit 32 bits, f64 holds them.
  return { shape, kind, data: whole.every((value, at) => value === numbers[at]) ? whole : numbers };
}
