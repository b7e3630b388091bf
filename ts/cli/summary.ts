/** What is said of the δH of many environments. */
export interface Summary {
  readonly mean: number;
  readonly min: number;
  readonly max: number;
  /** Share with δH ≥ 0, from 0 to 1: environments that the reference does not know. */
  readonly novelty: number;
}

/** Sums up δH values; at least one. */
export function summary(dH: Float64Array): Summary {
  let sum = 0;
  let min = Infinity;
  let max = -Infinity;
  let novel = 0;
  for (const value of dH) {
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value >= 0) novel++;
  }
  return { mean: sum / dH.length, min, max, novelty: novel / dH.length };
}
