import { fixed } from '../../base/number-format.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DifferenceAtEntropy, KnownRange } from '../../faces/node/analysis.js';
import type { EntropyDifference } from '../../faces/node/quests.js';
import type { Session } from './session.js';

const { crystals, melting } = analysis.KNOWN_RANGES;

/** ΔH where it is nearest to ΔS, of either kind of states. */
export function knownDifferences(
  curve: readonly EntropyDifference[],
): Record<keyof typeof analysis.KNOWN_RANGES, DifferenceAtEntropy | null> {
  return {
    crystals: analysis.differenceAtEntropy(curve, crystals.best),
    melting: analysis.differenceAtEntropy(curve, melting.best),
  };
}

/** Where ΔH is near ΔS, as known from states whose entropy is known. */
export function knownLines(curve: readonly EntropyDifference[]): string[] {
  const known = knownDifferences(curve);
  const found = [
    ['a close-packed crystal and its melt', melting.best, known.melting],
    ['two crystals', crystals.best, known.crystals],
  ] as const;
  return found.map(([of, entropy, at]) => {
    const where = `Nearest to dS for ${of}, where H is ${entropy} in the mean`;
    if (at === null) return `${where}: at none of these h`;
    return `${where}: h = ${fixed(at.bandwidth, 4)}, dH = ${fixed(at.difference, 3)}`;
  });
}

/** Says where the summary is at an h whose ΔH no known states support. */
export function noteRange(session: Session, { a, b, bandwidth }: EntropyDifference): void {
  const mean = (a.mean + b.mean) / 2;
  const isWithin = ({ low, high }: KnownRange): boolean => mean >= low && mean <= high;
  if (isWithin(crystals) || isWithin(melting)) return;
  session.note(
    `note: at h = ${bandwidth} H(A) and H(B) are ${fixed(mean, 2)} nats in the mean. dH is dS within 27 % ` +
      `where that is ${crystals.low} to ${crystals.high} (two harmonic crystals), ${melting.low} to ` +
      `${melting.high} (a close-packed crystal and its melt): see docs/physics.md`,
  );
}
