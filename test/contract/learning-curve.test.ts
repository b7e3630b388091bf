import { describe, expect, it } from 'vitest';
import type { SampledEntropyOptions } from '../../ts/faces/node/analysis.js';
import {
  DEFAULTS,
  bandwidthScan,
  DescriptorMatrix,
  entropy,
  learningCurve,
  type LearningCurveOptions,
  sampledEntropy,
} from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { naiveLogSums } from '../support/oracles/naive.js';
import { randomRows } from '../support/data/random.js';
import { rowSampler } from '../../ts/kernel/row-sample.js';

const width = 5;
const x = new DescriptorMatrix(randomRows(1, 400, width, 0.1), { width, k: 3 });
const bandwidth = 0.03;

describe('rows drawn from a matrix', () => {
  const numbered = new DescriptorMatrix(
    Array.from({ length: 50 }, (_, row) => row),
    { width: 1, k: 1, cutoff: 4, species: ['Cu'] },
  );

  it('are different ones, in their order, and know how they were made', () => {
    const draw = rowSampler(3);
    for (const size of [1, 10, 49]) {
      const drawn = draw(numbered, size);
      const rows = Array.from(drawn.data);
      expect(rows).toHaveLength(size);
      expect(new Set(rows).size).toBe(size);
      expect([...rows].sort((a, b) => a - b)).toEqual(rows);
      expect(drawn).toMatchObject({ width: 1, k: 1, cutoff: 4, species: ['Cu'] });
    }
    expect(draw(numbered, 50)).toBe(numbered);
  });

  it('are each as likely as the others', () => {
    const draw = rowSampler(0);
    const counts = new Float64Array(50);
    for (let run = 0; run < 2000; run++) {
      for (const row of draw(numbered, 10).data) counts[row] = (counts[row] ?? 0) + 1;
    }
    // 400 each, with a standard deviation of 18.
    expect(Math.min(...counts)).toBeGreaterThan(400 - 5 * 18);
    expect(Math.max(...counts)).toBeLessThan(400 + 5 * 18);
  });

  it('go by the seed, all of it', () => {
    const first = (seed: number): number[] => Array.from(rowSampler(seed)(numbered, 10).data);
    expect(first(5)).toEqual(first(5));
    const seeds = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const all = seeds.map(first);
    expect(new Set(all.map(String)).size).toBe(seeds.length);
  });
});

