import { modeOf } from '../../base/species-mode.js';
import { errorAt } from '../../base/error.js';
import type { SpeciesMode } from '../../faces/node/quests.js';
import type { OpenSet } from './open-sets.js';
import type { DescriptorFlags, KernelFlags } from './options.js';

/** How to make descriptors, and what is known of those that were made before. */
export interface DescriptorSettings {
  readonly k: number;
  readonly cutoff: number;
  /** How elements are told apart; `ignore` where they are not. */
  readonly species: SpeciesMode;
  /** Whether that comes from the command line. */
  readonly givenSpecies: boolean;
  /** Whether kernels are summed at the default bandwidth, which nobody asked for. */
  readonly assumesBandwidth: boolean;
  /** h of each central element, in units of which descriptors are made. */
  readonly elementBandwidths?: Readonly<Record<string, number>> | undefined;
  /** h of elements that are not among these. Default: such an element is refused. */
  readonly otherBandwidth?: number | undefined;
  /** Labels of elements that were met: a bandwidth of one that never is may be a mistake. */
  readonly metLabels?: Set<number> | undefined;
  /** Whether k comes from the command line, not from its default. */
  readonly givenK: boolean;
  /** Whether the cutoff comes from the command line, not from its default. */
  readonly givenCutoff: boolean;
}

/** The settings that a command line asks for. */
export function descriptorSettings({
  nbrs: k,
  cutoff,
  species,
  given,
  bandwidth,
  elementBandwidths,
  otherBandwidth,
  metLabels,
}: DescriptorFlags & { readonly bandwidth?: unknown } & Pick<
    Partial<KernelFlags>,
    'elementBandwidths' | 'otherBandwidth' | 'metLabels'
  >): DescriptorSettings {
  return {
    k,
    cutoff,
    species: species ?? 'ignore',
    givenSpecies: given.has('species'),
    givenK: given.has('nbrs'),
    givenCutoff: given.has('cutoff'),
    elementBandwidths,
    otherBandwidth,
    metLabels,
    assumesBandwidth: typeof bandwidth === 'number' && !given.has('bandwidth'),
  };
}

/**
 * Settings with what stored references among the sets say.
 *
 * @throws {QuestsError} MISMATCH for settings that were asked for and that one contradicts
 */
export function storedSettings(sets: readonly OpenSet[], asked: DescriptorSettings): DescriptorSettings {
  let settings = asked;
  for (const { stored } of sets) {
    if (stored === undefined) continue;
    const { file, k, cutoff, species } = stored;
    if (stored.facts.merged !== null && asked.elementBandwidths !== undefined) {
      const problem = 'its environments are merged, which bandwidths by element do not go with';
      throw errorAt('MISMATCH', { file }, `${problem}; build it without --merge`);
    }
    const refuse = (name: string, has: string, wanted: string): never => {
      throw errorAt('MISMATCH', { file }, `${name} is ${has} in the file, ${wanted} is asked for`);
    };
    if (asked.givenK && k !== null && k !== asked.k) refuse('k', String(k), String(asked.k));
    if (asked.givenCutoff && cutoff !== null && cutoff !== asked.cutoff) {
      refuse('cutoff', `${cutoff} Å`, `${asked.cutoff} Å`);
    }
    const mode = modeOf(species);
    if (asked.givenSpecies && k !== null && asked.species !== mode) {
      throw errorAt('MISMATCH', { file }, otherMode(mode, asked.species));
    }
    settings = {
      ...settings,
      k: k ?? settings.k,
      cutoff: cutoff ?? settings.cutoff,
      species: mode,
    };
  }
  return settings;
}

/** That descriptors of one mode are there, and another was asked for. */
export function otherMode(mode: SpeciesMode, asked: SpeciesMode): string {
  const have = mode === 'ignore' ? 'have no species' : `are those of --species ${mode}`;
  const text = asked === 'blocks' && mode === 'ignore' ? '--species' : `--species ${asked}`;
  return `descriptors ${have}, but ${text} was given`;
}

/** A setting of two datasets, where both say it; they differ nowhere. */
export function known(test: number | null, reference: number | null): number | null {
  return test === null ? null : reference;
}
