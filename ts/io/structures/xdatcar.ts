import type { Structure } from '../../model/structure.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, readFrames } from './frames.js';
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

/**
 * Reads XDATCAR, frame by frame: with one header for all, or with a header, and so a cell, for
 * each. All are periodic in all directions; lengths in Å. The comment is kept as `info.comment`,
 * the number after `Direct configuration=` as `info.configuration`.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} as the reader of POSCAR, with the frame
 */
export function readXdatcar(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new XdatcarReader(lines));
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
  private readonly lines: LineReader;
  /** The header that holds for what follows; undefined where it could not be read. */
  private header: PoscarHeader | undefined;
  /** The first line of the last header: where a header begins again, this says so. */
  private comment: string | undefined;
  /**
   * Species of the last header's atoms, made once a frame of them has been read: frames share them.
   */
  private species: readonly string[] | undefined;

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const opening = await this.begin(place);
    if (opening === undefined) return undefined;
    const { header, isCartesian, configuration } = opening;
    const columns = [{ name: 'pos', kind: 'R', width: 3, finite: true }] as const;
    const [table] = await readTable(lines, columns, header.atoms, place, 'any');
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
    const passed = await lines.pass(atoms);
    if (passed < atoms) throw endsEarly(lines, atoms, passed, place);
    return true;
  }

  mayBegin(): boolean {
    const text = this.lines.text();
    // Coordinates after a header that could not be read have no cell.
    return (this.header !== undefined && CONFIGURATION.test(text)) || text.trim() === this.comment;
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
      if (this.comment === undefined || !lines.isBlank()) break;
      isApart = true;
    }
    const text = lines.text();
    if (this.header !== undefined && isApart && threeNumbers(text) !== undefined) {
      // Old versions of VASP set frames apart by a blank line.
      lines.back();
      return { header: this.header, isCartesian: false, configuration: undefined };
    }
    let { header } = this;
    if (header === undefined || !CONFIGURATION.test(text)) header = await this.readHeader(isApart, place);
    const [, kind = 'direct', number = ''] = CONFIGURATION.exec(lines.text()) ?? [];
    return {
      header,
      isCartesian: /^c/i.test(kind),
      configuration: number === '' ? undefined : Number(number),
    };
  }

  /**
   * Reads a header, from its comment on the present line to the line that begins the coordinates.
   *
   * @param isApart whether the line before was blank, as the comment may be
   */
  private async readHeader(isApart: boolean, place: FilePlace): Promise<PoscarHeader> {
    const { lines } = this;
    let comment = lines.text().trim();
    if (this.comment !== undefined && threeNumbers(comment) !== undefined) {
      const expected = 'expected "Direct configuration=" or a header';
      throw invalidFile(here(lines, place), `${expected}, found ${shown(comment)}`);
    }
    if (this.comment === '' && isApart) {
      lines.back();
      comment = '';
    }
    this.comment = comment;
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
      throw invalidFile(here(lines, place), `expected "Direct configuration=", found ${text}`);
    }
    this.header = header;
    this.species = undefined;
    return header;
  }
}
