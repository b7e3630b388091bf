import type { QuestsError } from '../../base/error.js';
import type { InfoValue } from '../../model/structure.js';
import { type Pair, splitPairs } from '../text/comment.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { parseInfo } from '../text/info.js';
import { parseCp2kHeader } from './cp2k-header.js';
import { parseIpiHeader } from './ipi-header.js';
import { textNumber, wordNumber } from '../text/number.js';
import type { AtomColumn } from '../text/column.js';
import { parseLogical } from '../text/table.js';

/** What the comment line of a frame says. */
export interface FrameHeader {
  /** Cell vectors a, b, c as rows; undefined where there is no `Lattice`. */
  readonly cell: readonly number[] | undefined;
  readonly pbc: readonly [boolean, boolean, boolean];
  /** Text of `Properties`; undefined where there is none, as in plain xyz. */
  readonly properties: string | undefined;
  readonly info: Readonly<Record<string, InfoValue>>;
  /** Keys that are given more than once. */
  readonly repeated?: readonly string[];
  /** Å that the unit of the coordinates is; undefined where the file has them as they are. */
  readonly unit?: number;
  /** Whether CP2K wrote it: then the cell is in another file. */
  readonly isCp2k?: true;
}

/** Key under which a comment line without any `key=value` is kept. */
const FREE_TEXT = 'comment';

/**
 * Reads the comment line of a frame.
 *
 * `Lattice`, `pbc` and `Properties` are obeyed in any case (`PBC=`); the usual spelling goes first
 * where there are several. `Lattice` without `pbc` is periodic in all directions, neither is open.
 * A line without any `key=value`, or one where `Lattice=` is followed by words in running text, is
 * free text and kept as `info.comment`. A key that occurs twice is kept twice, the second as
 * `key_2`. For the headers of i-PI and CP2K, see {@link parseIpiHeader}, {@link parseCp2kHeader}.
 *
 * @throws {QuestsError} INVALID_FILE for a lattice of other than 9 numbers, a `pbc` that is not
 *   three logicals, a quote that is not closed; INVALID_STRUCTURE for a lattice that is not finite
 */
