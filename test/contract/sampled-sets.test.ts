import { afterAll, describe, expect, it } from 'vitest';
import { sampledOverlap } from '../../ts/faces/node/analysis.js';
import { deltaEntropy, DescriptorMatrix, learningCurve, metrics, overlap } from '../../ts/node.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { sampleForShare } from '../../ts/statistics/share-interval.js';
import { BACKENDS } from '../support/backends/backends.js';
import { gaussian, random, randomRows } from '../support/data/random.js';
import { batchesOf, type OpenedReference, referenceFolder } from '../support/data/stored-references.js';

const { stored: store } = referenceFolder();
const opened: OpenedReference[] = [];
afterAll(async () => {
  for (const file of opened) await file.close();
});

const bandwidth = 0.1;

async function stored(
  x: DescriptorMatrix,
  backend: 'native' | 'wasm',
  memory: number,
): Promise<OpenedReference> {
  const file = await store(batchesOf(x, 1700), { backend, memory });
  opened.push(file);
  return file;
}

/** What sets are like: one phase, many clusters, copies, and many columns with outliers. */
const SETS = {
  'one phase': (rows: number) => new DescriptorMatrix(randomRows(1, rows, 4, 0.3), { width: 4 }),
  'a diverse set': (rows: number) => {
    const [normal, uniform] = [gaussian(2), random(3)];
    const data = new Float64Array(rows * 6);
    for (let row = 0; row < rows; row++) {
      const centre = random(100 + Math.floor(1 / (1 - uniform() * 0.999)));
      for (let at = 0; at < 6; at++) data[row * 6 + at] = 20 * centre() + 0.02 * normal();
    }
    return new DescriptorMatrix(data, { width: 6 });
  },
  copies: (rows: number) => {
    const uniform = random(4);
    const data = new Float64Array(rows * 3);
    for (let row = 0; row < rows; row++) {
      const place = uniform() < 0.9 ? random(Math.floor(20 * uniform())) : uniform;
      for (let at = 0; at < 3; at++) data[row * 3 + at] = 50 * place();
    }
    return new DescriptorMatrix(data, { width: 3 });
  },
  'three elements': (rows: number) => {
    const data = randomRows(7, rows, 5, 0.3);
    // In stretches, so that each has some rows, and copper most of them.
    const label = (row: number): number => labelOf(row % 90 < 7 ? 'O' : row % 7 === 0 ? 'Ag' : 'Cu');
    for (let row = 0; row < rows; row++) data[row * 5] = label(row);
    return new DescriptorMatrix(data, { width: 5, species: 'center' });
  },
  '300 columns': (rows: number) => {
    const [normal, uniform] = [gaussian(5), random(6)];
    const data = new Float64Array(rows * 300);
    for (let row = 0; row < rows; row++) {
      const spread = uniform() < 3e-3 ? 20 : 5e-3;
      for (let at = 0; at < 300; at++) data[row * 300 + at] = spread * normal();
    }
    return new DescriptorMatrix(data, { width: 300 });
  },
};

