import { compress, type CompressOptions, keptCount, type Selection } from './compress.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { concatenated, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { SELECTION_METHODS } from './selection-methods.js';

/** Options of {@link compressChunks}. */
export interface ChunkOptions extends Omit<CompressOptions, 'forces'> {
  /** Structures in a chunk, at least 2; their environments are in memory at a time. */
  readonly chunkSize: number;
}

/** What {@link compressChunks} picked. */
export interface ChunkedSelection extends Selection {
  /** Structures of the whole set. */
  readonly structures: number;
  /** Environments of the whole set. */
  readonly environments: number;
  /** Structures that were kept of chunks, among which the picks were made. */
  readonly candidates: number;
  /** Environments of the picks, in their order. */
  readonly kept: DescriptorMatrix;
  /** The picks themselves, in their order; `null` where the batches have no structures. */
  readonly keptStructures: readonly Structure[] | null;
}

/** Structures that were kept of a chunk. */
interface Candidates {
  readonly x: DescriptorMatrix;
  readonly indices: readonly number[];
  readonly structures: readonly Structure[];
  /** Which of its environments are new whatever their δH is. */
  readonly novel: readonly (boolean | string)[];
}

/**
 * Selects structures of a set that does not fit into memory, in two rounds: first among the
 * structures of each chunk, then among the structures kept of all chunks. To keep a fraction f,
 * each round keeps √f; to keep n structures, each chunk keeps up to n.
 *
 * The result differs from a selection of the whole set: structures of different chunks are compared
 * in the second round only. {@link compressionCoverage}, with the same batches read once more,
 * shows how much of the set the picks cover.
 *
 * @param batches environments of the set, batch by batch, whole frames each, as `descriptorBatches`
 *   makes them
 * @returns picks as {@link compress} gives them, indices being those of the whole set; entropies
 *   are `null`
 * @throws {QuestsError} INVALID_ARGUMENT: a chunk of fewer than 2 structures, a size that the set
 *   has not, `atom_msc` and `gradient_fps`, which need the whole set; all that {@link compress}
 *   refuses; EMPTY: no batches
 *
 * @example
 * const batches = () => descriptorBatches(readStructures('huge.xyz'));
 * const options = { chunkSize: 5000, size: { fraction: 0.1 } };
 * const { picks, kept } = await compressChunks(batches(), options);
 */
export async function compressChunks(
  batches: AsyncIterable<{
    readonly x: DescriptorMatrix;
    readonly structures?: readonly Structure[] | undefined;
  }>,
  options: ChunkOptions,
): Promise<ChunkedSelection> {
  const { chunkSize, size = DEFAULTS.size, method, novel } = options;
  if (!(Number.isInteger(chunkSize) && chunkSize >= 2)) {
    throw new QuestsError('INVALID_ARGUMENT', `chunk size is ${chunkSize}, expected a whole number from 2`);
  }
  if (method === 'atom_msc') {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      'atom_msc has a target for the whole set, not for chunks of it',
    );
  }
  if (method !== undefined && SELECTION_METHODS[method].needsForces) {
    throw new QuestsError('INVALID_ARGUMENT', `${method} compares forces of the whole set, not of chunks`);
  }
  // A size that cannot be is refused before the first chunk is read.
  if ('fraction' in size) keptCount(size, 1);
  const candidates: Candidates[] = [];
  let structures = 0;
  let environments = 0;
  for await (const chunk of chunks(batches, chunkSize)) {
    const { x } = chunk;
    const count =
      'fraction' in size ? Math.ceil(Math.sqrt(size.fraction) * x.frames) : Math.min(size.count, x.frames);
    const first = environments;
    const isNovel = novel && ((row: number): boolean | string => novel(first + row));
    const { picks } = await compress(x, { ...options, novel: isNovel, size: { count } });
    // In the order of the set, so that ties go by it in the second round, too.
    picks.sort();
    candidates.push({
      x: x.select(picks),
      indices: Array.from(picks, (pick) => structures + pick),
      structures:
        chunk.structures.length === 0 ? [] : Array.from(picks, (pick) => chunk.structures[pick] as Structure),
      novel: isNovel === undefined ? [] : rowsOf(x, picks).map(isNovel),
    });
    structures += x.frames;
    environments += x.rows;
  }
  const x = concatenated(candidates.map((part) => part.x));
  const indices = candidates.flatMap((part) => part.indices);
  const found = candidates.flatMap((part) => part.structures);
  const isNovel = candidates.flatMap((part) => part.novel);
  const selection = await compress(x, {
    ...options,
    novel: novel && ((row): boolean | string => isNovel[row] ?? false),
    size: { count: keptCount(size, structures) },
  });
  return {
    ...selection,
    entropies: null,
    picks: selection.picks.map((pick) => indices[pick] as number),
    structures,
    environments,
    candidates: x.frames,
    kept: x.select(selection.picks),
    keptStructures:
      found.length === 0 ? null : Array.from(selection.picks, (pick) => found[pick] as Structure),
  };
}

/** Rows of some frames, in their order. */
function rowsOf({ frameOffsets }: DescriptorMatrix, frames: Uint32Array): number[] {
  return Array.from(frames).flatMap((frame) => {
    const start = frameOffsets[frame] as number;
    return Array.from({ length: (frameOffsets[frame + 1] as number) - start }, (_, at) => start + at);
  });
}

/** Batches, put together anew: chunks of so many frames, the last of what is left. */
async function* chunks(
  batches: Parameters<typeof compressChunks>[0],
  chunkSize: number,
): AsyncGenerator<{ x: DescriptorMatrix; structures: readonly Structure[] }, void, undefined> {
  let parts: DescriptorMatrix[] = [];
  let structures: Structure[] = [];
  let frames = 0;
  for await (const batch of batches) {
    let start = 0;
    while (start < batch.x.frames) {
      const end = Math.min(batch.x.frames, start + chunkSize - frames);
      const range = Array.from({ length: end - start }, (_, at) => start + at);
      parts.push(range.length === batch.x.frames ? batch.x : batch.x.select(range));
      structures.push(...(batch.structures?.slice(start, end) ?? []));
      frames += range.length;
      start = end;
      if (frames < chunkSize) continue;
      yield { x: concatenated(parts), structures };
      [parts, structures, frames] = [[], [], 0];
    }
  }
  if (frames > 0) yield { x: concatenated(parts), structures };
}
