import type { QuestsError } from '../../base/error.js';
import type { AtomArray, Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { SYMBOLS } from './elements.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, readFrames } from './frames.js';
import { Labels } from '../text/column-labels.js';
import type { LineReader } from '../text/lines.js';
import {
  endsBefore,
  here,
  linesAfterHeader,
  type PoscarHeader,
  readHeader,
  speciesOf,
  threeNumbers,
  toCartesian,
} from './poscar-header.js';
import type { AtomColumn } from '../text/column.js';
import { readTable } from '../text/table.js';

/**
 * Lines of the lattice velocities after the one that names them: a state, three vectors, three
 * more.
 */
const LATTICE_VELOCITY_LINES = 7;

const LATTICE_VELOCITIES = /^\s*l/i;

/** Lines from the title to the one that says the kind of coordinates. */
const HEADER_LINES = 8;

/** Blank lines that may stand before the title of another structure, for all that is known. */
const BLANK_LINES = 3;

/**
 * What may follow the header: Selective dynamics, Direct, Cartesian, and what other programs write.
 */
const MODE = /^\s*[sdckf]/i;

const KNOWN: ReadonlySet<string> = new Set(SYMBOLS.slice(1));

/**
 * Reads POSCAR and CONTCAR: one structure, periodic in all directions. Lengths in Å.
 *
 * Kept are the comment as `info.comment`, the flags of selective dynamics as `selective_dynamics`,
 * velocities as `velocities` in Å/fs; velocities in direct coordinates, whose unit of time the file
 * does not say, as `velocities_direct` in cell vectors per time step. What follows the coordinates
 * on their lines is passed over, unless it is elements and nothing else names any; so are lattice
 * velocities and what follows the velocities of atoms, and the grid of CHGCAR. Groups without names
 * are types `1`, `2` …. Several files that were joined to one are refused, as is XDATCAR.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with line and atom, for anything that is not as the file
 *   promises; INVALID_STRUCTURE for coordinates or a cell that are not finite; EMPTY for a file
 *   without atoms. The signal's reason when cancelled
 */
export function readPoscar(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new PoscarReader(lines));
}

/** Whether a file begins like POSCAR: scale, cell, numbers of atoms, kind of coordinates. */
export function looksLikePoscar(head: Uint8Array): boolean {
  const [mode = '', next = ''] = linesAfterHeader(new TextDecoder().decode(head)) ?? [];
  const kind = /^\s*s/i.test(mode) ? next : mode;
  return /^\s*[cdfk]/i.test(kind) && !/configuration/i.test(kind);
}

class PoscarReader implements FrameReader {
  readonly lastMark = 0;
  private readonly lines: LineReader;

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    // There is one frame, and reading it leaves nothing behind.
    if (frame > 0 || !(await lines.next())) return undefined;
    const header = await readHeader(lines, lines.text().trim(), place);
    const arrays: Record<string, AtomArray> = {};
    const isSelective = await this.mode(place, 'Selective dynamics, Direct or Cartesian', /^s/i);
    const isCartesian = await this.kind(place, isSelective);

