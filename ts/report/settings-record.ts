import { isLabelled } from '../base/species-mode.js';
import type { Exploration, ExploredSet } from '../explore/exploration.js';
import { plainText, thresholdText } from './wording/numbers.js';

/** The settings that numbers were computed with, by name, in words. */
export function settingsRecord({ findings, sets }: Exploration): Readonly<Record<string, string>> {
  const { bandwidth, epsilon, tolerance, seed } = findings.settings;
  const [{ x }] = sets as [ExploredSet];
  return {
    'neighbours k': x.k === null ? 'unknown' : String(x.k),
    'cutoff (Å)': x.cutoff === null ? 'unknown' : plainText(x.cutoff),
    'elements distinguished': speciesWords(x),
    'bandwidth h (1/Å)': plainText(bandwidth),
    'overlap threshold ε (nats)': thresholdText(epsilon),
    'kernel sums': sets.some(({ known, isAsked = false }) => known !== null && !isAsked)
      ? `random sample of environments, H within ±${plainText(tolerance)} nats (95 %); seed ${seed}`
      : 'all pairs (exact)',
  };
}

/** How elements are told apart. */
function speciesWords({ species }: ExploredSet['x']): string {
  if (species === null) return 'no';
  return isLabelled(species) ? `yes: ${species}` : `yes: ${species.join(', ')}`;
}
