import { describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  descriptors,
  entropy,
  readStructures,
  referenceSet,
  type Structure,
  trajectory,
  type TrajectoryFrame,
  type TrajectoryOptions,
} from '../../ts/node.js';
import { concatenated } from '../../ts/faces/node/analysis.js';
import { golden, json } from '../support/data/files.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../support/data/shared-data.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';

const HEATING = golden('heating_trajectory.xyz');
const ALLOY = golden('agau_alloy.xyz');

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const heating = await all(readStructures(HEATING));
const means = (frames: readonly TrajectoryFrame[]): number[] =>
  frames.map(({ novelty }) => novelty[0]?.mean ?? NaN);
const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(BACKENDS)('%s', (backend) => {
  const options: TrajectoryOptions = { backend, bandwidth: 0.02, k: 16 };
  const xs = async (): Promise<Awaited<ReturnType<typeof descriptors>>[]> =>
    Promise.all(heating.map((structure) => descriptors(structure, { backend, k: 16 })));

  it('gives the entropy of each frame, and δH relative to the other first frames', async () => {
    const frames = await all(trajectory(heating, { ...options, reference: { first: 3 } }));
    const x = await xs();
    const first = frames.findIndex(({ inReference }) => inReference);
    const kernel = { backend, bandwidth: 0.02 };
    expectClose(
      frames.map((frame) => frame.entropy),
      await Promise.all(x.map((one) => entropy(one, kernel))),
      1e-12,
    );
    const reference = x.slice(first, first + 3);
    const expected = await Promise.all(
      x.map((one) => deltaEntropy(one, concatenated(reference.filter((other) => other !== one)), kernel)),
    );
    expectClose(means(frames), expected.map(mean), 1e-12);
    expect(frames.filter(({ inReference }) => inReference)).toHaveLength(3);
    for (const [at, { novelty, index }] of frames.entries()) {
      const [one] = novelty;
      const dH = expected[at] as Float64Array;
      const sorted = Array.from(dH).sort((a, b) => a - b);
      expect(index).toBe(at);
      expectClose(one?.dH ?? [], dH, 1e-12);
      expectClose(one?.max ?? NaN, sorted.at(-1) ?? NaN, 1e-12);
      expect(one?.novelty).toBe(sorted.filter((value) => value >= 1e-5).length / dH.length);
      expect(one?.overlap[0]).toBe(sorted.filter((value) => value < 1e-5).length / dH.length);
      expectClose(one?.quantiles[1] ?? NaN, ((sorted[15] as number) + (sorted[16] as number)) / 2, 1e-12);
    }
  });

  it('leaves a perfect lattice at the beginning out of the reference', async () => {
    const a = 3.6;
    const perfect: Structure = {
      positions: Float64Array.of(0, 0, 0, a / 2, a / 2, 0, a / 2, 0, a / 2, 0, a / 2, a / 2),
      cell: [a, 0, 0, 0, a, 0, 0, 0, a],
    };
    const frames = await all(trajectory([perfect, ...heating], { ...options, reference: { first: 2 } }));
    expect(frames[0]).toMatchObject({ ideal: true, inReference: false });
    const known = frames.map(({ novelty }) => novelty[0]?.known);
    const members = frames.filter(({ inReference }) => inReference);
    expect(members.map(({ ideal }) => ideal)).toEqual([false, false]);
    expect(known[0]).toBe(64);
    const refused = all(trajectory([perfect, perfect], options));
    await expect(refused).rejects.toMatchObject({ code: 'EMPTY' });
  });

  it('holds each frame against all before it, or against sets with names', async () => {
    const x = await xs();
    const kernel = { backend, bandwidth: 0.02 };
    const grown = await all(trajectory(heating, { ...options, reference: { previous: true } }));
    expect(grown[0]?.novelty).toEqual([]);
    const before = x.slice(1).map((one, at) => deltaEntropy(one, concatenated(x.slice(0, at + 1)), kernel));
    expectClose(means(grown).slice(1), (await Promise.all(before)).map(mean), 1e-12);
    expect(grown.slice(1).map(({ novelty }) => novelty[0]?.known)).toEqual(
      x.slice(1).map((_, at) => 32 * (at + 1)),
    );

    const cold = await referenceSet(x[1] as (typeof x)[number], { backend });
    const hot = x[11] as (typeof x)[number];
    const sets = [
      { name: 'cold', x: cold },
      { name: 'hot', x: hot },
    ];
    const held = await all(trajectory(heating, { ...options, reference: { sets } }));
    for (const [at, { name }] of sets.entries()) {
      const expected = await Promise.all(x.map((one) => deltaEntropy(one, at === 0 ? cold : hot, kernel)));
      expect(held.map(({ novelty }) => novelty[at]?.reference)).toEqual(x.map(() => name));
      expectClose(
        held.map(({ novelty }) => novelty[at]?.mean ?? NaN),
        expected.map(mean),
        1e-12,
      );
    }
    // A reference that was lent is still there.
    expect(cold.rows).toBe(32);
    cold.dispose();
  });

  it.each([{ first: 4 }, { previous: true }] as const)(
    'goes on from any frame with the same bits: %o',
    async (reference) => {
      const plain = (frames: readonly TrajectoryFrame[]): unknown[] =>
        frames.map(({ index, entropy: H, inReference, novelty }) => ({ index, H, inReference, novelty }));
      const whole = plain(await all(trajectory(heating, { ...options, reference })));
      for (const from of [0, 1, 3, 4, 5, 11, 12]) {
        const rest = await all(trajectory(heating, { ...options, reference, from }));
        expect(plain(rest)).toEqual(whole.slice(from));
      }
    },
  );

  it('says it by element where there are several', async () => {
    const alloy = await all(readStructures(ALLOY));
    const [frame] = await all(
      trajectory([...alloy, ...alloy], { backend, reference: { previous: true }, from: 1 }),
    );
    const [one] = frame?.novelty ?? [];
    expect([...(one?.byElement ?? [])].map(([element, { environments }]) => [element, environments])).toEqual(
      [
        ['Ag', 40],
        ['Au', 68],
      ],
    );
    const { species = [] } = alloy[0] as Structure;
    const gold = one?.dH.filter((_, atom) => species[atom] === 'Au') ?? new Float64Array(0);
    expectClose(one?.byElement.get('Au')?.mean ?? NaN, mean(gold), 1e-12);
    const own = await all(
      trajectory([...alloy, ...alloy], { backend, species: ['Au', 'Ag'], reference: { first: 1 } }),
    );
    expect(own.map(({ novelty }) => novelty.length)).toEqual([0, 1]);
  });

  it('estimates within a tolerance, each frame with a sample of its own', async () => {
    const estimated = await all(trajectory(heating, { ...options, tolerance: 0.01, seed: 3 }));
    const exact = await all(trajectory(heating, options));
    // Small sets are summed in full.
    expect(estimated.map(({ entropyError }) => entropyError)).toEqual(heating.map(() => 0));
    expectClose(means(estimated), means(exact), 1e-9);
  });

  it('refuses what makes no sense', async () => {
    const run = (more: TrajectoryOptions, frames: readonly Structure[] = heating): Promise<unknown> =>
      all(trajectory(frames, { ...options, ...more }));
    await expect(run({}, [])).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(run({ reference: { previous: true } }, [])).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(run({ reference: { first: 0 } })).rejects.toThrow('first is 0');
    await expect(run({ reference: { sets: [] } })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    await expect(run({ quantiles: [1.5] })).rejects.toThrow('quantile is 1.5');
    for (const timestep of [0, -1, NaN, Infinity]) {
      await expect(run({ timestep })).rejects.toThrow(`timestep is ${timestep}, expected a number of ps`);
    }
    for (const from of [-1, 0.5, NaN]) {
      await expect(run({ from })).rejects.toThrow(`from is ${from}, expected a whole number of at least 0`);
    }
    await expect(run({ bandwidth: 0 })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(run({ signal })).rejects.toThrow('enough');
  });
});

describe.skipIf(!hasSharedData)(`copper that melts and freezes${withoutSharedData}`, () => {
  it(
    'has the entropy of the Python package in each frame; a perfect lattice has none',
    { timeout: 120_000 },
    async () => {
      const file = `${SHARED_DATA}cu_melt/dump.cu_melt_xtal.lammpstrj`;
      const { cu_melt_entropy_per_frame: expected } = json(`${SHARED_DATA}reference.json`) as {
        cu_melt_entropy_per_frame: readonly number[];
      };
      const found: number[] = [];
      const x = await all(trajectory(readStructures(file, { select: '::8' }), { reference: { first: 1 } }));
      for (const { entropy: H, structure, ideal } of x) {
        const frame = structure.source?.frame ?? NaN;
        found.push(frame);
        expect(ideal).toBe(frame === 0);
        if (frame > 0) expect(Math.abs(H - (expected[frame] ?? NaN))).toBeLessThan(1e-6);
      }
      expect(found).toEqual([0, 8, 16, 24, 32, 40]);
    },
  );

  it('has the published entropies while it is denoised', async () => {
    const published = [
      2.755661, 0.826901, 0.191862, 0.058833, 0.033307, 0.022136, 0.016232, 0.013138, 0.011833,
    ];
    const file = `${SHARED_DATA}cu_denoiser/3400K-fcc.denoised.extxyz`;
    const frames = await all(trajectory(readStructures(file), { bandwidth: 0.038, reference: { first: 1 } }));
    expectClose(
      frames.map(({ entropy: H }) => H),
      published,
      1e-6,
    );
  });
});
