import { isSaturated } from '../../entropy/efficiency.js';
import type { Findings } from '../../explore/exploration.js';
import { verdictOf } from '../../explore/verdict.js';
import { isRedundant } from './verdict.js';

/** What one does with the answer. */
export function nextStepText({ sets, comparison, suggestion }: Findings): string {
  const [first, second] = sets;
  if (first === undefined) return '';
  if (second === undefined || comparison === null) {
    if (first.efficiency === null) return `Drop the structures that you want to hold against ${first.name}.`;
    if (isSaturated(first.efficiency)) {
      const h = suggestion === null ? '' : ` (the volume per atom suggests ${suggestion.toFixed(4)} 1/Å)`;
      return `Add data or widen the bandwidth${h}, then compute again.`;
    }
    return isRedundant(first)
      ? 'Most environments repeat others. Keep the structures that hold the information: choose them ' +
          'under Label budget in the page, or with quests compress.'
      : 'Compare it with another dataset, to see what that one adds.';
  }
  if (comparison.missing.length > 0 && comparison.missingEnvironments === null) {
    return "Turn on 'distinguish elements' (--species full) and compute again.";
  }
  return verdictOf(comparison) === 'covered'
    ? `There is little to gain from labelling ${second.name}. Look for new structures elsewhere.`
    : `Label the structures of ${second.name} that add most to ${first.name}: choose them under ` +
        'Label budget in the page, or with quests compress --reference.';
}
