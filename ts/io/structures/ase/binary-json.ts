import { type FilePlace, invalidFile } from '../../text/fault.js';
import { viewOf } from '../../text/part.js';
import { isObject, parsePythonJson } from './python-json.js';
import { binaryValues, countOf, itemBytes } from './values.js';

/** Brackets within brackets that may be followed. */
const MOST_DEPTH = 64;

/**
 * What ASE makes of values with arrays: the offset of a JSON text, the bytes of the arrays, and the
 * text, where an array has its shape, type and offset. Arrays come back as in ASE's JSON.
 *
 * @param what what the bytes are, for messages
 * @throws {QuestsError} INVALID_FILE for anything else
 */
export function binaryJson(bytes: Uint8Array, what: string, place: FilePlace): unknown {
  const offset = bytes.length < 8 ? NaN : Number(viewOf(bytes).getBigInt64(0, true));
  if (!(offset >= 8 && offset <= bytes.length)) throw invalidFile(place, `${what} is damaged`);
  const json = parsePythonJson(new TextDecoder().decode(bytes.subarray(offset)), what, place);
  return withArrays(json, bytes, 0, () => invalidFile(place, `${what} has an array that is damaged`));
}

function withArrays(json: unknown, bytes: Uint8Array, depth: number, damaged: () => Error): unknown {
  if (depth > MOST_DEPTH) throw damaged();
  if (Array.isArray(json)) return json.map((item) => withArrays(item, bytes, depth + 1, damaged));
  if (!isObject(json)) return json;
  if (!Array.isArray(json.__ndarray__)) {
    const entries = Object.entries(json);
    return Object.fromEntries(
      entries.map(([key, value]) => [key, withArrays(value, bytes, depth + 1, damaged)]),
    );
  }
  const [shape, dtype, offset] = json.__ndarray__ as unknown[];
  const size = itemBytes(String(dtype));
  // What has no numbers, as text and complex numbers have not, stays as it is.
  if (size === undefined) return json;
  const end = Number(offset) + (countOf(shape) ?? NaN) * size;
  if (!(Number(offset) >= 0 && end <= bytes.length)) throw damaged();
  const values = binaryValues(String(dtype), shape as number[], bytes.subarray(Number(offset), end));
  const flat = Array.from((values?.data ?? []) as ArrayLike<number>);
  return { __ndarray__: [shape, dtype, values?.kind === 'L' ? flat.map((flag) => flag === 1) : flat] };
}
