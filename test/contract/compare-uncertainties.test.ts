import { describe, expect, it } from 'vitest';
import { deltaEntropy, DescriptorMatrix } from '../../ts/node.js';
import {
  compareUncertainties,
  kernelMean,
  nearestDistances,
  spearman,
  type UncertaintyComparison,
} from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { random, randomRows } from '../support/data/random.js';

const width = 4;
const bandwidth = 0.1;
const frameOffsets = Array.from({ length: 41 }, (_, frame) => 10 * frame);
const x = new DescriptorMatrix(randomRows(1, 400, width, 1.5), { width, frameOffsets });
const training = new DescriptorMatrix(randomRows(2, 300, width, 0.5), { width });
const NAMES = [
  'dH',
  'nearest_1',
  'nearest_10',
  'kde',
  'mahalanobis',
  'mixture',
  'grade',
  'local_grade',
  'known_errors',
];

function distances(y: DescriptorMatrix, of: DescriptorMatrix, neighbors: number): number[] {
  return Array.from({ length: y.rows }, (_, row) => {
    const all = Array.from({ length: of.rows }, (__, other) =>
      Math.hypot(
        ...Array.from(
          { length: y.width },
          (___, i) => (y.data[row * y.width + i] as number) - (of.data[other * y.width + i] as number),
        ),
      ),
    );
    return all.sort((a, b) => a - b)[neighbors - 1] as number;
  });
}

