import { describe, expect, it } from 'vitest';
import {
  isolatedEnvironments,
  isolationThreshold,
  noveltySummary,
  RunningNovelty,
  uncoveredShares,
} from '../../../ts/faces/analysis.js';
import { loadBackend } from '../../../ts/node.js';

describe('novelty of batches', () => {
  it('is that of all values together', async () => {
    const [first, second] = [Float64Array.of(-3, 2.5, 0), Float64Array.of(-0.25, 7)];
    const found = new RunningNovelty().add(first).add(second);
    const all = Float64Array.of(...first, ...second);
    const { mean, max, novelty } = await noveltySummary(all, { backend: await loadBackend('wasm') });
    expect(found).toMatchObject({ environments: 5, mean, max, novelty, min: -3 });
    expect(novelty).toBe(0.4);
  });

  it('counts as new what is not covered, at one ε', async () => {
    const all = Float64Array.of(-3, 2.5, 0, 1e-6, 1e-5, -0.25, 7);
    const backend = await loadBackend('wasm');
    for (const epsilon of [1e-5, 1, 7, 8]) {
      const { novelty } = new RunningNovelty({ epsilon }).add(all);
      expect(novelty).toBe(all.filter((value) => value >= epsilon).length / 7);
      const summary = await noveltySummary(all, { backend, epsilon });
      expect(Array.from(uncoveredShares(summary))).toEqual([novelty]);
      expect(summary.novelty).toBe(novelty);
    }
    expect(new RunningNovelty().add(Float64Array.of(0)).novelty).toBe(0);
    expect((await noveltySummary(all, { backend, epsilon: [1, 8] })).novelty).toBe(2 / 7);
  });

  it('of nothing is not a number', () => {
    const none = new RunningNovelty();
    expect([none.environments, none.min, none.max]).toEqual([0, Infinity, -Infinity]);
    expect([none.mean, none.novelty]).toEqual([NaN, NaN]);
  });
});

it('an environment with one near duplicate is not isolated', () => {
  const near = 0.1;
  const twin = -Math.log(Math.exp(-(near ** 2) / 2));
  expect(isolationThreshold(near)).toBeCloseTo(twin, 15);
  expect(isolatedEnvironments(Float64Array.of(0.0049, 0.0051, 3, -1))).toBe(2);
  expect(isolatedEnvironments(Float64Array.of(0.0049, 0.0051, 3, -1), 1)).toBe(1);
});
