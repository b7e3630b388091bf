import type { QuestsError } from '../../base/error.js';
import type { AtomArray } from '../../model/structure.js';
import { CutNumber } from './cut-number.js';
import { invalidFile, invalidStructure, type FilePlace, shown } from './fault.js';
import { Labels } from './column-labels.js';
import { decodeText, type LineReader } from './lines.js';
import { parseNumber, parseWhole, scanned, scanNumber, wordNumber } from './number.js';
import { type PlainBlock, PlainRows } from './plain-rows.js';
import type { AtomColumn } from './column.js';

/**
 * What may follow the fields of a row: nothing, a comment that begins with `#`, or anything.
 */
export type Rest = 'none' | 'comment' | 'any';

const LINE_FEED = 10;
const HASH = 35;

type Numbers = new (length: number) => Float64Array | Int32Array | Uint8Array;

/** What values of a kind are kept in at first. */
const NUMBERS: Readonly<Record<AtomColumn['kind'], Numbers>> = {
  R: Float64Array,
  I: Int32Array,
  L: Uint8Array,
  S: Uint8Array,
};

/** The one whole number that is read here and not by the core. */
const ONE = new Float64Array(1);

/** Fields that a table has room for before the first row is seen. */
const FIRST_FIELDS = 1 << 16;

/** Atoms of a frame at most: 3 coordinates each must be counted with 32 bits. */
export const MOST_ATOMS = Math.floor(0xffff_ffff / 3);

/**
 * Rows at most that are read here after a row that the core would not read, before it is asked
 * again.
 */
const LONGEST_PAUSE = 1024;

/** The values of a column group while they are read. */
interface Values {
  readonly column: AtomColumn;
  readonly labels: Labels | undefined;
  /** Whole numbers need 32 bits each, until one of them needs more. */
  numbers: Float64Array | Int32Array | Uint8Array;
  readonly texts: string[];
}

/**
 * Reads the rows of a table straight from bytes into typed arrays: one line per atom, fields
 * separated by blanks. Memory grows with the rows that are there, not with the rows that were
 * promised.
 *
 * @param rows rows promised
 * @param place file and frame, for messages
 * @param rest what may follow the fields of a row. Default: nothing
 * @returns one array per column group, in their order
 * @throws {QuestsError} INVALID_FILE for fewer rows, fewer or more fields, text where a number
 *   belongs; INVALID_STRUCTURE for `nan` or `inf` in a `finite` column
 */
export async function readTable(
  lines: LineReader,
  columns: readonly AtomColumn[],
  rows: number,
  place: FilePlace,
  rest: Rest = 'none',
): Promise<AtomArray[]> {
  if (!lines.advance() && !(await lines.next())) throw endsEarly(lines, rows, 0, place);
  checkFields(lines, columns, place, rest);
  const plain = PlainRows.of(columns, lines.rowReader);
  const table = new Table(lines, columns, rows, place, rest, plain);
  while (!table.readHeld()) {
    if (!(await lines.next())) throw endsEarly(lines, rows, table.row, place);
    lines.back();
  }
  return table.finish();
}

/**
 * The number of fields on the present line; with `comment`, of those before a field that begins
 * with `#`.
 */
export function countFields(lines: LineReader, rest: Rest = 'none'): number {
  const { bytes, end } = lines;
  let fields = 0;
  let blank = true;
  for (let at = lines.start; at < end; at++) {
    const isBlank = (bytes[at] as number) <= 32;
    if (blank && !isBlank) {
      if (rest === 'comment' && bytes[at] === HASH) break;
      fields++;
    }
    blank = isBlank;
  }
  return fields;
}

/**
 * Refuses a first row of another length before anything as wide as the columns say is allocated.
 */
function checkFields(lines: LineReader, columns: readonly AtomColumn[], place: FilePlace, rest: Rest): void {
  const fields = countFields(lines, rest);
  const expected = totalWidth(columns);
  if (rest === 'any' ? fields < expected : fields !== expected)
    throw wrongFields(lines, columns, fields, { ...place, atom: 0 });
  lines.back();
}

class Table {
  row = 0;
  private readonly lines: LineReader;
  private readonly columns: readonly AtomColumn[];
  private readonly rows: number;
  private readonly place: FilePlace;
  private readonly rest: Rest;
  private readonly values: Values[];
  private capacity: number;
  private readonly cut = new CutNumber();
  private readonly plain: PlainRows | undefined;
  /** Rows to be read here before the core is asked again. */
  private pause = 0;
  private nextPause = 1;

