import { describe, expect, it } from 'vitest';
import { blockDraws, resampled } from '../../../ts/statistics/bootstrap.js';
import { auroc, spearman } from '../../../ts/statistics/correlation.js';
import { weightedCorrelation, WeightedRanking } from '../../../ts/statistics/weighted-ranking.js';
import { random } from '../../support/data/random.js';

/** Values with ties, among them infinite ones. */
function tied(seed: number, count: number): Float64Array {
  const next = random(seed);
  return Float64Array.from({ length: count }, () => (next() < 0.05 ? Infinity : Math.round(10 * next())));
}

describe('WeightedRanking', () => {
  const count = 200;
  const scores = tied(1, count);
  const next = random(2);
  const errors = Float64Array.from(
    { length: count },
    (_, at) => Math.min(10, scores[at] as number) * next() + next(),
  );
  const weights = Float64Array.from({ length: count }, () => Math.floor(4 * next()));
  /** Each value as often as its weight says. */
  const repeated = (values: Float64Array): number[] =>
    Array.from(values).flatMap((value, at) => Array.from({ length: weights[at] as number }, () => value));
  const isLarge = Uint8Array.from(errors, (error) => Number(error > 5));

  it('says of weights what it says of repeated values', () => {
    const [ranking, oracle] = [new WeightedRanking(scores), new WeightedRanking(errors)];
    const [ownScores, ownErrors] = [repeated(scores), repeated(errors)];
    expect(weightedCorrelation(ranking.ranks(weights), oracle.ranks(weights), weights)).toBeCloseTo(
      spearman(ownScores, ownErrors),
      12,
    );
    expect(ranking.auroc(isLarge, weights)).toBeCloseTo(
      auroc(ownScores, (at) => (ownErrors[at] as number) > 5),
      12,
    );
    const ones = new Float64Array(ownScores.length).fill(1);
    expect(ranking.sparsificationArea(errors, weights)).toBeCloseTo(
      new WeightedRanking(ownScores).sparsificationArea(ownErrors, ones),
      12,
    );
  });

  it('has the area of a curve that is summed point by point', () => {
    // One of 2,000 values after the other is taken away; no ties.
    const values = Float64Array.from({ length: 2000 }, (_, at) => at);
    const own = values.map((value) => (value / 2000) ** 2 + (value % 7) / 10);
    const means = Array.from({ length: 2000 }, (_, at) => {
      const left = own.subarray(0, 2000 - at);
      return left.reduce((sum, value) => sum + value, 0) / left.length;
    });
    const expected = means.reduce((sum, value) => sum + value, 0) / 2000;
    const area = new WeightedRanking(values).sparsificationArea(own, new Float64Array(2000).fill(1));
    expect(area).toBeCloseTo(expected, 3);
    const curve = new WeightedRanking(values).sparsificationCurve(own, [0, 0.5]);
    expect(curve).toEqual([expect.closeTo(means[0] ?? NaN, 12), expect.closeTo(means[1000] ?? NaN, 12)]);
  });

  it('has no preference where all are equal', () => {
    const ones = new Float64Array(count).fill(1);
    const flat = new WeightedRanking(new Float64Array(count).fill(3));
    const mean = errors.reduce((sum, value) => sum + value, 0) / count;
    expect(flat.auroc(isLarge, ones)).toBe(0.5);
    expect(flat.sparsificationArea(errors, ones)).toBeCloseTo(mean, 12);
    expect(weightedCorrelation(flat.ranks(ones), errors, ones)).toBeNaN();
  });
});

describe('resamples of blocks', () => {
  it('have as many draws as blocks, from a seed', () => {
    const draws = [...blockDraws(10, 50, 3)];
    expect(draws).toHaveLength(50);
    for (const counts of draws) expect(counts.reduce((sum, value) => sum + value, 0)).toBe(10);
    expect([...blockDraws(10, 50, 3)]).toEqual(draws);
  });

  it('give intervals that hold the mean in about 95 of 100 cases', () => {
    let held = 0;
    for (let trial = 0; trial < 200; trial++) {
      const next = random(1000 + trial);
      const values = Array.from({ length: 60 }, () => next() + next() + next());
      const draws = Array.from(blockDraws(60, 200, trial), (counts) =>
        counts.reduce((sum, weight, at) => sum + (weight * (values[at] as number)) / 60, 0),
      );
      const { low, high } = resampled(values.reduce((sum, value) => sum + value, 0) / 60, draws);
      held += Number(low <= 1.5 && high >= 1.5);
    }
    expect(held).toBeGreaterThan(178);
    expect(held).toBeLessThan(199);
  });

  it('say nothing of what is not a number', () => {
    expect(resampled(NaN, [1, 2])).toEqual({ value: NaN, low: NaN, high: NaN });
    expect(resampled(1, [NaN, 1, 1])).toEqual({ value: 1, low: 1, high: 1 });
  });
});
