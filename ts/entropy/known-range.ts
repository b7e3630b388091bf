import type { EntropyDifference } from './entropy-difference.js';

/** At which mean of the entropies of two states ΔH follows ΔS; all in nats. */
export interface KnownRange {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/**
 * Means of H(A) and H(B) at which ΔH is ΔS within some 27 %, nearest to it at `best`, as measured
 * on states whose entropy is known: `docs/physics.md`. At a narrower h, where the mean is higher,
 * ΔH is too large, until N limits it; at a wider one too small.
 */
export const KNOWN_RANGES = {
  /** Two harmonic crystals, 1000 to 8000 environments of 12 or 32 neighbours. */
  crystals: { low: 1.5, best: 1.9, high: 2.3 },
  /**
   * A close-packed crystal and its melt: Lennard-Jones atoms along their melting line, likewise.
   * Not silicon, whose ΔH is too large there by a third.
   */
  melting: { low: 2.6, best: 4, high: 5.6 },
} as const satisfies Record<string, KnownRange>;

/** ΔH at the bandwidth at which both entropies have some mean. */
export interface DifferenceAtEntropy {
  /** h, in 1/Å, between two of the curve. */
  readonly bandwidth: number;
  /** ΔH there, in nats. */
  readonly difference: number;
}

/**
 * ΔH where the mean of both entropies is some value: linear between two bandwidths of the curve, in
 * their logarithm. A saturated H does not count.
 *
 * @param curve ΔH by rising h, as `entropyDifference` gives it
 * @param entropy the mean of H(A) and H(B), in nats: one of {@link KNOWN_RANGES}, for example
 * @returns null where the curve does not pass it, or is saturated there
 *
 * @example
 * const curve = await entropyDifference(crystal, melt);
 * const best = differenceAtEntropy(curve, KNOWN_RANGES.melting.best);
 */
export function differenceAtEntropy(
  curve: readonly EntropyDifference[],
  entropy: number,
): DifferenceAtEntropy | null {
  const mean = ({ a, b }: EntropyDifference): number => (a.mean + b.mean) / 2;
  const after = curve.findIndex((point) => mean(point) <= entropy);
  const [above, below] = [curve[after - 1], curve[after]];
  if (above === undefined || below === undefined || above.saturated || below.saturated) return null;
  const share = (mean(above) - entropy) / (mean(above) - mean(below));
  return {
    bandwidth: above.bandwidth * (below.bandwidth / above.bandwidth) ** share,
    difference: above.difference + share * (below.difference - above.difference),
  };
}
