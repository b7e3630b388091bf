import type { AtomArray } from '../../model/structure.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { KILOBAR } from './units.js';

/** What lines begin with that say something of a run or of a step. */
const KEYS = [
  'vasp.',
  'POTCAR:',
  'TITEL',
  'VRHFIN',
  'ions per type',
  'NELM',
  'number of dos',
  '--',
  'direct lattice vectors',
  'in kB',
  'number of electron',
  'magnetization (',
  'POSITION',
  'free  energy',
  'energy  without',
  'ML energy  without',
] as const;

export type Key = (typeof KEYS)[number];

/** The keys that begin with a byte. */
const KEYS_OF_BYTE: readonly (readonly { readonly key: Key; readonly bytes: Uint8Array }[])[] = Array.from(
  { length: 256 },
  (_, byte) =>
    KEYS.filter((key) => key.charCodeAt(0) === byte).map((key) => ({
      key,
      bytes: new TextEncoder().encode(key),
    })),
);

/** The line that a run begins with. */
export const RUN = /^\s*vasp\.\d/;

/** I, of "Iteration". */
const LETTER_I = 73;

/** What the present line begins with, blanks aside. */
export function keyOf({ bytes, start, end }: LineReader): Key | undefined {
  let at = start;
  while (at < end && (bytes[at] as number) <= 32) at++;
  if (at === end) return undefined;
  return KEYS_OF_BYTE[bytes[at] as number]?.find(
    ({ bytes: key }) => at + key.length <= end && key.every((byte, index) => bytes[at + index] === byte),
  )?.key;
}

export function hasLetterI({ bytes, start, end }: LineReader): boolean {
  const at = bytes.subarray(start, end).indexOf(LETTER_I);
  return at !== -1;
}

/** A line with a blank before each minus that a full column leaves none for. */
export function spaced(text: string): string {
  return text.replaceAll(/(\d)-(?=[\d.])/g, '$1 -');
}

/** The first numbers of a line after a word. */
export function numbersAfter(text: string, word: string, count: number, place: FilePlace): number[] {
  const rest = spaced(text.slice(text.indexOf(word) + word.length)).trim();
  const values = rest
    .split(/\s+/)
    .slice(0, count)
    .map((field) => textNumber(field));
  if (values.length === count && values.every((value) => value !== undefined)) return values;
  throw invalidFile(place, `expected ${count} numbers, found ${shown(rest)}`);
}

export function energyOf(text: string, pattern: RegExp, place: FilePlace): number {
  const value = textNumber(pattern.exec(text)?.[1] ?? '');
  if (value === undefined) throw invalidFile(place, `expected an energy, found ${shown(text.trim())}`);
  return value;
}

/** xx, yy, zz, xy, yz, zx of a pressure in kbar, as the nine of a stress in eV/Å³. */
export function stressOf(pressure: readonly number[]): number[] {
  const [xx = 0, yy = 0, zz = 0, xy = 0, yz = 0, zx = 0] = pressure.map((value) => 0 - value * KILOBAR);
  return [xx, xy, zx, xy, yy, yz, zx, yz, zz];
}

/** Components, each of all atoms, as a column of the atoms. */
export function interleaved(components: readonly Float64Array[]): AtomArray {
  const width = components.length;
  const [first = new Float64Array(0)] = components;
  if (width === 1) return { kind: 'R', width, data: first };
  const data = new Float64Array(width * first.length);
  for (const [axis, values] of components.entries()) {
    for (let atom = 0; atom < values.length; atom++) data[width * atom + axis] = values[atom] as number;
  }
  return { kind: 'R', width, data };
}
