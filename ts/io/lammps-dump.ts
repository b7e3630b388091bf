import type { QuestsError } from '../error.js';
import type { AtomArray, InfoValue, Structure } from '../structure.js';
import { inOrder, orderById } from './atom-order.js';
import type { ByteSource } from './bytes.js';
import { emptyFile, invalidFile, type Place, shown } from './fault.js';
import { type FrameOptions, type FrameReader, isBadData, readFrames } from './frames.js';
import { type Box, parseBounds, unscale } from './lammps-box.js';
import { type DumpPlan, planColumns } from './lammps-columns.js';
import type { LineReader } from './lines.js';
import { textNumber } from './number.js';
import { endsEarly, MOST_ATOMS, readTable } from './table.js';

/** What stands before the atoms of a frame. */
interface DumpHeader {
  readonly atoms: number;
  readonly timestep: number;
  readonly time: number | undefined;
  /** Undefined where it was passed over. */
  readonly box: Box | undefined;
  /** Names of the columns. */
  readonly columns: string;
}

/** Items before the atoms, while they are collected. */
interface Items {
  atoms?: number;
  timestep?: number;
  time?: number;
  box?: Box | 'passed over';
}

const ITEM = 'ITEM:';
const ATOMS = /^ATOMS(\s|$)/;
const BOUNDS = /^BOX BOUNDS(\s|$)/;

/**
 * Reads text dumps of LAMMPS (`dump atom`, `dump custom`), frame by frame.
 *
 * - Coordinates: `x y z`, else scaled `xs ys zs`, else unwrapped `xu yu zu`, else `xsu ysu zsu`; always as real
 *   coordinates, in the units of the file. A box that does not begin at 0 stays where it is: `info.Origin`.
 * - Species: `element`, else `typelabel`, else the number of the type as text, else none.
 * - All other columns are kept in `arrays` under the names of the file; `timestep`, `time` and `units` in `info`.
 * - Atoms are sorted by `id`; frames come in the order of the file.
 * - Boxes: see {@link parseBounds}.
 *
 * @param source bytes of the file, not compressed
 * @throws {QuestsError} INVALID_FILE, with file, frame, line and atom, for anything that is not as the file promises,
 *   and for an `id` that occurs twice; INVALID_STRUCTURE for coordinates or bounds that are not finite; EMPTY for a
 *   file without frames and a frame without atoms. The signal's reason when cancelled
 */
export function readLammpsDump(
  source: ByteSource,
  options: FrameOptions,
): AsyncGenerator<Structure, void, undefined> {
  return readFrames(source, options, (lines) => new DumpReader(lines));
}

/** Whether a file begins like a dump. */
export function looksLikeLammpsDump(head: string): boolean {
  return /^\ufeff?\s*ITEM: /.test(head);
}

class DumpReader implements FrameReader {
  private readonly lines: LineReader;
  /** Units stand in the first frame only. */
  private units: string | undefined;
  /** The item with which frames of this file begin: `TIME`, where it is there, else `TIMESTEP`. */
  private firstItem: string | undefined;
  /** Frames of a file mostly have the same columns. */
  private lastColumns = '';
  private lastPlan: DumpPlan | undefined;
  /** Atoms of the frame before. */
  private lastCount = 0;
  /** Names of types that have been met. */
  private readonly typeNames = new Map<number, string>();

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  async read(frame: number): Promise<Structure | undefined> {
    const { lines } = this;
    const place: Place = { file: lines.file, frame };
    const header = await this.header(place, true);
    if (header === undefined) return undefined;
    const plan = await this.plan(header, place);
    const firstLine = lines.number + 1;
    let tables: AtomArray[];
    try {
      tables = await readTable(lines, plan.columns, header.atoms, place);
    } catch (error) {
      if (isBadData(error) && lines.number >= firstLine && this.isItem())
        throw this.tooFew(header.atoms, firstLine, place);
      throw error;
    }
    this.lastCount = header.atoms;
    return this.structure(header, plan, tables, { ...place, line: firstLine });
  }

  async pass(frame: number): Promise<boolean> {
    const { lines } = this;
    const place: Place = { file: lines.file, frame };
    const header = await this.header(place, false);
    if (header === undefined) return false;
    const firstLine = lines.number + 1;
    for (let atom = 0; atom < header.atoms; atom++) {
      if (!lines.advance() && !(await lines.next())) throw endsEarly(lines, header.atoms, atom, place);
      if (this.isItem()) throw this.tooFew(header.atoms, firstLine, place);
    }
    this.lastCount = header.atoms;
    return true;
  }

  mayBegin(): boolean {
    if (!this.isItem()) return false;
    const item = this.item();
    return item === 'UNITS' || (this.firstItem === undefined ? isFirst(item) : item === this.firstItem);
  }

  /** Reads up to the atoms; undefined at the end of the file. */
  private async header(place: Place, wanted: boolean): Promise<DumpHeader | undefined> {
    const { lines } = this;
    do {
      if (!lines.advance() && !(await lines.next())) return undefined;
    } while (lines.isBlank());
    const items: Items = {};
    for (;;) {
      const here = { ...place, line: lines.number };
      if (!this.isItem()) throw this.noItem(items, here);
      const item = this.item();
      if (ATOMS.test(item)) return finished(items, item, here);
      const name = BOUNDS.test(item) ? 'BOX BOUNDS' : item;
      await this.readItem(name, item.slice(name.length), items, here, wanted);
      await this.follow(place, name);
    }
  }

