import { base64 } from '../report/base64.js';

/** Arrays of numbers that JSON does not have. */
const ARRAYS = { Float64Array, Float32Array, Int32Array, Uint32Array, Uint8Array } as const;

/**
 * JSON of values that may hold typed arrays, numbers that are not finite, and `undefined` in lists:
 * each of these is a list that begins with `null` and what it is. So is a list that begins with
 * `null` by itself.
 */
export function typedJson(value: unknown): string {
  return JSON.stringify(written(value));
}

/** What {@link typedJson} wrote. */
export function parsedJson(text: string): unknown {
  return read(JSON.parse(text));
}

function written(value: unknown): unknown {
  if (value === undefined) return [null, 'undefined'];
  if (typeof value === 'number' && !Number.isFinite(value)) return [null, 'number', String(value)];
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) {
    const name = Object.prototype.toString.call(value).slice('[object '.length, -1);
    // The bytes of a view alone, whatever it is a view of.
    return [null, name, base64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength))];
  }
  if (Array.isArray(value)) {
    const items = value.map(written);
    return items[0] === null ? [null, 'list', items] : items;
  }
  return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, written(own)]));
}

function read(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (!Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, read(own)]));
  }
  if (value[0] !== null) return value.map(read);
  const [, name, held] = value as [null, string, unknown];
  if (name === 'undefined') return undefined;
  if (name === 'number') return Number(held);
  if (name === 'list') return (held as unknown[]).map(read);
  const { buffer } = Uint8Array.from(atob(held as string), (letter) => letter.charCodeAt(0));
  return new ARRAYS[name as keyof typeof ARRAYS](buffer);
}
