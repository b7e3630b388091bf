import { QuestsError } from './error.js';
import type { NamedMatrix } from './io/dataset.js';
import { readMatrix, type ReadOptions } from './io/files.js';
import { DescriptorMatrix, type DescriptorMatrixOptions } from './matrix.js';

/** Options of {@link readDescriptors}: what the file does not say of its descriptors. */
export interface ReadDescriptorsOptions
  extends ReadOptions, Pick<DescriptorMatrixOptions, 'k' | 'cutoff' | 'species'> {}

/**
 * Reads descriptors that were computed before, by this package or any other: an array of environments × width, or of
 * frames × atoms × width.
 *
 * @param source a path, or a matrix that was read already
 * @param options k defaults to (width + 1)/2 for an odd width, as plain descriptors have, else to `null`; the cutoff and
 *   the species to `null`, unknown
 * @throws {QuestsError} FILE_ACCESS; INVALID_FILE for a damaged file, one of structures, values that are not finite;
 *   EMPTY for one without rows. The signal's reason when cancelled
 */
export async function readDescriptors(
  source: string | NamedMatrix,
  options: ReadDescriptorsOptions = {},
): Promise<DescriptorMatrix> {
  const { data, shape } = typeof source === 'string' ? await readMatrix(source, options) : source;
  const [frames = 1, atoms = 0] = shape.length === 3 ? shape : [1, ...shape];
  const width = shape.at(-1) ?? 0;
  const frameOffsets = Array.from({ length: frames + 1 }, (_, frame) => frame * atoms);
  const { k = plainK(width), cutoff, species } = options;
  try {
    return new DescriptorMatrix(data, { width, k, cutoff, species, frameOffsets });
  } catch (thrown) {
    if (!(thrown instanceof QuestsError)) throw thrown;
    const file = typeof source === 'string' ? source : source.file;
    throw new QuestsError('INVALID_FILE', `${file}: ${thrown.message}`, { cause: thrown });
  }
}

/** k of plain descriptors of a width, 2k − 1. */
function plainK(width: number): number | null {
  return width % 2 === 1 ? (width + 1) / 2 : null;
}
