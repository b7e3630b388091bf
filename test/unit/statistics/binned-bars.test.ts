import { describe, expect, it } from 'vitest';
import { binnedBars, binnedBarsAt } from '../../../ts/statistics/binned-bars.js';
import { random } from '../../support/data/random.js';

/** Errors that grow with their score, in no simple way. */
function points(seed: number, count: number): { scores: Float64Array; errors: Float64Array } {
  const next = random(seed);
  const scores = Float64Array.from({ length: count }, () => next());
  const errors = scores.map((score) => (0.1 + Math.sin(3 * score) ** 2) * -Math.log(1 - next()));
  return { scores, errors };
}

describe('error bars in bins of a score', () => {
  it('cover what they promise over 200 draws, in each bin', () => {
    const level = 0.9;
    let [inside, all] = [0, 0];
    const halves = [0, 0];
    for (let draw = 0; draw < 200; draw++) {
      const bars = binnedBars(points(3 * draw, 200).scores, points(3 * draw + 1, 200), level);
      const { scores, errors } = points(3 * draw + 2, 50);
      const own = bars && binnedBarsAt(bars, scores);
      errors.forEach((error, at) => {
        const isInside = Number(error <= (own?.[at] ?? NaN));
        inside += isInside;
        all++;
        const half = (scores[at] as number) < 0.5 ? 0 : 1;
        halves[half] = (halves[half] as number) + isInside;
      });
    }
    // (m + 1)τ of m + 1 = 21 is 19: at least 0.9, on average at most 1/21 more; 4 standard errors.
    const error = 4 * Math.sqrt((level * (1 - level)) / all) + 0.01;
    expect(inside / all).toBeGreaterThan(level - error);
    expect(inside / all).toBeLessThan(level + 1 / 21 + error);
    for (const half of halves) expect(half / (all / 2)).toBeGreaterThan(level - 0.04);
  });

  it('have as many bins as there are errors for', () => {
    const { scores } = points(7, 100);
    expect(binnedBars(scores, points(8, 9), 0.9)?.bars).toHaveLength(1);
    expect(binnedBars(scores, points(8, 8), 0.9)).toBeUndefined();
    expect(binnedBars(scores, points(8, 1000), 0.9)?.bars).toHaveLength(10);
    // Scores that are all the same make no bins.
    expect(
      binnedBars(new Float64Array(100), { ...points(8, 100), scores: new Float64Array(100) }, 0.9)?.bars,
    ).toHaveLength(1);
  });

  it('give the last bar to all scores above, infinite ones too', () => {
    const bars = { level: 0.9, edges: [1, 2], bars: [10, 20, 30] };
    expect([...binnedBarsAt(bars, Float64Array.of(0, 1, 2, Infinity))]).toEqual([10, 20, 30, 30]);
  });
});
