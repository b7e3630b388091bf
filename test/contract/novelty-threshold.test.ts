import { describe, expect, it } from 'vitest';
import { deltaEntropy, DescriptorMatrix, leaveOneOutDeltaEntropy, noveltyThreshold } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { random } from '../support/data/random.js';

const width = 6;

/** Independent rows, all drawn alike. */
function rows(seed: number, count: number): DescriptorMatrix {
  const next = random(7919 * seed);
  const data = Float64Array.from({ length: count * width }, () => 0.1 * (next() + next() + next()));
  return new DescriptorMatrix(data, { width });
}

describe.each(BACKENDS)('%s', (backend) => {
  it('keeps the level on exchangeable data, at every bandwidth', async () => {
    for (const bandwidth of [0.01, 0.03, 0.1]) {
      for (const level of [0.05, 0.2]) {
        let novel = 0;
        let all = 0;
        for (let seed = 1; seed <= 20; seed++) {
          const x = rows(seed, 199);
          const y = rows(1000 + seed, 100);
          const epsilon = await noveltyThreshold(x, { backend, bandwidth, level });
          novel += (await deltaEntropy(y, x, { backend, bandwidth })).filter(
            (value) => value >= epsilon,
          ).length;
          all += y.rows;
        }
        // Six standard deviations of 2000 draws, and of the thresholds of 20 references; values of
        // rows that are near each other go together.
        const spread = 6 * Math.sqrt(level * (1 - level) * (1 / all + 1 / (20 * 199)));
        expect(Math.abs(novel / all - level)).toBeLessThan(spread);
      }
    }
  });

  it('is just above a value of the reference itself', async () => {
    const x = rows(5, 99);
    const own = (await leaveOneOutDeltaEntropy(x, { backend })).sort();
    const epsilon = await noveltyThreshold(x, { backend, level: 0.05 });
    expect(own[94]).toBeLessThan(epsilon);
    expect(own[95]).toBeGreaterThanOrEqual(epsilon);
    // What is as strange as the strangest of many copies is not novel.
    const copies = new DescriptorMatrix(new Float64Array(40 * width).fill(0.25), { width });
    const threshold = await noveltyThreshold(copies, { backend, level: 0.1 });
    expect(threshold).toBeGreaterThan(0 - Math.log(39));
    expect(threshold).toBeCloseTo(0 - Math.log(39), 9);
  });

  it('refuses levels that mean nothing', async () => {
    const x = rows(6, 9);
    for (const level of [0, 1, -0.1, NaN]) {
      await expect(noveltyThreshold(x, { backend, level })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
    await expect(noveltyThreshold(x, { backend, level: 0.05 })).rejects.toThrow('9 environments');
    expect(await noveltyThreshold(x, { backend, level: 0.1 })).toBeGreaterThan(-3);
  });
});
