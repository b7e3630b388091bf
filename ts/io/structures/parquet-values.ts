import type { InfoValue } from '../../model/structure.js';
import { type FilePlace, invalidFile, shown } from '../text/fault.js';

/**
 * A value of a column that may be nested, or nested values as JSON text.
 *
 * @returns undefined for a missing value
 * @throws {QuestsError} INVALID_FILE for text that is no JSON
 */
export function nestedValue(value: unknown, name: string, place: FilePlace): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    throw invalidFile(place, `the text of ${name} is no JSON: ${shown(value)}`);
  }
}

/** What a message says of a value. */
export function foundText(value: unknown): string {
  if (value === null || value === undefined) return 'no value';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'number' || typeof value === 'bigint') return shown(String(value));
  return shown(typeof value === 'string' ? value : jsonText(value));
}

/**
 * All numbers of a nested list, in their order; logicals are 0 and 1.
 *
 * @param atoms rows that there must be at the top, where it is a list of rows
 * @throws {QuestsError} INVALID_FILE for anything that is no number
 */
export function flatNumbers(value: unknown, name: string, place: FilePlace): number[] {
  const numbers: number[] = [];
  const add = (item: unknown): void => {
    if (isList(item)) for (const inner of item) add(inner);
    else if (typeof item === 'number') numbers.push(item);
    else if (typeof item === 'bigint' || typeof item === 'boolean') numbers.push(Number(item));
    else throw invalidFile(place, `expected numbers for ${name}, found ${foundText(item)}`);
  };
  add(value);
  return numbers;
}

/**
 * Puts the numbers of rows, each of `width` numbers, one after the other; logicals are 0 and 1.
 *
 * @returns the first row that has more or fewer, and how many; undefined where there is none
 * @throws {QuestsError} INVALID_FILE, with the row as the atom, for anything that is no number
 */
export function fillRows(
  rows: ArrayLike<unknown>,
  width: number,
  target: Float64Array,
  name: string,
  place: FilePlace,
): { row: number; length: number } | undefined {
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row];
    const start = row * width;
    let count = 0;
    if (isList(value) && value.length === width) {
      for (; count < width; count++) {
        const number = value[count];
        if (typeof number !== 'number') break;
        target[start + count] = number;
      }
    }
    if (count === width && width > 0) continue;
    // What is not plain, as deeper lists, logicals and single numbers, or wrong.
    const numbers = flatNumbers(value, name, { ...place, atom: row });
    if (numbers.length !== width) return { row, length: numbers.length };
    target.set(numbers, start);
  }
  return undefined;
}

/** Whether a value is a list: an array, or an array of numbers of one type. */
export function isList(value: unknown): value is ArrayLike<unknown> & Iterable<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/**
 * A value as `info` holds it: lists of numbers, logicals or texts flattened, times as ISO 8601,
 * what has names as JSON; undefined for missing values and empty lists.
 */
export function infoValue(value: unknown): InfoValue | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (!isList(value)) return jsonText(value);
  const items = flattened(value);
  if (items === undefined) return jsonText(value);
  if (items.length === 0) return undefined;
  const isAlike = items.every((item) => typeof item === typeof items[0]);
  return isAlike ? (items as InfoValue) : jsonText(value);
}

/** The numbers, logicals and texts of a nested list; undefined where it holds anything else. */
function flattened(list: Iterable<unknown>): (number | string | boolean)[] | undefined {
  const items: (number | string | boolean)[] = [];
  for (const item of list) {
    if (isList(item)) {
      const inner = flattened(item);
      if (inner === undefined) return undefined;
      items.push(...inner);
    } else {
      const single = infoValue(item);
      if (single === undefined || typeof single === 'object') return undefined;
      items.push(single);
    }
  }
  return items;
}

function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? String(item) : item));
}
