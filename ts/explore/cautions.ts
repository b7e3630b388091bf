import { hasNoNeighbors } from '../base/no-neighbors.js';
import type { ElementsEffect } from '../coverage/elements-effect.js';
import { isSaturated } from '../entropy/efficiency.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';

/** What is to be known of a set before its numbers are read. */
export type Caution =
  /** No environment has a neighbour within the cutoff, in Å. */
  | { readonly is: 'no-neighbours'; readonly set: string; readonly cutoff: number }
  /** H/log N is so high that H says more of the number of environments than of them. */
  | { readonly is: 'saturated'; readonly set: string; readonly efficiency: number }
  /** Descriptors that do not say how they were made: which settings are not known of them. */
  | { readonly is: 'unsaid'; readonly set: string; readonly missing: readonly ('k' | 'cutoff')[] }
  /** Several elements are treated as one: what `full` would change, of the second set if any. */
  | {
      readonly is: 'elements';
      readonly set: string;
      readonly second: string | null;
      readonly effect: ElementsEffect;
    };

/** What is to be known of a set before its numbers are read, of which H / log N is one. */
export function cautionsOf(set: string, x: DescriptorMatrix, efficiency: number): Caution[] {
  const { k, cutoff } = x;
  const missing = (['k', 'cutoff'] as const).filter((name) => x[name] === null);
  return [
    ...(k !== null && cutoff !== null && hasNoNeighbors(x)
      ? [{ is: 'no-neighbours', set, cutoff } as const]
      : []),
    ...(isSaturated(efficiency) ? [{ is: 'saturated', set, efficiency } as const] : []),
    ...(missing.length > 0 ? [{ is: 'unsaid', set, missing } as const] : []),
  ];
}
