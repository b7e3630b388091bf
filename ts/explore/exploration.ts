import { type BandwidthPoint, bandwidthScan } from '../bandwidth-scan.js';
import { estimateBandwidth, volumePerAtom } from '../bandwidth.js';
import { deltaEntropy, diversity, metrics } from '../entropy.js';
import { QuestsError } from '../error.js';
import type { KernelOptions } from '../kernel.js';
import { concatenated, type DescriptorMatrix } from '../matrix.js';
import { noveltySummary } from '../novelty.js';
import type { Progress, RunOptions } from '../options.js';
import type { Structure } from '../structure.js';
import { type SetCurve, setCurve, thinned } from './set-curve.js';

/** What is computed of sets, and how. */
export interface ExploreSettings {
  /** h, in 1/Å. */
  readonly bandwidth: number;
  /** ε: environments with δH below it count as covered, in nats. */
  readonly epsilon: number;
}

/** A set to explore. */
export interface NamedSet {
  readonly name: string;
  readonly x: DescriptorMatrix;
  /** What the descriptors were made from, frame by frame; empty where only these are known. */
  readonly structures: readonly Structure[];
}

/** Headline numbers of one set. */
export interface SetNumbers {
  readonly name: string;
  readonly frames: number;
  readonly environments: number;
  /** H, in nats. */
  readonly entropy: number;
  /** H/log N, from 0 to 1. */
  readonly efficiency: number;
  /** D, in nats. */
  readonly diversity: number;
  /** H_max − H from the learning curve, in nats; null where the curve cannot be fitted. */
  readonly gap: number | null;
}

/** What the second set is to the first. */
export interface Comparison {
  /** Share of the second set that the first covers, δH < ε. */
  readonly overlap: number;
  /** Share of the second set with δH ≥ 0. */
  readonly novelty: number;
  /** Mean δH of the second set, in nats. */
  readonly mean: number;
  /** Largest δH of the second set, in nats. */
  readonly max: number;
  /** D of both together, less that of the first alone, in nats. */
  readonly addedDiversity: number;
}

/** All numbers that are told of one set or two. */
export interface Findings {
  readonly settings: ExploreSettings;
  readonly sets: readonly SetNumbers[];
  /** Null for one set. */
  readonly comparison: Comparison | null;
  /** h for the volume per atom of the first frame, in 1/Å; null without a cell. */
  readonly suggestion: number | null;
}

/** A set, computed. */
export interface ExploredSet extends NamedSet {
  /** δH of each environment: against the first set for the second, within itself for the first. */
  readonly dH: Float64Array;
  /** Null for a set that is too small for one. */
  readonly curve: SetCurve | null;
}

/** One set or two, and all that is shown of them: what {@link explore} gives. */
export interface Exploration {
  readonly findings: Findings;
  readonly sets: readonly ExploredSet[];
  /** H and D of the first set against the bandwidth, of {@link scanned} of its environments. */
  readonly scan: readonly BandwidthPoint[];
  readonly scanned: number;
}

/**
 * What one wants to know of a set, or of a second one for whoever knows the first: the numbers, with what pictures of them need.
 * Learning curves and the scan of bandwidths are taken from at most 5,000 environments, evenly spread over the set.
 *
 * @param sets one or two, made alike
 * @param options progress is reported with the name of the set before what is done
 * @throws {QuestsError} INVALID_ARGUMENT: no sets or more than two, bandwidth not above 0 or not finite, ε not a number; MISMATCH:
 *   descriptors that were made differently; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { findings } = await explore([{ name: 'train.xyz', structures, x: await descriptors(structures) }], {
 *   bandwidth: 0.015,
 *   epsilon: 1e-5,
 * });
 * console.log(verdictOf(findings).title);
 */
export async function explore(
  sets: readonly NamedSet[],
  settings: ExploreSettings,
  options: RunOptions = {},
): Promise<Exploration> {
  const [present] = sets;
  if (present === undefined || sets.length > 2) {
    throw new QuestsError('INVALID_ARGUMENT', `${sets.length} sets to explore, expected one or two`);
  }
  const { bandwidth, epsilon } = settings;
  const explored: ExploredSet[] = [];
  const numbers: SetNumbers[] = [];
  let comparison: Comparison | null = null;
  for (const set of sets) {
    const { name, x } = set;
    const own: KernelOptions = { ...labelled(options, name), bandwidth };
    const { entropy, efficiency, diversity: D, ...alone } = await metrics(x, own);
    const curve = await setCurve(x, entropy, own);
    const gap = curve?.gap ?? null;
    numbers.push({ name, frames: x.frames, environments: x.rows, entropy, efficiency, diversity: D, gap });
    const [first] = explored;
    const dH = first === undefined ? alone.dH : await deltaEntropy(x, first.x, own);
    if (first !== undefined) {
      const both = await diversity(concatenated([first.x, x]), own);
      const { overlap, novelty, mean, max } = await noveltySummary(dH, { ...options, epsilon });
      const addedDiversity = both - (numbers[0]?.diversity ?? NaN);
      comparison = { overlap: overlap[0] as number, novelty, mean, max, addedDiversity };
    }
    explored.push({ ...set, dH, curve });
  }
  const sample = thinned(present.x);
  const scan = await bandwidthScan(sample, labelled(options, 'bandwidths'));
  const suggestion = await suggestionFor(present.structures[0], options);
  return {
    findings: { settings, sets: numbers, comparison, suggestion },
    sets: explored,
    scan,
    scanned: sample.rows,
  };
}

/** Mean δH of the environments of each frame, in nats. */
export function frameMeans({ x, dH }: ExploredSet): Float64Array {
  return Float64Array.from({ length: x.frames }, (_, frame) => {
    const values = dH.subarray(x.frameOffsets[frame], x.frameOffsets[frame + 1]);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

/** Options whose progress says what it is of. */
export function labelled<T extends RunOptions>(options: T, what: string): T {
  const { onProgress } = options;
  if (onProgress === undefined) return options;
  const report = ({ phase, ...rest }: Progress): void => onProgress({ ...rest, phase: `${what}: ${phase}` });
  return { ...options, onProgress: report };
}

async function suggestionFor(structure: Structure | undefined, options: RunOptions): Promise<number | null> {
  if (structure?.cell === undefined) return null;
  try {
    return await estimateBandwidth(volumePerAtom(structure), options);
  } catch (thrown) {
    // An open or a flat cell has no volume: there is nothing to suggest then.
    if (thrown instanceof QuestsError) return null;
    throw thrown;
  }
}
