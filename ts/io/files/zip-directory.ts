import { invalidFile, shown } from '../text/fault.js';
import { type RangeSource, readRange } from '../text/ranges.js';

/** A file in a ZIP archive, as the archive's directory says. */
export interface ZipEntry {
  /** Its name, with folders before it: a name only, never a place to write to. */
  readonly name: string;
  readonly isEncrypted: boolean;
  /** Number of the method that it is compressed with: 0 is none, 8 is deflate. */
  readonly method: number;
  readonly crc: number;
  /** Bytes in the archive. */
  readonly compressed: number;
  /** Bytes of the file. */
  readonly size: number;
  /** Where its local header stands. */
  readonly start: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;

/** Bytes of the records, without what varies in length. */
const CENTRAL_LENGTH = 46;
const LOCAL_LENGTH = 30;
const END_LENGTH = 22;
const END_64_LENGTH = 56;
const LOCATOR_64_LENGTH = 20;

/** Longest comment after the last record. */
const LONGEST_COMMENT = 0xffff;

/** What stands where a number needs 64 bits. */
const IN_EXTRA = 0xffff_ffff;
const IN_EXTRA_16 = 0xffff;

/** Extra field of numbers of 64 bits. */
const EXTRA_64 = 1;

/** Bit of the flags of a name in UTF-8, and of an encrypted file. */
const UTF8 = 1 << 11;
const ENCRYPTED = 1;

/** Whether a file begins like a ZIP archive, also an empty one. */
export function looksLikeZip(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const mark = new DataView(head.buffer, head.byteOffset, 4).getUint32(0, true);
  return mark === LOCAL || mark === END;
}

/** The name of the first file of an archive, as its first bytes say; empty where they do not. */
export function firstName(head: Uint8Array): string {
  if (head.length < LOCAL_LENGTH) return '';
  const length = viewOf(head).getUint16(26, true);
  return new TextDecoder().decode(head.subarray(LOCAL_LENGTH, LOCAL_LENGTH + length));
}

/**
 * The files in a ZIP archive, in the order of its directory.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged or truncated archive, one in several files, and
 *   one whose files overlap
 */
export async function zipDirectory(source: RangeSource, file: string): Promise<ZipEntry[]> {
  const { count, length, start, shift } = await endOf(source, file);
  const bytes = await readRange(source, start + shift, length, 'the directory of the archive', file);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index++) {
    if (at + CENTRAL_LENGTH > length || view.getUint32(at, true) !== CENTRAL) {
      throw damaged(file, `entry ${index} of ${count} is missing in its directory`);
    }
    const name = view.getUint16(at + 28, true);
    const extra = view.getUint16(at + 30, true);
    const end = at + CENTRAL_LENGTH + name + extra + view.getUint16(at + 32, true);
    if (end > length) throw damaged(file, `entry ${index} of ${count} is cut in its directory`);
    entries.push(entryOf(bytes.subarray(at, end), name, extra, shift, file));
    at = end;
  }
  checkPlaces(entries, start + shift, file);
  return entries;
}

/**
 * Where the bytes of an entry begin.
 *
 * @param file what messages call the file in the archive
 */
export async function zipStart(source: RangeSource, { start }: ZipEntry, file: string): Promise<number> {
  const view = viewOf(await readRange(source, start, LOCAL_LENGTH, 'its header in the archive', file));
  if (view.getUint32(0, true) !== LOCAL) throw invalidFile({ file }, 'its header in the archive is damaged');
  return start + LOCAL_LENGTH + view.getUint16(26, true) + view.getUint16(28, true);
}

interface End {
  readonly count: number;
  readonly length: number;
  readonly start: number;
  /** Bytes before the archive, as of a program that unpacks itself. */
  readonly shift: number;
}

async function endOf(source: RangeSource, file: string): Promise<End> {
  const { size } = source;
  const length = Math.min(size, END_LENGTH + LONGEST_COMMENT);
  const tail = await readRange(source, size - length, length, 'the end of the archive', file);
  const view = viewOf(tail);
  let at = length - END_LENGTH;
  while (at >= 0 && view.getUint32(at, true) !== END) at--;
  if (at < 0) throw damaged(file, 'its end is missing');
  const end = size - length + at;
  const disks = view.getUint16(at + 4, true);
  const found = {
    count: view.getUint16(at + 10, true),
    length: view.getUint32(at + 12, true),
    start: view.getUint32(at + 16, true),
  };
  const needs64 = found.count === IN_EXTRA_16 || found.length === IN_EXTRA || found.start === IN_EXTRA;
  const large = needs64 || disks === IN_EXTRA_16 ? await end64(source, end, file) : undefined;
  if (disks !== 0 && large === undefined) throw damaged(file, 'it is one of several files');
  const directory = large ?? { ...found, end };
  const shift = directory.end - directory.length - directory.start;
  if (shift < 0) throw damaged(file, 'its directory is cut');
  return { ...directory, shift };
}

