import { describe, expect, it } from 'vitest';
import { densityClasses, type LogBounds } from '../../../ts/kernel/density-classes.js';
import { drawnStrata, plannedCounts, stratifiedMean } from '../../../ts/kernel/strata.js';
import { RandomStream } from '../../../ts/statistics/random.js';

const ROWS = 20_000;
/** Rows that are alone: each 200th. */
const isAlone = (row: number): boolean => row % 200 === 0;

/** Bounds of rows of which some are alone and the others have some 200 in their leaf, of 19,900. */
function bounds(error = 0): LogBounds {
  return {
    rows: Uint32Array.from({ length: ROWS }, (_, row) => row),
    low: Float64Array.from({ length: ROWS }, (_, row) => Math.log((isAlone(row) ? 1 : 200) + error)),
    high: new Float64Array(ROWS).fill(Math.log(ROWS)),
  };
}

/** log p: rows in dense surroundings differ by where they are. */
const logSums = Float64Array.from({ length: ROWS }, (_, row) => (isAlone(row) ? 0 : 8 + row / ROWS));
const identity = (logSum: number): number => logSum;

describe('classes of density', () => {
  it('hold every row once, rare ones in a class of their own', () => {
    const classes = densityClasses(bounds());
    expect(classes.map(({ places }) => places.length)).toEqual([100, 19_900]);
    expect(classes[0]).toMatchObject({ low: 0, high: Math.log(ROWS) });
    expect(classes.flatMap(({ places }) => [...places]).sort((a, b) => a - b)).toEqual([...bounds().rows]);
  });

  it('do not hang on the last digits of sums of copies', () => {
    const sums = Array.from({ length: 240 }, (_, at) => at + 1);
    const numbers = (error: number): number[] => {
      const low = Float64Array.from(sums, (sum) => Math.log(sum * (1 + error)));
      const rows = Uint32Array.from(sums);
      return densityClasses({ rows, low, high: low }).map(({ places }) => places.length);
    };
    expect(numbers(1e-12)).toEqual(numbers(0));
    expect(numbers(-1e-12)).toEqual(numbers(0));
  });
});

describe('means over strata', () => {
  const classes = densityClasses(bounds());
  const mean = logSums.reduce((sum, value) => sum + value, 0) / ROWS;

  it('are exact where all rows are drawn', () => {
    const all = classes.map(({ places }) => places.length);
    const found = stratifiedMean(drawnStrata(classes, all, bounds(), new RandomStream(0)), logSums, identity);
    expect(found.mean).toBeCloseTo(mean, 10);
    expect(found.error).toBe(0);
  });

  it('keep to the tolerance that was planned for, without a bias', () => {
    const tolerance = 0.05;
    const counts = plannedCounts(classes, logSums, tolerance, ROWS / 4);
    if (counts === undefined) throw new Error('too many rows');
    let bias = 0;
    for (let seed = 0; seed < 200; seed++) {
      const strata = drawnStrata(classes, counts, bounds(), new RandomStream(seed));
      for (const { drawn } of strata) expect(new Set(drawn).size).toBe(drawn.length);
      const found = stratifiedMean(strata, logSums, identity);
      expect(found.error).toBeGreaterThan(0);
      expect(found.error).toBeLessThanOrEqual(tolerance);
      expect(Math.abs(found.mean - mean)).toBeLessThanOrEqual(found.error);
      bias += (found.mean - mean) / 200;
    }
    expect(Math.abs(bias)).toBeLessThan(tolerance / 40);
  });

  it('have an interval although no two rows drawn differ: rare rows may be among the others', () => {
    const same = logSums.map(() => 8);
    const counts = plannedCounts(classes, same, 0.05, ROWS / 4) ?? [];
    const found = stratifiedMean(drawnStrata(classes, counts, bounds(), new RandomStream(0)), same, identity);
    expect(found.mean).toBeCloseTo(8, 10);
    expect(found.error).toBeGreaterThan(0.01);
  });

  it('are not planned where they take too many rows', () => {
    expect(plannedCounts(classes, logSums, 1e-5, ROWS / 4)).toBeUndefined();
  });
});
