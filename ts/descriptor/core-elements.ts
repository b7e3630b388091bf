import { speciesAlphabet } from '../model/flatten.js';
import { BadFramesError, QuestsError } from '../base/error.js';
import { type DescriptorSpecies, isLabelled, type LabelledMode, labelOf } from '../base/species-mode.js';
import type { Structure } from '../model/structure.js';
import { CHANNELS, channelWeights } from './channels.js';

/** What the core is told of elements; see `CoreModule.describe`. */
export interface CoreElements {
  /** Species to number the atoms by; `null` where they do not matter. */
  readonly alphabet: readonly string[] | null;
  readonly labels: Float64Array;
  readonly channels: Float64Array;
}

const NONE = new Float64Array(0);

/**
 * What the core is told of the elements of some structures.
 *
 * @throws {QuestsError} INVALID_STRUCTURE for species that have no label, or no properties
 */
export function coreElements(species: DescriptorSpecies, structures: readonly Structure[]): CoreElements {
  if (!isLabelled(species)) return { alphabet: species, labels: NONE, channels: NONE };
  const alphabet = speciesAlphabet(structures, true);
  checkElements(species, alphabet, structures);
  return {
    alphabet,
    labels: Float64Array.from(alphabet, labelOf),
    channels: species === 'full' ? channelWeights(alphabet) : NONE,
  };
}

/** Refuses, of all structures, those with an atom whose element cannot be told. */
function checkElements(
  species: LabelledMode,
  alphabet: readonly string[],
  structures: readonly Structure[],
): void {
  const problems = new Map<string, string>();
  for (const symbol of alphabet) {
    try {
      labelOf(symbol);
      if (species === 'full') channelWeights([symbol]);
    } catch (error) {
      if (!(error instanceof QuestsError)) throw error;
      problems.set(symbol, error.problem);
    }
  }
  if (problems.size === 0) return;
  const [first, ...others] = structures.flatMap((structure, frame) => {
    const atom = structure.species?.findIndex((symbol) => problems.has(symbol)) ?? -1;
    const problem = problems.get(structure.species?.[atom] ?? '');
    return problem === undefined ? [] : [{ frame, atom, problem: `atom ${atom}: ${problem}` }];
  });
  if (first !== undefined) throw new BadFramesError('INVALID_STRUCTURE', [first, ...others]);
}

/** Columns of descriptors. */
export function descriptorWidth(species: DescriptorSpecies, k: number): number {
  const block = 2 * k - 1;
  if (species === 'full') return 1 + CHANNELS * block;
  if (species === 'center') return 1 + block;
  return (1 + (species?.length ?? 0)) * block;
}
