import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { deltaEntropy, DescriptorMatrix } from '../../../ts/node.js';
import { fittedMixture, mixtureLogs, mixtureStart } from '../../../ts/statistics/gaussian-mixture.js';
import { normalDensity, squaredDistance } from '../../../ts/statistics/normal-density.js';
import {
  covariance,
  leadingAxes,
  meanRow,
  principalAxes,
  whitened,
} from '../../../ts/statistics/principal-axes.js';
import { randomRows } from '../../support/data/random.js';

// What scikit-learn makes of it; see make-mixture-values.py.
const path = new URL('mixture-values.json', import.meta.url);
const values = JSON.parse(readFileSync(path, 'utf8')) as {
  x: number[];
  y: number[];
  weights: number[];
  means: number[][];
  mixture: { weights: number[]; logs: number[] };
  mahalanobis: number[];
  share: number;
  density: number[];
};
const width = 3;
const x = Float64Array.from(values.x);
const y = Float64Array.from(values.y);
const unit = Float64Array.from([1, 0, 0, 0, 1, 0, 0, 0, 1]);

describe('densities, against scikit-learn', () => {
  it('fits the same mixture from the same start', () => {
    const start = {
      weights: values.weights,
      means: values.means.map((mean) => Float64Array.from(mean)),
      covariances: [unit, unit],
    };
    const mixture = fittedMixture(x, start, { steps: 500, tolerance: 1e-9, floor: 1e-6 });
    mixture.weights.forEach((weight, at) => expect(weight).toBeCloseTo(values.mixture.weights[at] ?? NaN, 6));
    const { logs } = mixtureLogs(y, mixture);
    logs.forEach((log, at) => expect(log).toBeCloseTo(values.mixture.logs[at] ?? NaN, 6));
  });

  it('has the same Mahalanobis distances', () => {
    const mean = meanRow(x, width);
    const normal = normalDensity(mean, covariance(x, mean));
    values.mahalanobis.forEach((squared, row) => {
      expect(squaredDistance(normal, y, row * width)).toBeCloseTo(squared, 9);
    });
  });

  it('has the same kernel density along principal axes', async () => {
    const axes = leadingAxes(await principalAxes(x, width), values.share - 1e-9, 10);
    expect(axes.variances).toHaveLength(2);
    const rows = x.length / width;
    const bandwidth = rows ** (-1 / 6);
    const plane = (data: Float64Array): DescriptorMatrix =>
      new DescriptorMatrix(whitened(data, axes, 0), { width: 2 });
    const dH = await deltaEntropy(plane(y), plane(x), { bandwidth });
    const norm = Math.log(rows) + Math.log(2 * Math.PI) + 2 * Math.log(bandwidth);
    dH.forEach((value, row) => expect(-value - norm).toBeCloseTo(values.density[row] ?? NaN, 8));
  });

  it('finds the components of rows that have some', () => {
    const near = randomRows(5, 200, 2, 0.1);
    const far = randomRows(6, 100, 2, 0.1).map((value) => value + 5);
    const rows = Float64Array.from([...near, ...far]);
    const mixture = fittedMixture(rows, mixtureStart(rows, 2, 2, 0));
    expect([...mixture.weights].sort()).toEqual([expect.closeTo(1 / 3, 6), expect.closeTo(2 / 3, 6)]);
    const { likeliest } = mixtureLogs(rows, mixture);
    expect(new Set(likeliest.subarray(0, 200)).size).toBe(1);
    expect(likeliest[0]).not.toBe(likeliest[200]);
  });

  it('refuses a covariance that is none', () => {
    expect(() => normalDensity(new Float64Array(2), Float64Array.from([1, 2, 2, 1]))).toThrow(
      /not positive definite/,
    );
  });
});
