import { QuestsError } from '../base/error.js';
import { deltaEntropy, metrics } from '../entropy/entropy.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { rowsOf } from '../kernel/row-sample.js';
import { StoredReference } from '../kernel/stored-reference.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { Structure } from '../model/structure.js';
import { type DrawnFrom, drawnSet, shownSet, storedElements } from './drawn-set.js';
import { isAskedSet, type NamedSet, type StoredSet } from './named-set.js';
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
  /** Whether it is only asked: what is near is read, and `x` is what the map shows. */
  readonly isAsked: boolean;
}

/** Reads a set into memory; of one that does not fit it, what is shown. */
export async function readSet(set: NamedSet | StoredSet, { tolerance, seed }: Sampling): Promise<ReadSet> {
  const { name, x: whole, structures } = set;
  if (whole instanceof StoredReference && isAskedSet(set)) {
    const { x, drawn } = await shownSet(whole);
    return { name, x, whole, structures: [], elements: storedElements(whole), even: x, drawn, isAsked: true };
  }
  if (whole instanceof DescriptorMatrix || whole.fitsMemory) {
    const x = whole instanceof DescriptorMatrix ? whole : await whole.matrix();
    return { ...set, x, whole: x, elements: elementsOf(structures), even: thinned(x), isAsked: false };
  }
  if (tolerance === 0) {
    const problem = `${name} is larger than the memory that it may take`;
    throw new QuestsError('TOO_LARGE', `${problem}: give a tolerance, and H is estimated`);
  }
  const { x, known: sample, even, drawn } = await drawnSet(whole, seed);
  const elements = storedElements(whole);
  return { name, x, whole, structures: [], elements, even: rowsOf(x, even), sample, drawn, isAsked: false };
}

/** What is known of a set that is only asked. */
export interface UnknownEntropy extends Omit<SetEntropy, 'entropy' | 'diversity'> {
  readonly entropy: null;
  readonly diversity: null;
}

const UNKNOWN: UnknownEntropy = {
  entropy: null,
  entropyError: 0,
  diversity: null,
  diversityError: 0,
  known: new Uint32Array(0),
  dH: new Float64Array(0),
};

/**
 * H and D of a set, and δH of its environments within it, or of some; nothing of one that is only
 * asked.
 */
export async function entropyOfSet(
  { x, whole, sample, isAsked }: ReadSet,
  sampling: Sampling,
  own: KernelOptions & { readonly bandwidth: number },
): Promise<SetEntropy | UnknownEntropy> {
  if (isAsked) return UNKNOWN;
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