describe.each(BACKENDS)('a sample on %s', (backend) => {
  const options = { backend, bandwidth };
  const isNative = backend === 'native';

  it.each(Object.entries(SETS))(
    'H and D of %s lie in their intervals, in memory and in a file',
    async (_, made) => {
      const x = made(isNative ? 17_000 : 4000);
      const exact = await metrics(x, options);
      const file = await stored(x, backend, 1 << 16);
      const inMemory = await stored(x, backend, 1 << 30);
      for (let seed = 0; seed < (isNative && x.width < 300 ? 6 : 2); seed++) {
        const sampling = { ...options, tolerance: 0.05, seed };
        const found = await metrics(x, sampling);
        for (const each of [found, await metrics(file, sampling)]) {
          expect(Math.abs(each.entropy.value - exact.entropy)).toBeLessThanOrEqual(each.entropy.error + 1e-9);
          expect(Math.abs(each.diversity.value - exact.diversity)).toBeLessThanOrEqual(
            each.diversity.error + 1e-9,
          );
          expect(each.entropy.error).toBeLessThanOrEqual(1.05 * 0.05);
          expect(each.maxEntropy).toBe(exact.maxEntropy);
        }
        // Copies are stored once, in another order than in memory.
        if (inMemory.facts.stored === x.rows) expect(await metrics(inMemory, sampling)).toEqual(found);
      }
    },
  );

  it.each(['one phase', 'a diverse set', 'copies', '300 columns'] as const)(
    'the intervals of H and D hold 95 %: %s',
    async (name) => {
      const x = SETS[name](16_000);
      const exact = await metrics(x, options);
      const seeds = isNative ? 100 : 6;
      const held = { entropy: 0, diversity: 0 };
      // In memory copies are summed exactly, sooner than a sample.
      const given = name === 'copies' ? await stored(x, backend, 1 << 16) : x;
      for (let seed = 0; seed < seeds; seed++) {
        const found = await metrics(given, { ...options, tolerance: 0.05, seed });
        expect(found.entropy.error).toBeGreaterThan(0);
        for (const key of ['entropy', 'diversity'] as const) {
          held[key] += Number(found[key].low <= exact[key] && exact[key] <= found[key].high);
        }
      }
      expect(held.entropy).toBeGreaterThanOrEqual(0.95 * seeds);
      expect(held.diversity).toBeGreaterThanOrEqual(0.95 * seeds);
    },
    300_000,
  );

  it('an overlap has the same bits in memory, in batches and in a file', async () => {
    const x = SETS['a diverse set'](3000);
    const y = new DescriptorMatrix(SETS['a diverse set'](9000).data.slice(6 * 2000), { width: 6 });
    const sampling = { ...options, tolerance: 0.05, epsilon: -1, seed: 3 };
    const found = await sampledOverlap(y, x, sampling);
    expect(found).toMatchObject({ environments: 7000, drawn: sampleForShare(0.05) });
    expect(found.error).toBeLessThanOrEqual(1.001 * 0.05);
    expect([found.low, found.high]).not.toEqual([found.value, found.value]);
    const parts = async function* (): AsyncGenerator<{ x: DescriptorMatrix }> {
      for await (const part of batchesOf(y, 333)) yield { x: part };
    };
    const file = await stored(x, backend, 1 << 12);
    expect(await sampledOverlap(parts(), file, sampling)).toEqual(found);
    expect(await sampledOverlap(await stored(y, backend, 1 << 12), file, sampling)).toEqual(found);
    // A file of copies holds them in another order, and gives them in the one in which they came.
    const twice = new DescriptorMatrix(Float64Array.from([...y.data, ...y.data]), { width: 6 });
    const copies = await stored(twice, backend, 1 << 12);
    expect(copies.facts.stored).toBeLessThan(twice.rows);
    expect(await sampledOverlap(copies, x, sampling)).toEqual(await sampledOverlap(twice, x, sampling));
  });

  it('the intervals of an overlap hold', async () => {
    const x = SETS['one phase'](2000);
    const y = new DescriptorMatrix(randomRows(9, 20_000, 4, 0.32), { width: 4 });
    const dH = await deltaEntropy(y, x, options);
    const epsilon = dH.toSorted()[6000] as number;
    const exact = await overlap(y, x, { ...options, epsilon });
    const seeds = isNative ? 200 : 60;
    let held = 0;
    for (let seed = 0; seed < seeds; seed++) {
      const { low, high } = await sampledOverlap(y, x, { ...options, epsilon, tolerance: 0.1, seed });
      held += Number(low <= exact && exact <= high);
    }
    expect(held).toBeGreaterThanOrEqual(0.93 * seeds);
  });

  it('the overlap of few is exact; elements that are missing are novel', async () => {
    const x = SETS['one phase'](500);
    const y = new DescriptorMatrix(randomRows(9, 300, 4, 0.3), { width: 4 });
    const sampling = { ...options, tolerance: 0.05, epsilon: 1 };
    const exact = await overlap(y, x, { ...options, epsilon: 1 });
    expect(await sampledOverlap(y, x, sampling)).toEqual({
      value: exact,
      error: 0,
      low: exact,
      high: exact,
      environments: 300,
      drawn: 300,
      largest: Math.max(...(await deltaEntropy(y, x, options))),
    });
    const elements = Array.from({ length: 300 }, (_, row) => (row % 2 === 0 ? 'Au' : 'Cu'));
    // eslint-disable-next-line @typescript-eslint/require-await -- as of batches that are read
    const parts = async function* (): AsyncGenerator<{ x: DescriptorMatrix; elements: string[] }> {
      yield { x: y, elements };
    };
    const { value } = await sampledOverlap(parts(), x, { ...sampling, missing: () => ['Au'] });
    expect(value).toBe(0.5 * exact);
    await expect(sampledOverlap(y, x, { ...sampling, tolerance: 0 })).rejects.toThrow('tolerance is 0');
    await expect(sampledOverlap(y, x, { ...sampling, epsilon: NaN })).rejects.toThrow('epsilon');
  });

  it.each(['one phase', 'copies', 'three elements'] as const)(
    'a learning curve of %s holds the exact one',
    async (name) => {
      const x = SETS[name](isNative ? 20_000 : 3000);
      const sizes = { ...options, fractions: [0.1, 0.9], runs: 2, seed: 5 };
      const exact = await learningCurve(x, sizes);
      const file = await stored(x, backend, 4 * x.rows * x.width);
      expect(8 * 0.1 * x.rows * x.width).toBeLessThan(file.storage.memory);
      expect(8 * 0.9 * x.rows * x.width).toBeGreaterThan(file.storage.memory);
      expect(exact).not.toHaveProperty('error');
      expect(await learningCurve(file, sizes)).toMatchObject({ entropy: exact.entropy });
      for (const set of [x, file]) {
        const found = await learningCurve(set, { ...sizes, tolerance: 0.05 });
        expect(found.points.map(({ size }) => size)).toEqual(exact.points.map(({ size }) => size));
        expect(Math.abs(found.entropy - exact.entropy)).toBeLessThanOrEqual((found.error as number) + 1e-9);
        for (const [at, { entropies, errors = new Float64Array(0) }] of found.points.entries()) {
          expect(errors.length).toBe(2);
          for (const [run, value] of entropies.entries()) {
            const truth = exact.points[at]?.entropies[run] as number;
            expect(Math.abs(value - truth)).toBeLessThanOrEqual((errors[run] as number) + 1e-9);
            expect(errors[run]).toBeLessThanOrEqual(1.05 * 0.05);
          }
        }
      }
    },
  );
});
