import { expect, it } from 'vitest';
import {
  errorOfCombinedMean,
  errorOfMean,
  mean,
  sampleDeviation,
  standardDeviation,
} from '../../../ts/faces/analysis.js';
import { gaussian } from '../../support/data/random.js';

it('moments are those of the definition', () => {
  const values = Float64Array.of(2, 4, 4, 4, 5, 5, 7, 9);
  expect(mean(values)).toBe(5);
  expect(standardDeviation(values)).toBe(2);
  expect(sampleDeviation(values)).toBeCloseTo(2 * Math.sqrt(8 / 7), 14);
  expect(mean([])).toBeNaN();
});

it('the error of a mean needs two values', () => {
  for (const count of [1, 0, -1, 2.5, NaN, Infinity]) {
    expect(() => errorOfMean(1, count)).toThrow('degrees of freedom, expected a whole number of at least 1');
  }
  // Of many, the t of a normal distribution.
  expect(errorOfMean(1, 2 ** 40) * 2 ** 20).toBeCloseTo(1.959964, 5);
});

it('the error of a mean holds the truth in about 95 of 100 samples', () => {
  const normal = gaussian(3);
  const rounds = 2000;
  let held = 0;
  for (let round = 0; round < rounds; round++) {
    const sample = Float64Array.from({ length: 5 }, normal);
    held += Number(Math.abs(mean(sample)) < errorOfMean(sampleDeviation(sample), 5));
  }
  // Five standard errors.
  expect(Math.abs(held / rounds - 0.95)).toBeLessThan(5 * Math.sqrt((0.95 * 0.05) / rounds));
});

it('errors of parts combine by their counts, as independent ones do', () => {
  expect(errorOfCombinedMean([{ count: 7, error: 0.3 }])).toBeCloseTo(0.3, 15);
  // Four parts alike halve the error.
  const part = { count: 10, error: 0.2 };
  expect(errorOfCombinedMean([part, part, part, part])).toBeCloseTo(0.1, 15);
  expect(
    errorOfCombinedMean([
      { count: 100, error: 0.02 },
      { count: 300, error: 0.01 },
    ]),
  ).toBeCloseTo(Math.hypot(2, 3) / 400, 15);
  expect(errorOfCombinedMean([])).toBeNaN();
});
