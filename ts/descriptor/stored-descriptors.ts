import { QuestsError, errorAt } from '../base/error.js';
import type { StoredMatrix } from '../io/matrices/stored-matrix.js';
import { DescriptorMatrix, type DescriptorMatrixOptions } from '../model/descriptor-matrix.js';
import {
  CHANNELS_VERSION,
  type DescriptorSpecies,
  isLabelled,
  type LabelledMode,
  storedVersion,
} from '../base/species-mode.js';

type Settings = Pick<DescriptorMatrixOptions, 'k' | 'cutoff' | 'species'>;

/**
 * A matrix as a file holds it, as descriptors: the settings are those of the file, else those
 * given.
 *
 * @param file for messages
 * @throws {QuestsError} MISMATCH for settings given that are not those of the file, and for `full`
 *   with other weights of elements; INVALID_FILE for values that are not finite, and offsets that
 *   do not fit
 */
export function describedMatrix(stored: StoredMatrix, file: string, given: Settings): DescriptorMatrix {
  const { data, shape, sources } = stored;
  const [frames = 1, atoms = 0] = shape.length === 3 ? shape : [1, ...shape];
  const width = shape.at(-1) ?? 0;
  const frameOffsets = stored.frameOffsets ?? Array.from({ length: frames + 1 }, (_, frame) => frame * atoms);
  const species = agreed(file, 'species', speciesOf(stored, file), given.species, String);
  const cutoff = agreed(file, 'cutoff', stored.cutoff, given.cutoff, (length) => `${length} Å`);
  const k =
    agreed(file, 'k', stored.k, given.k, String) ?? (given.k === null ? null : plainK(width, species));
  try {
    return new DescriptorMatrix(data, { width, k, cutoff, species, frameOffsets, sources });
  } catch (thrown) {
    if (!(thrown instanceof QuestsError)) throw thrown;
    throw errorAt('INVALID_FILE', { file }, thrown.message, { cause: thrown });
  }
}

/** What the file says, else what is given; both must be the same where there are both. */
function agreed<T>(
  file: string,
  name: string,
  stored: T | null | undefined,
  given: T | null | undefined,
  text: (value: T) => string,
): T | null {
  if (stored === null || stored === undefined) return given ?? null;
  if (given === null || given === undefined || text(stored) === text(given)) return stored;
  const values = `${name} is ${text(stored)} in the file, ${text(given)} is asked for`;
  throw errorAt('MISMATCH', { file }, values);
}

/**
 * What a file says of species: a list of them, or a mode.
 *
 * @param command that makes such files
 * @throws {QuestsError} MISMATCH for `full` with other weights of elements; INVALID_FILE
 */
export function speciesOf(
  { species = null }: Pick<StoredMatrix, 'species'>,
  file: string,
  command = 'quests make_descriptors',
): DescriptorSpecies {
  if (typeof species !== 'string') return species;
  const version = storedVersion(species);
  if (version === CHANNELS_VERSION) return 'full';
  if (version !== undefined) {
    const age = version < CHANNELS_VERSION ? 'an older' : 'a newer';
    const versions = `weights of elements have version ${version} in the file, ${CHANNELS_VERSION} here`;
    const remedy =
      version < CHANNELS_VERSION ? `make them again: ${command} --species full` : 'update quests';
    throw errorAt('MISMATCH', { file }, `--species full of ${age} quests: ${versions}; ${remedy}`);
  }
  if (isLabelled(species as DescriptorSpecies)) return species as LabelledMode;
  const problem = `species are ${JSON.stringify(species)}, expected a list, "center" or "full"`;
  throw errorAt('INVALID_FILE', { file }, problem);
}

/** k of plain descriptors of a width, 2k − 1; unknown for those with blocks of species. */
function plainK(width: number, species: DescriptorSpecies): number | null {
  return width % 2 === 1 && species === null ? (width + 1) / 2 : null;
}
