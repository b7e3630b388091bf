import { isSaturated } from '../entropy/efficiency.js';
import type { Findings } from './exploration.js';

/** What the numbers of a line are. */
export type HeadlineKey =
  | 'environments'
  | 'elements'
  | 'sampled'
  | 'entropy'
  | 'efficiency'
  | 'diversity'
  | 'gap'
  | 'overlap'
  | 'novelty'
  | 'dH'
  | 'added-diversity';

/** One line of the table of numbers. */
export interface Headline {
  readonly key: HeadlineKey;
  /**
   * Whether the numbers are to be read with care: elements that count as one, a saturated entropy.
   */
  readonly isWarning: boolean;
}

/** Which of the numbers matter, in the order in which one reads them. */
export function headlinesOf({ sets, hasElements, comparison }: Findings): Headline[] {
  const isSampled = sets.some(({ known, environments }) => known > 0 && known < environments);
  const anySaturated = sets.some(({ efficiency }) => efficiency !== null && isSaturated(efficiency));
  const shown: (HeadlineKey | null)[] = [
    'environments',
    elementsIn({ sets }).length > 1 ? 'elements' : null,
    isSampled ? 'sampled' : null,
    'entropy',
    'efficiency',
    'diversity',
    'gap',
    ...(comparison === null ? [] : (['overlap', 'novelty', 'dH', 'added-diversity'] as const)),
  ];
  const isWarning = (key: HeadlineKey): boolean =>
    (key === 'elements' && !hasElements) || (key === 'efficiency' && anySaturated);
  return shown.flatMap((key) => (key === null ? [] : { key, isWarning: isWarning(key) }));
}

/** Symbols of the elements in all sets, sorted. */
export function elementsIn({ sets }: Pick<Findings, 'sets'>): string[] {
  return [...new Set(sets.flatMap(({ elements }) => elements))].sort();
}
