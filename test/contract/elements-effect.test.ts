import { describe, expect, it } from 'vitest';
import {
  audit,
  deltaEntropy,
  descriptors,
  entropy,
  leaveOneOutDeltaEntropy,
  type Structure,
} from '../../ts/node.js';
import { elementsEffect } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { random } from '../support/data/random.js';

const FCC = [
  [0, 0, 0],
  [0.5, 0.5, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
] as const;

/** Rattled copies of an fcc lattice of n³ cells; the first half of the sites has one element. */
function alloy(count: number, seed: number, isOrdered: boolean, n = 2): Structure[] {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    const positions: number[] = [];
    const species: string[] = [];
    for (let cell = 0; cell < n ** 3; cell++) {
      const corner = [cell % n, Math.floor(cell / n) % n, Math.floor(cell / n ** 2)];
      FCC.forEach((site, at) => {
        site.forEach((x, axis) => positions.push(3.9 * (x + (corner[axis] as number)) + 0.1 * next()));
        species.push((isOrdered ? at < 2 : next() < 0.5) ? 'Cu' : 'Au');
      });
    }
    const edge = 3.9 * n;
    return { positions: Float64Array.from(positions), species, cell: [edge, 0, 0, 0, edge, 0, 0, 0, edge] };
  });
}

/** The same, step by step: novelty of y to x, at the rank that a level of 5 % has. */
async function novelShare(
  y: readonly Structure[],
  x: readonly Structure[],
  species: 'ignore' | 'full',
): Promise<number> {
  const [test, known] = [await descriptors(y, { species }), await descriptors(x, { species })];
  const own = (await leaveOneOutDeltaEntropy(known)).sort();
  const least = own[Math.ceil(0.95 * (known.rows + 1)) - 1] as number;
  return (await deltaEntropy(test, known)).filter((value) => value > least).length / test.rows;
}

describe.each(BACKENDS)('%s', (backend) => {
  it('says what full would find of a set and of a second one', async () => {
    const [ordered, disordered] = [alloy(6, 1, true), alloy(6, 2, false)];
    const effect = await elementsEffect(ordered, disordered, { backend });
    expect(effect).toMatchObject({
      elements: ['Au', 'Cu'],
      refused: [],
      environments: 2 * 6 * 32,
      bandwidth: 0.015,
    });
    for (const species of ['ignore', 'full'] as const) {
      expect(effect?.[species]).toEqual({
        entropy: await entropy(await descriptors(ordered, { species, backend }), { backend }),
        novelty: await novelShare(disordered, ordered, species),
      });
    }
    expect(effect?.ignore?.novelty).toBeLessThan(0.2);
    expect(effect?.full?.novelty).toBeGreaterThan(0.9);
  });

  it('takes the second half of the frames where there is no second set', async () => {
    const frames = [...alloy(3, 1, true), ...alloy(2, 2, false)];
    const effect = await elementsEffect(frames, undefined, { backend });
    for (const species of ['ignore', 'full'] as const) {
      const novelty = await novelShare(frames.slice(3), frames.slice(0, 3), species);
      expect(effect?.[species]?.novelty).toBe(novelty);
    }
    expect((await elementsEffect(frames.slice(0, 1), undefined, { backend }))?.full?.novelty).toBeNull();
  });

  it('looks at a bounded sample: whole frames, or some environments of two large ones', async () => {
    const frames = alloy(100, 3, false);
    const taken = Array.from({ length: 31 }, (_, at) => Math.floor(((at + 0.5) * 100) / 31));
    const some = await elementsEffect(frames, undefined, { backend });
    expect(some?.environments).toBe(31 * 32);
    const x = await descriptors(
      taken.map((at) => frames[at] as Structure),
      { species: 'full', backend },
    );
    expect(some?.full?.entropy).toBe(await entropy(x, { backend }));
    const large = alloy(3, 4, false, 6);
    const found = await elementsEffect(large, undefined, { backend });
    expect(found?.environments).toBe(1000);
    expect(await elementsEffect(large, undefined, { backend })).toEqual(found);
    expect(await elementsEffect(large, undefined, { backend, seed: 1 })).not.toEqual(found);
  });

  it('counts what is of another element as novel', async () => {
    const silver = alloy(2, 5, true).map((one) => ({
      ...one,
      species: one.species?.map((symbol) => (symbol === 'Au' ? 'Ag' : symbol)) ?? [],
    }));
    const effect = await elementsEffect(alloy(2, 6, true), silver, { backend });
    expect(effect?.elements).toEqual(['Ag', 'Au', 'Cu']);
    expect(effect?.full?.novelty).toBe(1);
    expect(effect?.ignore?.novelty).toBeLessThan(0.5);
  });

  it('says nothing of one element, and why it cannot say anything of types', async () => {
    const one = alloy(2, 7, true).map(({ species, ...rest }) => ({
      ...rest,
      species: (species ?? []).map(() => 'Cu'),
    }));
    expect(await elementsEffect(one, undefined, { backend })).toBeNull();
    expect((await audit(one, { backend })).elements).toBeNull();
    const types = alloy(2, 7, true).map(({ species, ...rest }) => ({
      ...rest,
      species: (species ?? []).map((symbol) => (symbol === 'Cu' ? '1' : 'Au')),
    }));
    expect(await elementsEffect(types, undefined, { backend })).toEqual({
      elements: ['1', 'Au'],
      refused: ['1'],
      environments: 0,
      bandwidth: 0.015,
      ignore: null,
      full: null,
    });
  });

  it('is part of an audit that does not tell elements apart', async () => {
    const frames = alloy(2, 8, false);
    const { elements } = await audit(frames, { backend, bandwidth: 0.03 });
    expect(elements).toEqual(await elementsEffect(frames, undefined, { backend, bandwidth: 0.03 }));
    expect(elements?.bandwidth).toBe(0.03);
    expect((await audit(frames, { backend, species: 'center' })).elements).toBeNull();
  });
});