export function parseHeader(line: string, place: FilePlace): FrameHeader {
  const pairs = splitPairs(line);
  if (pairs?.some(({ key }) => /^(lattice|properties)$/i.test(key)) !== true) {
    const ipi = parseIpiHeader(line, place);
    if (ipi !== undefined) return { ...ipi, pbc: all(true), properties: undefined };
    const cp2k = parseCp2kHeader(line, place);
    if (cp2k !== undefined) {
      return { cell: undefined, pbc: all(false), properties: undefined, info: cp2k, isCp2k: true };
    }
  }
  if (pairs === undefined && /(^|\s)(lattice|properties)\s*=\s*["'{[\d.+-]/i.test(line)) {
    throw invalidFile(place, `a quote or bracket of the comment line is not closed: ${shown(line)}`);
  }
  if (pairs?.some(({ value }) => value !== undefined) !== true) return freeText(line);

  const properties = reserved(pairs, 'Properties', place);
  const lattice = reserved(pairs, 'Lattice', place);
  const pbc = reserved(pairs, 'pbc', place);
  const isText = lattice !== undefined && isWord(lattice);
  if (isText && lattice.key === 'Lattice') {
    if (properties === undefined) return freeText(line);
    throw wrongLattice(lattice, place);
  }
  const cell = lattice === undefined || isText ? undefined : parseCell(lattice, place);
  return {
    cell,
    pbc: pbc === undefined ? all(cell !== undefined) : parsePbc(pbc, place),
    properties: properties?.value,
    ...collect(pairs, [properties, isText ? undefined : lattice, pbc]),
  };
}

/**
 * Columns that `Properties=NAME:TYPE:WIDTH:…` promises; a name that occurs twice is kept twice, the
 * second as `NAME_2`.
 *
 * @throws {QuestsError} INVALID_FILE for anything else
 */
export function parseColumns(properties: string, place: FilePlace): AtomColumn[] {
  const fields = properties.split(':');
  const columns: AtomColumn[] = [];
  const names = new Map<string, number>();
  const refuse = (problem: string): QuestsError =>
    invalidFile(
      place,
      `Properties=${shown(properties)} ${problem}, expected name:type:width, type R, I, L or S`,
    );
  if (fields.length % 3 !== 0) throw refuse('is not made of triplets');
  for (let at = 0; at < fields.length; at += 3) {
    const [name = '', kind = '', width = ''] = fields.slice(at, at + 3);
    if (name === '') throw refuse('has a column without a name');
    if (kind !== 'R' && kind !== 'I' && kind !== 'L' && kind !== 'S') throw refuse(`has type ${shown(kind)}`);
    if (!/^[1-9]\d{0,6}$/.test(width)) throw refuse(`has width ${shown(width)}`);
    columns.push({ name: freshName(name, names), kind, width: Number(width) });
  }
  return columns;
}

/** The first column that `Properties` names again. */
export function repeatedColumn(properties: string): string | undefined {
  const names = properties.split(':').filter((_, at) => at % 3 === 0);
  return names.find((name, at) => names.indexOf(name) < at);
}

/** The pair of a reserved key: in its usual spelling where it is there, else in any other. */
function reserved(pairs: readonly Pair[], key: string, place: FilePlace): Pair | undefined {
  let found: Pair | undefined;
  for (const pair of pairs) {
    if (pair.key.length !== key.length || pair.key.toLowerCase() !== key.toLowerCase()) continue;
    // A bare `pbc` says yes; the other two mean nothing without a value.
    if (pair.value === undefined && pair.key !== 'pbc') continue;
    if (found === undefined || (pair.key === key && found.key !== key)) found = pair;
    else if (pair.key === found.key && pair.value !== found.value) {
      throw invalidFile(place, `${key} is given twice, with different values`);
    }
  }
  return found;
}

/** Whether a value is a bare word, as after `Lattice=` in running text. */
function isWord({ value = '', delimited }: Pair): boolean {
  return !delimited && !/^[+-]?\.?\d/.test(value) && wordNumber(value) === undefined;
}

function parseCell(pair: Pair, place: FilePlace): number[] {
  const rows = latticeRows(pair.value ?? '');
  const isSquare = rows.length === 3 && rows.every(({ length }) => length === 3);
  if (!isSquare && !(rows.length === 1 && rows[0]?.length === 9)) throw wrongLattice(pair, place);
  return rows.flat().map((field) => {
    const value = textNumber(field);
    if (value === undefined) throw wrongLattice(pair, place);
    if (!Number.isFinite(value))
      throw invalidStructure(place, `Lattice must be finite, found ${shown(field)}`);
    return value;
  });
}

/** Fields of a lattice: of its rows, where these stand in brackets of their own, else of all. */
function latticeRows(text: string): string[][] {
  const nested = /^[[{]((?:[\s,]*[[{][^[\]{}]*[\]}])+)\s*[\]}]$/.exec(text)?.[1];
  const rows = nested === undefined ? [text] : nested.replaceAll(/[[{]/g, ' ').split(/[\]}]/).slice(0, -1);
  return rows.map((row) => row.split(/[\s,]+/).filter((field) => field !== ''));
}

function wrongLattice({ value = '' }: Pair, place: FilePlace): QuestsError {
  return invalidFile(place, `expected nine numbers for Lattice, found ${shown(value)}`);
}

function parsePbc({ value = 'T' }: Pair, place: FilePlace): [boolean, boolean, boolean] {
  const compact = /^[TF]{3}$/i.test(value) ? Array.from(value) : value.split(/[\s,]+/);
  const flags = compact.filter((field) => field !== '').map(parseLogical);
  const [a, b, c] = flags;
  if (flags.length === 1 && a !== undefined) return all(a);
  if (flags.length === 3 && a !== undefined && b !== undefined && c !== undefined) return [a, b, c];
  throw invalidFile(place, `expected T or F for each direction of pbc, found ${shown(value)}`);
}

function all(flag: boolean): [boolean, boolean, boolean] {
  return [flag, flag, flag];
}

function freeText(line: string): FrameHeader {
  const text = line.trim();
  const info = text === '' ? {} : { [FREE_TEXT]: text };
  return { cell: undefined, pbc: all(false), properties: undefined, info };
}

/** All pairs but those that are obeyed, and their exact repetitions. */
function collect(
  pairs: readonly Pair[],
  obeyed: readonly (Pair | undefined)[],
): Pick<FrameHeader, 'info' | 'repeated'> {
  const names = new Map<string, number>();
  const entries: [string, InfoValue][] = [];
  const repeated: string[] = [];
  for (const { key, value } of pairs) {
    if (obeyed.some((pair) => pair?.key === key && pair.value === value)) continue;
    if (names.has(key)) repeated.push(key);
    entries.push([freshName(key, names), value === undefined ? true : parseInfo(value)]);
  }
  // `fromEntries` defines own properties whatever their names, `__proto__` included.
  return { info: Object.fromEntries(entries), repeated };
}

/**
 * The name itself, or with a number from 2 where it is taken; `taken` counts how often each was
 * asked for.
 */
export function freshName(name: string, taken: Map<string, number>): string {
  let count = (taken.get(name) ?? 0) + 1;
  let fresh = name;
  if (count > 1) {
    while (taken.has((fresh = `${name}_${count}`))) count++;
    taken.set(fresh, 1);
  }
  taken.set(name, count);
  return fresh;
}
