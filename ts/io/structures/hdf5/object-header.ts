import type { FilePlace } from '../../text/fault.js';
import { readPart } from '../../text/part.js';
import type { RangeSource } from '../../text/ranges.js';
import { Cursor } from './bytes.js';

/** Kinds of messages that are read. */
export const MESSAGES = {
  dataspace: 1,
  linkInfo: 2,
  datatype: 3,
  link: 6,
  layout: 8,
  filters: 11,
  continuation: 16,
  symbolTable: 17,
} as const;

/** What an object of the file says of itself. */
export interface Message {
  readonly kind: number;
  readonly flags: number;
  readonly data: Uint8Array;
}

/** Bytes that a header begins with, at most. */
const HEAD_BYTES = 64;

/** Pieces that the messages of an object may be in. */
const MOST_PIECES = 256;

/** How the messages of a header are written. */
interface Style {
  /** Bytes of the first piece. */
  readonly size: number;
  /** Whether it is the style of HDF5 1.8 and later. */
  readonly isNew: boolean;
  /** Whether messages are numbered. */
  readonly hasOrder: boolean;
}

/**
 * The messages of an object: of a group or a dataset.
 *
 * @throws {QuestsError} INVALID_FILE for no object at this address
 */
export async function readObject(source: RangeSource, address: number, place: FilePlace): Promise<Message[]> {
  const what = `the object at byte ${address}`;
  const piece = async (start: number, length: number): Promise<Cursor> =>
    new Cursor(await readPart(source, start, length, what, place), what, place);
  const head = await piece(address, Math.min(HEAD_BYTES, Math.max(16, source.size - address)));
  const style = styleOf(head);
  const pieces: [number, number][] = [[address + head.at, style.size]];
  const messages: Message[] = [];
  // Pieces are added as messages lead to them.
  for (const [start, length] of pieces) {
    for (const message of messagesOf(await piece(start, length), style)) {
      messages.push(message);
      if (message.kind !== MESSAGES.continuation) continue;
      if (pieces.length === MOST_PIECES) throw head.damaged('it has too many pieces');
      const next = new Cursor(message.data, what, place);
      const from = next.u64();
      const bytes = next.u64();
      // A piece in the new style begins with a mark and ends with a check sum.
      pieces.push(style.isNew ? [from + 4, bytes - 8] : [from, bytes]);
    }
  }
  return messages;
}

function styleOf(head: Cursor): Style {
  if (head.bytes[0] !== 0x4f) {
    if (head.u8() !== 1) throw head.damaged('it is of no known version');
    head.skip(7);
    const size = head.u32();
    head.skip(4);
    return { size, isNew: false, hasOrder: false };
  }
  head.mark('OHDR');
  if (head.u8() !== 2) throw head.damaged('it is of no known version');
  const flags = head.u8();
  if ((flags & 0x20) !== 0) head.skip(16);
  if ((flags & 0x10) !== 0) head.skip(4);
  const size = head.uint(2 ** (flags & 3));
  return { size, isNew: true, hasOrder: (flags & 4) !== 0 };
}

function* messagesOf(cursor: Cursor, { isNew, hasOrder }: Style): Generator<Message, void, undefined> {
  const least = isNew ? (hasOrder ? 6 : 4) : 8;
  while (cursor.left >= least) {
    const kind = isNew ? cursor.u8() : cursor.u16();
    const size = cursor.u16();
    const flags = cursor.u8();
    cursor.skip(isNew ? (hasOrder ? 2 : 0) : 3);
    yield { kind, flags, data: cursor.take(size) };
  }
}
