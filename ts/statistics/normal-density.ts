import { QuestsError } from '../base/error.js';

/** A normal distribution, prepared for many points. */
export interface NormalDensity {
  readonly mean: Float64Array;
  /** Lower triangular, of covariance = L·Lᵀ; row-major. */
  readonly factor: Float64Array;
  /** log of the density at the mean. */
  readonly peak: number;
}

/**
 * A normal distribution of some mean and covariance.
 *
 * @param covariance symmetric, row-major
 * @throws {QuestsError} INVALID_ARGUMENT: not positive definite
 */
export function normalDensity(mean: Float64Array, covariance: Float64Array): NormalDensity {
  const width = mean.length;
  const factor = new Float64Array(width * width);
  let logs = 0;
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = covariance[i * width + j] as number;
      for (let k = 0; k < j; k++)
        rest -= (factor[i * width + k] as number) * (factor[j * width + k] as number);
      if (j < i) {
        factor[i * width + j] = rest / (factor[j * width + j] as number);
        continue;
      }
      if (!(rest > 0)) throw new QuestsError('INVALID_ARGUMENT', 'a covariance is not positive definite');
      factor[i * width + i] = Math.sqrt(rest);
      logs += Math.log(rest) / 2;
    }
  }
  return { mean, factor, peak: -(width / 2) * Math.log(2 * Math.PI) - logs };
}

/**
 * Squared Mahalanobis distance of a row from the mean, (x − μ)ᵀ Σ⁻¹ (x − μ).
 *
 * @param at where the row begins
 */
export function squaredDistance({ mean, factor }: NormalDensity, data: Float64Array, at: number): number {
  const width = mean.length;
  const solved = new Float64Array(width);
  let squared = 0;
  for (let i = 0; i < width; i++) {
    let rest = (data[at + i] as number) - (mean[i] as number);
    for (let k = 0; k < i; k++) rest -= (factor[i * width + k] as number) * (solved[k] as number);
    const own = rest / (factor[i * width + i] as number);
    solved[i] = own;
    squared += own * own;
  }
  return squared;
}

/** log of the density at a row. */
export function logDensity(normal: NormalDensity, data: Float64Array, at: number): number {
  return normal.peak - squaredDistance(normal, data, at) / 2;
}
