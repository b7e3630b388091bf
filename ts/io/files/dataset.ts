import { statSync } from 'node:fs';
import { QuestsError } from '../../base/error.js';
import { BREATH, breathe } from '../../run/job.js';
import type { Progress } from '../../run/run-options.js';
import type { Structure } from '../../model/structure.js';
import { openFile } from './files.js';
import { isUrl, urlName } from './http-request.js';
import { isBadData } from '../structures/frames.js';
import type { InputFile } from './input.js';
import { type OpenFile, type OpenReferenceFile, type ReadOptions, wrongContents } from './opened.js';
import type { StoredMatrix } from '../matrices/stored-matrix.js';

/** Several files as one dataset, opened. */
export interface OpenDataset {
  /** What the first file holds. */
  readonly holds: OpenFile['holds'];
  /** The structures of one file after the other. */
  structures(): AsyncGenerator<Structure, void, undefined>;
  /** The matrices of one file after the other. */
  matrices(): AsyncGenerator<NamedMatrix, void, undefined>;
  /** Opens the one file, where it is a stored reference; absent for others, and for several. */
  readonly reference?: (() => Promise<OpenReferenceFile>) | undefined;
  /** Lets go of the files; needed only where they are not read. */
  close(): Promise<void>;
}

/** A matrix, and the file it was read from. */
export interface NamedMatrix extends StoredMatrix {
  readonly file: string;
}

/**
 * Opens files as one dataset; the first that can be read tells what it holds.
 *
 * @param files at least one
 * @throws {QuestsError} as {@link openFile}; INVALID_FILE, when it comes to it, for a file that
 *   holds something else than is asked for; EMPTY where no file is left. With `onSkip` a file of
 *   which nothing can be read is skipped like a frame
 */
export async function openDataset(
  files: readonly (string | InputFile)[],
  options: ReadOptions = {},
): Promise<OpenDataset> {
  const named = files.map((file) => (typeof file === 'string' ? { path: file } : file));
  if (named.length === 0) throw new QuestsError('INVALID_ARGUMENT', 'no files are named');
  const openings = opened(named, options, progressOverAll(named, options));
  const first = await openings.next();
  if (first.done === true) throw new QuestsError('EMPTY', 'none of the files can be read');
  return {
    holds: first.value.holds,
    structures: () => structuresOf(first.value, openings),
    matrices: () => matricesOf(first.value, openings),
    reference: named.length === 1 && first.value.holds === 'matrix' ? first.value.reference : undefined,
    close: async () => {
      await openings.return();
    },
  };
}

/**
 * Reads the structures of a file, or of several as one dataset, frame by frame; only the present
 * frame is in memory. Each knows its file and index.
 *
 * @param files paths, or what {@link findFiles} made of patterns; `-` is standard input
 * @example
 * for await (const { positions, source } of readStructures('run.xyz.gz')) {
 *   console.log(source?.frame, positions.length / 3);
 * }
 * const files = await findFiles(['runs/*\/dump.*@::10']);
 * const sample = readStructures(files, { elements: ['Cu', 'Zr'] });
 *
 * @throws {QuestsError} as {@link openFile}; INVALID_FILE for a file of descriptors
 */
export async function* readStructures(
  files: string | readonly (string | InputFile)[],
  options: ReadOptions = {},
): AsyncGenerator<Structure, void, undefined> {
  const dataset = await openDataset(typeof files === 'string' ? [files] : files, options);
  yield* dataset.structures();
}

/** Opens one file after the other, each when it is asked for. */
async function* opened(
  files: readonly InputFile[],
  options: ReadOptions,
  progress: readonly (ReadOptions['onProgress'] | undefined)[],
): AsyncGenerator<OpenFile, void, undefined> {
  let lastBreath = performance.now();
  for (const [index, input] of files.entries()) {
    const {
      path,
      name = isUrl(path) ? urlName(path) : path,
      select = options.select,
      members = options.members,
    } = input;
    let file: OpenFile;
    // Small files are read without waiting; many of them would keep signals waiting.
    if (performance.now() - lastBreath >= BREATH) {
      await breathe();
      options.signal?.throwIfAborted();
      lastBreath = performance.now();
    }
    try {
      file = await openFile({ path, name }, { ...options, select, members, onProgress: progress[index] });
    } catch (thrown) {
      if (options.onSkip === undefined || !isBadData(thrown)) throw thrown;
      options.onSkip({ file: name, error: thrown });
      continue;
    }
    try {
      yield file;
    } finally {
      file.close();
    }
  }
}

async function* structuresOf(
  first: OpenFile,
  others: AsyncGenerator<OpenFile, void, undefined>,
): AsyncGenerator<Structure, void, undefined> {
  try {
    for (let file = first; ;) {
      if (file.holds !== 'structures') throw wrongContents(file, 'structures');
      yield* file.structures;
      const next = await others.next();
      if (next.done === true) return;
      file = next.value;
    }
  } finally {
    await others.return();
  }
}

async function* matricesOf(
  first: OpenFile,
  others: AsyncGenerator<OpenFile, void, undefined>,
): AsyncGenerator<NamedMatrix, void, undefined> {
  try {
    for (let file = first; ;) {
      if (file.holds !== 'matrix') throw wrongContents(file, 'a matrix of descriptors');
      yield { ...(await file.matrix()), file: file.file };
      const next = await others.next();
      if (next.done === true) return;
      file = next.value;
    }
  } finally {
    await others.return();
  }
}

/**
 * For each file what to call with its progress, so that the counts run over all of them; none where
 * a size is unknown.
 */
function progressOverAll(
  files: readonly InputFile[],
  { onProgress }: ReadOptions,
): readonly ReadOptions['onProgress'][] {
  if (onProgress === undefined || files.length === 1) return files.map(() => onProgress);
  const sizes = files.map(({ path }) => sizeOf(path));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let before = 0;
  return sizes.map((size) => {
    const start = before;
    before += size;
    return ({ done, phase }: Progress) => onProgress({ done: start + done, total, phase });
  });
}

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch {
    return 0;
  }
}
