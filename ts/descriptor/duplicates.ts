import { DEFAULTS } from '../base/defaults.js';
import { NEAR_FRACTION, SAME_DISTANCE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { runJob } from '../run/job.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { type ReferenceSet, withReference } from '../kernel/reference-set.js';

/** Options of {@link duplicates}. */
export interface DuplicateOptions extends RunOptions {
  /**
   * Distances between descriptors, in 1/Å, 0 or more. Default: 1e-6, below which environments are the same, and 0.0015, a tenth
   * of the default bandwidth, below which no entropy tells them apart.
   */
  readonly distances?: readonly number[] | undefined;
  /**
   * Species of each row: only environments of the same one are duplicates, and structures of the same composition. Default:
   * all alike.
   */
  readonly species?: readonly string[] | undefined;
}

/** Duplicates up to one distance. */
export interface Duplicates {
  /** 1/Å. */
  readonly distance: number;
  /** For each row the first row that it is near, which is itself where there is none before. */
  readonly rows: Uint32Array;
  /** For each frame the first frame that it is a duplicate of, which is itself where there is none before. */
  readonly frames: Uint32Array;
}

/**
 * Environments and structures of a set that are there already. An environment is a duplicate of the first one whose descriptor
 * is at most `distance` away (Euclidean). A structure is one of the first that has as many atoms of each species, in which
 * every environment has one within `distance` in the other, both ways, and whose mean descriptor is as near. The order of atoms
 * does not matter, nor where the structure lies. O(N log N) on diverse data.
 *
 * @param x N rows, in frames
 * @param reference of the rows of x, where it is there already
 * @returns one result per distance
 * @throws {QuestsError} INVALID_ARGUMENT: distances unusable, another number of species than rows; BACKEND_UNAVAILABLE
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
  const numbers = new Map<string, number>();
  const labels = new Uint32Array(x.rows);
  species?.forEach((symbol, row) => {
    const number = numbers.get(symbol) ?? numbers.size;
    numbers.set(symbol, number);
    labels[row] = number;
  });
  return withReference(reference, options, async (prepared) => {
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
