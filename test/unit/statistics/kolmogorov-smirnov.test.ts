import { describe, expect, it } from 'vitest';
import { kolmogorovSmirnov } from '../../../ts/faces/analysis.js';
import { random } from '../../support/data/random.js';

/** Share of all ways to deal the values that differ at least as much. */
function bruteForce(a: readonly number[], b: readonly number[]): { statistic: number; pValue: number } {
  const all = [...a, ...b];
  const difference = (inA: readonly boolean[]): number =>
    Math.max(
      ...all.map((value) => {
        const below = (own: boolean, count: number): number =>
          all.filter((other, at) => inA[at] === own && other <= value).length / count;
        return Math.abs(below(true, a.length) - below(false, b.length));
      }),
    );
  const found = difference(all.map((_, at) => at < a.length));
  let [ways, asLarge] = [0, 0];
  for (let bits = 0; bits < 2 ** all.length; bits++) {
    const inA = all.map((_, at) => ((bits >> at) & 1) === 1);
    if (inA.filter(Boolean).length !== a.length) continue;
    ways++;
    asLarge += Number(difference(inA) >= found - 1e-9);
  }
  return { statistic: found, pValue: asLarge / ways };
}

describe('Kolmogorov-Smirnov', () => {
  it.each([
    [1, 6],
    [2, 5],
    [4, 4],
    [5, 3],
  ])('gives the exact probability of %d and %d values', (n, m) => {
    for (let seed = 0; seed < 8; seed++) {
      const next = random(seed);
      const a = Array.from({ length: n }, next);
      const b = Array.from({ length: m }, () => next() + (seed % 3) / 3);
      const [found, expected] = [kolmogorovSmirnov(a, b), bruteForce(a, b)];
      expect(found.statistic).toBeCloseTo(expected.statistic, 12);
      expect(found.pValue).toBeCloseTo(expected.pValue, 12);
    }
  });

  it('goes over to the limit without a step', () => {
    const next = random(3);
    const values = (count: number, shift: number): number[] =>
      Array.from({ length: count }, () => next() + shift);
    const [a, b] = [values(1000, 0), values(1000, 0.06)];
    const exact = kolmogorovSmirnov(a, b);
    const more = kolmogorovSmirnov(a, [...b, 0.5]);
    expect(more.pValue / exact.pValue).toBeGreaterThan(0.8);
    expect(more.pValue / exact.pValue).toBeLessThan(1.25);
  });

  it('rejects as often as it says', () => {
    let rejected = 0;
    for (let seed = 0; seed < 400; seed++) {
      const next = random(seed);
      const values = (count: number): number[] => Array.from({ length: count }, next);
      rejected += Number(kolmogorovSmirnov(values(30), values(17)).pValue < 0.05);
    }
    expect(rejected).toBeGreaterThan(5);
    expect(rejected).toBeLessThan(32);
  });

  it('sees no difference between equal samples, and all of it between separate ones', () => {
    expect(kolmogorovSmirnov([1, 2, 2, 3], [1, 2, 2, 3])).toEqual({ statistic: 0, pValue: 1 });
    expect(kolmogorovSmirnov([1, 2, 3, 4], [5, 6, 7, 8])).toEqual({
      statistic: 1,
      pValue: expect.closeTo(2 / 70, 12) as number,
    });
    const far = kolmogorovSmirnov(new Float64Array(2000), new Float64Array(2000).fill(1));
    expect(far.statistic).toBe(1);
    expect(far.pValue).toBeLessThan(1e-12);
  });
});
