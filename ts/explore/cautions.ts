import { hasNoNeighbors } from '../base/no-neighbors.js';
import type { ElementsEffect } from '../coverage/elements-effect.js';
import { isSaturated } from '../entropy/efficiency.js';
import { StoredReference } from '../kernel/stored-reference.js';
import type { ReadSet } from './read-set.js';

/** What is to be known of a set before its numbers are read. */
export type Caution =
  /** No environment has a neighbour within the cutoff, in Å. */
  | { readonly is: 'no-neighbours'; readonly set: string; readonly cutoff: number }
  /** H/log N is so high that H says more of the number of environments than of them. */
  | { readonly is: 'saturated'; readonly set: string; readonly efficiency: number }
  /**
   * The set is only asked: its H is not computed. Bytes of its file that were read so far, and all
   * that there are.
   */
  | { readonly is: 'asked'; readonly set: string; readonly bytesRead: number; readonly bytes: number }
  /** Descriptors that do not say how they were made: which settings are not known of them. */
  | { readonly is: 'unsaid'; readonly set: string; readonly missing: readonly ('k' | 'cutoff')[] }
  /** Several elements are treated as one: what `full` would change, of the second set if any. */
  | {
      readonly is: 'elements';
      readonly set: string;
      readonly second: string | null;
      readonly effect: ElementsEffect;
    };

/**
 * What is to be known of a set before its numbers are read.
 *
 * @param efficiency H / log N; null where it is not computed
 */
export function cautionsOf(
  { name: set, x, whole, isAsked }: Pick<ReadSet, 'name' | 'x' | 'whole' | 'isAsked'>,
  efficiency: number | null,
): Caution[] {
  const { k, cutoff } = x;
  const missing = (['k', 'cutoff'] as const).filter((name) => x[name] === null);
  return [
    ...(k !== null && cutoff !== null && hasNoNeighbors(x)
      ? [{ is: 'no-neighbours', set, cutoff } as const]
      : []),
    ...(isAsked && whole instanceof StoredReference
      ? [{ is: 'asked', set, bytesRead: whole.bytesRead, bytes: whole.facts.bytes } as const]
      : []),
    ...(efficiency !== null && isSaturated(efficiency)
      ? [{ is: 'saturated', set, efficiency } as const]
      : []),
    ...(missing.length > 0 ? [{ is: 'unsaid', set, missing } as const] : []),
  ];
}
