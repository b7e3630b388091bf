import type { QuestsError } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { speciesLabel, SYMBOLS } from './elements.js';
import { emptyFile, invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, type Mark, readFrames } from './frames.js';
import { cellHint } from './cell-hint.js';
import { withCp2kFiles } from './cp2k.js';
import { besideCp2k, cp2kFiles } from './cp2k-header.js';
import { type FrameHeader, parseColumns, parseHeader } from './frame-header.js';
import { Notes } from './notes.js';
import { type Plan, planOf, sharedPlan } from './xyz-columns.js';
import { COUNT, GluedFrames, MARK, XyzShape } from './xyz-shape.js';
import { Labels } from '../text/column-labels.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { countFields, endsEarly, MOST_ATOMS, readTable } from '../text/table.js';

/** Columns of plain xyz; fields beyond them are kept as one column group of this name. */
const PLAIN = 'species:S:1:pos:R:3';
const EXTRA = 'extra';

/** What no text has. */
const BINARY = /[\u0001-\u0008\u000e-\u001f\ufffd]/;

/** What the first row of a file looks like. */
const ROW = /^\s*\S+(\s+[-+.\d]\S*){3}/;

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
  /** Rows of the frame before. */
  private shape = new XyzShape();
  /** Whether frames that cannot be read are left out. */
  private readonly skips: boolean;
  private glued: GluedFrames | undefined;

  constructor(lines: LineReader, options: FrameOptions) {
    this.lines = lines;
    this.notes = new Notes(options);
    this.skips = options.onSkip !== undefined;
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
    const labels = (tables[plan.species]?.data ?? []) as readonly string[];
    const shape = new XyzShape(plan, labels.at(-1));
    try {
      await this.checkEnd((row) => shape.mayFollow(row), shape, place);
    } catch (thrown) {
      // The comment of a frame that is glued to a row may have been read as a row, too.
      this.glued?.addRead(labels.slice(0, -1), lines.number - 1);
      throw thrown;
    }
    this.shape = shape;
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
    await this.checkEnd(
      (row) => ROW.test(row) && row.trim().split(/\s+/).length === fields,
      this.shape,
      place,
    );
    return true;
  }

  async mayBegin(): Promise<boolean> {
    return this.shape.isCount(this.lines.text(), this.lines, 0);
  }

  mark(): Mark | undefined {
    const text = this.lines.text();
    this.glued?.add(text, this.lines.number);
    return MARK.test(text) ? 'whole' : undefined;
  }

  unmarked(goesOn: boolean): number {
    return this.glued?.count(goesOn, this.lines.number) ?? 0;
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

  private notePassed(frame: number): void {
    this.notes.say('lines', frame - 1, 'lines after its atoms are not read');
  }

  /**
   * Refuses a frame that goes on after its last atom: a row follows, or the comment of the next
   * frame, whose number of atoms then ends the last row, as where a restart goes on after half a
   * line. Other lines may follow: programs write more there.
   *
   * @param isRow whether a line may be a row of this frame
   * @param shape of the rows, as far as it is known
   */
  private async checkEnd(isRow: (line: string) => boolean, shape: XyzShape, place: FilePlace): Promise<void> {
    const { lines } = this;
    // Plain comments can be told by the row after them only, which a pipe may never give.
    const mayEndInCount = lines.text().trimEnd().endsWith(String(this.lastCount));
    const [next] = await lines.peekWritten(1);
    if (next === undefined) return;
    if (COUNT.test(next) && (!mayEndInCount || (await shape.isCount(next, lines, 1)))) return;
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
    let passed: QuestsError | undefined;
    this.glued = undefined;
    for (;;) {
      if (!lines.advance() && !(await lines.next())) return undefined;
      if (lines.isBlank()) continue;
      const here = { ...place, line: lines.number };
      const text = lines.text().trim();
      const isCount = passed === undefined ? COUNT.test(text) : await this.mayBegin();
      if (isCount || !this.mayPass(text)) {
        if (!isCount && passed !== undefined) throw passed;
        const atoms = this.count(text, here);
        const promise = { comment: lines.number + 1, atoms, before: this.lastCount };
        if (this.skips) this.glued = new GluedFrames(this.shape, promise);
        return atoms;
      }
      if (passed === undefined) this.notePassed(place.frame ?? 0);
      passed ??= this.notACount(text, here);
    }
  }

  /**
   * Whether a line in the place of a number of atoms is one that a program wrote after its atoms,
   * as in the files of QM9: it is passed over where frames that cannot be read are, and no frame.
   */
  private mayPass(text: string): boolean {
    return (
      this.skips && this.lastCount > 0 && !BINARY.test(text) && !MARK.test(text) && !this.shape.isRow(text)
    );
  }

  /** The number of atoms on the present line, whose text is without blanks around it. */
  private count(text: string, place: FilePlace): number {
    if (!COUNT.test(text)) throw this.notACount(text, place);
    const atoms = Number(text);
    if (atoms === 0) throw emptyFile(place, 'a frame of 0 atoms');
    if (atoms > MOST_ATOMS)
      throw invalidFile(place, `${atoms} atoms promised, at most ${MOST_ATOMS} can be read`);
    return atoms;
  }

  private notACount(text: string, place: FilePlace): QuestsError {
    const found = `expected the number of atoms, found ${shown(text)}`;
    if (BINARY.test(text)) return invalidFile(place, `${found}; is the file binary?`);
    const before = place.frame ?? 0;
    const hint = before > 0 ? ` (has frame ${before - 1} more than the ${this.lastCount} it promises?)` : '';
    return invalidFile(place, found + hint);
  }

  private plan(properties: string, place: FilePlace): Plan {
    if (this.lastPlan === undefined || properties !== this.lastProperties) {
      this.lastPlan = sharedPlan(properties, place);
      this.lastProperties = properties;
      this.noteRepeated(this.lastPlan.repeated, place.frame ?? 0);
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
      // It may be the comment of a frame that is glued to that of this one.
      this.glued?.add(lines.text(), lines.number);
      const extra = countFields(lines) - 4;
      if (extra > 0) columns.push({ name: EXTRA, kind: numericTail(lines, extra) ? 'R' : 'S', width: extra });
      lines.back();
    }
    return planOf(columns, this.labels, PLAIN, place);
  }
}

/** Whether the last fields of the present line are all numbers. */
function numericTail(lines: LineReader, fields: number): boolean {
  const tail = lines.text().trim().split(/\s+/).slice(-fields);
  return tail.every((field) => textNumber(field) !== undefined);
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
