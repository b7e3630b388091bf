import { valueAtTemperature } from './at-temperature.js';
import { type BlockAverage, blockAverage } from '../statistics/block-average.js';
import { DEFAULTS } from '../base/defaults.js';
import { saturatedEntropy } from './efficiency.js';
import { entropy } from './entropy.js';
import { QuestsError } from '../base/error.js';
import type { Bandwidths } from '../kernel/kernel-sums.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { inParts, type RunOptions } from '../run/run-options.js';
import { rowSampler } from '../kernel/row-sample.js';

/** Options of {@link stateEntropies} and {@link entropyDifference}. */
export interface EntropyDifferenceOptions extends RunOptions {
  /** h, in 1/Å. Default: nine from 0.01 to 0.1. */
  readonly bandwidths?: Bandwidths | undefined;
  /** Number of successive frames that make one sample. Default: 1. */
  readonly frames?: number | undefined;
  /**
   * N: environments of a sample, drawn from its frames without replacement. Default: as many as all
   * samples have.
   */
  readonly sample?: number | undefined;
  /** Seed of what is drawn, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** The entropy of a state, from samples of one size. */
export interface StateEntropy {
  /** N: environments of each sample. */
  readonly environments: number;
  /** Each h, in 1/Å. */
  readonly bandwidths: Float64Array;
  /** For each h the entropy of each sample, in nats, in the order of time. */
  readonly series: readonly Float64Array[];
  /** For each h their mean and its error, in nats. */
  readonly entropy: readonly BlockAverage[];
}

/** ΔH at one bandwidth: an element of what {@link entropyDifference} gives. */
export interface EntropyDifference {
  /** h, in 1/Å. */
  readonly bandwidth: number;
  readonly a: BlockAverage;
  readonly b: BlockAverage;
  /** H_B − H_A, in nats: ΔS/k_B per atom. */
  readonly difference: number;
  /** Half-width of its 95 % interval, in nats; NaN where a state has none. */
  readonly error: number;
  /** Whether H/log N of either state is above 0.9: H of that state, and so ΔH, is limited by N. */
  readonly saturated: boolean;
}

/**
 * Entropies of several states from samples of N environments each: H grows with N, so only
 * entropies of the same N can be compared. A sample is one frame, or `frames` successive ones; of
 * more than N environments, N are drawn. Frames at the end that do not fill a sample are left out.
 *
 * @param states frames in the order of time, made alike
 * @throws {QuestsError} EMPTY: no states, or fewer frames than a sample has; MISMATCH: made
 *   differently; INVALID_ARGUMENT: bandwidths, frames, sample or seed unusable; TOO_LARGE;
 *   BACKEND_UNAVAILABLE
 */
export async function stateEntropies(
  states: readonly DescriptorMatrix[],
  options: EntropyDifferenceOptions = {},
): Promise<StateEntropy[]> {
  const { bandwidths = DEFAULTS.curveBandwidths, frames = 1, seed = DEFAULTS.seed } = options;
  if (!Number.isSafeInteger(frames) || frames < 1) {
    throw new QuestsError('INVALID_ARGUMENT', `frames is ${frames}, expected a whole number of at least 1`);
  }
  const [first] = states;
  if (first === undefined) throw new QuestsError('EMPTY', 'there are no states');
  for (const state of states) checkComparable(state, first, ['one state', 'another']);
  const groups = states.map((x) => groupsOf(x, frames));
  const most = Math.min(...groups.flat().map(({ rows }) => rows));
  const { sample = most } = options;
  if (!Number.isSafeInteger(sample) || sample < 1 || sample > most) {
    const found = `samples of ${sample} environments, expected from 1 to ${most}, what the smallest has`;
    throw new QuestsError('INVALID_ARGUMENT', found);
  }
  const draw = rowSampler(seed);
  const part = inParts(
    options,
    groups.flat().map(() => 1),
  );
  let calls = 0;
  const found: StateEntropy[] = [];
  for (const own of groups) {
    const rows: Float64Array[] = [];
    for (const group of own) {
      rows.push(await entropy(draw(group, sample), { ...part(calls++), bandwidth: bandwidths }));
    }
    const series = Array.from(bandwidths, (_, at) => Float64Array.from(rows, (row) => row[at] as number));
    found.push({
      environments: sample,
      bandwidths: Float64Array.from(bandwidths),
      series,
      entropy: series.map(blockAverage),
    });
  }
  return found;
}

/**
 * Difference of the entropies of two states, ΔS/k_B = H_B − H_A per atom, as a curve over the
 * bandwidth. It is an estimate of the thermodynamic difference: H depends on positions only, at the
 * resolution of h and for N environments. If both states are saturated, ΔH is too small because N
 * is too small; if h is far wider than the environments of both, because the resolution is too low.
 * In between, scaling all lengths by a factor changes ΔH by 3 ln of the factor.
 *
 * @param a frames of one state, in the order of time
 * @param b frames of the other, made alike
 * @returns for each h, in their order
 * @throws {QuestsError} as {@link stateEntropies}
 * @see arXiv 2404.12367
 *
 * @example
 * const [crystal, melt] = [await descriptors(solidFrames), await descriptors(liquidFrames)];
 * for (const { bandwidth, difference, error } of await entropyDifference(crystal, melt))
 *   console.log(bandwidth, difference, error);
 */
export async function entropyDifference(
  a: DescriptorMatrix,
  b: DescriptorMatrix,
  options: EntropyDifferenceOptions = {},
): Promise<EntropyDifference[]> {
  const [one, other] = (await stateEntropies([a, b], options)) as [StateEntropy, StateEntropy];
  return differenceOfStates(one, other);
}

/** ΔH of two states from their entropies, as {@link stateEntropies} gives them. */
export function differenceOfStates(one: StateEntropy, other: StateEntropy): EntropyDifference[] {
  const limit = saturatedEntropy(one.environments);
  return Array.from(one.bandwidths, (bandwidth, at) => {
    const [a, b] = [one.entropy[at] as BlockAverage, other.entropy[at] as BlockAverage];
    return {
      bandwidth,
      a,
      b,
      difference: b.mean - a.mean,
      error: Math.hypot(a.error, b.error),
      saturated: a.mean > limit || b.mean > limit,
    };
  });
}

/**
 * The entropies of a state that was heated or cooled, at one temperature: on lines of least squares
 * in T through its samples; see {@link valueAtTemperature}.
 *
 * @param temperatures T of each sample, in K; see `sampleTemperatures`
 * @param at T, in K, within the range of the temperatures
 * @returns the state, with the entropy of each bandwidth and its error at that temperature
 * @throws {QuestsError} INVALID_ARGUMENT: T beyond the temperatures, another number of them than of
 *   samples
 *
 * @example
 * const [solid, liquid] = await stateEntropies([heated, cooled]);
 * const curve = differenceOf(stateEntropyAt(solid, T1, 1327), stateEntropyAt(liquid, T2, 1327));
 */
export function stateEntropyAt(
  state: StateEntropy,
  temperatures: ArrayLike<number>,
  at: number,
): StateEntropy {
  const entropy = state.series.map((series, index): BlockAverage => {
    const { value, error } = valueAtTemperature(series, temperatures, at);
    return { ...(state.entropy[index] as BlockAverage), mean: value, error };
  });
  return { ...state, entropy };
}

/**
 * Whether environments are drawn for the samples of {@link stateEntropies}: where these are smaller
 * than the frames that they are of.
 */
export function drawsSamples(
  states: readonly DescriptorMatrix[],
  { frames = 1, sample }: Pick<EntropyDifferenceOptions, 'frames' | 'sample'> = {},
): boolean {
  const sizes = states.flatMap(({ frameOffsets, frames: count }) =>
    Array.from({ length: Math.floor(count / frames) }, (_, group) => {
      const [start, end] = [frameOffsets[group * frames], frameOffsets[(group + 1) * frames]];
      return (end as number) - (start as number);
    }),
  );
  const size = sample ?? Math.min(...sizes);
  return sizes.some((own) => own > size);
}

/** Runs of whole frames. */
function groupsOf(x: DescriptorMatrix, frames: number): DescriptorMatrix[] {
  const count = Math.floor(x.frames / frames);
  if (count === 0) {
    throw new QuestsError(
      'EMPTY',
      `a state has ${x.frames} frames, expected at least the ${frames} of a sample`,
    );
  }
  return Array.from({ length: count }, (_, group) =>
    x.select(Array.from({ length: frames }, (_frame, at) => group * frames + at)),
  );
}
