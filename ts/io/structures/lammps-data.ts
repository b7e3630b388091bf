import type { QuestsError } from '../../base/error.js';
import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { type AtomOrder, inOrder, orderById } from './atom-order.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, isBadData, readFrames } from './frames.js';
import { DataHeader } from './lammps-data-header.js';
import { styleColumns } from './lammps-style.js';
import { AtomTypes } from './lammps-types.js';
import { noteUnits } from './lammps-units.js';
import { Notes } from './notes.js';
import type { LineReader } from '../text/lines.js';
import type { AtomColumn } from '../text/column.js';
import { countFields, endsEarly, readTable } from '../text/table.js';

/** A section with one row per atom, in the order of the atoms. */
interface Section {
  readonly columns: ReadonlyMap<string, AtomArray>;
  /** Line of the first row. */
  readonly line: number;
  /** As the rows are to be ordered; the columns are in this order already. */
  readonly order: AtomOrder;
}

/** Sections with one row per atom. */
type PerAtom = 'Atoms' | 'Velocities';

const VELOCITIES: readonly AtomColumn[] = [
  { name: 'id', kind: 'I', width: 1 },
  ...['vx', 'vy', 'vz'].map((name): AtomColumn => ({ name, kind: 'R', width: 1 })),
];

/**
 * Reads data files of LAMMPS (`read_data`, `write_data`): one structure, periodic in all
 * directions, as the file says nothing else. Lengths in the units of the file.
 *
 * - Atom styles: atomic, charge, molecular, bond, angle, full; see {@link styleColumns}.
 * - Coordinates stay as they are, image flags are kept beside them as `ix`, `iy`, `iz`. A box that
 *   does not begin at 0 stays where it is: `info.Origin`.
 * - Species: see {@link AtomTypes}; elements are never guessed from masses.
 * - `id`, `type`, `mol`, `q`, velocities `vx`, `vy`, `vz` and the `mass` of each atom are kept in
 *   `arrays`, the title as `info.comment`, the `timestep` that `write_data` puts into it as
 *   `info.timestep`.
 * - Atoms are sorted by `id`. Sections come in any order; bonds, coefficients and all others are
 *   passed over.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with line and atom, for anything that is not as the file
 *   promises, and for an `id` that occurs twice; INVALID_STRUCTURE for coordinates or a box that
 *   are not finite; EMPTY for a file without atoms. The signal's reason when cancelled
 */
export function readLammpsData(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new DataReader(lines, new Notes(options)));
}

/** Whether a file begins like a data file: a number of atoms and a box, after a title. */
export function looksLikeLammpsData(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head).replace(/^.*/, '');
  return /^\s*\d+\s+atoms\s*(#|$)/m.test(text) && /\s(xlo\s+xhi|avec)\s*(#|$)/m.test(text);
}

class DataReader implements FrameReader {
  readonly lastMark = 0;
  private readonly lines: LineReader;
  private readonly sections = new Map<PerAtom, Section>();
  private readonly types = new AtomTypes();
  private readonly notes: Notes;

  constructor(lines: LineReader, notes: Notes) {
    this.lines = lines;
    this.notes = notes;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    // There is one frame, and reading it leaves nothing behind.
    if (frame > 0 || !(await lines.next())) return undefined;
    const title = lines.text().trim();
    const units = /^LAMMPS data file .*\bunits = ([a-z]+)/.exec(title)?.[1];
    if (units !== undefined) noteUnits(this.notes, frame, units);
    const place: FilePlace = { file: lines.file, frame };
    const header = new DataHeader(place);
    let inHeader = true;
    while (lines.advance() || (await lines.next())) {
      const isName = this.beginsWithLetter();
      // Sections follow, and their rows are read with them or not at all.
      if (isName) inHeader = false;
      if (!isName && !inHeader) continue;
      const { text, comment } = split(lines.text());
      if (isName) await this.section(text, comment, header, place);
      else header.read(text, lines.number);
    }
    return this.structure(header, title, place);
  }

  async pass(frame: number): Promise<boolean> {
    const found = frame === 0 && (await this.lines.next());
    while (await this.lines.next()) continue;
    return found;
  }

  mayBegin(): boolean {
    return false;
  }

  mark(): undefined {
    return undefined;
  }

  /** Reads the section whose name is on the present line, if it is one that counts. */
  private async section(name: string, comment: string, header: DataHeader, place: FilePlace): Promise<void> {
    if (name === 'Atom Type Labels' || name === 'Masses') await this.typeRows(name, header, place);
    if (name !== 'Atoms' && name !== 'Velocities') return;
    const here = { ...place, line: this.lines.number };
    if (this.sections.has(name)) throw invalidFile(here, `a second section ${name}`);
    const atoms = header.atoms(here);
    const section = await this.perAtom(name, comment, atoms, place);
    this.sections.set(name, section);
    await this.checkEnd(name, atoms, place);
  }

  private async perAtom(name: PerAtom, comment: string, atoms: number, place: FilePlace): Promise<Section> {
    const { lines } = this;
    do {
      if (!(await lines.next())) throw endsEarly(lines, atoms, 0, place);
    } while (lines.isBlank());
    const line = lines.number;
    if (this.beginsWithLetter()) throw this.tooFew(atoms, line, place);
    const fields = countFields(lines, 'comment');
    const columns =
      name === 'Atoms' ? styleColumns(comment, fields, this.types.hasLabels, { ...place, line }) : VELOCITIES;
    lines.back();
    let tables: AtomArray[];
    try {
      tables = await readTable(lines, columns, atoms, place, 'comment');
    } catch (error) {
      lines.back();
      lines.advance();
      if (isBadData(error) && (lines.isBlank() || this.beginsWithLetter())) {
        throw this.tooFew(atoms, line, place);
      }
      throw error;
    }
    const order = orderById(tables[0]?.data as ArrayLike<number>);
    if (order.twins !== undefined) {
      const [atom, other] = order.twins;
      const problem =
        `expected every id once, found ${String(tables[0]?.data[atom])} as that of atom ` + `${other}, too`;
      throw invalidFile({ ...place, line: line + atom, atom }, problem);
    }
    const ordered = tables.map(
      (table, index) => [columns[index]?.name ?? '', inOrder(table, order)] as const,
    );
    return { columns: new Map(ordered), line, order };
  }

