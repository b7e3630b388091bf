import type { QuestsError } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { speciesLabel, SYMBOLS } from './elements.js';
import { emptyFile, invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, type Mark, readFrames } from './frames.js';
import { cellHint } from './cell-hint.js';
import { withCp2kFiles } from './cp2k.js';
import { besideCp2k, cp2kFiles } from './cp2k-header.js';
import { type FrameHeader, parseColumns, parseHeader, repeatedColumn } from './frame-header.js';
import { Notes } from './notes.js';
import { Labels } from '../text/column-labels.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import type { AtomColumn } from '../text/column.js';
import { countFields, endsEarly, MOST_ATOMS, readTable } from '../text/table.js';

/** Names of the columns that are more than data, the usual one first. */
const POSITION_NAMES = ['pos', 'positions', 'position'];
const SPECIES_NAMES = ['species', 'symbols', 'symbol', 'elements', 'element'];
const NUMBER_NAMES = ['Z', 'numbers', 'atomic_numbers'];

/** Columns of plain xyz; fields beyond them are kept as one column group of this name. */
const PLAIN = 'species:S:1:pos:R:3';
const EXTRA = 'extra';

/** The line that a frame begins with. */
const COUNT = /^\s*\d+\s*$/;

/** Keys that only a comment line has. */
const MARK = /(^|\s)(Lattice|Properties)\s*=/i;

/** What a row of atoms looks like where its columns are not known. */
const ROW = /^\s*\S+(\s+[-+.\d]\S*){3}/;

/** Columns to read, and which of them are species and coordinates. */
interface Plan {
  readonly columns: readonly AtomColumn[];
  readonly position: number;
  /** Index of the column of labels; −1 where there is none. */
  readonly species: number;
  /**
   * Index of the column of atomic numbers; −1 where there is none, or where labels go before them.
   */
  readonly number: number;
}

/** Columns as they were in the file read last: many small files share theirs. */
let shared: { readonly properties: string; readonly labels: Labels; readonly plan: Plan } | undefined;

/**
 * Reads extended and plain xyz, frame by frame; frames may differ in everything. Every column and
 * every key of the comment line is kept, under the name the file uses; lengths in Å, as the file
 * has them.
 *
 * `Properties` may name columns in any order. Species come from `species` (or `symbols`, `element`
 * …), else from atomic numbers `Z`, which stay among `arrays`; labels that are no elements, like
 * `1`, stay text. `Lattice` without `pbc` is periodic in all directions, neither in none. See
 * {@link parseHeader} for the comment line, {@link withCp2kFiles} for what CP2K writes beside.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame, line and atom, for anything that is not as
 *   the file promises; INVALID_STRUCTURE for coordinates or a lattice that are not finite; EMPTY
 *   for a file without frames and a frame without atoms. The signal's reason when cancelled
 */
export function readExtxyz(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  const frames = readFrames(source, options, (lines) => new ExtxyzReader(lines, options));
  return cp2kFiles(options.file) === undefined ? frames : withCp2kFiles(frames, options);
}

/**
 * Whether a file begins like xyz: a line with a count, and an atom with its coordinates on the
 * third.
 */
export function looksLikeExtxyz(head: string): boolean {
  const [count = '', comment, atom] = head.replace(/^\ufeff?\s*/, '').split(/\r?\n/);
  if (!/^\s*\d+\s*$/.test(count) || comment === undefined) return false;
  return /\bProperties=/i.test(comment) || atom === undefined || ROW.test(atom);
}

class ExtxyzReader implements FrameReader {
  lastMark = 0;
  private readonly lines: LineReader;
  private readonly notes: Notes;
  private readonly labels = new Labels(speciesLabel);
  /** Frames of a file mostly have the same columns. */
  private lastProperties = '';
  private lastPlan: Plan | undefined;
  /** Atoms of the frame before. */
  private lastCount = 0;

  constructor(lines: LineReader, options: FrameOptions) {
    this.lines = lines;
    this.notes = new Notes(options);
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const atoms = await this.begin(place);
    if (atoms === undefined) return undefined;
    if (!lines.advance() && !(await lines.next())) {
      throw invalidFile(
        { ...place, line: lines.number },
        `the file ends after the number of atoms, ${atoms}`,
      );
    }
    this.lastMark = lines.number;
    const headerPlace = { ...place, line: lines.number };
    const header = parseHeader(lines.text(), headerPlace);
    this.note(header, frame);
    const plan =
      header.properties === undefined
        ? await this.plainPlan(place)
        : this.plan(header.properties, headerPlace);
    const tables = await readTable(lines, plan.columns, atoms, place);
    this.lastCount = atoms;
    const label = (tables[plan.species]?.data as readonly string[] | undefined)?.at(-1);
    await this.checkEnd((row) => isRow(row, plan, label), place);
    return structureOf(header, plan, tables, { ...place, line: lines.number });
  }

