/** Whether two samples come from one distribution: what {@link kolmogorovSmirnov} gives. */
export interface TwoSampleTest {
  /** Largest difference of the shares of both samples below any value, from 0 to 1. */
  readonly statistic: number;
  /** Probability of a difference at least as large, if both come from one distribution. */
  readonly pValue: number;
}

/** Products of the sizes of the samples up to which the probability is exact. */
const MOST_PATHS = 1e6;

/**
 * Two-sample test of Kolmogorov and Smirnov. The probability is exact for small samples, and for
 * larger ones the limit with the correction of Stephens.
 *
 * @param a independent values, at least one
 * @param b the same
 * @see M. A. Stephens, J. R. Stat. Soc. B 32, 115 (1970)
 */
export function kolmogorovSmirnov(a: ArrayLike<number>, b: ArrayLike<number>): TwoSampleTest {
  const [p, q] = [Float64Array.from(a).sort(), Float64Array.from(b).sort()];
  const statistic = largestDifference(p, q);
  const [n, m] = [p.length, q.length];
  return { statistic, pValue: n * m <= MOST_PATHS ? exact(statistic, n, m) : limit(statistic, n, m) };
}

function largestDifference(p: Float64Array, q: Float64Array): number {
  let [i, j, largest] = [0, 0, 0];
  while (i < p.length && j < q.length) {
    const value = Math.min(p[i] as number, q[j] as number);
    while (i < p.length && (p[i] as number) <= value) i++;
    while (j < q.length && (q[j] as number) <= value) j++;
    largest = Math.max(largest, Math.abs(i / p.length - j / q.length));
  }
  return largest;
}

/** Share of the paths from (0, 0) to (n, m) that leave the band, each as likely. */
function exact(statistic: number, n: number, m: number): number {
  // Differences are multiples of 1/(n m): half of one below the statistic is no tie.
  const most = statistic - 0.5 / (n * m);
  const inside = (i: number, j: number): boolean => Math.abs(i / n - j / m) < most;
  const stays = Float64Array.from({ length: m + 1 }, (_, j) => Number(inside(0, j)));
  for (let j = 1; j <= m; j++) if (stays[j - 1] === 0) stays[j] = 0;
  for (let i = 1; i <= n; i++) {
    // Of the paths to (i, j) the share i/(i + j) comes from (i − 1, j).
    stays[0] = inside(i, 0) ? (stays[0] as number) : 0;
    for (let j = 1; j <= m; j++) {
      const share = (i * (stays[j] as number) + j * (stays[j - 1] as number)) / (i + j);
      stays[j] = inside(i, j) ? share : 0;
    }
  }
  return Math.min(1, Math.max(0, 1 - (stays[m] as number)));
}

function limit(statistic: number, n: number, m: number): number {
  const root = Math.sqrt((n * m) / (n + m));
  const scaled = (root + 0.12 + 0.11 / root) * statistic;
  if (scaled < 0.2) return 1;
  let sum = 0;
  for (let k = 1; k <= 100; k++) sum += (k % 2 === 1 ? 2 : -2) * Math.exp(-2 * (k * scaled) ** 2);
  return Math.min(1, Math.max(0, sum));
}
