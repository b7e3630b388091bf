import { beforeAll, describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  DescriptorMatrix,
  diversity,
  entropy,
  type EstimateOptions,
  type Estimates,
  type KernelOptions,
  loadBackend,
  metrics,
  overlap,
} from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';

// Enough rows for sampling to begin, on few columns: WebAssembly runs it as well.
const width = 4;
const x = new DescriptorMatrix(randomRows(1, 17_000, width, 0.3), { width });
const y = new DescriptorMatrix(randomRows(2, 1200, width, 0.3), { width });
// Estimates of δH take less time than exact sums from some tens of thousands of rows on.
const many = new DescriptorMatrix(randomRows(4, 60_000, width, 0.3), { width });
const few = new DescriptorMatrix(randomRows(3, 300, width, 0.3), { width });
const bandwidth = 0.12;

describe.each(BACKENDS)('%s', (backend) => {
  const exact: KernelOptions = { backend, bandwidth };
  const within = (tolerance: number, seed?: number): EstimateOptions => ({
    backend,
    bandwidth,
    tolerance,
    seed,
  });
  let H: number;
  let dH: Float64Array;

  beforeAll(async () => {
    H = await entropy(x, exact);
    dH = await deltaEntropy(y, many, exact);
  });

  it('gives an entropy with its interval, which holds the exact one as often as promised', async () => {
    let inside = 0;
    const seeds = [0, 1, 2, 3, 4, 5, 6, 7];
    for (const seed of seeds) {
      const { value, error, low, high } = await entropy(x, within(0.02, seed));
      expect(error).toBeGreaterThan(0);
      expect(error).toBeLessThanOrEqual(0.021);
      expect([low, high]).toEqual([value - error, value + error]);
      if (low <= H && H <= high) inside++;
    }
    // Intervals are drawn for 99 %: less than 7 of 8 happens by chance once in 370 runs.
    expect(inside).toBeGreaterThanOrEqual(7);
  });

  it('gives an entropy from a sample of environments where the tolerance is wide', async () => {
    let inside = 0;
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    for (const seed of seeds) {
      const { value, error, low, high } = await entropy(x, within(0.05, seed));
      expect(error).toBeGreaterThan(0.01);
      expect(error).toBeLessThanOrEqual(0.0525);
      if (low <= H && H <= high) inside++;
      expect(value).toBe((await entropy(x, within(0.05, seed))).value);
    }
    // Intervals are drawn for 99 %: fewer than 18 happen by chance once in 1000 runs.
    expect(inside).toBeGreaterThanOrEqual(18);
  });

  it('gives every δH with its interval, and their mean', async () => {
    const { values, errors, mean } = await deltaEntropy(y, many, within(0.3));
    expect([values.length, errors.length]).toEqual([y.rows, y.rows]);
    const sampled = errors.filter((error) => error > 0).length;
    expect(sampled).toBeGreaterThan(y.rows / 2);
    const narrow = errors.filter((error) => error <= 0.36).length;
    expect(narrow / y.rows).toBeGreaterThan(0.9);
    const inside = values.filter(
      (value, row) => Math.abs(value - (dH[row] as number)) <= (errors[row] as number) + 1e-9,
    );
    expect(inside.length / y.rows).toBeGreaterThan(0.93);
    const average = (of: Float64Array): number => of.reduce((sum, value) => sum + value, 0) / of.length;
    expect(mean.value).toBeCloseTo(average(values), 12);
    expect(mean.error).toBeGreaterThan(0);
    expect(Math.abs(mean.value - average(dH))).toBeLessThan(mean.error);
  });

  it('gives the same bits for the same seed, others for another', async () => {
    const first = await entropy(x, within(0.02, 3));
    expect(await entropy(x, within(0.02, 3))).toEqual(first);
    expect((await entropy(x, within(0.02, 4))).value).not.toBe(first.value);
    expect(await entropy(x, within(0.02))).toEqual(await entropy(x, within(0.02, 0)));
    const of = async (seed: number): Promise<Estimates> => deltaEntropy(y, many, within(0.3, seed));
    expect(await of(3)).toEqual(await of(3));
    expect((await of(4)).mean.value).not.toBe((await of(3)).mean.value);
  });

  it('is exact where there is nothing to save', async () => {
    const value = await entropy(few, exact);
    expect(await entropy(few, within(1e-3))).toEqual({ value, error: 0, low: value, high: value });
    const { values, errors } = await deltaEntropy(y, few, within(1e-3));
    expect(values).toEqual(await deltaEntropy(y, few, exact));
    expect(errors.every((error) => error === 0)).toBe(true);
  });

  it('is exact where the exact sums take less time', async () => {
    const { values, errors, mean } = await deltaEntropy(y, x, within(1e-3));
    expect(values).toEqual(await deltaEntropy(y, x, exact));
    expect(errors.every((error) => error === 0)).toBe(true);
    expect(mean).toMatchObject({ error: 0, low: mean.value, high: mean.value });
  });

  it.each([0, -1, NaN, Infinity])('refuses the tolerance %d', async (tolerance) => {
    await expect(entropy(few, within(tolerance))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^tolerance is .*, expected a positive number of nats/) as string,
    });
  });

  it.each([-1, 0.5, NaN, 2 ** 53])('refuses the seed %d', async (seed) => {
    await expect(deltaEntropy(few, few, within(1e-3, seed))).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringMatching(/^seed is .*, expected a whole number/) as string,
    });
  });

  it('refuses several bandwidths, and a tolerance where only exact values are given', async () => {
    const several = { ...within(1e-3), bandwidth: [0.1, 0.2] } as unknown as EstimateOptions;
    await expect(entropy(few, several)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(metrics(few, several as never)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const options = within(1e-3) as unknown as KernelOptions;
    for (const call of [diversity(few, options), overlap(few, few, options)]) {
      await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    }
  });

  it('can be cancelled', async () => {
    const { core } = await loadBackend(backend);
    const job = core.reference(many.data, width);
    expect(core.estimate(job, y.data, bandwidth, 0.3, 0).steps).toBeGreaterThan(1);
    job.free();
    const controller = new AbortController();
    const onProgress = (): void => {
      controller.abort(new Error('enough'));
    };
    const call = entropy(x, { ...within(0.02), signal: controller.signal, onProgress });
    await expect(call).rejects.toThrow('enough');
  });
});
