import { metrics } from '../entropy/entropy.js';
import { type EstimateOptions } from '../kernel/estimate-options.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { numberSampler } from '../kernel/row-sample.js';
import { entropyOfSample } from '../kernel/sample-entropy.js';
import { type ReferenceSet, referenceSet } from '../kernel/reference-set.js';
import { matrixAsSampled, type SampledSet } from '../kernel/sampled-set.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import type { SetEntropy } from './set-entropy.js';

/** Environments of the smallest set that has numbers from a sample first: others take no longer. */
const FEWEST = 16_000;

/** Half-width of the first interval of H, in nats. */
const FIRST = 0.2;

/** Environments that are looked at before it: a wide interval needs no good plan. */
const TRIAL = 256;

/** That of the second, where all pairs are summed afterwards, */
const SECOND = 0.05;

/** and of the smallest set that has one: in others the exact value comes as soon. */
const FEWEST_OF_SECOND = 50_000;

/** Pairs of the first δH of a second set: a second of a browser, or less. */
const PAIRS = 5e7;

/** Environments of it, at the least and at the most. */
const ROWS = [100, 2000] as const;

/** Standard errors of a normal distribution that hold 95 %. */
const Z = 1.96;

/**
 * Intervals of H that come before the numbers that were asked for, in nats, one after the other.
 *
 * @param rows environments of the largest set
 * @param tolerance what was asked for; 0 for all pairs
 */
export function earlyTolerances(rows: number, tolerance: number): readonly number[] {
  if (rows < FEWEST) return [];
  const isLong = rows >= FEWEST_OF_SECOND;
  return [FIRST, SECOND].filter(
    (within) => (within === FIRST || isLong) && (tolerance === 0 || within > 2 * tolerance),
  );
}

/** A set of which numbers are had from several samples, prepared once. */
export class EarlySet {
  readonly reference: ReferenceSet;
  readonly #sampled: SampledSet;

  private constructor(x: DescriptorMatrix, reference: ReferenceSet) {
    this.reference = reference;
    this.#sampled = matrixAsSampled(x, reference);
  }

  static async of(x: DescriptorMatrix, options: RunOptions): Promise<EarlySet> {
    return new EarlySet(x, await referenceSet(x, options));
  }

  /**
   * H and D within an interval; of a small set exactly.
   *
   * @returns undefined where to sum all pairs is better
   */
  async entropy(
    sampling: Pick<EstimateOptions, 'tolerance' | 'seed'>,
    options: KernelOptions & { readonly bandwidth: number },
  ): Promise<Omit<SetEntropy, 'known' | 'dH'> | undefined> {
    if (this.reference.rows < FEWEST) {
      const { entropy, diversity } = await metrics(this.reference, options);
      return { entropy, entropyError: 0, diversity, diversityError: 0 };
    }
    const trial = sampling.tolerance === FIRST ? TRIAL : undefined;
    const sample = await entropyOfSample(this.#sampled, { ...options, ...sampling, trial });
    return (
      sample && {
        entropy: sample.entropy.value,
        entropyError: sample.entropy.error,
        diversity: sample.diversity.value,
        diversityError: sample.diversity.error,
      }
    );
  }
}

/** Rows of a second set that its first numbers are of; null for all of them. */
export function earlyRows(rows: number, rowsOfFirst: number, seed: number): Uint32Array | null {
  const [least, most] = ROWS;
  const count = Math.min(rows, Math.max(least, Math.min(most, Math.floor(PAIRS / rowsOfFirst))));
  return numberSampler(seed)(rows, count) ?? null;
}

/**
 * Half-width of the 95 % interval of a share that a sample has: z·√(p(1 − p)/n), and at least 3/n,
 * which is what nothing found in n says.
 */
export function shareError(share: number, sample: number): number {
  if (sample === 0) return 0;
  return Math.max(Z * Math.sqrt((share * (1 - share)) / sample), 3 / sample);
}
