import { DEFAULTS } from '../base/defaults.js';
import { NEAR_FRACTION, SAME_DISTANCE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { runJob } from '../run/job.js';
import { withoutLabels } from '../kernel/labelled-rows.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { isLabelled } from '../base/species-mode.js';
import type { RunOptions } from '../run/run-options.js';
import { type ReferenceSet, withReference } from '../kernel/reference-set.js';

/** Options of {@link duplicates}. */
export interface DuplicateOptions extends RunOptions {
  /**
   * Distances between descriptors, in 1/Å, 0 or more. Default: 1e-6, below which environments are
   * the same, and 0.0015, a tenth of the default bandwidth, below which an entropy does not
   * distinguish them.
   */
  readonly distances?: readonly number[] | undefined;
  /**
   * Species of each row: only environments of the same one are duplicates, and structures of the
   * same composition. Default: all alike.
   */
  readonly species?: readonly string[] | undefined;
}

/** Duplicates up to one distance. */
export interface Duplicates {
  /** 1/Å. */
  readonly distance: number;
  /** For each row the first row that it is near, which is itself where there is none before. */
  readonly rows: Uint32Array;
  /**
   * For each frame the first frame that it is a duplicate of, which is itself where there is none
   * before.
   */
  readonly frames: Uint32Array;
}

/**
 * Duplicate environments and structures of a set. An environment is a duplicate of the first one
 * whose descriptor is at most `distance` away (Euclidean). A structure is a duplicate of the first
 * one with as many atoms of each species, if every environment of either has one of the other
 * within `distance`, and the mean descriptors are as near. The order of atoms and the orientation
 * do not matter. O(N log N) on diverse data.
 *
 * @param x N rows, in frames
 * @param reference the rows of x, as a reference set if there is one already
 * @returns one result per distance
 * @throws {QuestsError} INVALID_ARGUMENT: distances unusable, another number of species than rows;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const [exact] = await duplicates(x, { distances: [1e-6] });
 * const copies = exact.frames.filter((first, frame) => first !== frame).length;
 */
export async function duplicates(
  x: DescriptorMatrix,
  options: DuplicateOptions = {},
  reference: DescriptorMatrix | ReferenceSet = x,
): Promise<Duplicates[]> {
  const { distances = [SAME_DISTANCE, NEAR_FRACTION * DEFAULTS.bandwidth], species } = options;
  if (species !== undefined && species.length !== x.rows) {
    throw new QuestsError('INVALID_ARGUMENT', `${species.length} species for ${x.rows} environments`);
  }
  const central = isLabelled(x.species) ? withoutLabels(x.data, x.width) : undefined;
  // The core compares whole frames, whose rows have several labels.
  const compared =
    central === undefined ? reference : new DescriptorMatrix(central.matrix, { width: x.width - 1 });
  const numbers = new Map<string, number>();
  const labels = new Uint32Array(x.rows).map((_, row) => {
    const key = `${central?.labels[row] ?? ''} ${species?.[row] ?? ''}`;
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  });
  return withReference(compared, options, async (prepared) => {
    const { core } = prepared.backend;
    const found = await runJob(
      () => core.duplicates(prepared.core, x.frameOffsets, labels, Float64Array.from(distances)),
      options,
      'duplicates',
    );
    const size = x.rows + x.frames;
    return distances.map((distance, at) => ({
      distance,
      rows: Uint32Array.from(found.subarray(at * size, at * size + x.rows)),
      frames: Uint32Array.from(found.subarray(at * size + x.rows, (at + 1) * size)),
    }));
  });
}
