import { deltaEntropy } from '../entropy/entropy.js';
import { kernelMean, type KernelOptions } from '../kernel/kernel-sums.js';
import { type ReferenceSet, type Environments, referenceSet } from '../kernel/reference-set.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { perFrame } from '../model/frame-values.js';

/** The environment for which a structure was worth picking. */
export interface PickCause {
  /** Atom in the structure, from 0. */
  readonly atom: number;
  /** Its δH given the picks before, and the reference if there is one; the largest of all. */
  readonly dH: number;
}

/** Options of {@link pickCauses}. */
export interface PickCauseOptions extends KernelOptions {
  /** What was there before the first pick. Default: nothing. */
  readonly reference?: Environments | undefined;
}

/**
 * For each pick its most novel environment, given what was picked before it.
 *
 * @param picks indices of frames in the order in which they were picked
 * @returns `null` for a first pick that there was nothing to compare with
 */
export async function pickCauses(
  x: DescriptorMatrix,
  picks: ArrayLike<number>,
  options: PickCauseOptions = {},
): Promise<(PickCause | null)[]> {
  const { reference, ...kernel } = options;
  const quiet = { ...kernel, onProgress: undefined };
  const causes: (PickCause | null)[] = [];
  let known: ReferenceSet | undefined;
  try {
    for (const pick of Array.from(picks)) {
      const own = x.frame(pick);
      const parts: Float64Array[] = [];
      if (reference !== undefined) parts.push(await deltaEntropy(own, reference, quiet));
      if (known !== undefined) parts.push(await deltaEntropy(own, known, quiet));
      causes.push(parts.length === 0 ? null : mostNovel(parts));
      if (known === undefined) known = await referenceSet(own, kernel);
      else known.add(own);
    }
  } finally {
    known?.dispose();
  }
  return causes;
}

/** The row with the largest δH given all that one of several sets holds. */
function mostNovel(parts: readonly Float64Array[]): PickCause {
  const [first = new Float64Array(0), second] = parts;
  const dH = first.map((value, row) => {
    const other = second?.[row] ?? Infinity;
    const low = Math.min(value, other);
    return low === Infinity ? low : low - Math.log1p(Math.exp(low - Math.max(value, other)));
  });
  let atom = 0;
  dH.forEach((value, row) => {
    if (value > (dH[atom] as number)) atom = row;
  });
  return { atom, dH: dH[atom] as number };
}

/** δH above which an environment is like none that is kept: its kernels would only be rounding. */
const UNLIKE = 30;

/** What {@link pickWeights} gives. */
export interface PickWeights {
  /** Environments of the set that each pick stands for. */
  readonly environments: Float64Array;
  /** That over the number of its own environments, divided by the mean over all picks. */
  readonly weights: Float64Array;
  /** Environments of the set that are like none that is kept: no pick stands for them. */
  readonly unlike: number;
}

/**
 * How much of a set each of its picks stands for: every environment y of the set is shared among
 * all kept ones, x, as K(y, x)/Σ K(y, x′).
 */
export async function pickWeights(
  x: DescriptorMatrix,
  picks: ArrayLike<number>,
  options: KernelOptions = {},
): Promise<PickWeights> {
  const quiet = { ...options, onProgress: undefined };
  const kept = x.select(picks);
  const dH = await deltaEntropy(x, kept, quiet);
  // 1/p(y), so that Σ_y K(x, y)/p(y) is the share of all y that falls to x.
  const inverse = dH.map((value) => (value > UNLIKE ? 0 : Math.exp(value)));
  const { mean, logSums } = await kernelMean(kept, x, inverse, quiet);
  const shares = mean.map((value, row) => value * Math.exp(logSums[row] as number));
  const environments = perFrame(kept, shares, (own) => own.reduce((sum, value) => sum + value, 0));
  const each = perFrame(kept, shares, (own) => own.reduce((sum, value) => sum + value, 0) / own.length);
  const average = each.reduce((sum, value) => sum + value, 0) / each.length;
  return {
    environments,
    weights: each.map((value) => value / average),
    unlike: dH.reduce((count, value) => count + Number(value > UNLIKE), 0),
  };
}
