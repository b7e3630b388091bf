import { describe, expect, it } from 'vitest';
import {
  compress,
  compressionCoverage,
  deltaEntropy,
  descriptors,
  entropy,
  readStructures,
  type Structure,
} from '../../ts/node.js';
import { compareSelections, forceNorms } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';

const FILE = new URL('../../examples/cu_test.xyz', import.meta.url).pathname;
const EPSILON = 1;

async function some(count: number): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(FILE)) {
    structures.push(structure);
    if (structures.length === count) break;
  }
  return structures;
}

describe.each(BACKENDS)('compareSelections, %s', (backend) => {
  it('is what the parts of it are: the same split, selection and coverage', async () => {
    const structures = await some(40);
    const x = await descriptors(structures, { backend });
    const seen: number[] = [];
    const options = { backend, shares: [0.25], trials: 2, methods: ['msc', 'k_means'] as const };
    const found = await compareSelections(x, structures, {
      ...options,
      onProgress: ({ done, total }) => seen.push(done / total),
    });
    expect(found).toMatchObject({ pool: { mean: 32 }, test: { mean: 8 }, trials: 2, notes: [] });
    expect(found.selections.map(({ method, share }) => [method, share])).toEqual([
      ['random', 0.25],
      ['msc', 0.25],
      ['k_means', 0.25],
    ]);
    expect(seen).toEqual([1, 2, 3, 4, 5, 6].map((done) => done / 6));
    for (const { kept, poolCovered, testCovered, forceTail, error } of found.selections) {
      expect(kept.mean).toBe(8);
      for (const share of [poolCovered, testCovered, forceTail]) {
        expect(share?.mean).toBeGreaterThanOrEqual(0);
        expect(share?.mean).toBeLessThanOrEqual(1);
      }
      expect(error?.low).toBeLessThanOrEqual(error?.mean as number);
      expect(error?.high).toBeGreaterThanOrEqual(error?.mean as number);
    }
    // All of the pool trains as well as its whole: kept are those of the last trial, by hand.
    expect(found.whole?.mean).toBeGreaterThan(0);
    expect(await compareSelections(x, structures, options)).toEqual(found);
    // A share that is given twice is one.
    expect(await compareSelections(x, structures, { ...options, shares: [0.25, 0.25] })).toEqual(found);
    const other = await compareSelections(x, structures, { ...options, seed: 1 });
    expect(other.whole).not.toEqual(found.whole);
  });

  it('keeps all and covers all, where all but nothing is left out', async () => {
    const structures = await some(30);
    const x = await descriptors(structures, { backend });
    const { selections, whole } = await compareSelections(x, structures, {
      backend,
      shares: [0.999],
      trials: 3,
      methods: ['msc', 'log_det', 'gradient_fps'],
    });
    for (const { kept, poolCovered, forceTail, error, maxDH, entropy: H } of selections) {
      expect(kept.mean).toBe(24);
      expect([poolCovered.mean, forceTail?.mean]).toEqual([1, 1]);
      expect(maxDH.mean).toBeLessThanOrEqual(1e-9);
      expect(H.mean).toBeGreaterThan(0);
      // The order of the rows decides about the last digits of the fit.
      expect(error?.mean).toBeCloseTo(whole?.mean as number, 6);
    }
  });

  it('covers what compress covers', async () => {
    // Copies of a few structures: every split has the same pool, up to its order.
    const [a, b] = (await some(2)) as [Structure, Structure];
    const structures = Array.from({ length: 30 }, (_, at) => (at % 2 === 0 ? a : b));
    const x = await descriptors(structures, { backend });
    const { leakage: copies, selections } = await compareSelections(x, structures, {
      backend,
      shares: [0.1],
      trials: 2,
      methods: ['msc'],
    });
    const pool = x;
    const { picks } = await compress(pool, { backend, size: { count: 2 } });
    const kept = pool.select(picks);
    const { overlap } = await compressionCoverage(pool, kept, [EPSILON], { backend });
    expect(selections[1]?.poolCovered.mean).toBeCloseTo(overlap[0] as number, 12);
    const dH = await deltaEntropy(pool, kept, { backend });
    expect(selections[1]?.testCovered.mean).toBe(dH.every((value) => value < EPSILON) ? 1 : NaN);
    expect(copies.mean).toBe(1);
    expect(selections[1]?.entropy.mean).toBeCloseTo(await entropy(kept, { backend }), 9);
  });

  it('splits by groups, and measures what leaks', async () => {
    const structures = await some(40);
    const x = await descriptors(structures, { backend });
    // The second half repeats the first.
    const twice = x.select(Array.from({ length: 40 }, (_, at) => at % 20));
    const options = { backend, shares: [0.2], trials: 2, methods: ['random'] as const };
    const apart = await compareSelections(twice, undefined, options);
    expect(apart.leakage.mean).toBeGreaterThan(0.5);
    const groups = Array.from({ length: 40 }, (_, at) => (at % 20 === 0 ? -1 : at % 20));
    const together = await compareSelections(twice, undefined, { ...options, groups });
    expect(together.leakage.mean).toBe(0);
    expect(together.pool.mean + together.test.mean).toBe(38);
    await expect(compareSelections(x, undefined, { ...options, groups: [1] })).rejects.toThrow(
      '1 groups for 40',
    );
  });

  it('says what it lacks, and refuses what cannot be', async () => {
    const structures = await some(24);
    const x = await descriptors(structures, { backend });
    const bare = structures.map(({ positions, cell, pbc, species }) => ({ positions, cell, pbc, species }));
    const options = { backend, shares: [0.2], trials: 2 };
    const found = await compareSelections(x, bare as Structure[], options);
    expect(found.whole).toBeNull();
    expect(found.selections.every(({ error, forceTail }) => error === null && forceTail === null)).toBe(true);
    expect(found.selections.some(({ method }) => method === 'gradient_fps')).toBe(false);
    expect(found.notes).toEqual([
      'no structure has an energy: no errors of a model',
      'no forces that are sure: no force tail, no gradient_fps',
    ]);
    const run = (other: object): Promise<unknown> =>
      compareSelections(x, structures, { ...options, ...other });
    await expect(run({ trials: 1 })).rejects.toThrow('trials is 1');
    await expect(run({ shares: [1] })).rejects.toThrow('share is 1');
    await expect(run({ shares: [] })).rejects.toThrow('no shares');
    await expect(run({ methods: ['msc_conditional'] })).rejects.toThrow('needs a reference');
    await expect(run({ methods: ['best'] })).rejects.toThrow('method is best');
    await expect(run({ target: 'charge' })).rejects.toThrow('no number charge');
    const few = x.select([0, 1, 2]);
    await expect(compareSelections(few, undefined, { backend })).rejects.toThrow('3 structures');
    await expect(compareSelections(x, bare.slice(1) as Structure[], { backend })).rejects.toThrow(
      '23 structures for 24 frames',
    );
  });
});

describe('forceNorms', () => {
  it('are root mean squares over atoms', () => {
    const at = (values: number[]): Structure =>
      ({
        positions: new Float64Array(values.length),
        species: [],
        arrays: { forces: { width: 3, data: Float64Array.from(values) } },
      }) as unknown as Structure;
    expect([...forceNorms([at([3, 4, 0]), at([1, 0, 0, 0, 0, 1])])]).toEqual([5, 1]);
    expect(() => forceNorms([at([3, NaN, 0])])).toThrow('forces is not finite');
    expect(() => forceNorms([{ positions: new Float64Array(3) }])).toThrow('no structure has forces');
  });
});
