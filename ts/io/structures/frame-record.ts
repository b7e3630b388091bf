import type { InfoValue, Structure } from '../../model/structure.js';
import { type FilePlace, invalidFile, shown } from '../text/fault.js';
import { numberText, wordNumber } from '../text/number.js';

/** What of a structure belongs to the frame as a whole. */
export type FrameRecord = Pick<Structure, 'cell' | 'pbc' | 'info'>;

/**
 * Cell, boundaries and `info` of a frame as JSON, to the last digit; what is absent is left out.
 * Numbers that JSON lacks are `{"number": "nan"}`, also `inf`, `-inf` and `-0`.
 */
export function frameRecordText({ cell, pbc, info }: FrameRecord): string {
  return JSON.stringify({
    ...(cell !== undefined && { cell: Array.from(cell, jsonNumber) }),
    ...(pbc !== undefined && { pbc }),
    ...(info !== undefined && {
      info: Object.fromEntries(Object.entries(info).map(([key, value]) => [key, jsonValue(value)])),
    }),
  });
}

/**
 * The reverse of {@link frameRecordText}.
 *
 * @throws {QuestsError} INVALID_FILE for text that is not what {@link frameRecordText} makes
 */
export function parseFrameRecord(text: string, place: FilePlace): FrameRecord {
  const refuse = (problem: string): never => {
    throw invalidFile(place, `the record of the frame ${problem}: ${shown(text)}`);
  };
  let found: unknown;
  try {
    found = JSON.parse(text);
  } catch {
    refuse('is no JSON');
  }
  if (!isObject(found)) return refuse('is no object');
  const { cell, pbc, info } = found;
  const vectors = cell === undefined ? undefined : numbersOf(cell);
  if (cell !== undefined && vectors?.length !== 9) refuse('has no nine numbers for the cell');
  if (pbc !== undefined && !isFlags(pbc)) refuse('has no three logicals for pbc');
  if (info !== undefined && !isObject(info)) refuse('has an info that is no object');
  const values = isObject(info)
    ? Object.entries(info).map(([key, value]) => [key, valueOf(value)] as const)
    : undefined;
  if (values?.some(([, value]) => value === undefined)) refuse('has a value of info that is none');
  return {
    ...(vectors && { cell: vectors }),
    ...(pbc !== undefined && { pbc: pbc as [boolean, boolean, boolean] }),
    ...(values && { info: Object.fromEntries(values) as Record<string, InfoValue> }),
  };
}

type JsonNumber = number | { readonly number: string };

function jsonNumber(value: number): JsonNumber {
  return Number.isFinite(value) && !Object.is(value, -0) ? value : { number: numberText(value) };
}

function jsonValue(value: InfoValue): unknown {
  if (typeof value === 'number') return jsonNumber(value);
  if (typeof value !== 'object') return value;
  return value.map((item: number | string | boolean) => (typeof item === 'number' ? jsonNumber(item) : item));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isFlags(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every((flag) => typeof flag === 'boolean');
}

/** A number, a text or a logical; undefined for anything else. */
function itemOf(value: unknown): number | string | boolean | undefined {
  if (typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean') return value;
  if (!isObject(value) || typeof value.number !== 'string') return undefined;
  return value.number === '-0' ? -0 : wordNumber(value.number);
}

function valueOf(value: unknown): InfoValue | undefined {
  if (!Array.isArray(value)) return itemOf(value);
  const items = value.map(itemOf);
  const isAlike = items.every((item) => item !== undefined && typeof item === typeof items[0]);
  return isAlike ? (items as InfoValue) : undefined;
}

function numbersOf(value: unknown): number[] | undefined {
  const found = Array.isArray(value) ? valueOf(value) : undefined;
  return Array.isArray(found) && found.every((item) => typeof item === 'number') ? found : undefined;
}
