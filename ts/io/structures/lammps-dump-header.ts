import type { QuestsError } from '../../base/error.js';
import { emptyFile, invalidFile, type FilePlace, shown } from '../text/fault.js';
import type { Mark } from './frames.js';
import { type Box, parseBounds } from './lammps-box.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { MOST_ATOMS } from '../text/table.js';

/** What stands before the atoms of a frame. */
export interface DumpHeader {
  readonly atoms: number;
  readonly timestep: number;
  readonly time: number | undefined;
  readonly units: string | undefined;
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
const TIMESTEP = /ITEM:\s*TIMESTEP\b/;
const ATOMS = /^ATOMS(\s|$)/;
const BOUNDS = /^BOX BOUNDS(\s|$)/;

/** Reads what stands before the atoms of the frames of a dump, item by item. */
export class DumpHeaders {
  private readonly lines: LineReader;
  /** Units stand in the first frame only. */
  private units: string | undefined;
  /** The item with which frames of this file begin: `TIME`, where it is there, else `TIMESTEP`. */
  private firstItem: string | undefined;
  /** Line of the last timestep read, which every frame has once. */
  lastMark = 0;

  constructor(lines: LineReader) {
    this.lines = lines;
  }

  /** Reads up to the atoms; undefined at the end of the file. */
  async read(place: FilePlace, wanted: boolean): Promise<DumpHeader | undefined> {
    const { lines } = this;
    do {
      if (!lines.advance() && !(await lines.next())) return undefined;
    } while (lines.isBlank());
    const items: Items = {};
    for (;;) {
      const here = { ...place, line: lines.number };
      if (!isItem(this.lines)) throw this.noItem(items, here);
      const item = this.item();
      if (item.includes(ITEM))
        throw invalidFile(here, `expected one item, found ${shown(this.lines.text())}`);
      if (ATOMS.test(item)) return this.finished(items, item, here);
      const name = BOUNDS.test(item) ? 'BOX BOUNDS' : item;
      await this.readItem(name, item.slice(name.length), items, here, wanted);
      await this.follow(place, name);
    }
  }

  /** Whether a frame may begin with the present line. */
  mayBegin(): boolean {
    if (!isItem(this.lines)) return false;
    const item = this.item();
    return item === 'UNITS' || (this.firstItem === undefined ? isFirst(item) : item === this.firstItem);
  }

  /** Whether the present line is the item that every frame has once, or holds it. */
  mark(): Mark | undefined {
    const at = this.lines.text().search(TIMESTEP);
    if (at === -1) return undefined;
    return at === 0 ? 'whole' : 'within';
  }

  /** Refuses a frame that goes on after its last atom. */
  async checkEnd(atoms: number, place: FilePlace): Promise<void> {
    const { lines } = this;
    const [next = ''] = await lines.peekWritten(1);
    // A restart may have glued the next beginning to the first letters of another.
    if (next.trim() === '' || next.startsWith(ITEM) || TIMESTEP.test(next)) return;
    const after = `after ${atoms} atom${atoms === 1 ? '' : 's'}`;
    throw invalidFile(
      { ...place, line: lines.number + 1 },
      `expected ITEM: ${this.firstItem ?? 'TIMESTEP'} ${after}, found ${shown(next.trim())}`,
    );
  }

  /** Reads what belongs to an item before the atoms. */
  private async readItem(
    item: string,
    detail: string,
    items: Items,
    here: FilePlace,
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
      this.lastMark = this.lines.number;
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
  private async value(here: FilePlace, item: string): Promise<string> {
    await this.follow(here, item);
    const text = this.lines.text().trim();
    // Also within the line, where a restart goes on after half a line.
    if (text.includes(ITEM))
      throw invalidFile({ ...here, line: this.lines.number }, `expected a value of ITEM: ${item}`);
    return text;
  }

  private async follow(place: FilePlace, item: string): Promise<void> {
    const { lines } = this;
    if (lines.advance() || (await lines.next())) return;
    throw invalidFile({ ...place, line: lines.number }, `the file ends after ITEM: ${item}`);
  }

  private count(text: string, here: FilePlace): number {
    const atoms = this.whole(text, 'the number of atoms', here);
    const place = { ...here, line: this.lines.number };
    if (atoms === 0) throw emptyFile(place, 'a frame of 0 atoms');
    if (atoms > MOST_ATOMS)
      throw invalidFile(place, `${atoms} atoms promised, at most ${MOST_ATOMS} can be read`);
    return atoms;
  }

  private whole(text: string, what: string, here: FilePlace): number {
    if (!/^\d+$/.test(text)) throw this.unexpected(what, text, here);
    return Number(text);
  }

  private unexpected(what: string, text: string, here: FilePlace): QuestsError {
    return invalidFile({ ...here, line: this.lines.number }, `expected ${what}, found ${shown(text)}`);
  }

  private finished({ atoms, timestep, time, box }: Items, item: string, here: FilePlace): DumpHeader {
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
      units: this.units,
      box: box === 'passed over' ? undefined : box,
      columns: item.slice('ATOMS'.length).trim(),
    };
  }

  /** The name of the item on the present line, with what follows it. */
  private item(): string {
    return this.lines.text().slice(ITEM.length).trim().replace(/\s+/g, ' ');
  }

  private noItem(items: Items, here: FilePlace): QuestsError {
    const isFirstLine = Object.keys(items).length === 0;
    const text = shown(this.lines.text().trim());
    return invalidFile(here, `expected ITEM: ${isFirstLine ? 'TIMESTEP' : 'ATOMS'}, found ${text}`);
  }
}

/** Whether the present line names an item. */
export function isItem({ bytes, start }: LineReader): boolean {
  for (let at = 0; at < ITEM.length; at++) if (bytes[start + at] !== ITEM.charCodeAt(at)) return false;
  return true;
}

function isFirst(item: string): boolean {
  return item === 'TIME' || item === 'TIMESTEP';
}
