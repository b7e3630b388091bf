import { QuestsError } from '../../base/error.js';
import type { InfoValue } from '../../model/structure.js';
import { quoteText, splitPairs } from './comment.js';
import { numberText } from './number.js';

const INTEGER = /^[+-]?\d+$/;
const LEADING_ZERO = /^[+-]?0\d/;
const REAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** With Fortran's exponent letter only where there is a decimal point: `12d3` may be a name. */
const FORTRAN_REAL = /^[+-]?(\d+\.\d*|\.\d+)d[+-]?\d+$/i;

/** Logicals in the spellings of ASE; others, like `t`, are text. */
const LOGICALS: ReadonlyMap<string, boolean> = new Map([
  ...['T', 'true', 'True', 'TRUE'].map((text) => [text, true] as const),
  ...['F', 'false', 'False', 'FALSE'].map((text) => [text, false] as const),
]);

const WORDS: ReadonlyMap<string, number> = new Map([
  ['nan', NaN],
  ['inf', Infinity],
  ['infinity', Infinity],
  ['-inf', -Infinity],
  ['-infinity', -Infinity],
]);

/** Marks JSON in a comment line, as ASE writes it. */
const JSON_MARK = '_JSON ';

/**
 * What a value of a comment line means: a number or a logical, an array of them, else text. Fields
 * are separated by blanks or commas.
 *
 * Text stays text where a number would not give it back: `00123`, and whole numbers beyond 2^53.
 * After `_JSON ` follows JSON; flat arrays and single values of it are taken over, anything deeper
 * stays text, mark included.
 */
export function parseInfo(text: string): InfoValue {
  if (text.startsWith(JSON_MARK)) return parseJson(text.slice(JSON_MARK.length)) ?? text;
  const fields = text.split(/[\s,]+/).filter((field) => field !== '');
  return allOf(fields, parseReal) ?? allOf(fields, (field) => LOGICALS.get(field)) ?? text;
}

/**
 * The reverse of {@link parseInfo}: the value as it stands in a comment line, quotes included. ASE
 * reads it too.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for a value that has no text: `undefined`, an object
 */
export function infoText(value: InfoValue): string {
  if (typeof value === 'number') {
    const text = numberText(value);
    // Digits alone beyond 2^53 would stay text; with an exponent they are a number.
    return INTEGER.test(text) && !Number.isSafeInteger(value) ? value.toExponential() : text;
  }
  if (typeof value === 'boolean') return value ? 'T' : 'F';
  if (typeof value === 'string') {
    if (isNestedArray(value)) return value;
    return quoteText(plainText(value) ? value : jsonText(value));
  }
  if (!Array.isArray(value)) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `a value of info must be a number, text, a logical or an array of them`,
    );
  }
  const values = value as readonly (number | string | boolean)[];
  // One value is no array in a comment line, and none is no value.
  if (values.length < 2 || values.some((item) => typeof item === 'string'))
    return quoteText(jsonText(values));
  return quoteText(values.map((item) => infoText(item)).join(' '));
}

/** Whether text is an array of arrays, which other programs read as such without quotes only. */
function isNestedArray(text: string): boolean {
  if (!/^\[\s*\[[\w\s.,+[\]-]*\]\s*\]$/.test(text)) return false;
  const [pair, ...others] = splitPairs(`key=${text}`) ?? [];
  return pair?.value === text && others.length === 0;
}

/** Whether text can stand as it is: it is not taken for anything else, and shows on one line. */
function plainText(text: string): boolean {
  // Of commas and blanks alone ASE makes an empty array.
  return (
    /[^\s,]/.test(text) && !/[\u0000-\u001f\u007f]|\p{Surrogate}/u.test(text) && parseInfo(text) === text
  );
}

/** JSON with the words of Python, which reads and writes them, for what JSON has no number. */
function jsonText(value: string | readonly (number | string | boolean)[]): string {
  if (typeof value === 'string') return JSON_MARK + JSON.stringify(value);
  const words: Record<string, string> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' };
  const items = value.map((item) => {
    if (typeof item !== 'number') return JSON.stringify(item);
    const text = numberText(item);
    return words[text] ?? text;
  });
  return `${JSON_MARK}[${items.join(', ')}]`;
}

function parseJson(text: string): InfoValue | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not JSON, or with Python's words for what is not finite; the caller keeps the text.
    return pythonNumbers(text);
  }
  if (isSingle(value)) return value;
  if (!Array.isArray(value)) return undefined;
  const items: unknown[] = value;
  const kinds = new Set(items.map((item) => typeof item));
  return items.every(isSingle) && kinds.size <= 1 ? (items as InfoValue) : undefined;
}

/** A flat list of numbers, `NaN` and `Infinity` among them. */
function pythonNumbers(text: string): number[] | undefined {
  const list = /^\[([^[\]]*)\]$/.exec(text)?.[1];
  const numbers = list?.split(',').map((item) => parseReal(item.trim()));
  return numbers?.every((item) => item !== undefined) === true ? numbers : undefined;
}

function isSingle(value: unknown): value is number | string | boolean {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

/** A single value, or the array of them, where every field can be read; undefined otherwise. */
function allOf<T>(fields: readonly string[], parse: (field: string) => T | undefined): T | T[] | undefined {
  const values: T[] = [];
  for (const field of fields) {
    const value = parse(field);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values.length > 1 ? values : values[0];
}

function parseReal(field: string): number | undefined {
  if (INTEGER.test(field)) {
    const value = Number(field);
    return Number.isSafeInteger(value) && !LEADING_ZERO.test(field) ? value : undefined;
  }
  if (REAL.test(field)) return Number(field);
  if (FORTRAN_REAL.test(field)) return Number(field.replace(/d/i, 'e'));
  return WORDS.get(field.toLowerCase().replace(/^\+/, ''));
}
