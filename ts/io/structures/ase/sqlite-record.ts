import { viewOf } from '../../text/part.js';

/** A value of a column. */
export type SqliteValue = null | number | string | Uint8Array;

/** A whole number of one to nine bytes, and where it ends; undefined where the bytes end before. */
export function varint(
  bytes: Uint8Array,
  at: number,
): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let count = 0; count < 9; count++) {
    const byte = bytes[at + count];
    if (byte === undefined) return undefined;
    if (count === 8) return { value: value * 256 + byte, end: at + 9 };
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + count + 1 };
  }
  return undefined;
}

/**
 * The values of a record of SQLite; undefined for bytes that are no record.
 *
 * @param decoder of the text of the database
 */
export function recordValues(bytes: Uint8Array, decoder: TextDecoder): SqliteValue[] | undefined {
  const head = varint(bytes, 0);
  if (head === undefined || head.value > bytes.length) return undefined;
  const values: SqliteValue[] = [];
  let at = head.end;
  let start = head.value;
  while (at < head.value) {
    const type = varint(bytes, at);
    if (type === undefined) return undefined;
    at = type.end;
    const length = lengthOf(type.value);
    if (length === undefined || start + length > bytes.length) return undefined;
    values.push(valueOf(type.value, bytes.subarray(start, start + length), decoder));
    start += length;
  }
  return at === head.value ? values : undefined;
}

/** Bytes of whole numbers and reals, by their types. */
const LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0];

function lengthOf(type: number): number | undefined {
  return type < 12 ? LENGTHS[type] : Math.floor((type - 12) / 2);
}

function valueOf(type: number, bytes: Uint8Array, decoder: TextDecoder): SqliteValue {
  if (type >= 12) return type % 2 === 0 ? bytes : decoder.decode(bytes);
  if (type === 7) return viewOf(bytes).getFloat64(0);
  if (type === 8 || type === 9) return type - 8;
  const [first] = bytes;
  if (first === undefined) return null;
  // Two's complement: the first byte bears the sign.
  let value = first < 128 ? first : first - 256;
  for (let at = 1; at < bytes.length; at++) value = value * 256 + (bytes[at] as number);
  return value;
}
