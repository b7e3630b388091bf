// simple-statistics has a mean and deviations as well. It adds up with Kahan's correction, which
// gives other last bits than the plain sums that results of this package are made of.

/** Arithmetic mean; NaN of no values. */
export function mean(values: readonly number[] | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Standard deviation of all that there is: √(Σ(value − mean)²/n). */
export function standardDeviation(values: Float64Array): number {
  return Math.sqrt(squaresAbout(values) / values.length);
}

/** Standard deviation estimated from a sample: √(Σ(value − mean)²/(n − 1)). */
export function sampleDeviation(values: Float64Array): number {
  return Math.sqrt(squaresAbout(values) / (values.length - 1));
}

function squaresAbout(values: Float64Array): number {
  const center = mean(values);
  return values.reduce((sum, value) => sum + (value - center) ** 2, 0);
}