  constructor(
    lines: LineReader,
    columns: readonly AtomColumn[],
    rows: number,
    place: FilePlace,
    rest: Rest,
    plain: PlainRows | undefined,
  ) {
    this.plain = plain;
    this.lines = lines;
    this.columns = columns;
    this.rows = rows;
    this.place = place;
    this.rest = rest;
    this.capacity = Math.min(rows, Math.ceil(FIRST_FIELDS / totalWidth(columns)));
    this.values = columns.map((column) => ({
      column,
      labels: column.labels ?? (column.kind === 'S' ? new Labels() : undefined),
      numbers: new NUMBERS[column.kind](column.kind === 'S' ? 0 : this.capacity * column.width),
      // Room for all: a list that grows is copied again and again.
      texts: new Array<string>(column.kind === 'S' ? this.capacity * column.width : 0),
    }));
  }

  /** Reads the rows that are in memory; true when all are read. */
  readHeld(): boolean {
    while (this.row < this.rows) {
      if (this.pause > 0) this.pause--;
      else if (this.plain !== undefined && this.readPlain(this.plain)) continue;
      if (!this.lines.open()) return false;
      this.makeRoom(this.row + 1);
      if (this.row > 0) this.cut.keep();
      this.readRow();
      this.row++;
    }
    return true;
  }

  /**
   * Has the core read the plain rows that come next; false where it read none. The last row of the
   * table is always read here, since it may be the last of the file and cut.
   */
  private readPlain(plain: PlainRows): boolean {
    const { lines } = this;
    const most = plain.worth(lines.aheadLength, this.rows - 1 - this.row);
    if (most === 0) return false;
    const ahead = lines.ahead();
    const block = plain.read(ahead, most);
    if (block.rows > 0) this.put(block, plain);
    if (block.rows < most && block.length < ahead.length) {
      this.pause = this.nextPause;
      this.nextPause = Math.min(2 * this.nextPause, LONGEST_PAUSE);
    } else this.nextPause = 1;
    return block.rows > 0;
  }

  private put({ rows, length, decimals, exponentDigits }: PlainBlock, plain: PlainRows): void {
    const { row } = this;
    this.makeRoom(row + rows);
    let before = 0;
    for (const values of this.values) {
      const { kind, width } = values.column;
      const own = plain.values(before, rows * width);
      before += width;
      if (kind === 'S') (values.labels as Labels).put(values.texts, row * width, own);
      else if (kind === 'I') putWhole(values, row * width, own);
      else values.numbers.set(own, row * width);
    }
    this.cut.keepAll(decimals, exponentDigits);
    this.lines.take(rows, length);
    this.row += rows;
  }

  finish(): AtomArray[] {
    if (!this.lines.terminated) this.checkLastNumber();
    return this.values.map(({ column: { kind, width }, numbers, texts }) => ({
      kind,
      width,
      data: kind === 'S' ? texts : numbers,
    }));
  }

  /**
   * Reads the line that is open; the line feed at its end is the one character that always ends a
   * loop.
   */
  private readRow(): void {
    const { bytes } = this.lines;
    const { values, row } = this;
    let at = this.lines.start;
    let start = at;
    let byte: number;
    for (const own of values) {
      const { column, labels, numbers, texts } = own;
      const { kind, width } = column;
      for (let field = 0; field < width; field++) {
        while ((byte = bytes[at] as number) <= 32 && byte !== LINE_FEED) at++;
        if (byte === LINE_FEED) throw this.wrongFields();
        start = at;
        if (kind === 'R') {
          let value = scanNumber(bytes, start);
          at = scanned.end;
          // True for NaN and both infinities.
          if (value - value !== 0) value = this.unusual(column, start, at);
          numbers[row * width + field] = value;
          continue;
        }
        while ((bytes[at] as number) > 32) at++;
        const place = row * width + field;
        if (kind === 'S') texts[place] = (labels as Labels).label(bytes, start, at);
        else if (kind === 'I') {
          ONE[0] = this.whole(column, start, at);
          putWhole(own, place, ONE);
        } else numbers[place] = this.logical(column, start, at);
      }
    }
    this.cut.note(bytes, start, at);
    while ((byte = bytes[at] as number) <= 32 && byte !== LINE_FEED) at++;
    if (byte !== LINE_FEED) {
      if (this.rest === 'none' || (this.rest === 'comment' && byte !== HASH)) throw this.wrongFields();
      at = bytes.indexOf(LINE_FEED, at);
    }
    this.lines.close(at);
  }

