import { errorAt } from '../../base/error.js';
import { counted } from '../../base/number-format.js';
import { trajectoryOf } from '../structures/cp2k-header.js';
import { isBadData } from '../structures/frames.js';
import { readWhole } from '../matrices/whole.js';
import { peek } from '../text/bytes.js';
import type { Folder, OpenRanges } from '../text/folder.js';
import { rangesOf } from '../text/ranges.js';
import { COMPRESSED_ENDING, compressionOf, MAGIC_BYTES } from './compressed.js';
import type { Contents, Input } from './contents.js';
import { formatOfName, mayBeRead, SNIFFED_BYTES } from './detect-format.js';
import { foldersAmong } from './folders-among.js';
import type { Format } from './format.js';
import type { OpenFile, ReadOptions } from './open-file.js';
import { openSeveral } from './several.js';
import { firstName, looksLikeZip } from './zip-directory.js';
import { type Member, zipMembers } from './zip-members.js';

/** What opens a file, and a folder of files that belong together, as if they were given. */
interface Openers {
  readonly input: (options: ReadOptions, open: () => Promise<Input>) => Promise<OpenFile>;
  readonly folder: (options: ReadOptions, folder: Folder) => Promise<OpenFile>;
}

/**
 * Whether a file is an archive of others, not one of NumPy: by its name, else by that of its first
 * file.
 *
 * @param forced the format that is asked for
 */
export function isArchive(file: string, head: Uint8Array, forced: Format | undefined): boolean {
  if (!looksLikeZip(head)) return false;
  const plain = file.replace(COMPRESSED_ENDING, '');
  const named = forced ?? (/\.zip$/i.test(plain) ? undefined : formatOfName(plain));
  if (named !== undefined || /\.zip/i.test(file)) return named?.name !== 'npz';
  return !firstName(head).endsWith('.npy');
}

/**
 * Opens an archive: the structures of its files, one file after the other, or its one matrix. A
 * file that no reader may know, as a README, is passed over with a note, unless it is named.
 * Folders of DeePMD-kit follow the files.
 *
 * @throws {QuestsError} INVALID_FILE for a damaged archive; what opening a file of it throws
 */
export async function openArchive(
  contents: Contents,
  options: ReadOptions,
  open: Openers,
): Promise<OpenFile> {
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
  open: Openers,
): AsyncGenerator<OpenFile, void, undefined> {
  const { onNote, onSkip, format } = options;
  const isPicked = options.members !== undefined || format !== undefined || members.length === 1;
  const isMeant = new Set(members.map(({ file }) => file));
  const { folders, others } = foldersAmong(format === undefined ? members : [], ({ name }) => name);
  for (const { file, bytes, beside } of format === undefined ? others : members) {
    const trajectory = isPicked ? undefined : trajectoryOf(file);
    if (trajectory !== undefined && isMeant.has(trajectory)) continue;
    let opened: OpenFile;
    try {
      const { head, bytes: all } = await peek(bytes(), MAGIC_BYTES);
      const compression = compressionOf(head);
      const contents = compression === undefined ? all : decompress(all, compression, file);
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
      const input = {
        file,
        size: undefined,
        bytes: peeked.bytes,
        beside: (name: string) => Promise.resolve(beside(name)?.bytes()),
        decompress,
        close,
      };
      opened = await open.input({ ...options, members: undefined }, () => Promise.resolve(input));
    } catch (thrown) {
      if (onSkip === undefined || !isBadData(thrown)) throw thrown;
      onSkip({ file, error: thrown });
      continue;
    }
    yield opened;
  }
  for (const [name, own] of folders) {
    yield await open.folder(
      { ...options, members: undefined },
      {
        name: name === '' ? archive : `${archive}/${name}`,
        files: [...own.keys()],
        open: (file) => inMemory(own.get(file), options),
      },
    );
  }
}

/** All bytes of a file of a folder: what is compressed has no ranges. */
async function inMemory(member: Member | undefined, { signal }: ReadOptions): Promise<OpenRanges> {
  const { file = '', bytes } = member ?? {};
  const all = bytes === undefined ? new Uint8Array(0) : await readWhole(bytes(), { file, signal });
  return { ...rangesOf(all), close: () => Promise.resolve() };
}

function passedOver(file: string, archive: string): string {
  return `${file.slice(archive.length + 1)} is of no format that is read, and passed over`;
}
