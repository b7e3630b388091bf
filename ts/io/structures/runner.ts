import type { QuestsError } from '../../base/error.js';
import type { InfoValue, Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { Labels } from '../text/column-labels.js';
import { speciesLabel } from './elements.js';
import { emptyFile, invalidFile, invalidStructure, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, type Mark, readFrames } from './frames.js';
import type { LineReader } from '../text/lines.js';
import { parseNumber, scanned, scanNumber, textNumber, wordNumber } from '../text/number.js';
import { Notes } from './notes.js';
import { endsBefore, here } from './poscar-header.js';
import { RunnerAtoms } from './runner-atoms.js';
import { BOHR, HARTREE } from './units.js';

const BEGIN = /^\s*begin\s*$/i;
const COMMENT = /^\s*comment\b/i;

/** The beginning of a frame after half a line, as where a restart goes on. */
const GLUED = /\S\s*begin\s*$/i;

/** Numbers of an atom: x y z, charge, a number that nobody uses, fx fy fz. */
const WIDTH = 8;

/** The number among them before which the element stands. */
const AFTER_ELEMENT = 3;

/** A frame while it is read. */
interface Frame {
  readonly atoms: RunnerAtoms;
  readonly vectors: number[];
  readonly info: Record<string, InfoValue>;
}

/**
 * Reads `input.data` of RuNNer and n2p2, frame by frame. With three lines `lattice` all directions
 * are periodic, without them none. Lengths and energies are taken as Bohr and Hartree and become Å
 * and eV, with a note. Forces are `arrays.forces`; charges, and the number before the forces, are
 * `arrays.charge` and `arrays.unused`, unless all of a frame are 0. `energy`, `charge` (in e) and
 * `comment` are values of the frame.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame, line and atom, for what is not as the
 *   format has it; INVALID_STRUCTURE for coordinates or a lattice that are not finite; EMPTY for a
 *   frame without atoms. The signal's reason when cancelled
 */
export function readRunner(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new RunnerReader(lines, options));
}

/** Whether a file begins like `input.data`. */
export function looksLikeRunner(head: Uint8Array): boolean {
  return /^\ufeff?\s*begin\s*\n\s*(comment|lattice|atom|energy|charge)\b/i.test(
    new TextDecoder().decode(head),
  );
}

class RunnerReader implements FrameReader {
  readonly lastMark = 0;
  /** Frames of which only the comment, in the one that is read, shows that they began. */
  private gluedComments = 0;
  private readonly lines: LineReader;
  private readonly notes: Notes;
  private readonly labels = new Labels(speciesLabel);
  private readonly atoms = new RunnerAtoms(this.labels);
  /** The numbers of an atom. */
  private readonly fields = new Float64Array(WIDTH);

  constructor(lines: LineReader, options: FrameOptions) {
    this.lines = lines;
    this.notes = new Notes(options);
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place = { file: lines.file, frame };
    if (!(await this.begin(place))) return undefined;
    const { atoms } = this;
    atoms.begin();
    const own: Frame = { atoms, vectors: [], info: {} };
    for (;;) {
      if (!lines.advance() && !(await lines.next())) throw endsBefore(lines, place, '"end"');
      if (isAtom(lines)) {
        if (!atoms.takePlain(lines)) this.takeAtom(atoms, place);
      } else if (this.take(lines.text(), own, place)) break;
    }
    this.notes.say(
      'units',
      frame,
      'Bohr and Hartree, as RuNNer and n2p2 have them, were converted to Å and eV',
    );
    return this.structureOf(own, place);
  }

  async pass(frame: number): Promise<boolean> {
    const { lines } = this;
    const place = { file: lines.file, frame };
    if (!(await this.begin(place))) return false;
    for (;;) {
      if (!lines.advance() && !(await lines.next())) throw endsBefore(lines, place, '"end"');
      if (isAtom(lines)) continue;
      const text = lines.text().trim().toLowerCase();
      if (text === 'end') return true;
      if (text === 'begin') throw this.unexpected(place, '"end"');
    }
  }

  mayBegin(): boolean {
    return BEGIN.test(this.lines.text());
  }

  mark(): Mark | undefined {
    const text = this.lines.text();
    const isGlued = COMMENT.test(text) ? /\Sbegin\s*$/i.test(text) : GLUED.test(text);
    return isGlued ? 'within' : undefined;
  }

  unmarked(): number {
    return this.gluedComments;
  }

  private async begin(place: FilePlace): Promise<boolean> {
    const { lines } = this;
    this.gluedComments = 0;
    do if (!(await lines.next())) return false;
    while (lines.isBlank());
    if (!BEGIN.test(lines.text())) throw this.unexpected(place, '"begin"');
    return true;
  }

