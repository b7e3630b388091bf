import type { AtomColumn } from '../text/column.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';

/** The line that a frame begins with. */
export const COUNT = /^\s*\d+\s*$/;

/** Keys that only a comment line has. */
export const MARK = /(^|\s)(Lattice|Properties)\s*=/i;

/** What a row of atoms looks like where its columns are not known: a label and coordinates. */
const ROW = /^\s*([A-Za-z]\S*|\d{1,3})(\s+[-+]?\.?\d\S*){3}(\s|$)/;

const WHOLE = /^\d+$/;

/** Atoms of a frame at most that are looked at ahead, to tell a comment of numbers from a count. */
const MOST_AHEAD = 100_000;

/** Columns of a table, and which of them is the species; −1 where none is. */
export interface XyzColumns {
  readonly columns: readonly AtomColumn[];
  readonly species: number;
}

/** Which lines of an xyz file are rows. */
export class XyzShape {
  private readonly columns: XyzColumns | undefined;
  private readonly isNumbered: boolean;

  /**
   * @param columns of a table; undefined where none is known
   * @param label species of its last atom
   */
  constructor(columns?: XyzColumns, label = '') {
    this.columns = columns;
    this.isNumbered = isNumber(label);
  }

  /** Whether a line may be a row after others of a frame; where species are numbers, any may be. */
  mayFollow(line: string): boolean {
    return this.fits(line, this.isNumbered);
  }

  /** Whether a line may be a row. */
  isRow(line: string): boolean {
    return this.fits(line, false);
  }

  private fits(line: string, anyLabel: boolean): boolean {
    if (this.columns === undefined) return ROW.test(line);
    const { columns, species } = this.columns;
    const fields = line.split(/\s+/).filter((field) => field !== '');
    let at = 0;
    for (const [index, { kind, width }] of columns.entries()) {
      for (let count = 0; count < width; count++) {
        const field = fields[at++];
        if (field === undefined) return false;
        if (kind === 'S' ? index === species && !anyLabel && !this.isLabel(field) : !isValue(field, kind))
          return false;
      }
    }
    return at === fields.length;
  }

  /** Whether a text may be the species of an atom: types are whole numbers. */
  isLabel(text: string): boolean {
    return this.isNumbered ? WHOLE.test(text) : !isNumber(text);
  }

  /**
   * Whether a line that holds one whole number is the number of atoms of a frame, and not the
   * comment of one whose number of atoms is glued to the line before.
   *
   * @param lines at the line, or before it
   * @param ahead lines to it from the present one: 0 or 1
   */
  async isCount(text: string, lines: LineReader, ahead: number): Promise<boolean> {
    if (!COUNT.test(text)) return false;
    const [comment] = (await lines.peekWritten(ahead + 1)).slice(ahead);
    if (comment === undefined || MARK.test(comment) || !this.isRow(comment)) return true;
    // The comment may look like a row; then the number says where the rows end.
    const atoms = Number(text);
    if (atoms > MOST_AHEAD) return false;
    const rows = (await lines.peekWritten(ahead + atoms + 2)).slice(ahead + 1);
    return rows.slice(0, atoms).every((row) => this.isRow(row)) && !this.isRow(rows[atoms] ?? '');
  }
}

/** What a frame that may be bad says of itself. */
export interface FramePromise {
  /** Number of the line of its comment. */
  readonly comment: number;
  readonly atoms: number;
  /** Atoms of the frame before. */
  readonly before: number;
}

/**
 * Counts frames of plain xyz that begin within a row of a frame that cannot be read, as where a
 * restart goes on after half a line. Nothing but their comment shows them: a line among the rows
 * that is none, in a frame that has other lines than it promises.
 */
export class GluedFrames {
  private readonly shape: XyzShape;
  private readonly promise: FramePromise;
  private wasRow = true;
  private comments = 0;
  private lastRow = 0;
  private hasMark = false;

  constructor(shape: XyzShape, promise: FramePromise) {
    this.shape = shape;
    this.promise = promise;
  }

  /** Takes the next line after the comment of the frame. */
  add(text: string, number: number): void {
    this.hasMark ||= MARK.test(text);
    this.addLine(this.shape.isRow(text), number);
  }

  /** Takes rows that were read, by the species of their atoms. */
  addRead(labels: readonly string[], last: number): void {
    for (const [atom, label] of labels.entries()) {
      this.addLine(this.shape.isLabel(label), last - labels.length + 1 + atom);
    }
  }

  private addLine(isRow: boolean, number: number): void {
    if (isRow && !this.wasRow) this.comments++;
    if (isRow) this.lastRow = number;
    this.wasRow = isRow;
  }

  /**
   * How many there were.
   *
   * @param goesOn whether another frame follows
   * @param last number of the line before that
   */
  count(goesOn: boolean, last: number): number {
    const { comment, atoms, before } = this.promise;
    // A number of atoms may be glued to the beginning of another.
    const [glued, usual] = [String(atoms), String(before)];
    const cut = glued.slice(0, -usual.length);
    const isGlued = glued === cut + usual && cut !== '' && usual.startsWith(cut);
    if (goesOn && isGlued && last - comment === before) return 1;
    const end = comment + atoms;
    const isAsPromised = this.lastRow === end || (this.lastRow < end && !goesOn);
    // Frames with keys of extended xyz are counted by them.
    return this.hasMark || isAsPromised ? 0 : this.comments;
  }
}

function isValue(field: string, kind: AtomColumn['kind']): boolean {
  return kind === 'L' || isNumber(field);
}

function isNumber(text: string): boolean {
  return textNumber(text) !== undefined;
}
