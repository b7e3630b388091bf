import { QuestsError } from '../base/error.js';
import { mean } from '../statistics/moments.js';
import type { LearningCurve, LearningPoint } from './learning-curve.js';

/** A number of environments, and the entropy of so many. */
export interface CurvePoint {
  /** n, a whole number above 0. */
  readonly size: number;
  /** H, in nats. */
  readonly entropy: number;
  /** Variance of H, in nats². If one of the points has none, all weigh alike. */
  readonly variance?: number;
}

/**
 * Weight of what samples of all sizes say of the spread, in runs: with few runs, the spread of a
 * single size is mostly chance.
 */
const SHRINKAGE = 4;

/** Share of the entropy, and of one nat, that is rounding: a smaller spread is none. */
const ROUNDING = 1e-6;

/**
 * The points of a learning curve: the mean of each size, with its variance, and the whole set. Of a
 * single sample of each size nothing is known of the variance, and points have none.
 */
export function curvePoints(curve: LearningCurve): CurvePoint[] {
  const { points, environments, entropy } = curve;
  const one = environmentVariance(curve);
  const known = points.map((point): CurvePoint => {
    const { size, mean: center, entropies } = point;
    if (one === undefined) return { size, entropy: center };
    const [runs, expected] = [entropies.length, one * shareLeft(size, environments)];
    const freedom = Math.max(0, runs - 1);
    const variance = (freedom * sampleVariance(point) + SHRINKAGE * expected) / (freedom + SHRINKAGE);
    return { size, entropy: center, variance: variance / runs };
  });
  if (known.some(({ size }) => size === environments)) return known;
  return [...known, { size: environments, entropy, ...(one !== undefined && { variance: 0 }) }];
}

/**
 * Variance of H between sets of the same kind and size as the whole set, in nats²: samples of n of
 * N environments without replacement differ by σ²(1/n − 1/N), sets by σ²/N. 0 where it is unknown.
 */
export function setVariance(curve: LearningCurve): number {
  return (environmentVariance(curve) ?? 0) / curve.environments;
}

/** σ², from the spread of all samples; undefined where there are none to compare. */
function environmentVariance({ points, environments }: LearningCurve): number | undefined {
  let [sum, freedom] = [0, 0];
  for (const point of points) {
    const runs = point.entropies.length;
    if (runs < 2 || point.size >= environments) continue;
    sum += ((runs - 1) * sampleVariance(point)) / shareLeft(point.size, environments);
    freedom += runs - 1;
  }
  return freedom === 0 ? undefined : sum / freedom;
}

function sampleVariance({ entropies, spread }: LearningPoint): number {
  const runs = entropies.length;
  return runs < 2 ? 0 : (spread ** 2 * runs) / (runs - 1);
}

function shareLeft(size: number, environments: number): number {
  return 1 / size - 1 / environments;
}

/**
 * Weights of points, 1 on average: 1/(variance + τ²). τ² is the median variance: no curve is
 * exactly of the form that is fitted, so a point without spread does not outweigh all others.
 */
export function pointWeights(points: readonly CurvePoint[]): number[] {
  const variances = points.map(({ variance }) => variance);
  if (!variances.every((variance) => variance !== undefined)) return points.map(() => 1);
  const sorted = [...variances].sort((one, other) => one - other);
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN;
  const scale = Math.max(1, ...points.map(({ entropy }) => Math.abs(entropy)));
  const weights = variances.map((variance) => 1 / (variance + median + (ROUNDING * scale) ** 2));
  const average = mean(weights);
  return weights.map((weight) => weight / average);
}

/**
 * One point for each n above 1, by n; of several the mean counts. A single environment has no
 * entropy to learn from.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: values that are not finite, sizes that are none
 */
export function bySize(points: readonly CurvePoint[]): CurvePoint[] {
  const known = new Map<number, CurvePoint[]>();
  for (const point of points) {
    const { size, entropy, variance = 0 } = point;
    if (!Number.isSafeInteger(size) || size < 1 || !Number.isFinite(entropy)) {
      const found = `${entropy} nats of ${size} environments`;
      throw new QuestsError('INVALID_ARGUMENT', `${found}, expected a finite entropy and a number above 0`);
    }
    if (!(variance >= 0 && variance < Infinity)) {
      const found = `variance of ${size} environments is ${variance}`;
      throw new QuestsError('INVALID_ARGUMENT', `${found}, expected a number of nats², 0 or more`);
    }
    if (size > 1) known.set(size, [...(known.get(size) ?? []), point]);
  }
  return [...known.values()].map(merged).sort((one, other) => one.size - other.size);
}

function merged(points: readonly CurvePoint[]): CurvePoint {
  const [first] = points as [CurvePoint, ...CurvePoint[]];
  const entropy = points.reduce((sum, point) => sum + point.entropy, 0) / points.length;
  const variances = points.flatMap(({ variance }) => variance ?? []);
  if (variances.length < points.length) return { size: first.size, entropy };
  return { size: first.size, entropy, variance: mean(variances) / points.length };
}