  /** Takes a line that is no atom; true at the end of the frame. */
  private take(text: string, frame: Frame, place: FilePlace): boolean {
    const [, keyword = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/.exec(text) ?? [];
    const { info, vectors } = frame;
    switch (keyword.toLowerCase()) {
      case '':
        return false;
      case 'end':
        return true;
      case 'comment':
        this.checkComment(info.comment, place);
        info.comment = typeof info.comment === 'string' ? `${info.comment} ${rest}` : rest;
        return false;
      case 'lattice':
        vectors.push(...this.numbers(rest, 3, place));
        if (vectors.length > 9) throw this.unexpected(place, 'at most three lines of lattice');
        if (!vectors.every(Number.isFinite))
          throw invalidStructure(here(this.lines, place), 'lattice must be finite');
        return false;
      case 'energy':
        info.energy = (this.numbers(rest, 1, place)[0] as number) * HARTREE;
        return false;
      case 'charge':
        info.charge = this.numbers(rest, 1, place)[0] as number;
        return false;
      default:
        throw this.unexpected(place, 'atom, lattice, energy, charge, comment or end');
    }
  }

  /** Refuses the comment of the next frame, whose "begin" a restart has glued to one before it. */
  private checkComment(before: InfoValue | undefined, place: FilePlace): void {
    if (typeof before !== 'string' || !/begin$/i.test(before)) return;
    this.gluedComments = 1;
    throw invalidFile(
      here(this.lines, place),
      `expected one frame, found the comment of another; is its "begin" glued to ${shown(before)}?`,
    );
  }

  /** Takes `atom x y z ELEMENT charge unused fx fy fz`. */
  private takeAtom(atoms: RunnerAtoms, place: FilePlace): void {
    const { lines, fields } = this;
    const { species } = atoms;
    const { bytes, end } = lines;
    const before = species.length;
    let at = afterField(bytes, lines.start, end);
    let field = 0;
    for (; field < WIDTH; field++) {
      if (field === AFTER_ELEMENT) {
        const start = skipBlanks(bytes, at, end);
        at = afterField(bytes, start, end);
        if (at > start) species.push(this.labels.label(bytes, start, at));
      }
      at = skipBlanks(bytes, at, end);
      if (at >= end) break;
      let value = scanNumber(bytes, at);
      const next = Math.min(scanned.end, end);
      if (value - value !== 0) value = this.unusual(bytes, at, next, field, place);
      fields[field] = value;
      at = next;
    }
    if (field < WIDTH || species.length === before || skipBlanks(bytes, at, end) < end) {
      const expected = 'atom x y z element charge unused fx fy fz';
      throw invalidFile(
        this.atomPlace(species.length - 1, place),
        `expected ${expected}, found ${shown(lines.text().trim())}`,
      );
    }
    atoms.take(fields);
  }

  /** A number that is none, or is not finite. */
  private unusual(bytes: Uint8Array, start: number, end: number, field: number, place: FilePlace): number {
    const text = new TextDecoder().decode(bytes.subarray(start, end));
    const value = wordNumber(text) ?? parseNumber(bytes, start, end);
    const found = `found ${shown(text)}`;
    const where = here(this.lines, place);
    if (Number.isNaN(value) && wordNumber(text) === undefined) {
      throw invalidFile(where, `expected a number of an atom, ${found}`);
    }
    if (field < AFTER_ELEMENT) throw invalidStructure(where, `coordinates must be finite, ${found}`);
    return value;
  }

  private numbers(text: string, count: number, place: FilePlace): number[] {
    const fields = text.split(/\s+/).map((field) => textNumber(field));
    if (fields.length === count && fields.every((field) => field !== undefined)) return fields;
    throw this.unexpected(place, count === 1 ? 'a number' : `${count} numbers`);
  }

  private unexpected(place: FilePlace, expected: string): QuestsError {
    return invalidFile(
      here(this.lines, place),
      `expected ${expected}, found ${shown(this.lines.text().trim())}`,
    );
  }

  private atomPlace(atom: number, place: FilePlace): FilePlace {
    return { ...here(this.lines, place), atom: Math.max(0, atom) };
  }

  private structureOf({ atoms, vectors, info }: Frame, place: FilePlace): Structure {
    const where = here(this.lines, place);
    if (atoms.count === 0) throw emptyFile(where, 'a frame of 0 atoms');
    if (vectors.length % 9 !== 0) {
      throw invalidFile(where, `expected three lines of lattice or none, found ${vectors.length / 3}`);
    }
    const isPeriodic = vectors.length > 0;
    return {
      positions: atoms.coordinates(),
      ...(isPeriodic && { cell: Float64Array.from(vectors, (value) => value * BOHR) }),
      pbc: [isPeriodic, isPeriodic, isPeriodic],
      species: atoms.species,
      arrays: atoms.arrays(),
      info,
      source: { file: place.file, frame: place.frame ?? 0 },
    };
  }
}

/** Whether the present line begins with the word atom. */
function isAtom({ bytes, start, end }: LineReader): boolean {
  const at = skipBlanks(bytes, start, end);
  if (end - at < 5) return false;
  // Setting bit 5 makes a letter lower case.
  const letter = (index: number): number => (bytes[at + index] as number) | 32;
  return (
    letter(0) === 97 &&
    letter(1) === 116 &&
    letter(2) === 111 &&
    letter(3) === 109 &&
    (bytes[at + 4] as number) <= 32
  );
}

function skipBlanks(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  while (at < end && (bytes[at] as number) <= 32) at++;
  return at;
}

/** Where the field ends that begins at or after a place. */
function afterField(bytes: Uint8Array, start: number, end: number): number {
  let at = skipBlanks(bytes, start, end);
  while (at < end && (bytes[at] as number) > 32) at++;
  return at;
}
