import { withoutBadFrames, type Skipped } from '../model/bad-frames.js';
import { DEFAULTS } from '../base/defaults.js';
import { flatten } from '../model/flatten.js';
import { runJob } from '../run/job.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { backendOf } from '../run/run-options.js';
import type { DescriptorSpecies, LabelledMode } from '../base/species-mode.js';
import type { Structure } from '../model/structure.js';
import { coreElements, descriptorWidth } from './core-elements.js';
import { type DescriptorOptions, describedSpecies, type Structures } from './descriptor-options.js';

/** Structures, and the descriptors of their atoms. */
export interface DescriptorBatch {
  readonly structures: readonly Structure[];
  readonly x: DescriptorMatrix;
}

/** Options of {@link descriptorBatches}. */
export interface DescriptorBatchOptions extends DescriptorOptions {
  /**
   * A list where blocks of species are wanted: what occurs is not known before all is read.
   * Default: `false`.
   */
  readonly species?: false | 'ignore' | LabelledMode | readonly string[] | undefined;
}

/**
 * Atoms that make a batch: enough to keep all threads busy, few enough that memory stays small.
 * Batches end with a frame, so that they depend on the structures alone.
 */
const BATCH = 1 << 13;

/**
 * Descriptors of structures that are still being read, batch by batch, in their order: for data
 * that are never in memory as a whole. The next batch is read while one is computed. See
 * {@link descriptors}.
 *
 * @throws {QuestsError} as {@link descriptors}, and what the structures throw. No structures are no
 *   batches
 *
 * @example
 * for await (const { structures, x } of descriptorBatches(readStructures('run.dump'))) {
 *   const dH = await deltaEntropy(x, reference);
 * }
 */
export async function* descriptorBatches(
  structures: Structures,
  options: DescriptorBatchOptions = {},
): AsyncGenerator<DescriptorBatch, void, undefined> {
  const { onProgress } = options;
  const species = describedSpecies(options.species, []);
  const batches = cut(structures, options.signal);
  let next = batches.next();
  let first = 0;
  try {
    for (;;) {
      const batch = await next;
      if (batch.done === true) return;
      next = batches.next();
      // What goes wrong there is thrown when that batch is asked for.
      next.catch(() => undefined);
      // How far one of many batches has come says nothing; a single long frame takes its time.
      const isLong = batch.value.length === 1 && atomsOf(batch.value[0] as Structure) > 4 * BATCH;
      const settings = { ...options, onProgress: isLong ? onProgress : undefined };
      const { frames, x } = await describeFrames(batch.value, species, settings, first);
      first += batch.value.length;
      if (x !== undefined) yield { structures: frames, x };
    }
  } finally {
    await next.catch(() => undefined);
    await batches.return();
  }
}

/**
 * Descriptors of frames, in one call of the core; without those that can have none, where such are
 * to be skipped.
 *
 * @param first index of the first of these frames among all that the caller was given, for messages
 * @returns the frames that have descriptors, and those; undefined where none has
 */
export async function describeFrames(
  frames: readonly Structure[],
  species: DescriptorSpecies,
  options: Omit<DescriptorOptions, 'species' | 'onSkip'> & {
    readonly onSkip?: ((skipped: Skipped, structure: Structure) => void) | undefined;
  },
  first = 0,
): Promise<{ frames: readonly Structure[]; x: DescriptorMatrix | undefined }> {
  const { k = DEFAULTS.k, cutoff = DEFAULTS.cutoff, onSkip } = options;
  const describe = async (usable: readonly Structure[]): Promise<DescriptorMatrix> => {
    const { alphabet, labels, channels } = coreElements(species, usable);
    const { positions, offsets, cells, pbc, species: numbers } = flatten(usable, alphabet);
    const { core } = await backendOf(options);
    const kinds = alphabet?.length ?? 0;
    const data = await runJob(
      () => core.describe(positions, offsets, cells, pbc, numbers, kinds, labels, channels, k, cutoff),
      options,
      'descriptors',
    );
    return new DescriptorMatrix(data, {
      width: descriptorWidth(species, k),
      k,
      cutoff,
      species,
      frameOffsets: offsets,
      sources: usable.map((frame) => frame.source),
    });
  };
  const described = await withoutBadFrames(frames, onSkip, describe, first);
  return { frames: described.frames, x: described.value };
}

/** All structures, in an array. */
export async function collect(
  structures: Structures,
  signal: AbortSignal | undefined,
): Promise<readonly Structure[]> {
  if ('positions' in structures) return [structures];
  if (Array.isArray(structures)) return structures as readonly Structure[];
  const frames: Structure[] = [];
  for await (const structure of structures) {
    signal?.throwIfAborted();
    frames.push(structure);
  }
  return frames;
}

/** Groups of whole frames, of {@link BATCH} atoms or a little more. */
async function* cut(
  structures: Structures,
  signal: AbortSignal | undefined,
): AsyncGenerator<Structure[], void, undefined> {
  let batch: Structure[] = [];
  let atoms = 0;
  for await (const structure of 'positions' in structures ? [structures] : structures) {
    signal?.throwIfAborted();
    batch.push(structure);
    atoms += atomsOf(structure);
    if (atoms < BATCH) continue;
    yield batch;
    batch = [];
    atoms = 0;
  }
  if (batch.length > 0) yield batch;
}

function atomsOf({ positions }: Structure): number {
  return positions.length / 3;
}
