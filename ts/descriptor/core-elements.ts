import { speciesAlphabet } from '../model/flatten.js';
import { type DescriptorSpecies, isLabelled, labelOf } from '../base/species-mode.js';
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
  return {
    alphabet,
    labels: Float64Array.from(alphabet, labelOf),
    channels: species === 'full' ? channelWeights(alphabet) : NONE,
  };
}

/** Columns of descriptors. */
export function descriptorWidth(species: DescriptorSpecies, k: number): number {
  const block = 2 * k - 1;
  if (species === 'full') return 1 + CHANNELS * block;
  if (species === 'center') return 1 + block;
  return (1 + (species?.length ?? 0)) * block;
}
