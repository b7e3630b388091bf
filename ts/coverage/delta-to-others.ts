import { quantile } from 'simple-statistics';
import { OUTER_FENCE } from '../base/constants.js';
import { DEFAULTS } from '../base/defaults.js';
import { logBoundsOf } from '../kernel/density-classes.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { deltaToOthers } from '../kernel/leave-one-out.js';
import type { ReferenceSet } from '../kernel/reference-set.js';
import { runJob } from '../run/job.js';

/** Environments above which those that are surely no outliers are not summed: pairs take long. */
const MANY = 50_000;

/** Environments whose quartiles stand for those of a set of more than {@link MANY}. */
const QUARTILE_ROWS = 5000;

/** Share of environments that may be outliers beyond which to sum all pairs takes no longer. */
const MOST_UNSURE = 0.25;

/** Options of {@link deltaOfOutliers}. */
export interface OutlierOptions extends KernelOptions {
  /** δH above which an environment is an outlier, in nats. Default: see {@link fence}. */
  readonly outlierThreshold?: number | undefined;
}

/** δH of the environments of a set to all others, as far as it matters which are outliers. */
export interface DeltaToOthers {
  /** In nats; NaN where it is surely below 0 and below the threshold, and was not summed. */
  readonly dH: Float64Array;
  readonly threshold: number;
  /** Environments whose quartiles made the threshold; 0 where it was given. */
  readonly quartilesOf: number;
}

/**
 * δH to all others of each environment that may be an outlier. Of large sets the others are left
 * out: what an environment's own leaf adds to p bounds its δH from above, and takes no time.
 *
 * @param reference the set
 */
export async function deltaOfOutliers(
  reference: ReferenceSet,
  options: OutlierOptions,
): Promise<DeltaToOthers> {
  const { rows } = reference;
  const unsure = rows > MANY ? await unsureRows(reference, options) : undefined;
  if (unsure === undefined || unsure.rows.length > MOST_UNSURE * rows) {
    const dH = rows < 2 ? new Float64Array(0) : await deltaToOthers(reference, new Uint32Array(0), options);
    const { outlierThreshold } = options;
    return {
      dH,
      threshold: outlierThreshold ?? fence(dH),
      quartilesOf: outlierThreshold === undefined ? dH.length : 0,
    };
  }
  const dH = new Float64Array(rows).fill(NaN);
  const sum = async (numbers: Uint32Array): Promise<Float64Array> => {
    if (numbers.length === 0) return new Float64Array(0);
    const found = await deltaToOthers(reference, numbers, options);
    numbers.forEach((row, at) => (dH[row] = found[at] as number));
    return found;
  };
  await sum(unsure.rows);
  if (options.outlierThreshold !== undefined) {
    return { dH, threshold: options.outlierThreshold, quartilesOf: 0 };
  }
  const sample = everyNth(unsure.order, QUARTILE_ROWS);
  return { dH, threshold: fence(await sum(sample)), quartilesOf: sample.length };
}

/** Environments that may be above the threshold, or above 0, and all in the order of locality. */
async function unsureRows(
  reference: ReferenceSet,
  { outlierThreshold = 0, bandwidth = DEFAULTS.bandwidth, ...options }: OutlierOptions,
): Promise<{ rows: Uint32Array; order: Uint32Array }> {
  const start = (): ReturnType<typeof reference.sums.logBounds> =>
    reference.sums.logBounds(reference.core, bandwidth);
  const { rows: order, low } = logBoundsOf(await runJob(start, options, 'kernel sums'));
  // p counts the environment itself: δH = −log(p − 1).
  const least = Math.log1p(Math.exp(-Math.min(0, outlierThreshold)));
  return { rows: order.filter((_, place) => (low[place] as number) < least), order };
}

/** So many of these, evenly spread. */
function everyNth(order: Uint32Array, count: number): Uint32Array {
  return Uint32Array.from({ length: count }, (_, at) => {
    return order[Math.floor(((at + 0.5) * order.length) / count)] as number;
  });
}

/** Tukey's outer fence, and at least 0: what has something near is no outlier. */
function fence(dH: Float64Array): number {
  if (dH.length === 0) return 0;
  const [low, high] = quantile(Array.from(dH), [0.25, 0.75]) as [number, number];
  return Math.max(0, high + OUTER_FENCE * (high - low));
}