describe.each(BACKENDS)('%s', (backend) => {
  const settings: LearningCurveOptions & SampledEntropyOptions = { backend, bandwidth };

  it('learning curve: entropies of samples without replacement, their mean and spread', async () => {
    const options = { ...settings, fractions: [0.1, 0.5, 0.999, 1], runs: 4, seed: 2 };
    const curve = await learningCurve(x, options);
    expect(curve.points.map(({ size }) => size)).toEqual([40, 200, 399, 400]);
    expect(curve).toMatchObject({ environments: 400, maxEntropy: Math.log(400) });
    const H = await entropy(x, { backend, bandwidth });
    expect(curve.entropy).toBe(H);
    expect(curve.efficiency).toBe(H / Math.log(400));
    // All of them without replacement are the set itself.
    expect(Array.from(curve.points[3]?.entropies ?? [])).toEqual([H, H, H, H]);
    expect(curve.points[3]?.spread).toBeCloseTo(0, 12);
    const draw = rowSampler(2);
    for (const { size, entropies, mean, spread, seconds } of curve.points) {
      const expected = Array.from({ length: 4 }, () => {
        const sums = naiveLogSums(...pair(draw(x, size)), bandwidth);
        return Math.log(size) - sums.reduce((sum, value) => sum + value, 0) / size;
      });
      expect(entropies).toHaveLength(4);
      expect(seconds).toHaveLength(4);
      entropies.forEach((value, run) => {
        expect(value).toBeCloseTo(expected[run] ?? NaN, 11);
      });
      const average = expected.reduce((sum, value) => sum + value, 0) / 4;
      expect(mean).toBeCloseTo(average, 11);
      const squares = expected.reduce((sum, value) => sum + (value - average) ** 2, 0);
      expect(spread).toBeCloseTo(Math.sqrt(squares / 4), 9);
    }
    const again = await learningCurve(x, options);
    expect(again.points.map(({ entropies }) => entropies)).toEqual(
      curve.points.map(({ entropies }) => entropies),
    );
    const other = await learningCurve(x, { ...options, seed: 3 });
    expect(other.points[0]?.entropies).not.toEqual(curve.points[0]?.entropies);
  });

  it('sampled entropy: mean, spread, and the interval of the mean', async () => {
    const found = await sampledEntropy(x, { ...settings, sample: 100, runs: 5, seed: 1 });
    const { entropies, mean, spread, interval, size } = found;
    expect([size, entropies.length]).toEqual([100, 5]);
    const average = entropies.reduce((sum, value) => sum + value, 0) / 5;
    const squares = entropies.reduce((sum, value) => sum + (value - average) ** 2, 0);
    expect(mean).toBeCloseTo(average, 12);
    expect(spread).toBeCloseTo(Math.sqrt(squares / 5), 12);
    // t of 95 % with 4 degrees of freedom is 2.776445.
    const error = (2.776445 * Math.sqrt(squares / 4)) / Math.sqrt(5);
    expect(interval[1] - mean).toBeCloseTo(error, 6);
    expect(mean - interval[0]).toBeCloseTo(error, 6);
    expect(await sampledEntropy(x, { ...settings, sample: 100, runs: 5, seed: 1 })).toMatchObject({
      entropies,
    });
  });

  it('sampled entropy: intervals hold the mean of many samples as often as they say', async () => {
    const few = new DescriptorMatrix(randomRows(4, 120, width, 0.1), { width });
    const { mean } = await sampledEntropy(few, { ...settings, sample: 40, runs: 1500, seed: 99 });
    let inside = 0;
    for (let seed = 0; seed < 100; seed++) {
      const { interval } = await sampledEntropy(few, { ...settings, sample: 40, runs: 5, seed });
      if (interval[0] <= mean && mean <= interval[1]) inside++;
    }
    // 95 expected, with a standard deviation of 2.2.
    expect(inside).toBeGreaterThanOrEqual(87);
  });

  it('sampled entropy: a set that is no larger than a sample is taken as it is', async () => {
    const H = await entropy(x, { backend, bandwidth });
    const found = await sampledEntropy(x, { ...settings, sample: 400 });
    expect(found).toMatchObject({
      size: 400,
      mean: H,
      spread: 0,
      interval: [H, H],
      efficiency: H / Math.log(400),
    });
    expect(found.entropies).toHaveLength(1);
    expect((await sampledEntropy(x, settings)).entropies).toHaveLength(1);
    const one = await sampledEntropy(x, { ...settings, sample: 10, runs: 1 });
    expect(one.interval).toEqual([-Infinity, Infinity]);
  });

  it('refuses sizes, numbers of runs and seeds that are none', async () => {
    const refused = { code: 'INVALID_ARGUMENT' };
    const curves: LearningCurveOptions[] = [
      { fractions: [0] },
      { fractions: [1.1] },
      { fractions: [NaN] },
      { fractions: [0.001] },
      { runs: 0 },
      { runs: 1.5 },
      { seed: -1 },
      { bandwidth: 0 },
    ];
    for (const options of curves) {
      await expect(learningCurve(x, { ...settings, ...options })).rejects.toMatchObject(refused);
    }
    for (const options of [{ sample: 0 }, { sample: 2.5 }, { runs: 0 }, { seed: 0.5 }, { bandwidth: NaN }]) {
      await expect(sampledEntropy(x, { ...settings, ...options })).rejects.toMatchObject(refused);
    }
  });

  it('bandwidth scan: the entropy of each bandwidth, the default among them', async () => {
    const points = await bandwidthScan(x, { backend, bandwidths: [0.2, bandwidth] });
    expect(points.map((point) => point.bandwidth)).toEqual([0.2, bandwidth]);
    for (const point of points) {
      const sums = naiveLogSums(x, x, point.bandwidth);
      const H = Math.log(400) - sums.reduce((sum, value) => sum + value, 0) / 400;
      expect(point.entropy).toBeCloseTo(H, 11);
      expect(point.efficiency).toBeCloseTo(H / Math.log(400), 11);
      expect(point.diversity).toBeCloseTo(
        Math.log(sums.reduce((sum, value) => sum + Math.exp(-value), 0)),
        10,
      );
    }
    const known = await bandwidthScan(x, { backend });
    expect(known).toHaveLength(21);
    expect(known[10]?.bandwidth).toBe(DEFAULTS.bandwidth);
    const falling = known.map(({ entropy: H }) => H);
    expect([...falling].sort((a, b) => b - a)).toEqual(falling);
    await expect(bandwidthScan(x, { backend, bandwidths: [] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it('can be cancelled, and says how far it has come', async () => {
    const reports: number[] = [];
    const controller = new AbortController();
    const onProgress = ({ done, total }: { done: number; total: number }): void => {
      reports.push(done / total);
      if (reports.length === 3) controller.abort(new Error('enough'));
    };
    const call = learningCurve(x, { ...settings, signal: controller.signal, onProgress });
    await expect(call).rejects.toThrow('enough');
    expect(reports).toHaveLength(3);
    expect([...reports].sort((a, b) => a - b)).toEqual(reports);
  });
});

function pair(sample: DescriptorMatrix): [DescriptorMatrix, DescriptorMatrix] {
  return [sample, sample];
}
