import { DEFAULTS } from '../base/defaults.js';
import { type DensityClass, densityClasses, type LogBounds } from './density-classes.js';
import { numberSampler } from './row-sample.js';
import type { RunOptions } from '../run/run-options.js';
import type { SampledSet } from './sampled-set.js';
import { drawnStrata, plannedCounts, type Stratum, stratifiedMean, type StratifiedMean } from './strata.js';
import { RandomStream } from '../statistics/random.js';
import type { EstimateOptions } from './estimate-options.js';

/** Environments of the smallest set that is sampled: of fewer, all pairs are summed sooner. */
const FEWEST = 16_000;

/** Environments that are looked at first: one of so many, */
const TRIAL_STEP = 64;

/** and no more than this many. */
const MOST_TRIAL = 2000;

/**
 * A spread of log p, in nats, below which few sets are: a tolerance that is too narrow for it is
 * not worth the trial.
 */
const LEAST_SPREAD = 0.25;

/** Excess over the tolerance that is let pass: another draw would take longer than it is worth. */
const EXCESS = 1.05;

/** The same where another draw would take longer than all pairs. */
const LARGEST_EXCESS = 1.2;

/** Factor of what is planned for in each further draw where nothing but a sample is possible. */
const NARROWED = 0.9;

/** Options of {@link entropyOfSample}. */
export interface SampleOptions extends EstimateOptions {
  /**
   * Environments that are looked at first, to plan the sample: with fewer it may come out larger
   * than it has to. Default: one of 64, and at most 2,000.
   */
  readonly trial?: number | undefined;
}

/** H and D of a set from a sample of its environments. */
export interface EntropyOfSample {
  /** H, in nats, and the half-width of its 95 % interval. */
  readonly entropy: Sampled;
  /** D, in nats, and the half-width of its 95 % interval. */
  readonly diversity: Sampled;
}

/** A value from a sample. */
export interface Sampled {
  readonly value: number;
  readonly error: number;
}

/**
 * H and D of a set from a sample of its environments, each with respect to all of it, exactly.
 * Without a bias; a wide tolerance takes no more than some thousand rows.
 *
 * Entropy sits in rare environments, which a plain sample misses, and its variance then says
 * nothing of them. So the sum of each environment over its own leaf, which is cheap, sorts them
 * into classes of like density. Small classes are summed in full; the others are cut into strata of
 * environments that lie together, two of which are drawn from each. The interval holds what was not
 * drawn as well: log p of each environment lies between bounds that are known.
 *
 * @returns undefined where to sum or to estimate all of them is possible, and better
 */
export async function entropyOfSample(
  set: SampledSet,
  {
    tolerance,
    seed = DEFAULTS.seed,
    bandwidth = DEFAULTS.bandwidth,
    trial: given,
    ...options
  }: SampleOptions,
): Promise<EntropyOfSample | undefined> {
  const { rows: total, hasOther } = set;
  const isUsable = tolerance > 0 && tolerance < Infinity;
  if (!isUsable || (hasOther && total < FEWEST)) return undefined;
  // A sample meets copies one by one, the exact sums take them once.
  const most = hasOther ? mostRows(total, set.shareOfPairs) : Infinity;
  const trial = Math.min(given ?? Infinity, trialOf(total));
  if (Math.max(trial, (LEAST_SPREAD / tolerance) ** 2) > most) return undefined;
  const { bounds, classes, logSums, sum } = await afterTrial(set, bandwidth, trial, seed, options);
  let left = most - trial;
  let counts = plannedCounts(classes, logSums, tolerance, left);
  // Drawn anew each time: a sample whose size follows from itself would be a little too narrow.
  for (let round = 1; counts !== undefined; round++) {
    const strata = drawnStrata(classes, counts, bounds, new RandomStream(seed, round));
    left -= await sum(placesOf(strata));
    const mean = stratifiedMean(strata, logSums, (logSum) => logSum);
    if (mean.error > EXCESS * tolerance) {
      const planned = hasOther ? tolerance : tolerance * NARROWED ** round;
      counts = plannedCounts(classes, logSums, planned, left);
    }
    if (mean.error <= (counts === undefined ? LARGEST_EXCESS : EXCESS) * tolerance) {
      return entropyOfStrata(strata, logSums, total);
    }
  }
  return undefined;
}

/** What is known of a set once some of its rows are summed. */
interface Trial {
  readonly bounds: LogBounds;
  readonly classes: readonly DensityClass[];
  /** log p by place; NaN for rows that were not summed. */
  readonly logSums: Float64Array;
  /** Sums those of some places that were not; gives their number. */
  readonly sum: (places: Uint32Array) => Promise<number>;
}

