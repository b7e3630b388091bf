import { mean, median, quantileSorted } from 'simple-statistics';
import { auroc, pearson, spearman } from '../statistics/correlation.js';
import { DEFAULTS } from '../base/defaults.js';
import { LARGE_QUANTILES } from '../base/constants.js';

/** How well a score finds the errors above a threshold. */
export interface ErrorDetection {
  /** In the unit of the errors. */
  readonly threshold: number;
  /** Share of the errors at or below the threshold. */
  readonly below: number;
  /**
   * Area under the ROC: 0.5 is chance, 1 is perfect; NaN if no error is above the threshold, or all
   * are.
   */
  readonly auroc: number;
}

/** Points of similar score. */
export interface AgreementBin {
  readonly low: number;
  readonly high: number;
  readonly count: number;
  readonly meanError: number;
  readonly medianError: number;
}

/** How errors go with a score, such as δH. */
export interface Agreement {
  readonly count: number;
  /** Rank correlation of score and error. */
  readonly spearman: number;
  /** Correlation of score and error. */
  readonly pearson: number;
  /** Correlation of score and log10 error, without errors of 0. */
  readonly pearsonLog: number;
  readonly detections: readonly ErrorDetection[];
  readonly bins: readonly AgreementBin[];
}

/**
 * Compares a score with errors: correlations (NaN where one side does not vary), detection of large
 * errors, and mean errors in bins of about as many points.
 *
 * @param scores a score for each error: the larger, the larger the error is expected to be
 * @param thresholds what "large" is, in the unit of the errors. Default: the quantiles 0.5, 0.75,
 *   0.9 and 0.95 of the errors
 */
export function agreement(
  scores: ArrayLike<number>,
  errors: ArrayLike<number>,
  thresholds?: readonly number[],
): Agreement {
  const sorted = Array.from(errors).sort((a, b) => a - b);
  const limits = thresholds ?? LARGE_QUANTILES.map((share) => quantileSorted(sorted, share));
  const above = Array.from(errors).flatMap((error, at) => (error > 0 ? [at] : []));
  return {
    count: errors.length,
    spearman: spearman(scores, errors),
    pearson: pearson(scores, errors),
    pearsonLog: pearson(
      above.map((at) => scores[at] as number),
      above.map((at) => Math.log10(errors[at] as number)),
    ),
    detections: limits.map((threshold) => ({
      threshold,
      below: sorted.filter((error) => error <= threshold).length / sorted.length,
      auroc: auroc(scores, (at) => (errors[at] as number) > threshold),
    })),
    bins: binned(scores, errors),
  };
}

function binned(scores: ArrayLike<number>, errors: ArrayLike<number>): AgreementBin[] {
  const order = Array.from(scores, (_, at) => at).sort(
    (a, b) => (scores[a] as number) - (scores[b] as number),
  );
  const count = Math.min(DEFAULTS.bins, order.length);
  return Array.from({ length: count }, (_, bin) => {
    const own = order.slice(
      Math.round((bin * order.length) / count),
      Math.round(((bin + 1) * order.length) / count),
    );
    const values = own.map((at) => errors[at] as number);
    return {
      low: scores[own[0] as number] as number,
      high: scores[own[own.length - 1] as number] as number,
      count: own.length,
      meanError: mean(values),
      medianError: median(values),
    };
  });
}
