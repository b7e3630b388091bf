import { statSync } from 'node:fs';
import { QuestsError } from '../../base/error.js';
import { peek } from '../text/bytes.js';
import { emptyFile, invalidFile } from '../text/fault.js';
import type { Structure } from '../../model/structure.js';
import { isBadData } from '../structures/frames.js';
import { compressionOf, MAGIC_BYTES } from './compressed.js';
import { decompressed } from './compression.js';
import type { Decompress } from './contents.js';
import { FollowedFile, type FollowOptions } from './followed-file.js';
import { isUrl, urlName } from './http-request.js';
import { openInput, STANDARD_INPUT } from './input.js';
import { openInputAs, type ReadOptions, wrongContents } from './opened.js';

/** Options of {@link followStructures}. */
export interface FollowStructuresOptions
  extends Omit<ReadOptions, 'select' | 'members'>, Pick<FollowOptions, 'idle'> {
  /**
   * Called where another file takes the name, or the file is cut: its frames are then read from the
   * first on.
   */
  readonly onReplaced?: (() => void) | undefined;
  /** Called with what is wrong with a last frame that was never finished. */
  readonly onUnfinished?: ((problem: Error) => void) | undefined;
}

/** Frames of a file that is being written, as they come. */
export interface FollowedStructures {
  readonly structures: AsyncGenerator<Structure, void, undefined>;
  /** Bytes that are written and not yet read; 0 of a pipe, whose writer waits. */
  readonly behind: () => number;
}

/**
 * Reads the frames of a file that is being written, each as soon as it is whole: a frame that is
 * not is waited for. The file may not be there yet. A named pipe and standard input are read to
 * their end.
 *
 * A file that is cut, or replaced by another of its name, is read again from its beginning; one
 * that is written over in place without being cut cannot be told from one that goes on.
 *
 * @param path a file, or `-` for standard input
 * @throws {QuestsError} as `readStructures`; INVALID_ARGUMENT for an address; INVALID_FILE for a
 *   format that is not read frame by frame, or for a compressed file. The signal's reason when
 *   cancelled
 *
 * @example
 * const { structures } = followStructures('dump.lammpstrj', { idle: 60 });
 * for await (const structure of structures) console.log(structure.source?.frame);
 */
export function followStructures(path: string, options: FollowStructuresOptions = {}): FollowedStructures {
  const { idle, onReplaced, onUnfinished, ...reading } = options;
  if (isUrl(path)) {
    throw new QuestsError('INVALID_ARGUMENT', `${urlName(path)}: an address cannot be followed; give a file`);
  }
  if (path === STANDARD_INPUT || isPipe(path)) {
    return { structures: throughPipe(path, reading), behind: () => 0 };
  }
  let present: FollowedFile | undefined;
  async function* structures(): AsyncGenerator<Structure, void, undefined> {
    for (;;) {
      const file = new FollowedFile(path, path, { signal: options.signal, idle });
      present = file;
      yield* ofOne(file, path, reading, onUnfinished);
      if (file.end !== 'replaced') return;
      onReplaced?.();
    }
  }
  return { structures: structures(), behind: () => present?.behind ?? 0 };
}

/** Frames of the file until it ends, or another takes its place. */
async function* ofOne(
  file: FollowedFile,
  path: string,
  options: ReadOptions,
  onUnfinished: FollowStructuresOptions['onUnfinished'],
): AsyncGenerator<Structure, void, undefined> {
  const pieces = file.bytes();
  const close = (): void => void pieces.return();
  const { head, bytes } = await peek(pieces, MAGIC_BYTES);
  if (compressionOf(head) !== undefined) {
    close();
    throw invalidFile({ file: path }, 'compressed files cannot be read while they are written');
  }
  // The writer may stop within a frame, or before the first.
  const unfinished = (thrown: unknown): void => {
    if (file.end === undefined || !isBadData(thrown)) throw thrown;
    onUnfinished?.(thrown);
  };
  if (head.length === 0) {
    unfinished(emptyFile({ file: path }, 'the file is empty'));
    return;
  }
  // Asked for by archives only, which are not followed.
  const decompress: Decompress = (inner, compression, own) =>
    decompressed(inner, compression, () => undefined, own, options.signal);
  const opened = await openInputAs(options, () =>
    Promise.resolve({ file: path, size: undefined, bytes, decompress, close }),
  );
  if (opened.holds !== 'structures' || opened.format.structures?.read === undefined) {
    opened.close();
    if (opened.holds !== 'structures') throw wrongContents(opened, 'structures');
    throw invalidFile({ file: path }, `${opened.format.title} cannot be read while it is written`);
  }
  try {
    yield* opened.structures;
  } catch (thrown) {
    unfinished(thrown);
  }
}

async function* throughPipe(path: string, options: ReadOptions): AsyncGenerator<Structure, void, undefined> {
  const opened = await openInputAs(options, () => openInput(path, options));
  if (opened.holds !== 'structures') {
    opened.close();
    throw wrongContents(opened, 'structures');
  }
  yield* opened.structures;
}

function isPipe(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFIFO() ?? false;
}