  /** Reads what belongs to an item before the atoms. */
  private async readItem(
    item: string,
    detail: string,
    items: Items,
    here: Place,
    wanted: boolean,
  ): Promise<void> {
    const again = (there: unknown): void => {
      if (there !== undefined) throw invalidFile(here, `expected ITEM: ATOMS, found ITEM: ${item} again`);
    };
    if (isFirst(item)) this.firstItem ??= item;
    if (item === 'BOX BOUNDS') {
      again(items.box);
      const rows: string[] = [];
      for (let axis = 0; axis < 3; axis++) rows.push(await this.value(here, item));
      items.box = wanted ? parseBounds(detail, rows, here) : 'passed over';
    } else if (item === 'TIMESTEP') {
      again(items.timestep);
      const text = await this.value(here, item);
      items.timestep = this.whole(text, 'the timestep', here);
      if (!Number.isSafeInteger(items.timestep)) throw this.unexpected('a timestep below 2^53', text, here);
    } else if (item === 'NUMBER OF ATOMS') {
      again(items.atoms);
      items.atoms = this.count(await this.value(here, item), here);
    } else if (item === 'TIME') {
      again(items.time);
      const text = await this.value(here, item);
      const time = textNumber(text);
      if (time === undefined) throw this.unexpected('the time', text, here);
      items.time = time;
    } else if (item === 'UNITS') this.units = await this.value(here, item);
    else {
      const known = 'UNITS, TIME, TIMESTEP, NUMBER OF ATOMS, BOX BOUNDS, ATOMS';
      throw invalidFile(here, `ITEM: ${shown(item)} is unknown in a dump of atoms; known are ${known}`);
    }
  }

  /** The text of the next line, which belongs to an item. */
  private async value(here: Place, item: string): Promise<string> {
    await this.follow(here, item);
    if (this.isItem())
      throw invalidFile({ ...here, line: this.lines.number }, `expected a value of ITEM: ${item}`);
    return this.lines.text().trim();
  }

  private async follow(place: Place, item: string): Promise<void> {
    const { lines } = this;
    if (lines.advance() || (await lines.next())) return;
    throw invalidFile({ ...place, line: lines.number }, `the file ends after ITEM: ${item}`);
  }

  private count(text: string, here: Place): number {
    const atoms = this.whole(text, 'the number of atoms', here);
    const place = { ...here, line: this.lines.number };
    if (atoms === 0) throw emptyFile(place, 'a frame of 0 atoms');
    if (atoms > MOST_ATOMS)
      throw invalidFile(place, `${atoms} atoms promised, at most ${MOST_ATOMS} can be read`);
    return atoms;
  }

  private whole(text: string, what: string, here: Place): number {
    if (!/^\d+$/.test(text)) throw this.unexpected(what, text, here);
    return Number(text);
  }

  private unexpected(what: string, text: string, here: Place): QuestsError {
    return invalidFile({ ...here, line: this.lines.number }, `expected ${what}, found ${shown(text)}`);
  }

  private async plan({ columns }: DumpHeader, place: Place): Promise<DumpPlan> {
    const { lines } = this;
    if (this.lastPlan === undefined || columns !== this.lastColumns) {
      const here = { ...place, line: lines.number };
      let first: string[] = [];
      if (await lines.next()) {
        if (!this.isItem()) first = split(lines.text());
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
    place: Place,
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

  private info({ timestep, time }: DumpHeader, { origin }: Box): Record<string, InfoValue> {
    return {
      timestep,
      ...(time !== undefined && { time }),
      ...(this.units !== undefined && { units: this.units }),
      ...(origin.some((value) => value !== 0) && { Origin: origin }),
    };
  }

  /** Numbers of types as text, one string per type. */
  private types(numbers: ArrayLike<number>): string[] {
    return Array.from(numbers, (type) => {
      let name = this.typeNames.get(type);
      if (name === undefined) this.typeNames.set(type, (name = String(type)));
      return name;
    });
  }

  private isItem(): boolean {
    const { bytes, start } = this.lines;
    for (let at = 0; at < ITEM.length; at++) if (bytes[start + at] !== ITEM.charCodeAt(at)) return false;
    return true;
  }

  /** The name of the item on the present line, with what follows it. */
  private item(): string {
    return this.lines.text().slice(ITEM.length).trim().replace(/\s+/g, ' ');
  }

  private noItem(items: Items, here: Place): QuestsError {
    const text = shown(this.lines.text().trim());
    const before = here.frame ?? 0;
    const isFirstLine = Object.keys(items).length === 0;
    const hint =
      isFirstLine && before > 0
        ? ` (has frame ${before - 1} more than the ${this.lastCount} atoms it promises?)`
        : '';
    return invalidFile(here, `expected ITEM: ${isFirstLine ? 'TIMESTEP' : 'ATOMS'}, found ${text}${hint}`);
  }

  private tooFew(atoms: number, firstLine: number, place: Place): QuestsError {
    const { lines } = this;
    // A table leaves the line that it stumbled over open.
    lines.back();
    lines.advance();
    const after = lines.number - firstLine;
    const problem = `expected ${atoms} atoms, found ${shown(lines.text().trim())} after ${after}`;
    return invalidFile({ ...place, line: lines.number }, problem);
  }
}

function isFirst(item: string): boolean {
  return item === 'TIME' || item === 'TIMESTEP';
}

function finished({ atoms, timestep, time, box }: Items, item: string, here: Place): DumpHeader {
  const missing =
    timestep === undefined
      ? 'TIMESTEP'
      : atoms === undefined
        ? 'NUMBER OF ATOMS'
        : box === undefined
          ? 'BOX BOUNDS'
          : undefined;
  if (missing !== undefined) throw invalidFile(here, `expected ITEM: ${missing} before ITEM: ATOMS`);
  return {
    atoms: atoms as number,
    timestep: timestep as number,
    time,
    box: box === 'passed over' ? undefined : box,
    columns: item.slice('ATOMS'.length).trim(),
  };
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
