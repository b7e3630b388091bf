import type { QuestsError } from '../../base/error.js';
import type { Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, type Mark, readFrames } from './frames.js';
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
import { endsEarly, readTable } from '../text/table.js';

/** Begins the coordinates of a frame. */
const CONFIGURATION = /^\s*(direct|cartesian)\s+configuration\s*=?\s*(\d*)/i;
/** The same within a line, as where a restart goes on after half a line. */
const GLUED_CONFIGURATION = /(direct|cartesian)\s+configuration/i;

/** Lines from the title to the first line after a header. */
const HEADER_LINES = 8;

/** A line of words alone, as titles and species are; coordinates that are not finite are none. */
const WORDS = /^\s*(?!(nan|inf))[A-Z]\S*(\s+[A-Z]\S*)*\s*$/i;

/**
 * Reads XDATCAR, frame by frame: with one header for all, or with a header, and so a cell, for
 * each. All are periodic in all directions; lengths in Å. The comment is kept as `info.comment`,
 * the number after `Direct configuration=` as `info.configuration`. A header is known by its lines,
 * whatever its title says.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} as the reader of POSCAR, with the frame
 */
export function readXdatcar(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new XdatcarReader(lines, options.onSkip !== undefined));
}

/** Whether a file begins like XDATCAR: as POSCAR, then `Direct configuration=`. */
export function looksLikeXdatcar(head: Uint8Array): boolean {
  return CONFIGURATION.test(linesAfterHeader(new TextDecoder().decode(head))?.[0] ?? '');
}

/** What a frame begins with. */
interface Opening {
  readonly header: PoscarHeader;
  readonly isCartesian: boolean;
  /** The number of the configuration; undefined where there is none. */
  readonly configuration: number | undefined;
}

class XdatcarReader implements FrameReader {
  lastMark = 0;
  private readonly lines: LineReader;
  /** The header that holds for what follows; undefined where it could not be read. */
  private header: PoscarHeader | undefined;
  /** Whether a header has been met. */
  private hasBegun = false;
  /**
   * Species of the last header's atoms, made once a frame of them has been read: frames share them.
   */
  private species: readonly string[] | undefined;

  /** Whether bad frames are left out: then a header that is none is not read any further. */
  private readonly skips: boolean;

  constructor(lines: LineReader, skips: boolean) {
    this.lines = lines;
    this.skips = skips;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const opening = await this.begin(place);
    if (opening === undefined) return undefined;
    const { header, isCartesian, configuration } = opening;
    const columns = [{ name: 'pos', kind: 'R', width: 3, finite: true }] as const;
    const [table] = await readTable(lines, columns, header.atoms, place, 'any');
    await this.checkEnd(header, place);
    const positions = table?.data as Float64Array;
    if (!isCartesian) toCartesian(positions, header.cell);
    return {
      positions,
      cell: header.cell,
      pbc: [true, true, true],
      species: (this.species ??= speciesOf(header)),
      arrays: {},
      info: {
        ...(header.comment !== '' && { comment: header.comment }),
        ...(configuration !== undefined && { configuration }),
      },
      source: { file: lines.file, frame },
    };
  }

