import { DEFAULTS } from '../base/defaults.js';
import { kernelSums } from './kernel-sums.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { errorOfMean } from '../statistics/mean-error.js';
import { mean, sampleDeviation } from '../statistics/moments.js';
import { withReference } from './reference-set.js';
import { numberSampler, rowsOf } from './row-sample.js';
import type { EstimateOptions } from './estimate-options.js';

/** Environments that are looked at first, for the spread of log p among them. */
const TRIAL = 1000;

/**
 * The least part of a set that is left out by taking a sample of its rows: of more rows, all are
 * estimated.
 */
const LARGEST_SHARE = 1 / 16;

/**
 * A spread of log p, in nats, below which few sets are: a tolerance that is too narrow for it is
 * not worth the trial.
 */
const LEAST_SPREAD = 0.25;

/**
 * Rows beyond those that the trial asks for, as a share of them: its spread is itself an estimate.
 */
const RESERVE = 0.1;

/** H of a set from a sample of its environments, and that sample. */
export interface EntropyOfSample {
  /** H, in nats. */
  readonly value: number;
  /** Half-width of its 95 % interval. */
  readonly error: number;
  /** Numbers of the environments of the sample, rising. */
  readonly rows: Uint32Array;
  /** log p of each with respect to the whole set. */
  readonly logSums: Float64Array;
}

/**
 * H of x from a sample of its environments, each with respect to all of x, exactly: H = log
 * N − mean of log p over the sample, half-width t·s/√m·√(1 − m/N) for m of N drawn without
 * replacement, s the spread of log p in the sample, t Student's at 95 %. Without a bias; a wide
 * tolerance takes no more than some thousand rows.
 *
 * @returns undefined where that takes more than a sixteenth of the environments: then to estimate
 *   all of them is better
 */
export async function entropyOfSample(
  x: DescriptorMatrix,
  { tolerance, seed = DEFAULTS.seed, ...options }: EstimateOptions,
): Promise<EntropyOfSample | undefined> {
  const most = Math.floor(x.rows * LARGEST_SHARE);
  const needed = (spread: number, drawn: number): number =>
    (errorOfMean(spread, drawn) / tolerance) ** 2 * drawn;
  if (TRIAL > most || !(tolerance > 0) || needed(LEAST_SPREAD, TRIAL) > most) return undefined;
  const draw = numberSampler(seed);
  return withReference(x, options, async (reference) => {
    const sampled = async (size: number): Promise<{ rows: Uint32Array; logSums: Float64Array }> => {
      // Never all: it is a sixteenth at most.
      const rows = draw(x.rows, size) as Uint32Array;
      const { logSums } = await kernelSums(rowsOf(x, rows), reference, null, options);
      return { rows, logSums: logSums[0] as Float64Array };
    };
    const trial = await sampled(TRIAL);
    const size = Math.ceil(needed(sampleDeviation(trial.logSums), TRIAL) * (1 + RESERVE));
    if (size > most) return undefined;
    // Drawn anew: a sample whose size follows from itself would be a little too narrow.
    const sample = await sampled(Math.max(size, TRIAL));
    const { logSums } = sample;
    const left = Math.sqrt(1 - logSums.length / x.rows);
    return {
      ...sample,
      value: Math.log(x.rows) - mean(logSums),
      error: errorOfMean(sampleDeviation(logSums), logSums.length) * left,
    };
  });
}