  async pass(frame: number): Promise<boolean> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const atoms = await this.begin(place);
    if (atoms === undefined) return false;
    const passed = await lines.pass(1 + atoms);
    if (passed <= atoms) throw endsEarly(lines, atoms, Math.max(0, passed - 1), place);
    this.lastCount = atoms;
    const last = lines.text();
    if (COUNT.test(last) || MARK.test(last)) {
      const problem = `expected ${atoms} atoms, found ${shown(last.trim())} among them`;
      throw invalidFile({ ...place, line: lines.number }, problem);
    }
    const fields = countFields(lines);
    await this.checkEnd((row) => ROW.test(row) && row.trim().split(/\s+/).length === fields, place);
    return true;
  }

  mayBegin(): boolean {
    return COUNT.test(this.lines.text());
  }

  mark(): Mark | undefined {
    return MARK.test(this.lines.text()) ? 'whole' : undefined;
  }

  /** Says what the comment line may mean that is not read of it. */
  private note(header: FrameHeader, frame: number): void {
    const { notes } = this;
    if (header.isCp2k === true) {
      notes.say('units', frame, 'the energy of CP2K, E in Hartree, was converted to eV');
      // Where the name says what lies beside, that is looked for.
      if (cp2kFiles(this.lines.file) === undefined) notes.say('beside', frame, besideCp2k(this.lines.file));
    } else if (notes.wants('cell')) {
      const hint = cellHint(header);
      if (hint !== undefined) notes.say('cell', frame, hint);
    }
    this.noteRepeated(header.repeated?.[0], frame);
  }

  private noteRepeated(name: string | undefined, frame: number): void {
    if (name === undefined) return;
    const text = `${name} is given twice: the first counts, the other is kept as ${name}_2`;
    this.notes.say('repeated', frame, text);
  }

  /**
   * Refuses a frame that goes on after its last atom: a row follows, or the comment of the next
   * frame, whose number of atoms then ends the last row, as where a restart goes on after half a
   * line. Other lines may follow: programs write more there.
   *
   * @param isRow whether a line may be a row of this frame
   */
  private async checkEnd(isRow: (line: string) => boolean, place: FilePlace): Promise<void> {
    const { lines } = this;
    // Plain comments can be told by the row after them only, which a pipe may never give.
    const mayEndInCount = lines.text().trimEnd().endsWith(String(this.lastCount));
    const [next] = await lines.peekWritten(1);
    if (next === undefined || COUNT.test(next)) return;
    const here = { ...place, line: lines.number + 1 };
    const found = `found ${shown(next.trim())}`;
    if (isRow(next)) {
      const atoms = `${this.lastCount} atom${this.lastCount === 1 ? '' : 's'}`;
      throw invalidFile(here, `expected the end of the frame after ${atoms}, ${found}`);
    }
    const isComment = MARK.test(next) || (mayEndInCount && isRow((await lines.peekWritten(2))[1] ?? ''));
    if (!isComment) return;
    const hint = 'is it glued to the last atom of this one?';
    throw invalidFile(here, `expected the number of atoms of the next frame, ${found}; ${hint}`);
  }

  /**
   * Goes to the line of the next frame that has the number of atoms, and says it; undefined at the
   * end of the file.
   */
  private async begin(place: FilePlace): Promise<number | undefined> {
    const { lines } = this;
    do {
      if (!lines.advance() && !(await lines.next())) return undefined;
    } while (lines.isBlank());
    return this.count({ ...place, line: lines.number });
  }

  /** The number of atoms on the present line. */
  private count(place: FilePlace): number {
    const { lines } = this;
    const text = lines.text().trim();
    if (/[\u0001-\u0008\u000e-\u001f\ufffd]/.test(text)) {
      throw invalidFile(place, `expected the number of atoms, found ${shown(text)}; is the file binary?`);
    }
    if (!/^\d+$/.test(text)) {
      const before = place.frame ?? 0;
      const hint =
        before > 0 ? ` (has frame ${before - 1} more than the ${this.lastCount} it promises?)` : '';
      throw invalidFile(place, `expected the number of atoms, found ${shown(text)}${hint}`);
    }
    const atoms = Number(text);
    if (atoms === 0) throw emptyFile(place, 'a frame of 0 atoms');
    if (atoms > MOST_ATOMS)
      throw invalidFile(place, `${atoms} atoms promised, at most ${MOST_ATOMS} can be read`);
    return atoms;
  }

  private plan(properties: string, place: FilePlace): Plan {
    if (this.lastPlan === undefined || properties !== this.lastProperties) {
      this.lastPlan = sharedPlan(properties, place);
      this.lastProperties = properties;
      this.noteRepeated(repeatedColumn(properties), place.frame ?? 0);
    }
    return this.lastPlan;
  }

  /**
   * The columns of a frame without `Properties`: the first row tells whether there are more than
   * four.
   */
  private async plainPlan(place: FilePlace): Promise<Plan> {
    const { lines } = this;
    const columns = parseColumns(PLAIN, place);
    if (await lines.next()) {
      if (MARK.test(lines.text())) {
        throw invalidFile({ ...place, line: lines.number }, `expected an atom, found ${shown(lines.text())}`);
      }
      const extra = countFields(lines) - 4;
      if (extra > 0) columns.push({ name: EXTRA, kind: numericTail(lines, extra) ? 'R' : 'S', width: extra });
      lines.back();
    }
    return planOf(columns, this.labels, PLAIN, place);
  }
}

