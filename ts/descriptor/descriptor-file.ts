import { QuestsError } from '../base/error.js';
import type { NamedMatrix } from '../io/files/dataset.js';
import { readMatrix, writeMatrix, type WriteOptions } from '../io/files/files.js';
import type { ReadOptions } from '../io/files/opened.js';
import { storedSpecies } from '../base/species-mode.js';
import type { DescriptorMatrix, DescriptorMatrixOptions } from '../model/descriptor-matrix.js';
import { describedMatrix } from './stored-descriptors.js';

/** Options of {@link readDescriptors}: what the file does not say of its descriptors. */
export interface ReadDescriptorsOptions
  extends ReadOptions, Pick<DescriptorMatrixOptions, 'k' | 'cutoff' | 'species'> {}

/** Options of {@link writeDescriptors}. */
export interface WriteDescriptorsOptions extends WriteOptions {
  /**
   * Shape of the array: rows × width, or frames × atoms × width for frames of the same number of
   * atoms. Default: rows × width.
   */
  readonly shape?: readonly number[] | undefined;
}

/**
 * Reads descriptors that were computed before, by this package or any other: an array of
 * environments × width, or of frames × atoms × width.
 *
 * @param source a path, or a matrix that was read already
 * @param options where the file says k, cutoff or species (`.npz`, `.parquet`), they must be the
 *   same here. Where it does not, k defaults to (width + 1)/2 for an odd width, as plain
 *   descriptors have, else to `null`; the cutoff and the species to `null`, unknown
 * @throws {QuestsError} FILE_ACCESS; INVALID_FILE for a damaged file, one of structures, values
 *   that are not finite; EMPTY for one without rows; MISMATCH for options that the file
 *   contradicts, and for `full` with other weights of elements. The signal's reason when cancelled
 *
 * @example
 * const x = await readDescriptors('train.npz');
 * const foreign = await readDescriptors('soap.npy', { k: null });
 */
export async function readDescriptors(
  source: string | NamedMatrix,
  options: ReadDescriptorsOptions = {},
): Promise<DescriptorMatrix> {
  const file = typeof source === 'string' ? source : source.file;
  const stored = typeof source === 'string' ? await readMatrix(source, options) : source;
  return describedMatrix(stored, file, options);
}

/**
 * Writes descriptors to a file, with all that is known of them where the format keeps it: `.npz`,
 * `.parquet` and `.json` keep k, cutoff, species, frame offsets and sources; `.npy` and `.csv` the
 * numbers.
 *
 * @example
 * await writeDescriptors('train.npz', await descriptors(readStructures('train.xyz')));
 *
 * @throws {QuestsError} FILE_ACCESS; INVALID_ARGUMENT for a name that tells no such format, or a
 *   shape that the numbers do not fill; TOO_LARGE for more than the format holds. The signal's
 *   reason when cancelled; nothing is then left behind
 */
export async function writeDescriptors(
  path: string,
  matrix: DescriptorMatrix,
  options: WriteDescriptorsOptions = {},
): Promise<void> {
  const { data, k, cutoff, species, frameOffsets, sources, rows, width } = matrix;
  const shape = options.shape ?? [rows, width];
  if (shape.at(-1) !== width || shape.reduce((product, extent) => product * extent, 1) !== data.length) {
    const problem = `${rows} rows of ${width} do not make the shape (${shape.join(', ')})`;
    throw new QuestsError('INVALID_ARGUMENT', `cannot write ${path}: ${problem}`);
  }
  const stored = { data, shape, k, cutoff, species: storedSpecies(species), frameOffsets, sources };
  await writeMatrix(path, stored, options);
}
