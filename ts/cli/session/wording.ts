import { decimals } from '../../base/decimals.js';
import { CONFIDENCE, SATURATION } from '../../base/constants.js';
import { isSaturated } from '../../faces/node/analysis.js';
import type { Metrics } from '../../node.js';
import type { ReadFlags } from './options.js';
import type { Session } from './session.js';

/** The shape of a matrix of descriptors, as NumPy prints it. */
export function shapeLine(shape: readonly number[]): string {
  return `Descriptors shape: (${shape.join(', ')})`;
}

/** An entropy and what it can be at most. */
export function entropyLines(metrics: Pick<Metrics, 'entropy' | 'maxEntropy' | 'efficiency'>): string[] {
  const lines = [
    `Dataset entropy: ${nats(metrics.entropy)}`,
    `Max theoretical entropy: ${nats(metrics.maxEntropy)}`,
  ];
  // A single environment has no entropy to compare with.
  if (!Number.isNaN(metrics.efficiency)) lines.push(`Entropy / log N: ${metrics.efficiency.toFixed(3)}`);
  return lines;
}

/** A number of nats, with its unit. */
export function nats(value: number): string {
  return `${value.toFixed(3)} (nats)`;
}

/** Where an exact value lies, as far as a sample tells. */
export function interval(low: number, high: number): string {
  return `${(100 * CONFIDENCE).toFixed(0)} % interval: ${low.toFixed(5)} to ${high.toFixed(5)} (nats)`;
}

/** A number with so many decimals, a dash where there is none; what rounds to 0 has no sign. */
export function fixed(value: unknown, digits: number): string {
  return typeof value === 'number' ? decimals(value, digits) : '-';
}

/** A share, in per cent. */
export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A threshold, however small: 1e-5, not 0.00001. */
export function threshold(value: number): string {
  return value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value);
}

/** Warns where the entropy says more about the number of environments than about them. */
export function noteSaturation(session: Session, { efficiency }: Pick<Metrics, 'efficiency'>): void {
  if (!isSaturated(efficiency)) return;
  session.note(
    `note: saturated: H / log N is ${efficiency.toFixed(3)}, above ${SATURATION}; ` +
      'too few environments, or too narrow a bandwidth, to tell them apart',
  );
}

/** A number of things: 1 frame, 2 frames. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** Says how many frames come after the end of their log, of a run that was stopped before it wrote the rest. */
export function noteBeyond(session: Session, frames: number, { log = [] }: Pick<ReadFlags, 'log'>): void {
  if (frames === 0) return;
  const whose = [log].flat().join(', ');
  session.note(
    `note: ${frames} frame${frames === 1 ? ' comes' : 's come'} after the last step of ${whose}, which has nothing of them`,
  );
}

/** Says that descriptors do not tell apart the species that were there. */
export function noteBlindness(session: Session, species: readonly string[]): void {
  if (species.length < 2) return;
  const all = [...species].sort().join(', ');
  session.note(`note: ${all} count as one element: descriptors are blind to chemistry without --species`);
}