/**
 * Whether a line may be a row of a frame.
 *
 * @param label the species of its last atom
 */
function isRow(line: string, { columns, species }: Plan, label: string | undefined): boolean {
  const fields = line.split(/\s+/).filter((field) => field !== '');
  let at = 0;
  for (const [index, { kind, width }] of columns.entries()) {
    for (let count = 0; count < width; count++) {
      const field = fields[at++];
      if (field === undefined) return false;
      const isNumber = textNumber(field) !== undefined;
      if (kind === 'S' ? index === species && isNumber !== isNumberText(label) : kind !== 'L' && !isNumber) {
        return false;
      }
    }
  }
  return at === fields.length;
}

function isNumberText(text = ''): boolean {
  return textNumber(text) !== undefined;
}

/** Whether the last fields of the present line are all numbers. */
function numericTail(lines: LineReader, fields: number): boolean {
  const tail = lines.text().trim().split(/\s+/).slice(-fields);
  return tail.every((field) => textNumber(field) !== undefined);
}

function sharedPlan(properties: string, place: FilePlace): Plan {
  if (shared?.properties !== properties || shared.labels.isFull) {
    const labels = new Labels(speciesLabel);
    const plan = planOf(parseColumns(properties, place), labels, properties, place);
    shared = { properties, labels, plan };
  }
  return shared.plan;
}

function planOf(columns: readonly AtomColumn[], labels: Labels, properties: string, place: FilePlace): Plan {
  const refuse = (problem: string): QuestsError =>
    invalidFile(place, `Properties=${shown(properties)} ${problem}`);
  const once = (names: readonly string[]): number => {
    const index = indexOfName(columns, names);
    const name = columns[index]?.name;
    const times = properties.split(':').filter((field, at) => at % 3 === 0 && field === name).length;
    if (times > 1) throw refuse(`has ${times} columns named ${String(name)}; which one counts?`);
    return index;
  };

  const position = once(POSITION_NAMES);
  const species = once(SPECIES_NAMES);
  const number = species === -1 ? once(NUMBER_NAMES) : -1;
  const positions = columns[position];
  if (positions === undefined) throw refuse('has no column pos');
  if (positions.width !== 3 || (positions.kind !== 'R' && positions.kind !== 'I')) {
    throw refuse('has coordinates other than pos:R:3');
  }
  for (const column of [columns[species], columns[number]]) {
    if (column !== undefined && column.width !== 1)
      throw refuse(`has more than one field of ${column.name} per atom`);
  }
  return {
    columns: columns.map((column, index) => {
      if (index === position) return { ...column, kind: 'R', finite: true };
      if (index === species) return { ...column, kind: 'S', labels };
      return index === number ? { ...column, kind: 'I' } : column;
    }),
    position,
    species,
    number,
  };
}

/** Index of the column with the first of these names that occurs; −1 where none does. */
function indexOfName(columns: readonly AtomColumn[], names: readonly string[]): number {
  for (const name of names) {
    const index = columns.findIndex((column) => column.name === name);
    if (index !== -1) return index;
  }
  return columns.findIndex((column) =>
    names.some((name) => name.length > 1 && name === column.name.toLowerCase()),
  );
}

function structureOf(
  header: FrameHeader,
  plan: Plan,
  tables: readonly AtomArray[],
  place: FilePlace,
): Structure {
  const { columns, position, species, number } = plan;
  const arrays = tables
    .map((table, index) => [columns[index]?.name ?? '', table] as const)
    .filter((_, index) => index !== position && index !== species);
  const symbols =
    species === -1 ? tables[number] && symbolsOf(tables[number], place) : (tables[species]?.data as string[]);
  const positions = tables[position]?.data as Float64Array;
  const { unit = 1 } = header;
  return {
    positions: unit === 1 ? positions : positions.map((coordinate) => coordinate * unit),
    ...(header.cell && { cell: header.cell }),
    pbc: header.pbc,
    ...(symbols && { species: symbols }),
    arrays: Object.fromEntries(arrays),
    info: header.info,
    source: { file: place.file, frame: place.frame ?? 0 },
  };
}

/** Symbols of atomic numbers. */
function symbolsOf(numbers: AtomArray, place: FilePlace): string[] {
  return Array.from(numbers.data as ArrayLike<number>, (number, atom) => {
    const symbol = SYMBOLS[number];
    if (symbol === undefined) {
      // Only now, at the last line of the frame, is it known; the first atom is as many lines
      // before as there are atoms.
      const line = (place.line ?? 0) - numbers.data.length + 1 + atom;
      throw invalidFile(
        { ...place, line, atom },
        `${number} is no atomic number, expected 0 to ${SYMBOLS.length - 1}`,
      );
    }
    return symbol;
  });
}
