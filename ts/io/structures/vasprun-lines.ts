import { speciesLabel } from './elements.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import type { LineReader } from '../text/lines.js';
import { parseNumber, scanned, scanNumber, textNumber } from '../text/number.js';
import { endsBefore, here } from './poscar-header.js';

const LESS = 60;
const GREATER = 62;
const SLASH = 47;

/** Tags that are more than data of a table. */
const TAGS: ReadonlySet<string> = new Set(
  'modeling calculation /calculation scstep /scstep structure array varray dipole i'.split(' '),
);

/** Elements that some versions of VASP cut. */
const CUT: ReadonlyMap<string, string> = new Map([
  ['X', 'Xe'],
  ['r', 'Zr'],
]);

/** The first tag of the present line, if it is one that matters. */
export function tagOf({ bytes, start, end }: LineReader): string | undefined {
  let at = start;
  while (at < end && (bytes[at] as number) <= 32) at++;
  if (bytes[at] !== LESS) return undefined;
  at++;
  let tag = '';
  for (let letter; at < end && ((letter = bytes[at] as number) > GREATER || letter === SLASH); at++) {
    // No tag that matters is longer.
    if (tag.length > 12) return undefined;
    tag += String.fromCharCode(letter);
  }
  return TAGS.has(tag) ? tag : undefined;
}

/**
 * Reads the elements of `<array name="atoms">`: the first `<c>` of each `<rc>`.
 *
 * @throws {QuestsError} INVALID_FILE for none
 */
export async function readSpecies(lines: LineReader, place: FilePlace): Promise<string[]> {
  const species: string[] = [];
  let isFirst = false;
  for (;;) {
    if (!(await lines.next())) throw endsBefore(lines, place, '</array>');
    const text = lines.text();
    for (const [, tag, value = ''] of text.matchAll(/<(rc|c)>([^<]*)/g)) {
      if (tag === 'rc') isFirst = true;
      else if (isFirst) {
        const label = value.trim();
        species.push(CUT.get(label) ?? speciesLabel(label));
        isFirst = false;
      }
    }
    if (text.includes('</array>')) break;
  }
  if (species.length > 0 && !species.includes('')) return species;
  throw invalidFile(here(lines, place), 'expected an element for each atom in <array name="atoms">');
}

/**
 * Reads the rows `<v> x y z </v>` of a `<varray>`; logicals are 0 and 1.
 *
 * @param rows how many there must be
 * @throws {QuestsError} INVALID_FILE for other rows, more or fewer
 */
export async function readVectors(
  lines: LineReader,
  name: string,
  rows: number,
  place: FilePlace,
): Promise<Float64Array> {
  const values = new Float64Array(3 * rows);
  for (let row = 0; ; row++) {
    if (!lines.advance() && !(await lines.next())) throw endsBefore(lines, place, '</varray>');
    const { bytes, end } = lines;
    let at = lines.start;
    while (at < end && (bytes[at] as number) <= 32) at++;
    if (bytes[at + 1] === SLASH) {
      if (row !== rows)
        throw invalidFile(here(lines, place), `expected ${rows} rows of ${name}, found ${row}`);
      return values;
    }
    if (row === rows) {
      const found = shown(lines.text().trim());
      throw invalidFile(here(lines, place), `expected ${rows} rows of ${name}, found ${found} after them`);
    }
    while (at < end && bytes[at] !== GREATER) at++;
    at++;
    if (!plainVector(bytes, at, end, values, 3 * row)) values.set(vectorOf(lines, name, place), 3 * row);
  }
}

/** Reads three numbers with blanks around them, as VASP writes them; false for anything else. */
function plainVector(
  bytes: Uint8Array,
  from: number,
  end: number,
  values: Float64Array,
  place: number,
): boolean {
  let at = from;
  for (let axis = 0; axis < 3; axis++) {
    while (at < end && (bytes[at] as number) <= 32) at++;
    if (at >= end) return false;
    let value = scanNumber(bytes, at);
    if (value - value !== 0) value = parseNumber(bytes, at, scanned.end);
    if (!Number.isFinite(value)) return false;
    at = scanned.end;
    values[place + axis] = value;
  }
  while (at < end && (bytes[at] as number) <= 32) at++;
  return bytes[at] === LESS && bytes[at + 1] === SLASH;
}

/** Reads the vector of `<dipole>`; undefined where there is none. */
export async function readDipole(lines: LineReader, place: FilePlace): Promise<number[] | undefined> {
  let dipole: number[] | undefined;
  for (;;) {
    if (!(await lines.next())) throw endsBefore(lines, place, '</dipole>');
    const text = lines.text();
    if (text.includes('name="dipole"')) dipole = vectorOf(lines, 'dipole', place);
    if (!/^\s*<[vi]\b/.test(text)) return dipole;
  }
}

function vectorOf(lines: LineReader, name: string, place: FilePlace): number[] {
  const text = lines.text().trim();
  const fields = /^<v\b[^>]*>([^<]*)<\/v>/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const values = fields.map((field) => (/^[TF]$/.test(field) ? Number(field === 'T') : textNumber(field)));
  if (values.length === 3 && values.every((value) => value !== undefined)) return values;
  throw invalidFile(here(lines, place), `expected <v> with three values in ${name}, found ${shown(text)}`);
}