  /** Refuses more rows than there are atoms. */
  private async checkEnd(name: PerAtom, atoms: number, place: FilePlace): Promise<void> {
    const { lines } = this;
    do {
      if (!(await lines.next())) return;
    } while (lines.isBlank());
    const text = lines.text().trim();
    if (/^[-+.\d]/.test(text)) {
      const expected = `the end of the section ${name} after ${atoms} atom${atoms === 1 ? '' : 's'}`;
      throw invalidFile({ ...place, line: lines.number }, `expected ${expected}, found ${shown(text)}`);
    }
    lines.back();
  }

  /** Reads a section with one row per type, which ends with a blank line. */
  private async typeRows(
    name: 'Atom Type Labels' | 'Masses',
    header: DataHeader,
    place: FilePlace,
  ): Promise<void> {
    const { lines } = this;
    let rows = 0;
    while (await lines.next()) {
      if (lines.isBlank()) {
        if (rows > 0) break;
        continue;
      }
      const here = { ...place, line: lines.number };
      const { text, comment } = split(lines.text());
      if (text === '') continue;
      if (name === 'Masses') this.types.mass(text, comment, here);
      else this.types.label(text, here);
      rows++;
    }
    if (header.types === undefined || rows === header.types) return;
    const promised = `${header.types} atom type${header.types === 1 ? '' : 's'}`;
    throw invalidFile(
      { ...place, line: lines.number },
      `${rows} ${rows === 1 ? 'row' : 'rows'} in the section ${name}, expected one for each of ${promised}`,
    );
  }

  private structure(header: DataHeader, title: string, place: FilePlace): Structure {
    const end = { ...place, line: this.lines.number };
    const atoms = header.atoms(end);
    const section = this.sections.get('Atoms');
    if (section === undefined)
      throw invalidFile(end, `the file ends without a section Atoms, ${atoms} promised`);
    const box = header.finishedBox();
    const { pos, ...columns } = Object.fromEntries(section.columns);
    const row = (atom: number): FilePlace => {
      const at = section.order.rows?.[atom] ?? atom;
      return { ...place, line: section.line + at, atom: at };
    };
    const types = this.types.numbers(columns.type?.data ?? [], header.types, row);
    const mass = this.types.masses(types, row);
    return {
      positions: pos?.data as Float64Array,
      cell: box.cell,
      pbc: box.pbc,
      species: this.types.species(types),
      arrays: {
        ...columns,
        type: { kind: 'I', width: 1, data: types },
        ...(mass && { mass: { kind: 'R', width: 1, data: mass } }),
        ...this.velocities(section, place),
      },
      info: infoOf(title, box.origin),
      source: { file: place.file, frame: place.frame ?? 0 },
    };
  }

  private velocities(atoms: Section, place: FilePlace): Record<string, AtomArray> {
    const section = this.sections.get('Velocities');
    if (section === undefined) return {};
    const { id, ...velocities } = Object.fromEntries(section.columns);
    const expected = atoms.columns.get('id')?.data ?? [];
    const other = expected.findIndex((value, atom) => value !== id?.data[atom]);
    if (other === -1) return velocities;
    // As many velocities as atoms, every id once: one that is no atom's is among those that differ.
    const ids = new Set<number | string>(expected);
    const atom = (id?.data ?? []).findIndex((value) => !ids.has(value));
    const at = section.order.rows?.[atom] ?? atom;
    const problem = `a velocity of id ${String(id?.data[atom])}, which is not in the section Atoms`;
    throw invalidFile({ ...place, line: section.line + at }, problem);
  }

  private beginsWithLetter(): boolean {
    const { bytes, end } = this.lines;
    let at = this.lines.start;
    while (at < end && (bytes[at] as number) <= 32) at++;
    // Setting bit 5 makes a letter lower case.
    const byte = (bytes[at] as number) | 32;
    return at < end && byte >= 97 && byte <= 122;
  }

  private tooFew(atoms: number, firstLine: number, place: FilePlace): QuestsError {
    const { lines } = this;
    const found = lines.isBlank() ? 'a blank line' : shown(lines.text().trim());
    const atom = lines.number - firstLine + 1;
    return invalidFile({ ...place, line: lines.number }, `expected atom ${atom} of ${atoms}, found ${found}`);
  }
}

/** A line with single blanks, and the comment that follows it. */
function split(line: string): { text: string; comment: string } {
  const at = line.indexOf('#');
  const [text, comment] = at === -1 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
  return { text: text.trim().replace(/\s+/g, ' '), comment: comment.trim() };
}

function infoOf(title: string, origin: readonly number[]): Record<string, InfoValue> {
  const timestep = /^LAMMPS data file .*\btimestep = (\d+)/.exec(title)?.[1];
  return {
    ...(title !== '' && { comment: title }),
    ...(timestep !== undefined && { timestep: Number(timestep) }),
    ...(origin.some((value) => value !== 0) && { Origin: origin }),
  };
}
