import type { AtomArray } from '../../model/structure.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { afterWord, plainNumbers, standsAt, wordBytes } from '../text/line-numbers.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { here } from './poscar-header.js';
import { KILOBAR } from './units.js';

/** What lines begin with that say something of a run or of a step. */
const KEYS = [
  'vasp.',
  'executed on',
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
      bytes: wordBytes(key),
    })),
);

/** The line that a run begins with. */
export const RUN = /^\s*vasp\.\d/;

/**
 * Lines with which a run begins: the first, or, where it is glued to half a line of the run before,
 * the one that follows it; and such a line.
 */
export const RUNS = { start: /^\s*(vasp\.\d|executed on\b)/, glued: /vasp\.\d+\.\d/ };

const VERSION = wordBytes('vasp.');

/** Whether the next run may go on within the present line. */
export function isGlued(lines: LineReader): boolean {
  return afterWord(lines, VERSION) !== undefined;
}

/** I, of "Iteration". */
const LETTER_I = 73;

/** What the present line begins with, blanks aside. */
export function keyOf({ bytes, start, end }: LineReader): Key | undefined {
  let at = start;
  while (at < end && (bytes[at] as number) <= 32) at++;
  if (at === end) return undefined;
  for (const { key, bytes: word } of KEYS_OF_BYTE[bytes[at] as number] ?? []) {
    if (at + word.length <= end && standsAt(bytes, at, word)) return key;
  }
  return undefined;
}

export function hasLetterI({ bytes, start, end }: LineReader): boolean {
  const at = bytes.subarray(start, end).indexOf(LETTER_I);
  return at !== -1;
}

/** A line with a blank before each minus that a full column leaves none for. */
export function spaced(text: string): string {
  return text.replaceAll(/(\d)-(?=[\d.])/g, '$1 -');
}

/** The first numbers of the present line. */
export function firstNumbers(lines: LineReader, count: number, place: FilePlace): number[] {
  return plainNumbers(lines, lines.start, count) ?? numbersOf(lines.text(), count, here(lines, place));
}

/** The first numbers of a text, which need no blank before a minus. */
export function numbersOf(text: string, count: number, place: FilePlace): number[] {
  const rest = spaced(text).trim();
  const values = rest
    .split(/\s+/)
    .slice(0, count)
    .map((field) => textNumber(field));
  if (values.length === count && values.every((value) => value !== undefined)) return values;
  throw invalidFile(place, `expected ${count} numbers, found ${shown(rest)}`);
}

const KILOBARS = wordBytes('kB');

/** The six numbers of a pressure, after `in kB`. */
export function pressureOf(lines: LineReader, place: FilePlace): number[] {
  const plain = plainNumbers(lines, afterWord(lines, KILOBARS) ?? lines.start, 6);
  if (plain !== undefined) return plain;
  const text = lines.text();
  return numbersOf(text.slice(text.indexOf('kB') + 2), 6, here(lines, place));
}

/** The energies of a step: what stands before the equals sign of each. */
const ENERGIES = {
  free: { word: wordBytes('TOTEN'), pattern: /TOTEN\s*=\s*(\S+)/ },
  zero: { word: wordBytes('energy(sigma->0)'), pattern: /energy\(sigma->0\)\s*=\s*(\S+)/ },
} as const;

const EQUALS = 61;

/**
 * An energy of the present line: TOTEN, or the one extrapolated to σ → 0.
 *
 * @throws {QuestsError} INVALID_FILE for none
 */
export function energyOf(lines: LineReader, which: keyof typeof ENERGIES, place: FilePlace): number {
  const { word, pattern } = ENERGIES[which];
  const { bytes, end } = lines;
  let at = afterWord(lines, word) ?? end;
  while (at < end && (bytes[at] as number) <= 32) at++;
  const plain = bytes[at] === EQUALS ? plainNumbers(lines, at + 1, 1)?.[0] : undefined;
  if (plain !== undefined) return plain;
  const text = lines.text();
  const value = textNumber(pattern.exec(text)?.[1] ?? '');
  if (value !== undefined) return value;
  throw invalidFile(here(lines, place), `expected an energy, found ${shown(text.trim())}`);
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
