import { type FilePlace, invalidFile } from '../../text/fault.js';
import { readPart } from '../../text/part.js';
import type { RangeSource } from '../../text/ranges.js';
import { Cursor, NOWHERE, textUntilZero } from './bytes.js';
import { type Message, MESSAGES } from './object-header.js';

/** A name in a group, and the address of what it names. */
export interface Link {
  readonly name: string;
  readonly address: number;
}

/** Bytes of a name in a table of a group. */
const ENTRY_BYTES = 40;

/** Names that lead to other names, or to other files. */
const SOFT = 2;

/**
 * The names in a group; undefined where the object is none. Names that lead to other names or files
 * are passed over.
 *
 * @throws {QuestsError} INVALID_FILE for damaged tables, and for groups that are not read
 */
export async function linksOf(
  source: RangeSource,
  messages: readonly Message[],
  place: FilePlace,
): Promise<Link[] | undefined> {
  const table = messages.find(({ kind }) => kind === MESSAGES.symbolTable);
  if (table !== undefined) return tableLinks(source, table, place);
  const info = messages.find(({ kind }) => kind === MESSAGES.linkInfo);
  const links = messages.filter(({ kind }) => kind === MESSAGES.link);
  if (info === undefined && links.length === 0) return undefined;
  if (info !== undefined) {
    const cursor = new Cursor(info.data, 'a group', place);
    cursor.skip(1);
    if ((cursor.u8() & 1) !== 0) cursor.skip(8);
    if (cursor.u64() !== NOWHERE) {
      const way = 'write the file with h5py.File(NAME, "w"), without libver and track_order';
      throw invalidFile({ ...place }, `groups with an index of their names, which is not read; ${way}`);
    }
  }
  return links
    .map(({ data }) => linkOf(new Cursor(data, 'a name', place)))
    .filter((link) => link !== undefined);
}

/** A link of the new style; undefined for one that leads to another name. */
function linkOf(cursor: Cursor): Link | undefined {
  cursor.skip(1);
  const flags = cursor.u8();
  const kind = (flags & 8) === 0 ? 0 : cursor.u8();
  if ((flags & 4) !== 0) cursor.skip(8);
  if ((flags & 0x10) !== 0) cursor.skip(1);
  const name = new TextDecoder().decode(cursor.take(cursor.uint(2 ** (flags & 3))));
  return kind === 0 ? { name, address: cursor.u64() } : undefined;
}

/** The links of a tree of tables, with the names in a heap. */
async function tableLinks(source: RangeSource, { data }: Message, place: FilePlace): Promise<Link[]> {
  const what = 'a group';
  const message = new Cursor(data, what, place);
  const tree = message.u64();
  const names = await heapOf(source, message.u64(), place);
  const links: Link[] = [];
  const visited = new Set<number>();
  const waiting = [tree];
  for (let address = waiting.pop(); address !== undefined; address = waiting.pop()) {
    if (visited.has(address)) throw message.damaged('its tables lead in circles');
    visited.add(address);
    const head = new Cursor(await readPart(source, address, 8, what, place), what, place);
    if (head.bytes[0] === 0x54) {
      head.mark('TREE');
      if (head.u8() !== 0) throw head.damaged('its tree is of another kind');
      head.skip(1);
      const count = head.u16();
      const body = new Cursor(await readPart(source, address + 24, 16 * count + 8, what, place), what, place);
      const children = Array.from({ length: count }, () => {
        body.skip(8);
        return body.u64();
      });
      waiting.push(...children.reverse());
      continue;
    }
    head.mark('SNOD');
    head.skip(2);
    const count = head.u16();
    const body = new Cursor(
      await readPart(source, address + 8, ENTRY_BYTES * count, what, place),
      what,
      place,
    );
    for (let entry = 0; entry < count; entry++) {
      const offset = body.u64();
      const target = body.u64();
      const kind = body.u32();
      body.skip(20);
      if (kind !== SOFT) links.push({ name: textUntilZero(names, offset), address: target });
    }
  }
  return links;
}

async function heapOf(source: RangeSource, address: number, place: FilePlace): Promise<Uint8Array> {
  const what = 'the names of a group';
  const cursor = new Cursor(await readPart(source, address, 32, what, place), what, place);
  cursor.mark('HEAP');
  cursor.skip(4);
  const size = cursor.u64();
  cursor.skip(8);
  return readPart(source, cursor.u64(), size, what, place);
}
