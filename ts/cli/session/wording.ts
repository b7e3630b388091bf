import { decimals } from '../../base/decimals.js';
import { CONFIDENCE } from '../../base/constants.js';
import type { Metrics } from '../../node.js';

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

/** A number of things: 1 frame, 2 frames. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
