/** Error bars that are a constant in each bin of a score. */
export interface BinnedBars {
  /** τ: share of errors that are to lie below the bars. */
  readonly level: number;
  /** Where bins end, rising: scores above the last are in the last bin. */
  readonly edges: readonly number[];
  /** The bar of each bin: one more than there are edges. */
  readonly bars: readonly number[];
}

/** Bins at most. */
const MOST_BINS = 10;

/**
 * Split-conformal error bars whose quantile varies with the score: bins are cut at quantiles of the
 * scores to fit to, and in each bin the bar is the ⌈(m + 1)τ⌉-th smallest of the m errors to
 * calibrate on. Of new points in a bin, exchangeable with those, at least the share τ lies at or
 * below its bar. There are as many bins as leave each enough to calibrate on.
 *
 * @returns undefined where there are too few errors for a single bin
 */
export function binnedBars(
  fitScores: Float64Array,
  calibration: { readonly scores: Float64Array; readonly errors: Float64Array },
  level: number,
): BinnedBars | undefined {
  const sorted = Float64Array.from(fitScores).sort();
  for (let bins = MOST_BINS; bins > 0; bins--) {
    const cuts = Array.from(
      { length: bins - 1 },
      (_, at) => sorted[Math.floor(((at + 1) * sorted.length) / bins)] as number,
    );
    const edges = [...new Set(cuts)];
    const bars = binsOf(edges, calibration).map((errors) => quantile(errors, level));
    if (bars.every((bar) => bar !== undefined)) return { level, edges, bars };
  }
  return undefined;
}

/** The bars at some scores. */
export function binnedBarsAt({ edges, bars }: BinnedBars, scores: Float64Array): Float64Array {
  return scores.map((score) => bars[binOf(edges, score)] as number);
}

function binsOf(
  edges: readonly number[],
  { scores, errors }: { readonly scores: Float64Array; readonly errors: Float64Array },
): number[][] {
  const bins: number[][] = Array.from({ length: edges.length + 1 }, () => []);
  scores.forEach((score, at) => bins[binOf(edges, score)]?.push(errors[at] as number));
  return bins;
}

function binOf(edges: readonly number[], score: number): number {
  const bin = edges.findIndex((edge) => score < edge);
  return bin === -1 ? edges.length : bin;
}

/** Products that are whole numbers but for rounding are not rounded up. */
const ROUNDING = 1e-9;

function quantile(errors: readonly number[], level: number): number | undefined {
  const rank = Math.ceil((errors.length + 1) * level - ROUNDING);
  return rank > errors.length ? undefined : Float64Array.from(errors).sort()[rank - 1];
}
