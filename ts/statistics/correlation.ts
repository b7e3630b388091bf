import { sampleCorrelation } from 'simple-statistics';

/** Ranks from 1, by rising value; equal values share the mean of theirs. */
export function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, index) => index);
  order.sort((a, b) => (values[a] as number) - (values[b] as number));
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let at = start; at < end; at++) result[order[at] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return result;
}

/** Pearson's correlation; NaN where there are fewer than two pairs or one side does not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number {
  if (x.length < 2 || isConstant(x) || isConstant(y)) return NaN;
  return sampleCorrelation(Array.from(x), Array.from(y));
}

/**
 * Spearman's rank correlation: Pearson's of the ranks, ties sharing theirs; NaN as {@link pearson}.
 */
export function spearman(x: ArrayLike<number>, y: ArrayLike<number>): number {
  return pearson(ranks(x), ranks(y));
}

/**
 * Area under the receiver operating characteristic: the probability that a positive has a higher
 * score than a negative, ties counting half. 0.5 says nothing, 1 everything; NaN where all are
 * positive or none is.
 */
export function auroc(scores: ArrayLike<number>, isPositive: (index: number) => boolean): number {
  let sum = 0;
  let positives = 0;
  ranks(scores).forEach((rank, index) => {
    if (!isPositive(index)) return;
    sum += rank;
    positives++;
  });
  const negatives = scores.length - positives;
  if (positives === 0 || negatives === 0) return NaN;
  return (sum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function isConstant(values: ArrayLike<number>): boolean {
  for (let at = 1; at < values.length; at++) if (values[at] !== values[0]) return false;
  return true;
}
