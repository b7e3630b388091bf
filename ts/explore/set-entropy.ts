import { metrics } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { mean } from '../statistics/moments.js';
import { halfWidth, entropyOfSample, spreadOf } from '../kernel/sample-entropy.js';
import type { EstimateOptions } from '../kernel/estimate-options.js';

/** H, D and δH of a set within itself: of all its environments, or of a sample of them. */
export interface SetEntropy {
  /** H, in nats. */
  readonly entropy: number;
  /** Half-width of the 95 % interval of H; 0 where all pairs were summed. */
  readonly entropyError: number;
  /** D, in nats. */
  readonly diversity: number;
  /** Half-width of the 95 % interval of D; 0 where all pairs were summed. */
  readonly diversityError: number;
  /** Environments whose δH is known, rising; null for all. */
  readonly known: Uint32Array | null;
  /** δH of those, against the whole set. */
  readonly dH: Float64Array;
}

/**
 * H and D of a set, exactly or within a tolerance: then from a random sample of environments, each
 * with respect to the whole set. D = log N + log of the mean of 1/p over the sample, where 1/p is
 * at most 1.
 *
 * @param sampling the tolerance is 0 for all pairs. Where it would take more than a sixteenth of
 *   the environments, all pairs are summed
 */
export async function setEntropy(
  x: DescriptorMatrix,
  sampling: Pick<EstimateOptions, 'tolerance' | 'seed'>,
  options: KernelOptions & { readonly bandwidth: number },
): Promise<SetEntropy> {
  const sample = await entropyOfSample(x, { ...options, ...sampling });
  if (sample === undefined) {
    const { entropy, diversity, dH } = await metrics(x, options);
    return { entropy, entropyError: 0, diversity, diversityError: 0, known: null, dH };
  }
  const { value, error, rows, logSums } = sample;
  const shares = logSums.map((sum) => Math.exp(-sum));
  const share = mean(shares);
  return {
    entropy: value,
    entropyError: error,
    diversity: Math.log(x.rows * share),
    diversityError:
      (halfWidth(spreadOf(shares), shares.length) / share) * Math.sqrt(1 - rows.length / x.rows),
    known: rows,
    dH: logSums.map((sum) => 0 - sum),
  };
}
