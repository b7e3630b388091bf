import { QuestsError } from '../../base/error.js';
import { crc32 } from '../text/crc32.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import type { RangeSource } from '../text/ranges.js';
import type { Decompress } from './contents.js';
import { matcherOf } from './member-pattern.js';
import { zipDirectory, type ZipEntry, zipStart } from './zip-directory.js';

/** A file in an archive. */
export interface Member {
  /** Its name in the archive, for messages: `ARCHIVE/FOLDER/NAME`. */
  readonly file: string;
  /** The same without the archive's. */
  readonly name: string;
  /** Bytes in it. */
  readonly size: number;
  /** Its contents, from the first byte, as often as they are asked for. */
  readonly bytes: () => AsyncGenerator<Uint8Array, void, undefined>;
  /** A file in the same folder of the archive, whether it is meant or not. */
  readonly beside: (name: string) => Member | undefined;
}

/** What is read of an archive, and how. */
export interface MemberOptions {
  /** What messages call the archive. */
  readonly file: string;
  /** A pattern for names of files in it. Default: all. */
  readonly members?: string | undefined;
  readonly decompress: Decompress;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes of an archive that are read at once. */
const PIECE = 1 << 20;

const STORED = 0;
const DEFLATED = 8;

/** Methods that are not read, as people know them. */
const METHODS: Readonly<Record<number, string>> = {
  1: 'shrink',
  6: 'implode',
  9: 'deflate64',
  12: 'bzip2',
  14: 'LZMA',
  93: 'zstd',
  95: 'xz',
  98: 'PPMd',
  99: 'AES',
};

/** What programs put into archives beside the files: folders, forks and settings of desktops. */
const BESIDE = /\/$|(^|\/)(__MACOSX\/|\._|\.DS_Store$|Thumbs\.db$|desktop\.ini$)/;

/**
 * The files in a ZIP archive, in the order of their names, numbers in them by value. Names are
 * names: nothing is ever written to them.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged archive; FILE_ACCESS for a pattern that no file
 *   matches; EMPTY for an archive without files. While bytes are read: INVALID_FILE for an
 *   encrypted file, an unknown method, damaged bytes
 */
export async function zipMembers(source: RangeSource, options: MemberOptions): Promise<Member[]> {
  const { file, members } = options;
  const entries = (await zipDirectory(source, file)).filter(({ name }) => !BESIDE.test(name));
  if (entries.length === 0) throw emptyFile({ file }, 'there are no files in the archive');
  const matches = members === undefined ? undefined : matcherOf(members);
  const found = matches === undefined ? entries : entries.filter(({ name }) => matches(name));
  if (found.length === 0) {
    throw new QuestsError('FILE_ACCESS', `no file in ${file} matches ${members}`, { file });
  }
  const { compare } = new Intl.Collator('en', { numeric: true });
  found.sort((a, b) => compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
  const memberOf = (entry: ZipEntry): Member => {
    const own = `${file}/${entry.name}`;
    const beside = (name: string): Member | undefined => {
      const other = entries.find((candidate) => candidate.name === entry.name.replace(/[^/]*$/, name));
      return other && memberOf(other);
    };
    return {
      file: own,
      name: entry.name,
      size: entry.size,
      bytes: () => contents(source, entry, own, options),
      beside,
    };
  };
  return found.map(memberOf);
}

async function* contents(
  source: RangeSource,
  entry: ZipEntry,
  file: string,
  { decompress, signal }: MemberOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (entry.isEncrypted)
    throw invalidFile({ file }, 'encrypted, which is not read; unpack the archive first');
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    const name = METHODS[entry.method] ?? `method ${entry.method}`;
    throw invalidFile({ file }, `compressed with ${name}, which is not read; unpack the archive first`);
  }
  const stored = pieces(source, await zipStart(source, entry, file), entry.compressed, file, signal);
  yield* checked(entry.method === STORED ? stored : decompress(stored, 'deflate-raw', file), entry, file);
}

async function* pieces(
  source: RangeSource,
  start: number,
  length: number,
  file: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = start; at < start + length;) {
    signal?.throwIfAborted();
    const bytes = await source.read(at, Math.min(PIECE, start + length - at));
    if (bytes.length === 0) throw invalidFile({ file }, 'the archive ends within it');
    yield bytes;
    at += bytes.length;
  }
}

/** The same bytes; at their end as many as there should be, with their checksum. */
async function* checked(
  bytes: AsyncIterable<Uint8Array>,
  { size, crc }: ZipEntry,
  file: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let found = 0;
  let sum = 0;
  for await (const piece of bytes) {
    found += piece.length;
    if (found > size) throw invalidFile({ file }, `more than the ${size} bytes that the archive promises`);
    sum = crc32(piece, sum);
    yield piece;
  }
  if (found !== size) throw invalidFile({ file }, `${found} bytes, but the archive promises ${size}`);
  if (sum !== crc) throw invalidFile({ file }, 'damaged: its checksum in the archive is another');
}