  /** A number that is none, or is not finite. */
  private unusual(column: AtomColumn, start: number, end: number): number {
    const text = decodeText(this.lines.bytes, start, end);
    const value = wordNumber(text) ?? parseNumber(this.lines.bytes, start, end);
    if (Number.isNaN(value) && wordNumber(text) === undefined)
      throw this.unexpected(column, 'a number', text);
    if (column.finite === true) {
      throw invalidStructure(this.here(), `${column.name} must be finite, found ${shown(text)}`);
    }
    return value;
  }

  private whole(column: AtomColumn, start: number, end: number): number {
    const value = parseWhole(this.lines.bytes, start, end);
    if (Number.isNaN(value)) {
      const text = decodeText(this.lines.bytes, start, end);
      throw this.unexpected(column, 'a whole number below 2^53', text);
    }
    return value;
  }

  private logical(column: AtomColumn, start: number, end: number): number {
    const text = decodeText(this.lines.bytes, start, end);
    const value = parseLogical(text);
    if (value === undefined) throw this.unexpected(column, 'T or F', text);
    return Number(value);
  }

  private makeRoom(rows: number): void {
    if (rows <= this.capacity) return;
    this.capacity = Math.min(this.rows, Math.max(rows, 2 * this.capacity));
    for (const values of this.values) {
      if (values.column.kind === 'S') continue;
      const grown = new (values.numbers.constructor as Numbers)(this.capacity * values.column.width);
      grown.set(values.numbers);
      values.numbers = grown;
    }
  }

  /** Refuses a last number that the end of the file seems to cut. */
  private checkLastNumber(): void {
    if (this.columns.at(-1)?.kind !== 'R') return;
    const problem = this.cut.problem();
    if (problem !== undefined) throw invalidFile({ ...this.here(), atom: this.row - 1 }, problem);
  }

  private wrongFields(): QuestsError {
    this.lines.back();
    this.lines.advance();
    return wrongFields(this.lines, this.columns, countFields(this.lines, this.rest), this.here());
  }

  private unexpected(column: AtomColumn, expected: string, found: string): QuestsError {
    return invalidFile(this.here(), `expected ${expected} for ${column.name}, found ${shown(found)}`);
  }

  private here(): FilePlace {
    return { ...this.place, line: this.lines.number, atom: this.row };
  }
}

/** T and F as Fortran, Python and people write them. */
export function parseLogical(text: string): boolean | undefined {
  if (/^(t|true|1)$/i.test(text)) return true;
  return /^(f|false|0)$/i.test(text) ? false : undefined;
}

/** A file that ends within the table of a frame. */
export function endsEarly(lines: LineReader, rows: number, found: number, place: FilePlace): QuestsError {
  const here = { ...place, line: lines.number };
  return invalidFile(here, `the file ends after ${found} of ${rows} atoms`);
}

function wrongFields(
  lines: LineReader,
  columns: readonly AtomColumn[],
  found: number,
  place: FilePlace,
): QuestsError {
  const expected = columns.map(({ name, width }) => (width === 1 ? name : `${name} ×${width}`)).join(', ');
  const end = lines.terminated ? '' : '; the file ends within this line';
  return invalidFile(
    { ...place, line: lines.number },
    `${found} ${found === 1 ? 'field' : 'fields'}, expected ${totalWidth(columns)} (${expected})${end}`,
  );
}

function totalWidth(columns: readonly AtomColumn[]): number {
  return columns.reduce((sum, { width }) => sum + width, 0);
}

/** Puts whole numbers in their place; where they do not fit 32 bits, f64 holds them exactly. */
function putWhole(values: Values, at: number, own: Float64Array): void {
  const { numbers } = values;
  for (let index = 0; index < own.length; index++) {
    const number = own[index] as number;
    numbers[at + index] = number;
    if (numbers[at + index] === number) continue;
    values.numbers = new Float64Array(numbers);
    values.numbers.set(own.subarray(index), at + index);
    return;
  }
}
