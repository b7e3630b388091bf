import { deltaEntropy } from '../entropy/entropy.js';
import { kernelMean, type KernelOptions } from '../kernel/kernel-sums.js';
import { nearestDistances } from '../kernel/nearest.js';
import { type ReferenceSet, referenceSet } from '../kernel/reference-set.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { shuffledGroups } from '../statistics/group-split.js';
import { RandomStream } from '../statistics/random.js';
import {
  gradeScore,
  kernelDensityScore,
  localGradeScore,
  mahalanobisScore,
  mixtureScore,
  type PreparedGroup,
  preparedGroup,
} from './density-scores.js';
import { byGroup, elementGroups } from './element-groups.js';

/** A score that is to tell errors: the larger, the larger the error is expected to be. */
export interface Score {
  /** Key in records: `dH`, `nearest_1` …. */
  readonly name: string;
  /** One value for each environment; infinite where an element is not known at all. */
  readonly values: Float64Array;
  /** Whether it is a length or an error, whose logarithm goes with that of the error. */
  readonly isLog: boolean;
  /** Seconds that it took, with what it needs prepared. */
  readonly seconds: number;
}

/** What scores are computed of. */
export interface ScoreInput {
  readonly x: DescriptorMatrix;
  readonly reference: DescriptorMatrix;
  /** Known errors of environments; absent where they are of structures only. */
  readonly errors?: Float64Array | undefined;
  /** Structures with the same number stay together. Default: each is on its own. */
  readonly groups?: ArrayLike<number> | undefined;
}

/** Structures are put into so many parts, so that errors of others predict those of each. */
const PARTS = 5;

/** Which of the nearest environments are measured to. */
const NEAREST = [1, 10] as const;

/**
 * All scores of the environments of x, the first being δH.
 *
 * - `dH`: δH(y | reference).
 * - `nearest_1`, `nearest_10`: distance to the nearest, the tenth nearest environment.
 * - `kde`: −log of a kernel density along principal axes.
 * - `mahalanobis`, `mixture`: distance from the mean in the covariance; −log of a mixture of normal
 *   distributions along principal axes.
 * - `grade`, `local_grade`: extrapolation grade of a linear model; of one for each component of the
 *   mixture.
 * - `known_errors`: kernel-weighted mean of the errors of other structures of x, where errors of
 *   environments are known. The only one that has seen errors.
 *
 * With labels of elements each element is on its own.
 */
export async function modelFreeScores(
  input: ScoreInput,
  options: KernelOptions & { readonly seed: number },
): Promise<Score[]> {
  const { x, reference, errors, groups: together } = input;
  const scores: Score[] = [];
  const take = async (
    name: string,
    isLog: boolean,
    make: () => Promise<Float64Array> | Float64Array,
    before = 0,
  ): Promise<void> => {
    const start = performance.now();
    const values = await make();
    scores.push({ name, values, isLog, seconds: before + (performance.now() - start) / 1000 });
  };
  const known: ReferenceSet = await referenceSet(reference, options);
  try {
    await take('dH', false, () => deltaEntropy(x, known, options));
    for (const neighbors of NEAREST) {
      if (neighbors > reference.rows) continue;
      await take(`nearest_${neighbors}`, true, () => nearestDistances(x, known, { ...options, neighbors }));
    }
  } finally {
    known.dispose();
  }
  const start = performance.now();
  const groups: PreparedGroup[] = [];
  for (const group of elementGroups(x, reference)) groups.push(await preparedGroup(group, options.seed));
  const prepared = (performance.now() - start) / 1000;
  const grouped = (scoreOf: (group: PreparedGroup) => Promise<Float64Array> | Float64Array) => () =>
    byGroup(groups, x.rows, scoreOf);
  await take(
    'kde',
    false,
    grouped((group) => kernelDensityScore(group, options)),
    prepared,
  );
  await take('mahalanobis', true, grouped(mahalanobisScore));
  await take('mixture', false, grouped(mixtureScore), prepared);
  await take('grade', true, grouped(gradeScore), prepared);
  await take('local_grade', true, grouped(localGradeScore), prepared);
  if (errors !== undefined)
    await take('known_errors', true, () => errorsOfOthers(x, errors, together, options));
  return scores;
}

/** Kernel-weighted mean of the errors of all structures that are not in the same part. */
async function errorsOfOthers(
  x: DescriptorMatrix,
  errors: Float64Array,
  groups: ArrayLike<number> | undefined,
  options: KernelOptions & { readonly seed: number },
): Promise<Float64Array> {
  const values = new Float64Array(x.rows);
  const shuffled = shuffledGroups(new RandomStream(options.seed), x.frames, groups);
  const quiet = { ...options, onProgress: undefined };
  const parts = Math.min(PARTS, shuffled.length);
  const framesOf = (isTaken: (at: number) => boolean): Uint32Array =>
    Uint32Array.from(shuffled.flatMap((group, at) => (isTaken(at) ? [...group] : []))).sort();
  for (let part = 0; part < parts; part++) {
    const own = framesOf((at) => at % parts === part);
    const others = framesOf((at) => at % parts !== part);
    const { mean } = await kernelMean(x.select(own), x.select(others), valuesOf(x, errors, others), quiet);
    let at = 0;
    for (const frame of own) {
      for (let row = x.frameOffsets[frame] as number; row < (x.frameOffsets[frame + 1] as number); row++) {
        const value = mean[at++] as number;
        // An element that no other structure has: nothing is known of its errors.
        values[row] = Number.isNaN(value) ? Infinity : value;
      }
    }
  }
  return values;
}

function valuesOf(
  { frameOffsets }: DescriptorMatrix,
  values: Float64Array,
  frames: Uint32Array,
): Float64Array {
  return Float64Array.from(
    Array.from(frames).flatMap((frame) => [...values.subarray(frameOffsets[frame], frameOffsets[frame + 1])]),
  );
}
