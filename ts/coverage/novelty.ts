import { DEFAULTS } from '../base/defaults.js';
import { type CoverageOptions, overlapOf } from './coverage.js';
import { deltaEntropy } from '../entropy/entropy.js';
import { QuestsError } from '../base/error.js';
import { type DescriptorMatrix, frameAt, type FramedRows } from '../model/descriptor-matrix.js';
import { inParts } from '../run/run-options.js';
import { referenceSet } from '../kernel/reference-set.js';
import type { Source } from '../model/structure.js';

/** What a set adds to those before it: one element of what {@link noveltyByGeneration} gives. */
export interface GenerationNovelty extends NoveltySummary {
  /** Environments of all sets before. */
  readonly known: number;
  /** δH of each environment with respect to all sets before, in nats. */
  readonly dH: Float64Array;
}

/** How new some environments are to a reference: what {@link noveltySummary} gives. */
export interface NoveltySummary {
  readonly environments: number;
  /** For each ε the share with δH < ε, from 0 to 1. */
  readonly overlap: Float64Array;
  /**
   * Share with δH ≥ ε, from 0 to 1, at the first ε: the rest of `overlap`. The paper counts δH ≥ 0;
   * an environment whose only like is one copy has δH = 0, and is known.
   */
  readonly novelty: number;
  /** Mean of δH, in nats. */
  readonly mean: number;
  /** Largest δH, in nats. */
  readonly max: number;
}

/** An environment that a reference does not cover. */
export interface NovelEnvironment {
  /** Row of the matrix. */
  readonly row: number;
  /** Frame of the matrix. */
  readonly frame: number;
  /** Atom in that frame, from 0. */
  readonly atom: number;
  /** Where the frame was read; `undefined` where unknown. */
  readonly source: Source | undefined;
  /** In nats. */
  readonly dH: number;
}

/** A structure with environments that a reference does not cover. */
export interface NovelStructure {
  /** Frame of the matrix. */
  readonly frame: number;
  /** Where the frame was read; `undefined` where unknown. */
  readonly source: Source | undefined;
  readonly environments: number;
  /** Environments with δH ≥ ε. */
  readonly uncovered: number;
  /** Mean of δH, in nats. */
  readonly mean: number;
  /** Largest δH, in nats. */
  readonly max: number;
}

/** Options of {@link novelEnvironments} and {@link novelStructures}. */
export interface NoveltyOptions {
  /** ε: environments with δH below it count as covered, in nats. Default: 1e-5. */
  readonly epsilon?: number | undefined;
  /**
   * Values that are counted in place of δH, as {@link countedDeltas} makes them; what is listed and
   * averaged is δH. Default: δH.
   */
  readonly counted?: Float64Array | undefined;
}

/** Options of {@link noveltySummary} and {@link noveltyByGroup}. */
export interface NoveltySummaryOptions extends Pick<CoverageOptions, 'backend' | 'epsilon'> {
  /**
   * Values that are counted in place of δH, as {@link countedDeltas} makes them; the mean and the
   * largest are those of δH. Default: δH.
   */
  readonly counted?: Float64Array | undefined;
}

/**
 * What each of several sets adds to all those before it, as generations of active learning do:
 * δH(y|X) of the environments of set g, with X the sets 0 … g − 1 together. Each is then added to
 * X, which is never prepared anew.
 *
 * @param sets in their order; at least two, made alike
 * @returns one element for each set after the first
 * @throws {QuestsError} EMPTY: fewer than two sets; MISMATCH: sets that were made differently;
 *   INVALID_ARGUMENT: bandwidth not above 0 or not finite, ε not a number; TOO_LARGE;
 *   BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 */
export async function noveltyByGeneration(
  sets: readonly DescriptorMatrix[],
  options: CoverageOptions = {},
): Promise<GenerationNovelty[]> {
  const [first, ...later] = sets;
  if (first === undefined || later.length === 0) {
    throw new QuestsError('EMPTY', `${sets.length} sets, expected at least two generations`);
  }
  const { epsilon } = options;
  const known = await referenceSet(first, options);
  try {
    const sizes = later.map(
      ({ rows }, index) => rows * sets.slice(0, index + 1).reduce((sum, set) => sum + set.rows, 0),
    );
    const part = inParts(options, sizes);
    const found: GenerationNovelty[] = [];
    for (const [index, set] of later.entries()) {
      const before = known.rows;
      const dH = await deltaEntropy(set, known, part(index));
      found.push({ ...(await noveltySummary(dH, { backend: known.backend, epsilon })), known: before, dH });
      if (index < later.length - 1) known.add(set);
    }
    return found;
  } finally {
    known.dispose();
  }
}

/**
 * Novelty of environments relative to a reference, from their δH.
 *
 * @param dH δH of each environment, as {@link deltaEntropy} gives them; at least one
 * @throws {QuestsError} EMPTY: no values; INVALID_ARGUMENT: a value or ε is not a number;
 *   BACKEND_UNAVAILABLE
 */
export async function noveltySummary(
  dH: Float64Array,
  options: NoveltySummaryOptions = {},
): Promise<NoveltySummary> {
  const { backend, epsilon = DEFAULTS.epsilon, counted = dH } = options;
  checkCounted(dH, counted);
  const epsilons = typeof epsilon === 'number' ? [epsilon] : epsilon;
  const overlap = await overlapOf(counted, { backend, epsilon: epsilons });
  const { novel, sum, max } = tally(dH, counted, epsilons[0] ?? DEFAULTS.epsilon);
  return { environments: dH.length, overlap, novelty: novel / dH.length, mean: sum / dH.length, max };
}

