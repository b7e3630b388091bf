import { describe, expect, it } from 'vitest';
import {
  coverage,
  deltaEntropy,
  DescriptorMatrix,
  diversity,
  entropy,
  estimateBandwidth,
  metrics,
  overlap,
  referenceSet,
} from '../../ts/node.js';
import { kernelMean, nearestDeltaEntropy, overlapOf, type Precision } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { naiveLogSums, naiveMeans } from '../support/oracles/naive.js';
import { randomRows } from '../support/data/random.js';

const x = new DescriptorMatrix(randomRows(1, 333, 13, 0.02), { width: 13 });
const y = new DescriptorMatrix(randomRows(2, 55, 13, 0.06), { width: 13 });
const weights = Array.from(randomRows(3, x.rows, 1, 2));
const h = 0.03;
const selfSums = naiveLogSums(x, x, h);
const crossSums = naiveLogSums(y, x, h);
const naiveEntropy = Math.log(x.rows) - selfSums.reduce((sum, value) => sum + value, 0) / x.rows;
const naiveDiversity = Math.log(selfSums.reduce((sum, value) => sum + Math.exp(-value), 0));

describe.each(BACKENDS)('%s', (backend) => {
  const options = { backend, bandwidth: h };

  it('computes entropy and diversity as they are defined', async () => {
    expectClose(await entropy(x, options), naiveEntropy, 1e-12);
    expectClose(await diversity(x, options), naiveDiversity, 1e-12);
    const found = await metrics(x, options);
    expectClose(
      [found.entropy, found.diversity, ...found.dH],
      [naiveEntropy, naiveDiversity, ...selfSums.map((p) => -p)],
      1e-12,
    );
    expect(found.maxEntropy).toBe(Math.log(x.rows));
    expect(found.efficiency).toBe(found.entropy / found.maxEntropy);
  });

  it('computes δH and kernel-weighted means as they are defined', async () => {
    expectClose(
      await deltaEntropy(y, x, options),
      crossSums.map((p) => -p),
      1e-12,
    );
    const { mean, logSums } = await kernelMean(y, x, weights, options);
    expectClose(mean, naiveMeans(y, x, h, weights), 1e-12);
    expectClose(logSums, crossSums, 1e-12);
  });

  it('sums kernels in single precision to within 1e-5 nats, on any number of threads', async () => {
    // One phase, of more than one leaf.
    const dense = new DescriptorMatrix(randomRows(4, 2_000, 63, 0.004), { width: 63 });
    const of = async (precision: Precision) => {
      const found = await metrics(dense, { backend, precision });
      const dH = await deltaEntropy(y63, dense, { backend, precision });
      return [found.entropy, found.diversity, ...found.dH, ...dH];
    };
    const y63 = new DescriptorMatrix(randomRows(5, 70, 63, 0.005), { width: 63 });
    const [double, single] = [await of('double'), await of('single')];
    expect(single).not.toEqual(double);
    for (const [at, value] of single.entries())
      expect(Math.abs(value - (double[at] as number))).toBeLessThan(1e-5);
    // Far from all: taken again, in double.
    const far = new DescriptorMatrix(randomRows(6, 20, 63, 3), { width: 63 });
    expect(await deltaEntropy(far, dense, { backend, precision: 'single' })).toEqual(
      await deltaEntropy(far, dense, { backend }),
    );
  });

  it('refuses an unknown precision, and single where there is none', async () => {
    const precision = 'single' as never;
    await expect(entropy(x, { ...options, precision: 'half' as never })).rejects.toThrow(
      'precision must be "double" or "single"; got "half"',
    );
    await expect(entropy(x, { ...options, tolerance: 1e-3, precision })).rejects.toThrow(/expected "double"/);
    await expect(kernelMean(y, x, weights, { ...options, precision } as never)).rejects.toThrow(
      /unknown option "precision"|expected "double"/,
    );
    await expect(coverage([y, x], { ...options, precision } as never)).rejects.toThrow(
      /unknown option "precision"|expected "double"/,
    );
  });

  it('computes δH from the nearest environments alone', async () => {
    // All of them: δH itself.
    expectClose(
      await nearestDeltaEntropy(y, x, { ...options, neighbors: x.rows }),
      crossSums.map((p) => -p),
      1e-12,
    );
    const row = (matrix: DescriptorMatrix, at: number): Float64Array =>
      matrix.data.subarray(at * matrix.width, (at + 1) * matrix.width);
    const expected = Array.from({ length: y.rows }, (_, at) => {
      const squared = Array.from({ length: x.rows }, (_, other) =>
        row(x, other).reduce((sum, value, column) => sum + (value - (row(y, at)[column] ?? NaN)) ** 2, 0),
      ).sort((a, b) => a - b);
      const kernels = squared.slice(0, 3).map((distance) => Math.exp(-distance / (2 * h * h)));
      return -Math.log(kernels.reduce((sum, kernel) => sum + kernel, 0));
    });
    expectClose(await nearestDeltaEntropy(y, x, options), expected, 1e-10);
    for (const neighbors of [0, 1.5, x.rows + 1]) {
      const call = nearestDeltaEntropy(y, x, { ...options, neighbors });
      await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('takes several bandwidths in one pass: the same values as one by one', async () => {
    const bandwidth = [0.01, 0.03, 0.2];
    const scans = {
      entropy: await entropy(x, { backend, bandwidth }),
      diversity: await diversity(x, { backend, bandwidth: Float64Array.from(bandwidth) }),
      dH: await deltaEntropy(y, x, { backend, bandwidth }),
      mean: await kernelMean(y, x, weights, { backend, bandwidth }),
      metrics: await metrics(x, { backend, bandwidth }),
    };
    expect(scans.entropy).toHaveLength(3);
    for (const [index, one] of bandwidth.entries()) {
      const single = { backend, bandwidth: one };
      expectClose(scans.entropy[index] ?? NaN, await entropy(x, single), 1e-13);
      expectClose(scans.diversity[index] ?? NaN, await diversity(x, single), 1e-13);
      expectClose(scans.dH[index] ?? [], await deltaEntropy(y, x, single), 1e-13);
      const { mean, logSums } = await kernelMean(y, x, weights, single);
      expectClose(scans.mean[index]?.mean ?? [], mean, 1e-13);
      expectClose(scans.mean[index]?.logSums ?? [], logSums, 1e-13);
      const found = await metrics(x, single);
      expectClose(scans.metrics[index]?.dH ?? [], found.dH, 1e-13);
      expectClose(scans.metrics[index]?.diversity ?? NaN, found.diversity, 1e-13);
    }
  });

  it('a list of one bandwidth is still a list', async () => {
    expect(await entropy(x, { backend, bandwidth: [h] })).toEqual(Float64Array.of(await entropy(x, options)));
  });

  it('counts overlap below ε', async () => {
    const dH = crossSums.map((p) => -p);
    const share = (epsilon: number): number => dH.filter((value) => value < epsilon).length / dH.length;
    const sorted = [...dH].sort((one, two) => one - two);
    const between = (rank: number): number => ((sorted[rank - 1] as number) + (sorted[rank] as number)) / 2;
    const epsilons = [-1e9, between(11), between(30), 1e9];
    expect(epsilons.map(share)).toEqual([0, 11 / 55, 30 / 55, 1]);
    expect(Array.from(await overlap(y, x, { ...options, epsilon: epsilons }))).toEqual(epsilons.map(share));
    expect(await overlap(y, x, options)).toBe(share(1e-5));
    const known = await deltaEntropy(y, x, options);
    expect(Array.from(await overlapOf(known, { backend, epsilon: epsilons }))).toEqual(epsilons.map(share));
    expect(await overlapOf(known, { backend })).toBe(share(1e-5));
    expect(await overlap(x, x, options)).toBe(1);
    expect(share(1e-5)).toBeGreaterThan(0);
  });

  it('sums over a reference set as over its matrix', async () => {
    const known = await referenceSet(x, { backend });
    expect(known).toMatchObject({ rows: x.rows, width: x.width, k: null, cutoff: null, species: null });
    expect(await entropy(known, options)).toBe(await entropy(x, options));
    expect(await deltaEntropy(y, known, options)).toEqual(await deltaEntropy(y, x, options));
    expect(await overlap(y, known, options)).toBe(await overlap(y, x, options));
    known.dispose();
    known.dispose();
    await expect(entropy(known, options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
  });

  it('lets calls that run outlive their reference set', async () => {
    const known = await referenceSet(x, { backend });
    const dH = await deltaEntropy(y, known, {
      ...options,
      onProgress: () => {
        known.dispose();
      },
    });
    expect(dH).toEqual(await deltaEntropy(y, x, options));
  });

  it('knows the limits: all alike, all apart, one alone', async () => {
    const alike = new DescriptorMatrix(new Float64Array(40).fill(0.25), { width: 4 });
    expectClose(await entropy(alike, { backend }), 0, 1e-15);
    expectClose(await diversity(alike, { backend }), 0, 1e-15);
    const apart = new DescriptorMatrix(
      Float64Array.from({ length: 10 }, (_, row) => row),
      { width: 1 },
    );
    expectClose(await entropy(apart, { backend }), Math.log(10), 1e-15);
    const alone = await metrics(new DescriptorMatrix([1, 2], { width: 2 }), { backend });
    expect(alone).toMatchObject({ entropy: 0, maxEntropy: 0, efficiency: NaN, diversity: 0 });
    expect(Object.is(alone.dH[0], 0)).toBe(true);
  });

  it.each([1, 100, 1e6])('δH of a point %d 1/Å away is finite and exact', async (distance) => {
    const direction = Array.from({ length: x.width }, (_, column) => Math.cos(column));
    const norm = Math.hypot(...direction);
    const far = direction.map((part, column) => (x.data[column] as number) + (distance * part) / norm);
    const point = new DescriptorMatrix(far, { width: x.width });
    const found = (await deltaEntropy(point, x, { backend }))[0] as number;
    const expected = -(naiveLogSums(point, x, 0.015)[0] as number);
    expect(Number.isFinite(found)).toBe(true);
    expect(Math.abs(found - expected) / expected).toBeLessThan(1e-9);
  });

  it('δH increases with the distance', async () => {
    const distances = [0, 0.1, 1, 100, 1e4, 1e6];
    const points = distances.flatMap((distance) =>
      Array.from(x.data.subarray(0, 13), (value) => value + distance),
    );
    const dH = Array.from(await deltaEntropy(new DescriptorMatrix(points, { width: 13 }), x, { backend }));
    expect([...dH].sort((a, b) => a - b)).toEqual(dH);
    expect(new Set(dH).size).toBe(dH.length);
  });

  it('estimates a bandwidth by the formulas of the fit', async () => {
    const weight = (r: number, cutoff: number): number => (1 - (Math.min(r, cutoff) / cutoff) ** 2) ** 2;
    for (const volume of [3, 11.8, 40]) {
      const gaussian = 0.0897141 * Math.exp(-0.5 * (volume / 10.896) ** 2) + 0.0119417;
      const cutoff = 0.086164 * weight(Math.log(volume) ** 2, 11.61172) + 0.016;
      expectClose(await estimateBandwidth(volume, { backend }), gaussian, 1e-15);
      expectClose(await estimateBandwidth(volume, { backend, method: 'cutoff' }), cutoff, 1e-15);
    }
  });
});
