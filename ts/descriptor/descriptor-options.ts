import { SPECIES_MODES } from '../base/constants.js';
import { QuestsError } from '../base/error.js';
import { speciesAlphabet } from '../model/flatten.js';
import type { DescriptorSpecies, SpeciesMode } from '../base/species-mode.js';
import type { Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';
import type { Skipped } from '../model/bad-frames.js';

/** One structure, or any number of them, at hand or still being read. */
export type Structures = Structure | Iterable<Structure> | AsyncIterable<Structure>;

/** Options of {@link descriptors}. */
export interface DescriptorOptions extends RunOptions {
  /** Neighbours that make an environment, a whole number of at least 1. Default: 32. */
  readonly k?: number | undefined;
  /** Cutoff radius of the weight function, in Å, above 0. Default: 5. */
  readonly cutoff?: number | undefined;
  /**
   * How elements enter. `ignore` or `false`: every atom is alike. `center`: environments of atoms
   * of different elements have nothing in common, whatever is around them. `blocks` or `true`: a
   * block for each of the species that occur; or a list of them (two datasets that are to be
   * compared need the same list). `full`: as `center`, and what the neighbours are enters the
   * descriptor, at a cost that does not grow with the number of elements. Default: `ignore`.
   */
  readonly species?: boolean | SpeciesMode | readonly string[] | undefined;
  /**
   * Called for a structure that can have no descriptors – atoms on top of each other, a singular
   * cell – which is then left out. Default: the error is thrown.
   */
  readonly onSkip?: ((skipped: Skipped) => void) | undefined;
}

/**
 * The species that descriptors of some structures tell apart.
 *
 * @throws {QuestsError} INVALID_ARGUMENT for an unknown mode, and for a list that names a species
 *   twice
 */
export function describedSpecies(
  asked: DescriptorOptions['species'],
  structures: readonly Structure[],
): DescriptorSpecies {
  if (asked === undefined || asked === false || asked === 'ignore') return null;
  if (asked === 'center' || asked === 'full') return asked;
  const named = asked === 'blocks' ? true : asked;
  if (typeof named === 'string') {
    const expected = `expected ${SPECIES_MODES.join(', ')}, true, false, or an array of chemical symbols`;
    throw new QuestsError('INVALID_ARGUMENT', `species is ${JSON.stringify(named)}, ${expected}`);
  }
  return speciesAlphabet(structures, named);
}