  async pass(frame: number): Promise<boolean> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const opening = await this.begin(place);
    if (opening === undefined) return false;
    const { atoms } = opening.header;
    for (let atom = 0; atom < atoms; atom++) {
      if (!lines.advance() && !(await lines.next())) throw endsEarly(lines, atoms, atom, place);
      if (!beginsWithLetter(lines) || !CONFIGURATION.test(lines.text())) continue;
      const found = shown(lines.text().trim());
      throw invalidFile(here(lines, place), `expected ${atoms} atoms, found ${found} after ${atom}`);
    }
    await this.checkEnd(opening.header, place);
    return true;
  }

  async mayBegin(): Promise<boolean> {
    const text = this.lines.text();
    // Coordinates after a header that could not be read have no cell.
    if (CONFIGURATION.test(text)) return this.header !== undefined;
    if (await this.isHeader(text)) return true;
    // The title or the species of a damaged header: what follows has another cell.
    if (WORDS.test(text)) this.header = undefined;
    return false;
  }

  mark(): Mark | undefined {
    const text = this.lines.text();
    if (CONFIGURATION.test(text)) return 'whole';
    return GLUED_CONFIGURATION.test(text) ? 'within' : undefined;
  }

  /**
   * Reads what stands before the coordinates of the next frame; undefined at the end of the file.
   */
  private async begin(place: FilePlace): Promise<Opening | undefined> {
    const { lines } = this;
    let isApart = false;
    for (;;) {
      if (!(await lines.next())) return undefined;
      // The first line of all is the comment, blank or not.
      if (!this.hasBegun || !lines.isBlank()) break;
      isApart = true;
    }
    const text = lines.text();
    let { header } = this;
    if (header === undefined || !CONFIGURATION.test(text)) {
      const isNumbers = this.hasBegun && threeNumbers(text) !== undefined;
      if (isApart && (await this.isHeader('', text))) {
        lines.back();
        header = await this.readHeader('', place);
      } else if (!isNumbers || (await this.isHeader(text))) {
        if (this.skips && !(await this.isHeader(text))) throw this.noHeader(text, place);
        header = await this.readHeader(text.trim(), place);
      } else if (header !== undefined && isApart) {
        // Old versions of VASP set frames apart by a blank line.
        lines.back();
        return { header, isCartesian: false, configuration: undefined };
      } else {
        const expected = 'expected "Direct configuration=" or a header';
        throw invalidFile(here(lines, place), `${expected}, found ${shown(text.trim())}`);
      }
    }
    const [found, kind = 'direct', number = ''] = CONFIGURATION.exec(lines.text()) ?? [];
    if (found !== undefined) this.lastMark = lines.number;
    return {
      header,
      isCartesian: /^c/i.test(kind),
      configuration: number === '' ? undefined : Number(number),
    };
  }

  /** Whether lines that have been read, the last of them the present one, begin a header. */
  private async isHeader(...read: string[]): Promise<boolean> {
    const next = await this.lines.peek(HEADER_LINES - read.length);
    const [after] = linesAfterHeader([...read, ...next].join('\n')) ?? [];
    // Old versions of VASP leave a blank line.
    return after !== undefined && (after.trim() === '' || CONFIGURATION.test(after));
  }

  /**
   * Reads a header, from the line after its comment to the line that begins the coordinates.
   */
  private async readHeader(comment: string, place: FilePlace): Promise<PoscarHeader> {
    const { lines } = this;
    this.hasBegun = true;
    this.header = undefined;
    const header = await readHeader(lines, comment, place);
    let isOld = false;
    do {
      isOld ||= lines.isBlank();
      if (!(await lines.next())) throw endsBefore(lines, place, '"Direct configuration="');
    } while (lines.isBlank());
    if (isOld && threeNumbers(lines.text()) !== undefined) lines.back();
    else if (!CONFIGURATION.test(lines.text())) {
      const text = shown(lines.text().trim());
      const hint = /^\s*[sdck]/i.test(lines.text()) ? '; a POSCAR? --format poscar' : '';
      throw invalidFile(here(lines, place), `expected "Direct configuration=", found ${text}${hint}`);
    }
    this.header = header;
    this.species = undefined;
    return header;
  }

  /** A title, or what stands in its place, that no header follows; the next may begin after it. */
  private noHeader(text: string, place: FilePlace): QuestsError {
    this.hasBegun = true;
    this.header = undefined;
    const expected = 'expected a title, scale, cell, species and numbers of atoms';
    return invalidFile(here(this.lines, place), `${expected}, found ${shown(text.trim())}`);
  }

  /** Refuses a frame that numbers follow: it has more rows than atoms, or a header among them. */
  private async checkEnd({ atoms }: PoscarHeader, place: FilePlace): Promise<void> {
    const { lines } = this;
    const [next = ''] = await lines.peekWritten(1);
    if (!/^\s*[-+.\d]/.test(next) || (await this.isHeader())) return;
    const after = `after ${atoms} atom${atoms === 1 ? '' : 's'}`;
    throw invalidFile(
      { ...place, line: lines.number + 1 },
      `expected "Direct configuration=" or a header ${after}, found ${shown(next.trim())}`,
    );
  }
}

/** Whether the first character of the present line that is not blank is a letter. */
function beginsWithLetter({ bytes, start, end }: LineReader): boolean {
  let at = start;
  while (at < end && (bytes[at] as number) <= 32) at++;
  return at < end && (bytes[at] as number) > 64;
}
