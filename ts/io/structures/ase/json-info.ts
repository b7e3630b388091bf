import type { InfoValue } from '../../../model/structure.js';
import { type FilePlace, invalidFile } from '../../text/fault.js';
import { isObject } from './python-json.js';
import { fullMatrix } from './stress.js';
import { jsonValues } from './values.js';

/** Values that are matrices in extended xyz, of nine numbers. */
const MATRICES = /^(stress|virial)$/;

/** Brackets within brackets that a value may have; more are no data of anyone. */
const MOST_DEPTH = 64;

/**
 * A value of JSON as a value of a frame: single values and flat arrays as they are, anything deeper
 * as text after `_JSON `, as extended xyz has it; undefined for none.
 *
 * @throws {QuestsError} INVALID_FILE for brackets that are too many to be followed
 */
export function infoOf(json: unknown, name: string, place: FilePlace): InfoValue | undefined {
  if (json === null || json === undefined) return undefined;
  if (typeof json === 'number' || typeof json === 'string' || typeof json === 'boolean') return json;
  if (!isShallow(json, MOST_DEPTH))
    throw invalidFile(place, `${name} has more than ${MOST_DEPTH} brackets within another`);
  const values = jsonValues(json);
  if (values !== undefined && MATRICES.test(name) && (values.kind === 'R' || values.kind === 'I')) {
    const matrix = fullMatrix(Array.from(values.data as ArrayLike<number>));
    if (matrix !== undefined) return matrix;
  }
  if (values === undefined || values.shape.length > 1) return `_JSON ${textOf(json)}`;
  const flat = Array.from(values.data as ArrayLike<number | string>);
  const items = values.kind === 'L' ? flat.map((flag) => flag === 1) : flat;
  return (values.shape.length === 0 ? items[0] : items) as InfoValue;
}

function isShallow(json: unknown, depth: number): boolean {
  if (typeof json !== 'object' || json === null) return true;
  return depth > 0 && Object.values(json).every((value) => isShallow(value, depth - 1));
}

/** JSON with the words of Python, arrays of NumPy in brackets. */
function textOf(json: unknown): string {
  if (typeof json === 'number' && !Number.isFinite(json)) {
    return Number.isNaN(json) ? 'NaN' : json > 0 ? 'Infinity' : '-Infinity';
  }
  if (Array.isArray(json)) return `[${json.map(textOf).join(', ')}]`;
  if (!isObject(json)) return JSON.stringify(json);
  const values = '__ndarray__' in json ? jsonValues(json) : undefined;
  if (values !== undefined) {
    const flat = Array.from(values.data as ArrayLike<number | string>);
    return bracketed(values.kind === 'L' ? flat.map((flag) => flag === 1) : flat, values.shape);
  }
  const pairs = Object.entries(json).map(([key, value]) => `${JSON.stringify(key)}: ${textOf(value)}`);
  return `{${pairs.join(', ')}}`;
}

function bracketed(flat: readonly unknown[], shape: readonly number[]): string {
  const [extent, ...inner] = shape;
  if (extent === undefined) return textOf(flat[0]);
  const size = flat.length / Math.max(1, extent);
  const rows = Array.from({ length: flat.length === 0 ? 0 : extent }, (_, row) =>
    bracketed(flat.slice(row * size, (row + 1) * size), inner),
  );
  return `[${rows.join(', ')}]`;
}
