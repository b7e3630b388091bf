import { errorAt } from '../../base/error.js';
import { counted } from '../../base/number-format.js';
import { isBadData } from '../structures/frames.js';
import { peek } from '../text/bytes.js';
import { isGzip, MAGIC_BYTES } from './compressed.js';
import type { Contents, Input } from './contents.js';
import { formatOfName, mayBeRead, SNIFFED_BYTES } from './detect-format.js';
import type { Format } from './format.js';
import type { OpenFile, ReadOptions } from './open-file.js';
import { openSeveral } from './several.js';
import { firstName, looksLikeZip } from './zip-directory.js';
import { type Member, zipMembers } from './zip-members.js';

/** Opens one file as if it were given. */
type Open = (options: ReadOptions, open: () => Promise<Input>) => Promise<OpenFile>;

/**
 * Whether a file is an archive of others, not one of NumPy: by its name, else by that of its first
 * file.
 *
 * @param forced the format that is asked for
 */
export function isArchive(file: string, head: Uint8Array, forced: Format | undefined): boolean {
  if (!looksLikeZip(head)) return false;
  const named = forced ?? (/\.zip(\.gz)?$/i.test(file) ? undefined : formatOfName(file));
  if (named !== undefined || /\.zip/i.test(file)) return named?.name !== 'npz';
  return !firstName(head).endsWith('.npy');
}

/**
 * Opens an archive: the structures of its files, one file after the other, or its one matrix. A
 * file that no reader may know, as a README, is passed over with a note, unless it is named.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged archive; what opening a file of it throws
 */
export async function openArchive(contents: Contents, options: ReadOptions, open: Open): Promise<OpenFile> {
  const { input } = contents;
  const { file } = input;
  const source = await contents.ranges();
  // What is read one after the other is no longer needed.
  input.close();
  try {
    const { members: pattern, signal } = options;
    const { decompress } = input;
    const members = await zipMembers(source, { file, members: pattern, decompress, signal });
    const files = openings(members, input, options, open);
    const nothing = `none of ${counted(members.length, 'file')} in the archive can be read`;
    return await openSeveral({ file, files, nothing, close: () => void source.close() }, options);
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Opens one file of an archive after the other. */
async function* openings(
  members: readonly Member[],
  { file: archive, decompress }: Input,
  options: ReadOptions,
  open: Open,
): AsyncGenerator<OpenFile, void, undefined> {
  const { onNote, onSkip, format } = options;
  const isPicked = options.members !== undefined || format !== undefined || members.length === 1;
  for (const { file, bytes } of members) {
    let opened: OpenFile;
    try {
      const { head, bytes: all } = await peek(bytes(), MAGIC_BYTES);
      const contents = isGzip(head, file) ? decompress(all, 'gzip', file) : all;
      const peeked = await peek(contents, SNIFFED_BYTES);
      const close = (): void => undefined;
      if (isArchive(file, peeked.head, undefined)) {
        throw errorAt('INVALID_FILE', { file }, 'an archive in an archive, which is not read');
      }
      if (!isPicked && !mayBeRead(file, peeked.head)) {
        onNote?.({ file: archive, frame: 0, text: passedOver(file, archive), kind: 'members' });
        continue;
      }
      // A size that is promised makes no room: a few bytes can promise many.
      const input = { file, size: undefined, bytes: peeked.bytes, decompress, close };
      opened = await open({ ...options, members: undefined }, () => Promise.resolve(input));
    } catch (thrown) {
      if (onSkip === undefined || !isBadData(thrown)) throw thrown;
      onSkip({ file, error: thrown });
      continue;
    }
    yield opened;
  }
}

function passedOver(file: string, archive: string): string {
  return `${file.slice(archive.length + 1)} is of no format that is read, and passed over`;
}
