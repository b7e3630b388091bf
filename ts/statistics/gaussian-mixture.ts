import { logDensity, normalDensity, type NormalDensity } from './normal-density.js';
import { covariance, meanRow } from './principal-axes.js';
import { RandomStream } from './random.js';

/** Normal distributions with weights that add up to 1. */
export interface GaussianMixture {
  readonly width: number;
  readonly weights: readonly number[];
  readonly components: readonly NormalDensity[];
}

/** Where a fit begins. */
export interface MixtureStart {
  readonly weights: readonly number[];
  readonly means: readonly Float64Array[];
  /** Row-major, width × width each. */
  readonly covariances: readonly Float64Array[];
}

/** Options of {@link fittedMixture}. */
export interface MixtureOptions {
  /** Steps at most. Default: 100. */
  readonly steps?: number | undefined;
  /** A step that raises the mean of log p by less is the last. Default: 1e-3. */
  readonly tolerance?: number | undefined;
  /** Added to variances, so that no component shrinks to a point. Default: 1e-6. */
  readonly floor?: number | undefined;
}

/**
 * Fits a mixture by expectation and maximisation, full covariances.
 *
 * @param data row-major
 */
export function fittedMixture(
  data: Float64Array,
  start: MixtureStart,
  { steps = 100, tolerance = 1e-3, floor = 1e-6 }: MixtureOptions = {},
): GaussianMixture {
  const width = (start.means[0] as Float64Array).length;
  let mixture: GaussianMixture = {
    width,
    weights: start.weights,
    components: start.means.map((mean, at) => normalDensity(mean, start.covariances[at] as Float64Array)),
  };
  let before = -Infinity;
  for (let step = 0; step < steps; step++) {
    const { shares, meanLog } = expectation(data, mixture);
    mixture = maximisation(data, width, shares, floor);
    if (Math.abs(meanLog - before) < tolerance) break;
    before = meanLog;
  }
  return mixture;
}

/** Centres by k-means++ (each far from those before it is likelier), all rows their equal share. */
export function mixtureStart(data: Float64Array, width: number, count: number, seed: number): MixtureStart {
  const random = new RandomStream(seed);
  const rows = data.length / width;
  const rowAt = (row: number): Float64Array => data.slice(row * width, (row + 1) * width);
  const means = [rowAt(random.below(rows))];
  const nearest = new Float64Array(rows).fill(Infinity);
  while (means.length < count) {
    const last = means[means.length - 1] as Float64Array;
    let total = 0;
    for (let row = 0; row < rows; row++) {
      let squared = 0;
      for (let i = 0; i < width; i++)
        squared += ((data[row * width + i] as number) - (last[i] as number)) ** 2;
      if (squared < (nearest[row] as number)) nearest[row] = squared;
      total += nearest[row] as number;
    }
    let rest = random.uniform() * total;
    const next = nearest.findIndex((squared) => (rest -= squared) < 0);
    if (next === -1) break;
    means.push(rowAt(next));
  }
  const all = covariance(data, meanRow(data, width));
  for (let i = 0; i < width; i++) all[i * width + i] = (all[i * width + i] as number) + 1e-6;
  return { weights: means.map(() => 1 / means.length), means, covariances: means.map(() => all) };
}

/** log p of each row, and the component that is most likely to have made it. */
export function mixtureLogs(
  data: Float64Array,
  mixture: GaussianMixture,
): { readonly logs: Float64Array; readonly likeliest: Uint32Array } {
  const rows = data.length / mixture.width;
  const logs = new Float64Array(rows);
  const likeliest = new Uint32Array(rows);
  const own = new Float64Array(mixture.components.length);
  for (let row = 0; row < rows; row++) {
    logs[row] = logOf(data, row, mixture, own);
    likeliest[row] = own.indexOf(own.reduce((max, value) => Math.max(max, value), -Infinity));
  }
  return { logs, likeliest };
}

/** log p of one row; `own` takes log of weight × density of each component. */
function logOf(data: Float64Array, row: number, mixture: GaussianMixture, own: Float64Array): number {
  let largest = -Infinity;
  for (let at = 0; at < own.length; at++) {
    const component = mixture.components[at] as NormalDensity;
    const value = Math.log(mixture.weights[at] as number) + logDensity(component, data, row * mixture.width);
    own[at] = value;
    if (value > largest) largest = value;
  }
  let sum = 0;
  for (const value of own) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** Share of each component in each row: components × rows, and the mean of log p. */
function expectation(
  data: Float64Array,
  mixture: GaussianMixture,
): { shares: readonly Float64Array[]; meanLog: number } {
  const rows = data.length / mixture.width;
  const shares = mixture.weights.map(() => new Float64Array(rows));
  const own = new Float64Array(shares.length);
  let total = 0;
  for (let row = 0; row < rows; row++) {
    const log = logOf(data, row, mixture, own);
    total += log;
    shares.forEach((share, at) => (share[row] = Math.exp((own[at] as number) - log)));
  }
  return { shares, meanLog: total / rows };
}

function maximisation(
  data: Float64Array,
  width: number,
  shares: readonly Float64Array[],
  floor: number,
): GaussianMixture {
  const rows = data.length / width;
  // A component without rows keeps a place.
  const sums = shares.map((share) => share.reduce((sum, value) => sum + value, 10 * Number.EPSILON));
  const total = sums.reduce((sum, value) => sum + value, 0);
  const components = shares.map((share, at) => {
    const sum = sums[at] as number;
    const mean = new Float64Array(width);
    for (let row = 0; row < rows; row++) {
      const own = share[row] as number;
      for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) + own * (data[row * width + i] as number);
    }
    for (let i = 0; i < width; i++) mean[i] = (mean[i] as number) / sum;
    const square = new Float64Array(width * width);
    for (let row = 0; row < rows; row++) {
      const own = share[row] as number;
      for (let i = 0; i < width; i++) {
        const part = own * ((data[row * width + i] as number) - (mean[i] as number));
        for (let j = 0; j <= i; j++) {
          const other = (data[row * width + j] as number) - (mean[j] as number);
          square[i * width + j] = (square[i * width + j] as number) + part * other;
        }
      }
    }
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) {
        const value = (square[i * width + j] as number) / sum + (i === j ? floor : 0);
        square[i * width + j] = value;
        square[j * width + i] = value;
      }
    }
    return normalDensity(mean, square);
  });
  return { width, weights: sums.map((sum) => sum / total), components };
}
