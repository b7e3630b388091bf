import type { SPECIES_MODES } from './constants.js';
import { QuestsError } from './error.js';

/**
 * How elements enter descriptors and kernels:
 *
 * - `ignore`: not at all.
 * - `center`: environments of atoms of different elements have nothing in common, K = 0.
 * - `blocks`: a block for all atoms and one for each species, as the Python package has them.
 * - `full`: as `center`, and the elements of the neighbours enter the descriptor through channels,
 *   whose number does not grow with that of the elements.
 */
export type SpeciesMode = (typeof SPECIES_MODES)[number];

/** Modes in which each row begins with a label of the element of its atom. */
export type LabelledMode = 'center' | 'full';

/**
 * The species that descriptors tell apart: those of the blocks after the first, sorted; or the
 * mode, where rows have labels; `null` for descriptors without elements, and external ones.
 */
export type DescriptorSpecies = readonly string[] | LabelledMode | null;

/** Whether rows begin with a label of the element of their atom. */
export function isLabelled(species: DescriptorSpecies): species is LabelledMode {
  return species === 'center' || species === 'full';
}

/**
 * Version of the weights of elements in `full` descriptors (`ts/descriptor/channels.ts`): rows of
 * two versions are not to be compared. Raise it where a weight changes.
 */
export const CHANNELS_VERSION = 2;

/** What stands in files for `full` of some version; the first one was not numbered. */
const VERSIONED = /^full(?:-(\d+))?$/;

/**
 * How files say the species that descriptors tell apart: `full` with the version of its weights.
 */
export function storedSpecies(species: DescriptorSpecies): readonly string[] | string | null {
  return species === 'full' ? `full-${CHANNELS_VERSION}` : species;
}

/** The version of the weights that a word in a file says; undefined where it is not `full`. */
export function storedVersion(word: string): number | undefined {
  const found = VERSIONED.exec(word);
  return found === null ? undefined : Number(found[1] ?? 1);
}

/** The mode of descriptors that are not external. */
export function modeOf(species: DescriptorSpecies): SpeciesMode {
  if (species === null) return 'ignore';
  return isLabelled(species) ? species : 'blocks';
}

/** Letters of a symbol that a label has room for. */
const LETTERS = 6;

/**
 * The label of an element: the number that the bytes of its symbol make. It is the same in every
 * set, whatever else there is, and says the symbol.
 *
 * @throws {QuestsError} INVALID_STRUCTURE for a symbol of no letter or more than six
 */
export function labelOf(symbol: string): number {
  const bytes = new TextEncoder().encode(symbol);
  if (bytes.length === 0 || bytes.length > LETTERS || bytes[0] === 0) {
    const problem = `expected 1 to ${LETTERS} letters where the central element counts`;
    throw new QuestsError('INVALID_STRUCTURE', `species ${JSON.stringify(symbol)}: ${problem}`);
  }
  return bytes.reduce((label, byte) => 256 * label + byte, 0);
}

/** The symbol of a label. */
export function symbolOf(label: number): string {
  const bytes: number[] = [];
  for (let rest = label; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
