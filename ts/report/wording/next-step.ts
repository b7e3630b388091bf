import { isSaturated } from '../../entropy/efficiency.js';
import type { Findings } from '../../explore/exploration.js';
import { verdictOf } from '../../explore/verdict.js';

/** Share of distinct environments, e^H/N, below which a set is mostly redundant. */
const REDUNDANT = 0.1;

/** What one does with the answer. */
export function nextStepText({ sets, comparison, suggestion }: Findings): string {
  const [first, second] = sets;
  if (first === undefined) return '';
  if (second === undefined || comparison === null) {
    if (isSaturated(first.efficiency)) {
      const h = suggestion === null ? '' : ` (the volume per atom suggests ${suggestion.toFixed(4)} 1/Å)`;
      return `Add data or widen the bandwidth${h}, then compute again.`;
    }
    return Math.exp(first.entropy) < REDUNDANT * first.environments
      ? 'Most environments repeat others. Keep the structures that hold the information: quests compress.'
      : 'Compare it with another dataset, to see what that one adds.';
  }
  if (comparison.missing.length > 0 && comparison.missingEnvironments === null) {
    return 'Choose elements: full (--species full) and compute again.';
  }
  return verdictOf(comparison) === 'covered'
    ? `There is little to gain from labelling ${second.name}. Look for new structures elsewhere.`
    : `Label the structures of ${second.name} that add most to ${first.name}: select them in the page, ` +
        'or by quests compress with --reference.';
}
