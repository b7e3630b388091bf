import type { Comparison } from './exploration.js';

/** Share of novel environments below which the first set covers essentially all of the second. */
const NEXT_TO_NOTHING = 0.01;

/** How much of the second set is outside the first: next to nothing, a part, or all. */
export type Verdict = 'covered' | 'partly-outside' | 'outside';

/** Whether a second set adds anything to the first. */
export function verdictOf({ novelty }: Pick<Comparison, 'novelty'>): Verdict {
  if (novelty < NEXT_TO_NOTHING) return 'covered';
  return novelty < 1 ? 'partly-outside' : 'outside';
}
