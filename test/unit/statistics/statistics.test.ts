import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  agreement,
  auroc,
  errorBarCoverage,
  errorBar,
  errorBarsAt,
  supportedErrorBarsAt,
  type ErrorPoints,
  pearson,
  quantileRegression,
  spearman,
} from '../../../ts/faces/node/analysis.js';
import { random } from '../../support/data/random.js';

interface Case {
  readonly x: number[];
  readonly y: number[];
  readonly pearson: number;
  readonly spearman: number;
  readonly threshold: number;
  readonly auroc: number;
  readonly regressions: readonly { level: number; intercept: number; slope: number; loss: number }[];
}

// What scipy and scikit-learn make of it; see make-values.py.
const path = new URL('values.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };

describe.each(cases.map((values, index) => ({ index, values })))('case $index', ({ values }) => {
  const { x, y } = values;

  it('has the correlations of scipy, ties included', () => {
    expect(pearson(x, y)).toBeCloseTo(values.pearson, 12);
    expect(spearman(x, y)).toBeCloseTo(values.spearman, 12);
  });

  it('has the area under the ROC of scikit-learn, ties included', () => {
    expect(auroc(x, (at) => (y[at] as number) > values.threshold)).toBeCloseTo(values.auroc, 12);
  });

  it.each(values.regressions)('has the quantile regression of scikit-learn, level $level', (expected) => {
    const { level } = expected;
    const line = quantileRegression(x, y, level);
    const loss = y.reduce((sum, value, at) => {
      const rest = value - (line?.intercept ?? NaN) - (line?.slope ?? NaN) * (x[at] as number);
      return sum + (rest >= 0 ? level * rest : (level - 1) * rest);
    }, 0);
    expect(loss).toBeLessThanOrEqual(expected.loss * (1 + 1e-9));
    expect(loss).toBeGreaterThan(expected.loss * (1 - 1e-9));
  });
});

describe('correlations', () => {
  it('are not numbers where one side does not vary', () => {
    expect(pearson([1, 1, 1], [1, 2, 3])).toBeNaN();
    expect(spearman([1, 2, 3], [4, 4, 4])).toBeNaN();
    expect(pearson([1], [1])).toBeNaN();
    expect(auroc([1, 2], () => true)).toBeNaN();
  });

  it('count ties half in the area under the ROC', () => {
    expect(auroc([1, 1, 1, 1], (at) => at < 2)).toBe(0.5);
    expect(auroc([1, 2, 2, 3], (at) => at > 1)).toBe(0.875);
  });
});

describe('quantile regression', () => {
  it('goes through points that lie on a line, far from 0', () => {
    const x = [1e3, 1e3 + 1, 1e3 + 2, 1e3 + 5];
    const line = quantileRegression(
      x,
      x.map((value) => 3 - 2 * value),
      0.7,
    );
    expect(line?.slope).toBeCloseTo(-2, 9);
    expect(line?.intercept).toBeCloseTo(3, 6);
  });

  it('finds slopes steeper than the points are wide, and none where no x differ', () => {
    const line = quantileRegression([0, 1e-9, 1], [0, 5, 0], 0.99);
    expect(Number.isFinite(line?.slope)).toBe(true);
    expect(quantileRegression([2, 2, 2], [1, 2, 3], 0.5)).toBeUndefined();
    for (const level of [-1, 0, 1, NaN, Infinity]) {
      expect(() => quantileRegression([1, 2, 3], [3, 1, 2], level)).toThrow(
        `level is ${level}, expected above 0`,
      );
    }
    expect(() => quantileRegression([1, 2, 3], [3, 1], 0.5)).toThrow('2 values of y for 3 of x');
    expect(quantileRegression([1, 2, 3], [0, 0, 0], 0.5)).toEqual({ slope: 0, intercept: 0 });
  });
});

/** Errors that grow with δH, scatter by a power of ten, and follow no straight line. */
function points(next: () => number, count: number): ErrorPoints {
  const dH = Float64Array.from({ length: count }, () => -8 + 16 * next());
  const errors = dH.map((value) => 10 ** (-2 + 0.1 * value + 0.01 * value ** 2 + (next() + next() - 1)));
  return { dH, errors };
}

describe('error bars', () => {
  it.each([0.5, 0.9, 0.95])('hold the share %d of exchangeable errors, within 3 points', (level) => {
    let sum = 0;
    const seeds = 150;
    for (let seed = 0; seed < seeds; seed++) {
      const next = random(seed);
      const bar = errorBar(points(next, 80), points(next, 99), level);
      sum += errorBarCoverage(bar, points(next, 400));
    }
    // Exactly ⌈100·level⌉/100 is expected with 99 to calibrate on.
    expect(Math.abs(sum / seeds - level)).toBeLessThan(0.03);
  });

  it('hold it even where the line is wrong, since they are calibrated', () => {
    const next = random(5);
    const fit = points(next, 60);
    const wrong = { dH: fit.dH, errors: Float64Array.from(fit.errors, (error) => error / 1000) };
    const bar = errorBar(wrong, points(next, 999), 0.9);
    expect(bar.correction).toBeGreaterThan(2);
    expect(errorBarCoverage(bar, points(next, 4000))).toBeGreaterThan(0.87);
  });

  it('add the ⌈(m + 1)τ⌉-th smallest score', () => {
    const next = random(6);
    const [fit, calibration] = [points(next, 50), points(next, 19)];
    const bar = errorBar(fit, calibration, 0.9);
    const line = { ...bar, correction: 0 };
    const scores = Array.from(errorBarsAt(line, calibration.dH), (value, at) =>
      Math.log10((calibration.errors[at] as number) / value),
    ).sort((a, b) => a - b);
    expect(bar.correction).toBeCloseTo(scores[17] as number, 12);
  });

  it('are there only where they were made', () => {
    const next = random(8);
    const [fit, calibration] = [points(next, 150), points(next, 50)];
    const bar = errorBar(fit, calibration, 0.9);
    const all = Float64Array.from([...Array.from(fit.dH), ...Array.from(calibration.dH)]).sort();
    expect(bar.support).toEqual([all[0], all[197]]);
    const [low, high] = bar.support;
    const tried = [low - 1e-9, low, (low + high) / 2, high, high + 1e-9, 1e3];
    const plain = errorBarsAt(bar, tried);
    expect(plain.every((value) => value > 0)).toBe(true);
    expect(Array.from(supportedErrorBarsAt(bar, tried))).toEqual([NaN, ...plain.subarray(1, 4), NaN, NaN]);
  });

  it('are refused where there are too few errors, or levels that are no shares', () => {
    const next = random(7);
    const [many, few] = [points(next, 50), points(next, 8)];
    expect(() => errorBar(few, many, 0.5)).toThrow(
      '8 errors above 0 to fit error bars to, expected at least 20',
    );
    expect(() => errorBar(many, few, 0.9)).toThrow(
      '8 errors above 0 to calibrate error bars on, expected at least 9',
    );
    expect(() => errorBar(many, points(next, 9), 0.9)).not.toThrow();
    expect(() => errorBar(many, many, 1)).toThrow('level is 1');
    expect(() => errorBar({ ...many, dH: new Float64Array(50) }, many, 0.5)).toThrow('the same δH');
  });
});

it('puts as many points into each bin, and finds large errors by thresholds', () => {
  const next = random(8);
  const { dH, errors } = points(next, 103);
  const { bins, detections } = agreement(dH, errors, [0.01, 1e9]);
  expect(bins.reduce((sum, { count }) => sum + count, 0)).toBe(103);
  expect(bins.every(({ count }) => count === 10 || count === 11)).toBe(true);
  expect(bins.every(({ low, high }, at) => low <= high && high <= (bins[at + 1]?.low ?? Infinity))).toBe(
    true,
  );
  expect(detections.map(({ threshold }) => threshold)).toEqual([0.01, 1e9]);
  expect(detections[1]?.auroc).toBeNaN();
});
