import { fixed } from '../../base/number-format.js';
import * as analysis from '../../faces/node/analysis.js';
import type { LabelRanges } from '../../faces/node/analysis.js';

/**
 * Lines that say what a selection leaves out altogether: structures of lowest energy, kinds of
 * structures.
 *
 * @param all ranges of the whole set
 * @param kept those of what is kept
 */
export function lostLabelLines(all: LabelRanges, kept: LabelRanges): string[] {
  const { lowestEnergy, configTypes } = analysis.lostLabels(all, kept);
  const energies = all.keys.undecided?.energy ?? [];
  const kinds = Object.entries(configTypes).map(([kind, count]) => `${kind} (${count})`);
  return [
    ...(energies.length === 0
      ? []
      : [`Not checked: energies, since ${energies.join(', ')} differ and each may be the energy`]),
    ...(lowestEnergy === null
      ? []
      : [
          `Not kept: the lowest energy per atom (${all.keys.energy ?? ''}), ` +
            `${fixed(lowestEnergy.all, 4)}; ` +
            (lowestEnergy.kept === null
              ? 'no structure with an energy is kept'
              : `kept are ${fixed(lowestEnergy.kept, 4)} and above`),
        ]),
    ...(kinds.length === 0 ? [] : [`Not kept: all structures of config_type ${kinds.join(', ')}`]),
  ];
}
