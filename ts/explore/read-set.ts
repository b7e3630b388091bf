import { QuestsError } from '../base/error.js';
import { deltaEntropy, metrics } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { rowsOf } from '../kernel/row-sample.js';
import type { StoredReference } from '../kernel/stored-reference.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { type DrawnFrom, drawnSet, storedElements } from './drawn-set.js';
import type { NamedSet, StoredSet } from './named-set.js';
import { thinned } from './set-curve.js';
import { type SetEntropy, setEntropy } from './set-entropy.js';

/** Within what H is estimated, and how the sample is drawn. */
interface Sampling {
  /** Half-width of the 95 % interval of H, in nats; 0: all pairs are summed. */
  readonly tolerance: number;
  readonly seed: number;
}

/** A set whose environments are in memory, or some of them. */
export interface ReadSet extends NamedSet {
  /** All environments: what is summed over. */
  readonly whole: DescriptorMatrix | StoredReference;
  readonly elements: readonly string[];
  /** Environments of learning curves and scans. */
  readonly even: DescriptorMatrix;
  /** Where it is larger than memory: places in `x` of the environments whose δH is computed, */
  readonly sample?: Uint32Array | undefined;
  /** and what all of `x` was drawn from. */
  readonly drawn?: DrawnFrom | undefined;
}

/** Reads a set into memory; of one that does not fit it, what is shown. */
export async function readSet(set: NamedSet | StoredSet, { tolerance, seed }: Sampling): Promise<ReadSet> {
  const { name, x: whole, structures } = set;
  if (whole instanceof DescriptorMatrix || whole.fitsMemory) {
    const x = whole instanceof DescriptorMatrix ? whole : await whole.matrix();
    return { ...set, x, whole: x, elements: elementsOf(structures), even: thinned(x) };
  }
  if (tolerance === 0) {
    const problem = `${name} is larger than the memory that it may take`;
    throw new QuestsError('TOO_LARGE', `${problem}: give a tolerance, and H is estimated`);
  }
  const { x, known: sample, even, drawn } = await drawnSet(whole, seed);
  const elements = storedElements(whole);
  return { name, x, whole, structures: [], elements, even: rowsOf(x, even), sample, drawn };
}

/** H and D of a set, and δH of its environments within it, or of some. */
export async function entropyOfSet(
  { x, whole, sample }: ReadSet,
  sampling: Sampling,
  own: KernelOptions & { readonly bandwidth: number },
): Promise<SetEntropy> {
  if (sample === undefined) return setEntropy(x, sampling, own);
  const { entropy, diversity: D } = await metrics(whole, { ...own, ...sampling });
  return {
    entropy: entropy.value,
    entropyError: entropy.error,
    diversity: D.value,
    diversityError: D.error,
    known: sample,
    dH: await deltaEntropy(rowsOf(x, sample), whole, own),
  };
}

function elementsOf(structures: readonly Structure[]): string[] {
  const all = new Set<string>();
  for (const { species } of structures) for (const symbol of species ?? []) all.add(symbol);
  return [...all].sort();
}