    const columns: AtomColumn[] = [{ name: 'pos', kind: 'R', width: 3, finite: true }];
    if (isSelective) columns.push({ name: 'selective_dynamics', kind: 'L', width: 3 });
    const isNamed = header.groups === undefined && (await this.namesElements(isSelective ? 6 : 3));
    if (isNamed) columns.push({ name: 'species', kind: 'S', width: 1, labels: new Labels() });
    const [table, ...others] = await readTable(lines, columns, header.atoms, place, 'any');
    const positions = table?.data as Float64Array;
    if (isCartesian) scaleBy(positions, header.scale);
    else toCartesian(positions, header.cell);
    if (isSelective && others[0] !== undefined) arrays.selective_dynamics = others[0];
    const named = isNamed ? (others.at(-1)?.data as readonly string[]) : undefined;
    await this.velocities(header, arrays, place);
    return {
      positions,
      cell: header.cell,
      pbc: [true, true, true],
      species: named?.every((label) => KNOWN.has(label)) === true ? named : speciesOf(header),
      arrays,
      info: header.comment === '' ? {} : { comment: header.comment },
      source: { file: lines.file, frame },
    };
  }

  async pass(frame: number): Promise<boolean> {
    const found = frame === 0 && (await this.lines.next());
    while (this.lines.advance() || (await this.lines.next()));
    return found;
  }

  mayBegin(): boolean {
    return false;
  }

  mark(): undefined {
    return undefined;
  }

  /** Whether the next line matches; where it does not, it is the next line again. */
  private async mode(place: FilePlace, expected: string, pattern: RegExp): Promise<boolean> {
    const { lines } = this;
    if (!(await lines.next())) throw endsBefore(lines, place, expected);
    if (pattern.test(lines.text().trimStart())) return true;
    lines.back();
    return false;
  }

  /** Whether the coordinates are Cartesian, which the next line says. */
  private async kind(place: FilePlace, isSelective: boolean): Promise<boolean> {
    const expected = isSelective ? 'Direct or Cartesian' : 'Selective dynamics, Direct or Cartesian';
    const [next = ''] = await this.lines.peek(1);
    if (/^\s*(direct|cartesian)\s+configuration/i.test(next)) {
      const problem = `expected ${expected}, found ${shown(next.trim())}; an XDATCAR? --format xdatcar`;
      throw invalidFile({ ...place, line: this.lines.number + 1 }, problem);
    }
    if (await this.mode(place, expected, /^[ck]/i)) return true;
    // Fractional is what other programs than VASP write for Direct.
    if (await this.mode(place, expected, /^[df]/i)) return false;
    await this.lines.next();
    const text = shown(this.lines.text().trim());
    throw invalidFile(here(this.lines, place), `expected ${expected}, found ${text}`);
  }

  /** Whether an element follows the fields of the first row. */
  private async namesElements(fields: number): Promise<boolean> {
    const { lines } = this;
    if (!(await lines.next())) return false;
    const label = lines.text().trim().split(/\s+/)[fields];
    lines.back();
    return label !== undefined && KNOWN.has(label);
  }

  /**
   * What follows the coordinates: the end of the file, velocities of the lattice and of the atoms,
   * or the grid of a CHGCAR.
   */
  private async velocities(
    header: PoscarHeader,
    arrays: Record<string, AtomArray>,
    place: FilePlace,
  ): Promise<void> {
    const { lines } = this;
    await this.refuseNext(place);
    if (!(await lines.next())) return;
    // A blank line may stand before them, which is no kind of velocities then.
    await this.skipBlank((next) => /^\s*lattice/i.test(next));
    if (LATTICE_VELOCITIES.test(lines.text())) {
      await lines.pass(LATTICE_VELOCITY_LINES);
      await this.refuseNext(place);
      if (!(await lines.next())) return;
      await this.skipBlank((next) => threeNumbers(next) !== undefined || /^\s*[cdk]/i.test(next));
    }
    const mode = lines.text().trim();
    if (!/^([cdk]|$)/i.test(mode)) {
      const atoms = `${header.atoms} atom${header.atoms === 1 ? '' : 's'}`;
      throw invalidFile(
        here(lines, place),
        `expected the end of the file or velocities after ${atoms}, found ${shown(mode)}`,
      );
    }
    const [first = '', second = ''] = await lines.peek(2);
    if (threeNumbers(first) !== undefined && !isGrid(first, second)) {
      const name = /^d/i.test(mode) ? 'velocities_direct' : 'velocities';
      const columns: AtomColumn[] = [{ name, kind: 'R', width: 3 }];
      const [table] = await readTable(lines, columns, header.atoms, place, 'any');
      if (table !== undefined) arrays[name] = table;
    }
    await this.rest(place);
  }

  /**
   * Goes on from a blank line to the line after the blank ones, if that is as expected; of lines of
   * velocities, to the last blank line, which says their kind.
   */
  private async skipBlank(isExpected: (line: string) => boolean): Promise<void> {
    const { lines } = this;
    if (!lines.isBlank()) return;
    const next = await lines.peek(BLANK_LINES + 1);
    const at = next.findIndex((line) => line.trim() !== '');
    const found = next[at];
    if (found === undefined || !isExpected(found)) return;
    const steps = threeNumbers(found) === undefined ? at + 1 : at;
    for (let step = 0; step < steps; step++) await lines.next();
  }

  /** Refuses another structure that begins with the next line, or after some that are blank. */
  private async refuseNext(place: FilePlace): Promise<void> {
    const { lines } = this;
    const next = await lines.peek(BLANK_LINES + HEADER_LINES);
    for (let at = 0; at <= BLANK_LINES; at++) {
      if (beginsStructure(next.slice(at))) throw joined({ ...place, line: lines.number + 1 + at });
      if (next[at]?.trim() !== '') return;
    }
  }

  /** Reads to the end: what is cut there is noticed, and so is another structure. */
  private async rest(place: FilePlace): Promise<void> {
    const { lines } = this;
    const last: string[] = [];
    while (lines.advance() || (await lines.next())) {
      const text = lines.text();
      last.push(text);
      if (last.length > HEADER_LINES) last.shift();
      if (!MODE.test(text)) continue;
      // With a line of species, or without.
      for (const length of [HEADER_LINES, HEADER_LINES - 1]) {
        if (last.length >= length && beginsStructure(last.slice(-length)))
          throw joined({ ...place, line: lines.number - length + 1 });
      }
    }
  }
}

/** Whether the lines are the header of a structure, up to the kind of its coordinates. */
function beginsStructure(lines: readonly string[]): boolean {
  return MODE.test(linesAfterHeader(lines.join('\n'))?.[0] ?? '');
}

/**
 * Whether a line says how many points a grid has, as in CHGCAR: other than three numbers follow.
 */
function isGrid(line: string, next: string): boolean {
  return /^\s*[1-9]\d*(\s+[1-9]\d*){2}\s*$/.test(line) && next.trim().split(/\s+/).length > 3;
}

function joined(place: FilePlace): QuestsError {
  const way = 'split the file: a POSCAR holds one, and commands take several files';
  return invalidFile(place, `another structure begins here; ${way}`);
}

function scaleBy(positions: Float64Array, scale: readonly [number, number, number]): void {
  if (scale.every((factor) => factor === 1)) return;
  for (let at = 0; at < positions.length; at++) {
    positions[at] = (positions[at] as number) * (scale[at % 3] as number);
  }
}
