import { fixed } from '../../base/number-format.js';
import { CONFIDENCE, NO_EFFICIENCY } from '../../base/constants.js';
import type { Metrics } from '../../faces/node/quests.js';

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
  if (!Number.isNaN(metrics.efficiency)) lines.push(`Entropy / log N: ${fixed(metrics.efficiency, 3)}`);
  return lines;
}

/** H/log N under its key in JSON; where there is none, with the reason. */
export function efficiencyKeys(efficiency: number): Record<string, unknown> {
  if (!Number.isNaN(efficiency)) return { efficiency };
  return { efficiency: null, efficiency_reason: NO_EFFICIENCY };
}

/** A number of nats, with its unit. */
export function nats(value: number): string {
  return `${fixed(value, 3)} (nats)`;
}

/** Where an exact value lies, as far as a sample tells. */
export function interval(low: number, high: number): string {
  return `${(100 * CONFIDENCE).toFixed(0)} % interval: ${fixed(low, 5)} to ${fixed(high, 5)} (nats)`;
}