/** What an archive with numbers of 64 bits says at its end; undefined for others. */
async function end64(
  source: RangeSource,
  end: number,
  file: string,
): Promise<(Omit<End, 'shift'> & { readonly end: number }) | undefined> {
  if (end < LOCATOR_64_LENGTH) return undefined;
  const locator = viewOf(
    await readRange(source, end - LOCATOR_64_LENGTH, LOCATOR_64_LENGTH, 'its end', file),
  );
  if (locator.getUint32(0, true) !== LOCATOR_64) return undefined;
  const at = Number(locator.getBigUint64(8, true));
  const view = viewOf(await readRange(source, at, END_64_LENGTH, 'the end of the archive', file));
  if (view.getUint32(0, true) !== END_64) throw damaged(file, 'its end is damaged');
  return {
    count: Number(view.getBigUint64(32, true)),
    length: Number(view.getBigUint64(40, true)),
    start: Number(view.getBigUint64(48, true)),
    end: at,
  };
}

function entryOf(
  bytes: Uint8Array,
  nameLength: number,
  extraLength: number,
  shift: number,
  file: string,
): ZipEntry {
  const view = viewOf(bytes);
  const flags = view.getUint16(8, true);
  const name = nameOf(bytes.subarray(CENTRAL_LENGTH, CENTRAL_LENGTH + nameLength), (flags & UTF8) !== 0);
  const extra = bytes.subarray(CENTRAL_LENGTH + nameLength, CENTRAL_LENGTH + nameLength + extraLength);
  const numbers = [24, 20, 42].map((at) => view.getUint32(at, true));
  const large = numbers.includes(IN_EXTRA) ? numbersOf(extra) : [];
  const [size = 0, compressed = 0, start = 0] = numbers.map((number) => {
    if (number !== IN_EXTRA) return number;
    const found = large.shift();
    if (found === undefined) throw damaged(file, `the size of ${shown(name)} is missing in its directory`);
    return found;
  });
  return {
    name,
    isEncrypted: (flags & ENCRYPTED) !== 0,
    method: view.getUint16(10, true),
    crc: view.getUint32(16, true),
    compressed,
    size,
    start: start + shift,
  };
}

/** Numbers of 64 bits among the extra fields of an entry. */
function numbersOf(extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.length;) {
    const length = view.getUint16(at + 2, true);
    const end = at + 4 + length;
    if (view.getUint16(at, true) === EXTRA_64 && end <= extra.length) {
      const numbers = Math.min(3, Math.floor(length / 8));
      return Array.from({ length: numbers }, (_, index) =>
        Number(view.getBigUint64(at + 4 + 8 * index, true)),
      );
    }
    at = end;
  }
  return [];
}

/**
 * A name on one line; names of old programs are in the characters of DOS, of which ASCII is kept.
 */
function nameOf(bytes: Uint8Array, isUtf8: boolean): string {
  let name: string;
  try {
    // Most programs write UTF-8, whether they say so or not.
    name = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    name = new TextDecoder(isUtf8 ? 'utf-8' : 'latin1').decode(bytes);
  }
  return name.replaceAll('\\', '/').replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, '\ufffd');
}

/** Files that lie over each other make much of little: an archive that is made to do harm. */
function checkPlaces(entries: readonly ZipEntry[], directory: number, file: string): void {
  let before = 0;
  for (const { name, start, compressed } of [...entries].sort((a, b) => a.start - b.start)) {
    const end = start + LOCAL_LENGTH + compressed;
    if (start < before || end > directory) {
      throw damaged(file, `the bytes of ${shown(name)} overlap others or are cut`);
    }
    before = end;
  }
}

function damaged(file: string, problem: string): ReturnType<typeof invalidFile> {
  return invalidFile({ file }, `damaged or truncated ZIP archive: ${problem}`);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