/**
 * For each ε the share with δH ≥ ε, from 0 to 1: the rest of `overlap`. What is not covered is new.
 */
export function uncoveredShares({
  environments,
  overlap,
}: Pick<NoveltySummary, 'environments' | 'overlap'>): Float64Array {
  // From counts, so that both are shares of the same environments to the last bit.
  return overlap.map((share) => Math.round((1 - share) * environments) / environments);
}

/**
 * {@link noveltySummary} for each group of environments: by the element of the central atom, by the
 * kind of structure.
 *
 * @param labels the group of each environment
 * @returns by group, in the order of their names
 * @throws {QuestsError} as {@link noveltySummary}; INVALID_ARGUMENT: another number of labels than
 *   of values
 *
 * @example
 * const elements = structures.flatMap(({ species }) => species ?? []);
 * const byElement = await noveltyByGroup(dH, elements, { epsilon: 1 });
 * console.log(byElement.get('Au')?.novelty);
 */
export async function noveltyByGroup(
  dH: Float64Array,
  labels: readonly string[],
  options: NoveltySummaryOptions = {},
): Promise<Map<string, NoveltySummary>> {
  const { counted = dH } = options;
  checkCounted(dH, counted);
  if (labels.length !== dH.length) {
    throw new QuestsError('INVALID_ARGUMENT', `${labels.length} labels for ${dH.length} environments`);
  }
  const groups = new Map<string, number[]>();
  for (const [row, label] of labels.entries()) {
    const group = groups.get(label);
    if (group === undefined) groups.set(label, [row]);
    else group.push(row);
  }
  const found = new Map<string, NoveltySummary>();
  for (const label of [...groups.keys()].sort()) {
    const rows = groups.get(label) ?? [];
    const own = (values: Float64Array): Float64Array =>
      Float64Array.from(rows, (row) => values[row] as number);
    found.set(label, await noveltySummary(own(dH), { ...options, counted: own(counted) }));
  }
  return found;
}

/**
 * The environments of y that a reference does not cover, δH ≥ ε: the most novel first; of equal
 * ones, the first row.
 *
 * @param y the environments
 * @param dH their δH with respect to the reference, in nats
 * @throws {QuestsError} INVALID_ARGUMENT: another number of values than of environments
 *
 * @example
 * const dH = await deltaEntropy(test, train);
 * for (const { source, atom, dH: value } of novelEnvironments(test, dH, { epsilon: 1 }))
 *   console.log(source?.frame, atom, value);
 */
export function novelEnvironments(
  y: FramedRows,
  dH: Float64Array,
  { epsilon = DEFAULTS.epsilon, counted = dH }: NoveltyOptions = {},
): NovelEnvironment[] {
  checkLength(y, dH);
  checkCounted(dH, counted);
  const rows = Array.from(dH.keys()).filter((row) => (counted[row] as number) >= epsilon);
  rows.sort((a, b) => (dH[b] as number) - (dH[a] as number) || a - b);
  return rows.map((row) => {
    const frame = frameAt(y.frameOffsets, row);
    const atom = row - (y.frameOffsets[frame] as number);
    return { row, frame, atom, source: y.sources?.[frame], dH: dH[row] as number };
  });
}

/**
 * The structures of y with environments that a reference does not cover, δH ≥ ε: by falling largest
 * δH; of equal ones, the first.
 *
 * @param y the environments
 * @param dH their δH with respect to the reference, in nats
 * @throws {QuestsError} INVALID_ARGUMENT: another number of values than of environments
 *
 * @example
 * const [mostNovel] = novelStructures(test, await deltaEntropy(test, train), { epsilon: 1 });
 * console.log(mostNovel?.source, mostNovel?.uncovered);
 */
export function novelStructures(
  y: FramedRows,
  dH: Float64Array,
  { epsilon = DEFAULTS.epsilon, counted = dH }: NoveltyOptions = {},
): NovelStructure[] {
  checkLength(y, dH);
  checkCounted(dH, counted);
  const structures = Array.from({ length: y.frames }, (_, frame) => {
    const [start, end] = [y.frameOffsets[frame], y.frameOffsets[frame + 1]];
    const values = dH.subarray(start, end);
    const { novel: uncovered, sum, max } = tally(values, counted.subarray(start, end), epsilon);
    const environments = values.length;
    return { frame, source: y.sources?.[frame], environments, uncovered, mean: sum / environments, max };
  });
  return structures
    .filter(({ uncovered }) => uncovered > 0)
    .sort((a, b) => b.max - a.max || a.frame - b.frame);
}

/** Counts by some values those of at least ε; adds others up and finds the largest. */
function tally(
  dH: Float64Array,
  counted: Float64Array,
  epsilon: number,
): { novel: number; sum: number; max: number } {
  let novel = 0;
  let sum = 0;
  let max = -Infinity;
  for (let row = 0; row < dH.length; row++) {
    const value = dH[row] as number;
    if ((counted[row] as number) >= epsilon) novel++;
    sum += value;
    if (value > max) max = value;
  }
  return { novel, sum, max };
}

function checkLength(y: FramedRows, dH: Float64Array): void {
  if (dH.length === y.rows) return;
  throw new QuestsError('INVALID_ARGUMENT', `${dH.length} values of dH for ${y.rows} environments`);
}

/** Refuses values to count by that are not as many as those of δH. */
export function checkCounted(dH: Float64Array, counted: Float64Array): void {
  if (counted.length === dH.length) return;
  const problem = `${counted.length} values to count by for ${dH.length} environments`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}
