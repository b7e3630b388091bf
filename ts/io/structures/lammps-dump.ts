import type { QuestsError } from '../../base/error.js';
import type { AtomArray, InfoValue, Structure } from '../../model/structure.js';
import { inOrder, orderById } from './atom-order.js';
import type { ByteSource } from '../text/bytes.js';
import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import { type FrameOptions, type FrameReader, isBadData, type Mark, readFrames } from './frames.js';
import { type Box, unscale } from './lammps-box.js';
import { type DumpPlan, planColumns } from './lammps-columns.js';
import { type DumpHeader, DumpHeaders, isItem } from './lammps-dump-header.js';
import { noteUnits } from './lammps-units.js';
import { Notes } from './notes.js';
import type { LineReader } from '../text/lines.js';
import { endsEarly, readTable } from '../text/table.js';

/**
 * Reads text dumps of LAMMPS (`dump atom`, `dump custom`), frame by frame.
 *
 * - Coordinates: `x y z`, else scaled `xs ys zs`, else unwrapped `xu yu zu`, else `xsu ysu zsu`;
 *   always as real coordinates, in the units of the file. A box that does not begin at 0 stays
 *   where it is: `info.Origin`.
 * - Species: `element`, else `typelabel`, else the number of the type as text, else none.
 * - All other columns are kept in `arrays` under the names of the file; `timestep`, `time` and
 *   `units` in `info`.
 * - Atoms are sorted by `id`; frames come in the order of the file.
 * - Boxes: see `parseBounds` in lammps-box.ts.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame, line and atom, for anything that is not as
 *   the file promises, and for an `id` that occurs twice; INVALID_STRUCTURE for coordinates or
 *   bounds that are not finite; EMPTY for a file without frames and a frame without atoms. The
 *   signal's reason when cancelled
 */
export function readLammpsDump(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new DumpReader(lines, new Notes(options)));
}

/** Whether a file begins like a dump. */
export function looksLikeLammpsDump(head: string): boolean {
  return /^\ufeff?\s*ITEM: /.test(head);
}

class DumpReader implements FrameReader {
  private readonly lines: LineReader;
  private readonly headers: DumpHeaders;
  private readonly notes: Notes;
  /** Frames of a file mostly have the same columns. */
  private lastColumns = '';
  private lastPlan: DumpPlan | undefined;
  /** Names of types that have been met. */
  private readonly typeNames = new Map<number, string>();

  constructor(lines: LineReader, notes: Notes) {
    this.lines = lines;
    this.notes = notes;
    this.headers = new DumpHeaders(lines);
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const header = await this.headers.read(place, true);
    if (header === undefined) return undefined;
    if (header.units !== undefined) noteUnits(this.notes, frame, header.units);
    const plan = await this.plan(header, place);
    const firstLine = lines.number + 1;
    let tables: AtomArray[];
    try {
      tables = await readTable(lines, plan.columns, header.atoms, place);
    } catch (error) {
      if (isBadData(error) && lines.number >= firstLine && isItem(lines))
        throw this.tooFew(header.atoms, firstLine, place);
      throw error;
    }
    await this.headers.checkEnd(header.atoms, place);
    return this.structure(header, plan, tables, { ...place, line: firstLine });
  }

  async pass(frame: number): Promise<boolean> {
    const { lines } = this;
    const place: FilePlace = { file: lines.file, frame };
    const header = await this.headers.read(place, false);
    if (header === undefined) return false;
    const firstLine = lines.number + 1;
    for (let atom = 0; atom < header.atoms; atom++) {
      if (!lines.advance() && !(await lines.next())) throw endsEarly(lines, header.atoms, atom, place);
      if (isItem(lines)) throw this.tooFew(header.atoms, firstLine, place);
    }
    await this.headers.checkEnd(header.atoms, place);
    return true;
  }

  mayBegin(): boolean {
    return this.headers.mayBegin();
  }

  mark(): Mark | undefined {
    return this.headers.mark();
  }

  get lastMark(): number {
    return this.headers.lastMark;
  }

  private async plan({ columns }: DumpHeader, place: FilePlace): Promise<DumpPlan> {
    const { lines } = this;
    if (this.lastPlan === undefined || columns !== this.lastColumns) {
      const here = { ...place, line: lines.number };
      let first: string[] = [];
      if (await lines.next()) {
        if (!isItem(lines)) first = split(lines.text());
        lines.back();
      }
      this.lastPlan = planColumns(split(columns), first, here);
      this.lastColumns = columns;
    }
    return this.lastPlan;
  }

  private structure(
    header: DumpHeader,
    plan: DumpPlan,
    tables: readonly AtomArray[],
    place: FilePlace,
  ): Structure {
    const order = orderById(plan.id === -1 ? [] : (tables[plan.id]?.data as ArrayLike<number>));
    if (order.twins !== undefined) {
      const [atom, other] = order.twins;
      const id = String(tables[plan.id]?.data[atom]);
      const here = { ...place, line: (place.line ?? 0) + atom, atom };
      throw invalidFile(here, `expected every id once, found ${id} as that of atom ${other}, too`);
    }
    const sorted = tables.map((table) => inOrder(table, order));
    const positions = joined(plan.positions.map((index) => sorted[index]?.data as Float64Array));
    const box = header.box as Box;
    if (plan.scaled) unscale(positions, box);
    const species =
      plan.species === -1
        ? sorted[plan.type] && this.types(sorted[plan.type]?.data as ArrayLike<number>)
        : (sorted[plan.species]?.data as string[]);
    const arrays = sorted.flatMap((table, index) =>
      plan.positions.includes(index) || index === plan.species
        ? []
        : [[plan.columns[index]?.name ?? '', table] as const],
    );
    return {
      positions,
      cell: box.cell,
      pbc: box.pbc,
      ...(species && { species }),
      arrays: Object.fromEntries(arrays),
      info: this.info(header, box),
      source: { file: place.file, frame: place.frame ?? 0 },
    };
  }

  private info({ timestep, time, units }: DumpHeader, { origin }: Box): Record<string, InfoValue> {
    return {
      timestep,
      ...(time !== undefined && { time }),
      ...(units !== undefined && { units: units }),
      ...(origin.some((value) => value !== 0) && { Origin: origin }),
    };
  }

  /** Numbers of types as text, one string per type. */
  private types(numbers: ArrayLike<number>): string[] {
    let last: number | undefined;
    let name = '';
    return Array.from(numbers, (type) => {
      if (type !== last) {
        last = type;
        name = this.typeNames.get(type) ?? String(type);
        this.typeNames.set(type, name);
      }
      return name;
    });
  }

  private tooFew(atoms: number, firstLine: number, place: FilePlace): QuestsError {
    const { lines } = this;
    // A table leaves the line that it stumbled over open.
    lines.back();
    lines.advance();
    const after = lines.number - firstLine;
    const problem = `expected ${atoms} atoms, found ${shown(lines.text().trim())} after ${after}`;
    return invalidFile({ ...place, line: lines.number }, problem);
  }
}

/** Coordinates of one column of three, or of three columns. */
function joined(columns: readonly Float64Array[]): Float64Array {
  const [x, y, z] = columns as [Float64Array, ...(Float64Array | undefined)[]];
  if (y === undefined || z === undefined) return x;
  const positions = new Float64Array(3 * x.length);
  for (let atom = 0; atom < x.length; atom++) {
    positions[3 * atom] = x[atom] as number;
    positions[3 * atom + 1] = y[atom] as number;
    positions[3 * atom + 2] = z[atom] as number;
  }
  return positions;
}

function split(text: string): string[] {
  return text.split(/\s+/).filter((field) => field !== '');
}
