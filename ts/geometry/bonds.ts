import { withoutBadFrames } from '../model/bad-frames.js';
import { collect } from '../descriptor/batches.js';
import { QuestsError } from '../base/error.js';
import { flatten } from '../model/flatten.js';
import { runJob } from '../run/job.js';
import { backendOf, type RunOptions } from '../run/run-options.js';
import type { Structures } from '../descriptor/descriptor-options.js';
import type { Structure } from '../model/structure.js';

/** Pairs of atoms of one structure that are bonded: what {@link bonds} gives. */
export interface Bonds {
  readonly atoms: number;
  /** One atom of each bond; of the two the one with the lower index. */
  readonly first: Uint32Array;
  /** The other; the same where an atom is bonded to an image of its own. */
  readonly second: Uint32Array;
  /**
   * From the first to the image of the second that it is bonded to: three numbers for each bond, in
   * Å.
   */
  readonly vectors: Float64Array;
}

/** Options of {@link bonds}. */
export interface BondOptions extends RunOptions {
  /** Atoms nearer than this are bonded, in Å, above 0. */
  readonly length: number;
}

/**
 * Pairs of atoms closer than a bond length, under the boundary conditions. Each image of an atom
 * makes a bond of its own; a bond of an atom to its own image counts once for the two opposite
 * directions. O(N).
 *
 * @returns the bonds of each structure
 * @throws {QuestsError} INVALID_ARGUMENT: the length is not above 0 or not finite;
 *   INVALID_STRUCTURE; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const [{ first, second, vectors }] = await bonds(structure, { length: 3.4 });
 */
export async function bonds(structures: Structures, options: BondOptions): Promise<Bonds[]> {
  const { length } = options;
  checkBondLength(length);
  const all = await collect(structures, options.signal);
  const { value } = await withoutBadFrames(all, undefined, (frames) => {
    const atoms = frames.reduce((sum, { positions }) => sum + positions.length / 3, 0);
    // Half of the length for each atom of a pair.
    const radii = new Float64Array(atoms).fill(length / 2);
    return bondsOf(frames, radii, { fraction: 1, cutoff: length, options });
  });
  return value ?? [];
}

/** How near bonded atoms are. */
interface Nearness {
  /** Of the sum of their radii. */
  readonly fraction: number;
  /** No two are farther apart than this, in Å. */
  readonly cutoff: number;
  readonly options: RunOptions;
}

/** Bonds between atoms nearer than a fraction of the sum of their radii, each in Å. */
export async function bondsOf(
  frames: readonly Structure[],
  radii: Float64Array,
  { fraction, cutoff, options }: Nearness,
): Promise<Bonds[]> {
  const { core } = await backendOf(options);
  const { positions, offsets, cells, pbc } = flatten(frames, null);
  const numbers = await runJob(
    () => core.contacts(positions, offsets, cells, pbc, radii, fraction, cutoff),
    options,
    'bonds',
  );
  return byFrame(numbers, offsets);
}

/**
 * Refuses a bond length that is not positive and finite.
 *
 * @throws {QuestsError} INVALID_ARGUMENT
 */
export function checkBondLength(length: number): void {
  if (length > 0 && length < Infinity) return;
  throw new QuestsError('INVALID_ARGUMENT', `bond length is ${length}, expected a positive number of Å`);
}

/** Numbers of the core, frame by frame. */
function byFrame(numbers: Float64Array, offsets: Uint32Array): Bonds[] {
  const pairs = numbers[0] as number;
  let pair = 0;
  return Array.from({ length: offsets.length - 1 }, (_, frame) => {
    const start = offsets[frame] as number;
    const end = offsets[frame + 1] as number;
    const from = pair;
    while (pair < pairs && (numbers[1 + 5 * pair] as number) < end) pair++;
    const count = pair - from;
    const first = new Uint32Array(count);
    const second = new Uint32Array(count);
    const vectors = new Float64Array(3 * count);
    for (let at = 0; at < count; at++) {
      const row = 1 + 5 * (from + at);
      first[at] = (numbers[row] as number) - start;
      second[at] = (numbers[row + 1] as number) - start;
      vectors.set(numbers.subarray(row + 2, row + 5), 3 * at);
    }
    return { atoms: end - start, first, second, vectors };
  });
}
