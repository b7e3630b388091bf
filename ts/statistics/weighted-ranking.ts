/**
 * Values in their order, for statistics of many resamples: a resample gives each value a weight,
 * the number of times it was drawn, and sorts nothing anew.
 */
export class WeightedRanking {
  /** Numbers of the values, by rising value. */
  readonly #order: Uint32Array;
  /** Where runs of equal values begin in that order, then the number of values. */
  readonly #runs: Uint32Array;

  /** @param values no NaN; may be infinite */
  constructor(values: ArrayLike<number>) {
    this.#order = Uint32Array.from({ length: values.length }, (_, at) => at);
    this.#order.sort((a, b) => compared(values[a] as number, values[b] as number));
    const runs: number[] = [];
    this.#order.forEach((at, place) => {
      const before = this.#order[place - 1];
      if (before === undefined || values[before] !== values[at]) runs.push(place);
    });
    this.#runs = Uint32Array.from([...runs, values.length]);
  }

  /** Weight below each value and half of that of its equals: its rank, but for a constant. */
  ranks(weights: Float64Array): Float64Array {
    const [order, runs] = [this.#order, this.#runs];
    const ranks = new Float64Array(weights.length);
    let below = 0;
    for (let run = 0; run + 1 < runs.length; run++) {
      const [start, end] = [runs[run] as number, runs[run + 1] as number];
      const weight = this.#weight(weights, start, end);
      const rank = below + weight / 2;
      for (let place = start; place < end; place++) ranks[order[place] as number] = rank;
      below += weight;
    }
    return ranks;
  }

  /**
   * Probability that a positive has the larger value than another, equals counting half; NaN where
   * all are positive or none is.
   *
   * @param ranks those of these weights, where they are there already
   */
  auroc(isPositive: Uint8Array, weights: Float64Array, ranks = this.ranks(weights)): number {
    let [positive, all, sum] = [0, 0, 0];
    for (let at = 0; at < ranks.length; at++) {
      const weight = weights[at] as number;
      all += weight;
      if (isPositive[at] === 0) continue;
      positive += weight;
      sum += weight * (ranks[at] as number);
    }
    const negative = all - positive;
    if (positive === 0 || negative === 0) return NaN;
    return (sum - (positive * positive) / 2) / (positive * negative);
  }

  /**
   * Mean error of what is left when the share f of largest values is taken away, averaged over f
   * from 0 to 1: the area under the sparsification curve. Equal values are taken in any order.
   */
  sparsificationArea(errors: ArrayLike<number>, weights: Float64Array): number {
    const [order, runs] = [this.#order, this.#runs];
    let [left, sum, area] = [0, 0, 0];
    for (let run = 0; run + 1 < runs.length; run++) {
      const [start, end] = [runs[run] as number, runs[run + 1] as number];
      const weight = this.#weight(weights, start, end);
      if (weight === 0) continue;
      let own = 0;
      for (let place = start; place < end; place++) {
        const at = order[place] as number;
        own += (weights[at] as number) * (errors[at] as number);
      }
      // With t of the run left, the mean is (sum + e t)/(left + t), e being the mean of the run:
      // the integral over t from 0 to its weight.
      const each = own / weight;
      area += left === 0 ? own : own + (sum - each * left) * Math.log1p(weight / left);
      left += weight;
      sum += own;
    }
    return area / left;
  }

  /**
   * Mean error of what is left after shares of the largest values were taken away, at each share.
   */
  sparsificationCurve(errors: ArrayLike<number>, shares: readonly number[]): number[] {
    const sums = [0];
    for (const at of this.#order) sums.push((sums[sums.length - 1] as number) + (errors[at] as number));
    return shares.map((share) => {
      const left = Math.max(1, Math.round((1 - share) * this.#order.length));
      return (sums[left] as number) / left;
    });
  }

  #weight(weights: Float64Array, start: number, end: number): number {
    let weight = 0;
    for (let place = start; place < end; place++) weight += weights[this.#order[place] as number] as number;
    return weight;
  }
}

/** Pearson's correlation with weights; NaN where a side does not vary. */
export function weightedCorrelation(x: Float64Array, y: Float64Array, weights: Float64Array): number {
  let [all, meanX, meanY] = [0, 0, 0];
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    all += weight;
    meanX += weight * (x[at] as number);
    meanY += weight * (y[at] as number);
  }
  meanX /= all;
  meanY /= all;
  let [xx, yy, xy] = [0, 0, 0];
  for (let at = 0; at < weights.length; at++) {
    const weight = weights[at] as number;
    const dx = (x[at] as number) - meanX;
    const dy = (y[at] as number) - meanY;
    xx += weight * dx * dx;
    yy += weight * dy * dy;
    xy += weight * dx * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : NaN;
}

/** Infinite values have no difference. */
function compared(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}
