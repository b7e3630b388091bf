import type { KeptStructures } from '../../explore/keep.js';
import { countText, decimalText, percentText, plainText } from './numbers.js';

/** The structures that were selected to be kept, and what they hold. */
export function keptText(kept: KeptStructures): string {
  const { set, structures, entropyOfSet, reference, epsilon, frames, entropy, overlap } = kept;
  const H = decimalText(entropy.at(-1) ?? NaN, 3);
  const by = reference === null ? 'them' : `them and ${reference}`;
  const selected = `${countText(frames.length)} of ${countText(structures)} structures selected`;
  return (
    `${selected}, frames ${frames.join(', ')}: ` +
    `entropy ${H} nats (all structures: ${decimalText(entropyOfSet, 3)}); ` +
    `${percentText(overlap.at(-1) ?? NaN)} of the environments of ${set} are covered by ${by} ` +
    `(δH < ${plainText(epsilon)}).`
  );
}