describe.each(BACKENDS)('%s', (backend) => {
  it('measures distances to the n-th nearest', async () => {
    for (const neighbors of [1, 10, 300]) {
      const found = await nearestDistances(x, training, { backend, neighbors });
      const expected = distances(x, training, neighbors);
      found.forEach((value, row) => expect(value).toBeCloseTo(expected[row] as number, 12));
    }
    expect([...(await nearestDistances(training, training, { backend }))]).toEqual(Array(300).fill(0));
    for (const neighbors of [0, 1.5, 301]) {
      await expect(nearestDistances(x, training, { backend, neighbors })).rejects.toThrow(/whole number/);
    }
  });

  it('tells elements apart by their labels', async () => {
    const of = (rows: [number, number][]): DescriptorMatrix =>
      new DescriptorMatrix(rows.flat(), { width: 2, species: 'center' });
    const known = of([
      [29, 0],
      [29, 1],
      [47, 0.5],
    ]);
    const y = of([
      [29, 0.4],
      [47, 0.4],
      [79, 0.4],
    ]);
    const first = await nearestDistances(y, known, { backend, neighbors: 1 });
    expect([...first]).toEqual([expect.closeTo(0.4, 12), expect.closeTo(0.1, 12), Infinity]);
    const second = await nearestDistances(y, known, { backend, neighbors: 2 });
    expect([...second]).toEqual([expect.closeTo(0.6, 12), Infinity, Infinity]);
  });

  it('holds all scores against errors', async () => {
    const dH = await deltaEntropy(x, training, { backend, bandwidth });
    const next = random(3);
    const errors = dH.map((value, row) => (row % 97 === 5 ? 0 : 10 ** (0.05 * value - 2 + next())));
    const options = { backend, bandwidth, resamples: 50, seed: 1 };
    const scores = { oracle: errors, coin: Float64Array.from(errors, () => next()) };
    const found = await compareUncertainties({ x, errors, scores }, training, options);
    expect(found.scores.map(({ name }) => name)).toEqual([...NAMES, 'oracle', 'coin']);
    const [own, nearest] = found.scores;
    expect(own?.environments?.spearman.value).toBeCloseTo(spearman(dH, errors), 12);
    expect(own?.environments?.againstFirst).toEqual({ value: 0, low: 0, high: 0 });
    expect(nearest?.environments?.spearman.value).toBeCloseTo(spearman(distances(x, training, 1), errors), 9);
    const [oracle, coin] = found.scores.slice(-2);
    expect(oracle?.environments).toMatchObject({
      spearman: { value: expect.closeTo(1, 12) as number },
      auroc: { value: 1 },
      sparsification: { value: expect.closeTo(0, 12) as number },
      rank: { value: 1, low: 1, high: 1 },
    });
    expect(oracle?.seconds).toBeNull();
    expect(coin?.environments?.sparsification.value).toBeGreaterThan(0.7);
    expect(coin?.environments?.againstFirst.high).toBeLessThan(0);
    for (const { seconds, lineBars, binBars, environments, sparsification } of found.scores) {
      if (seconds !== null) expect(seconds).toBeGreaterThan(0);
      expect(environments?.spearman.low).toBeLessThanOrEqual(environments?.spearman.value ?? NaN);
      expect(sparsification[0]).toBeCloseTo(found.meanError, 12);
      for (const bars of [lineBars, binBars]) {
        expect(Math.abs((bars?.coverage.value ?? NaN) - 0.9)).toBeLessThan(0.1);
        expect(bars?.sharpness.value).toBeGreaterThan(0);
      }
    }
    // Bars of the errors themselves are narrower than those of chance.
    expect(oracle?.binBars?.sharpness.value).toBeLessThan(coin?.binBars?.sharpness.value ?? NaN);
    const withoutTimes = ({ scores: all, ...rest }: UncertaintyComparison): unknown => ({
      ...rest,
      scores: all.map((score) => ({ ...score, seconds: 0 })),
    });
    const again = await compareUncertainties({ x, errors, scores }, training, options);
    expect(withoutTimes(again)).toEqual(withoutTimes(found));
  });

  it('predicts errors of a structure from those of others only', async () => {
    // Two copies of each structure, put into parts by the seed: with bandwidth near 0 the mean of
    // known errors is that of the copy, unless both are in one part.
    const errors = Float64Array.from({ length: 400 }, (_, row) => 1 + ((row * 7919) % 400));
    const twice = new DescriptorMatrix(Float64Array.from([...x.data, ...x.data]), {
      width,
      frameOffsets: Array.from({ length: 81 }, (_, frame) => 10 * frame),
    });
    const known = { x: twice, errors: Float64Array.from([...errors, ...errors]) };
    const found = await compareUncertainties(known, training, { backend, bandwidth: 1e-3, resamples: 10 });
    const score = found.scores.find(({ name }) => name === 'known_errors');
    expect(score?.environments?.spearman.value).toBeGreaterThan(0.7);
    expect(score?.environments?.spearman.value).toBeLessThan(0.99);
    const { mean } = await kernelMean(x, x, errors, { backend, bandwidth: 1e-3 });
    expect(spearman(mean, errors)).toBeGreaterThan(0.99);
  });

  it('compares errors of structures, and says where there are too few for bars', async () => {
    const errors = Float64Array.from({ length: 40 }, (_, frame) => 1 + frame);
    const found = await compareUncertainties({ x, errors }, training, { backend, bandwidth, resamples: 10 });
    expect(found.scores.map(({ name }) => name)).toEqual(NAMES.slice(0, -1));
    expect(found.scores.every(({ environments }) => environments === null)).toBe(true);
    expect(found.count).toBe(40);
    const few = x.select(Array.from({ length: 12 }, (_, frame) => frame));
    const known = { x: few, errors: errors.subarray(0, 12) };
    const small = await compareUncertainties(known, training, { backend, bandwidth, resamples: 10 });
    expect(small.scores[0]).toMatchObject({ lineBars: null, binBars: null });
  });

  it('takes references that do not vary', async () => {
    const crystal = new DescriptorMatrix(
      Float64Array.from({ length: 20 * width }, () => 0.5),
      { width },
    );
    const errors = Float64Array.from({ length: 400 }, (_, row) => 1 + (row % 7));
    const found = await compareUncertainties({ x, errors }, crystal, { backend, bandwidth, resamples: 5 });
    for (const { environments } of found.scores) expect(environments?.spearman.value).not.toBeNaN();
  });

  it('refuses what does not fit', async () => {
    const errors = new Float64Array(400).fill(1);
    const refused: [Parameters<typeof compareUncertainties>, RegExp][] = [
      [[{ x, errors: errors.subarray(1) }, training, {}], /399 errors, expected one for each of 400/],
      [[{ x, errors: errors.map(() => -1) }, training, {}], /error 0 is -1, expected a finite number/],
      [[{ x, errors, scores: { s: errors.map(() => NaN) } }, training, {}], /value 0 of s is not a number/],
      [[{ x, errors, scores: { s: errors.subarray(1) } }, training, {}], /399 values of s, expected one/],
      [[{ x, errors }, training, { level: 1 }], /level is 1, expected a share/],
      [[{ x, errors }, training, { resamples: 0 }], /0 resamples, expected a whole number from 1/],
      [
        [{ x: x.select([0, 1]), errors: errors.subarray(0, 20) }, training, {}],
        /2 structures with known errors/,
      ],
    ];
    for (const [[known, reference, options], message] of refused) {
      await expect(compareUncertainties(known, reference, { backend, ...options })).rejects.toThrow(message);
    }
  });
});
