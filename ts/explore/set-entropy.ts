import { DEFAULTS } from '../base/defaults.js';
import { deltaEntropy, metrics } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { withReference } from '../kernel/reference-set.js';
import { numberSampler, rowsOf } from '../kernel/row-sample.js';
import { entropyOfSample } from '../kernel/sample-entropy.js';
import { matrixAsSampled } from '../kernel/sampled-set.js';
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

/** Environments whose δH is shown where H and D are those of a sample: one of so many, */
const KNOWN_STEP = 16;

/** and no more than this many. */
const MOST_KNOWN = 2000;

/** Environments whose δH is shown of a set that is sampled. */
export function knownCount(rows: number): number {
  return Math.min(MOST_KNOWN, Math.floor(rows / KNOWN_STEP));
}

/**
 * H and D of a set, exactly or within a tolerance: then from a sample of environments that holds
 * the rare ones (`entropyOfSample`). δH is then that of a plain random sample, so that shares and
 * pictures of it stand for the set.
 *
 * @param sampling the tolerance is 0 for all pairs. Where a sample takes longer, all pairs are
 *   summed, too
 */
export async function setEntropy(
  x: DescriptorMatrix,
  sampling: Pick<EstimateOptions, 'tolerance' | 'seed'>,
  options: KernelOptions & { readonly bandwidth: number },
): Promise<SetEntropy> {
  return withReference(x, options, async (reference) => {
    const sample = await entropyOfSample(matrixAsSampled(x, reference), { ...options, ...sampling });
    if (sample === undefined) {
      const { entropy, diversity, dH } = await metrics(reference, options);
      return { entropy, entropyError: 0, diversity, diversityError: 0, known: null, dH };
    }
    const draw = numberSampler(sampling.seed ?? DEFAULTS.seed);
    // Never all: it is a sixteenth of them at most.
    const known = draw(x.rows, knownCount(x.rows)) as Uint32Array;
    return {
      entropy: sample.entropy.value,
      entropyError: sample.entropy.error,
      diversity: sample.diversity.value,
      diversityError: sample.diversity.error,
      known,
      dH: await deltaEntropy(rowsOf(x, known), reference, options),
    };
  });
}