async function afterTrial(
  set: SampledSet,
  bandwidth: number,
  trial: number,
  seed: number,
  options: RunOptions,
): Promise<Trial> {
  const { rows: total } = set;
  const bounds = await set.bounds(bandwidth, options);
  const classes = densityClasses(bounds);
  const logSums = new Float64Array(total).fill(NaN);
  const sum = async (places: Uint32Array): Promise<number> => {
    const unknown = places.filter((place) => Number.isNaN(logSums[place]));
    if (unknown.length === 0) return 0;
    const rows = unknown.map((place) => bounds.rows[place] as number);
    const found = await set.logSums(rows, bandwidth, options);
    unknown.forEach((place, at) => {
      logSums[place] = found[at] as number;
    });
    return unknown.length;
  };
  // Never all: it is a small share of them.
  await sum(numberSampler(seed)(total, trial) as Uint32Array);
  return { bounds, classes, logSums, sum };
}

/** Environments of a set that are drawn, to be summed elsewhere. */
export interface DrawnSample {
  /** Strata, whose draws are places among {@link rows}. */
  readonly strata: readonly Stratum[];
  /** Numbers of the rows drawn. */
  readonly rows: Uint32Array;
}

/**
 * The first sample that {@link entropyOfSample} draws, of which it nearly always makes its result,
 * without the sums: for those that others compute.
 */
export async function drawnSample(
  set: SampledSet,
  { tolerance, seed = DEFAULTS.seed, bandwidth = DEFAULTS.bandwidth, ...options }: EstimateOptions,
): Promise<DrawnSample> {
  const trial = trialOf(set.rows);
  const { bounds, classes, logSums } = await afterTrial(set, bandwidth, trial, seed, options);
  // Without a limit there is always a plan.
  const counts = plannedCounts(classes, logSums, tolerance, Infinity) ?? [];
  const strata = drawnStrata(classes, counts, bounds, new RandomStream(seed, 1));
  let at = 0;
  return {
    rows: placesOf(strata).map((place) => bounds.rows[place] as number),
    strata: strata.map((stratum) => ({ ...stratum, drawn: stratum.drawn.map(() => at++) })),
  };
}

/**
 * H and D from log p of the rows drawn.
 *
 * @param logSums by the places that the strata give
 * @param total rows of the set
 */
export function entropyOfStrata(
  strata: readonly Stratum[],
  logSums: Float64Array,
  total: number,
): EntropyOfSample {
  const mean = stratifiedMean(strata, logSums, (logSum) => logSum, total);
  const share = stratifiedMean(strata, logSums, (logSum) => Math.exp(-logSum), total);
  const entropy = entropyOf(mean, total);
  return { entropy, diversity: diversityOf(share, entropy, total) };
}

function trialOf(rows: number): number {
  return Math.min(MOST_TRIAL, Math.floor(rows / TRIAL_STEP));
}

/**
 * The most rows that are summed before to sum or to estimate all is better: half of the pairs of
 * the exact sum in small sets. The time of estimates grows as N to the power of about 1.5.
 *
 * @param share of all pairs that the exact sum takes
 */
function mostRows(rows: number, share: number): number {
  return Math.floor(Math.min((share * rows) / 4, 40 * Math.sqrt(rows)));
}

/** H = log N − mean of log p. */
function entropyOf({ mean, error }: StratifiedMean, rows: number): Sampled {
  return { value: Math.log(rows) - mean, error };
}

/**
 * D = log N + log of the mean of 1/p. D is log N at most, and H at least: the logarithm of a mean
 * is no less than the mean of logarithms. In dense sets that ends the interval sooner than the mean
 * does.
 */
function diversityOf({ mean, error }: StratifiedMean, entropy: Sampled, rows: number): Sampled {
  const value = Math.log(rows * mean);
  const low = Math.max(entropy.value - entropy.error, Math.log(rows * Math.max(0, mean - error)));
  const high = Math.min(Math.log(rows), Math.log(rows * (mean + error)));
  return { value, error: Math.max(value - low, high - value) };
}

function placesOf(strata: readonly Stratum[]): Uint32Array {
  const places = new Uint32Array(strata.reduce((count, { drawn }) => count + drawn.length, 0));
  let at = 0;
  for (const { drawn } of strata) {
    places.set(drawn, at);
    at += drawn.length;
  }
  return places;
}
