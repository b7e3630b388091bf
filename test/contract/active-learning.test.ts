import { describe, expect, it } from 'vitest';
import {
  activeLearning,
  type ActiveLearningOptions,
  deltaEntropy,
  descriptors,
  type Generation,
  type Structure,
} from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { randomStructure } from '../support/data/random.js';
import { referenceFolder } from '../support/data/stored-references.js';

const set = [1, 2, 3, 4].map((seed) => randomStructure(seed, [true, true, true]));
const descriptor = { k: 12, cutoff: 4 };
const { stored } = referenceFolder();

describe.each(BACKENDS)('activeLearning, on %s', (backend) => {
  const grow = async (options: ActiveLearningOptions = {}, structures = set): Promise<Generation[]> => {
    const settings = { backend, ...descriptor, structures: 2, generations: 3, steps: 60, seed: 4 };
    const generations: Generation[] = [];
    for await (const generation of activeLearning(structures, { ...settings, ...options })) {
      generations.push(generation);
    }
    return generations;
  };

  it('leads structures of the set to what the set, and the generations before, do not know', async () => {
    const generations = await grow({ stepSize: 0.05 });
    expect(generations.map(({ number }) => number)).toEqual([1, 2, 3]);
    const known: Structure[] = [...set];
    for (const { number, structures, before, after } of generations) {
      const x = await descriptors(known, { backend, ...descriptor });
      expect([before, after]).toEqual([x.rows, x.rows + 54]);
      for (const structure of structures) {
        const y = await descriptors(structure, { backend, ...descriptor });
        const dH = structure.arrays?.dH?.data as Float64Array;
        expectClose(dH, await deltaEntropy(y, x, { backend }), 1e-9);
        expect(structure.info?.gen).toBe(number);
        expect(structure.info?.parent).toBeLessThan(known.length);
        expect(structure.info?.mean_dH).toBeGreaterThan(1);
      }
      known.push(...structures);
      // Drawn without replacement.
      expect(new Set(structures.map(({ info }) => info?.parent)).size).toBe(2);
    }
  });

  it('follows from its seed, and goes on after any generation as if there had been no pause', async () => {
    const generations = await grow();
    expect(await grow()).toEqual(generations);
    expect(await grow({ seed: 5 })).not.toEqual(generations);
    for (const count of [1, 2, 3]) {
      const done = generations.slice(0, count).map(({ structures }) => structures);
      expect(await grow({ done })).toEqual(generations.slice(count));
    }
  });

  it('begins with what is known elsewhere, in memory or in a file, made as that was', async () => {
    const x = await descriptors(set, { backend, ...descriptor });
    const generations = await grow();
    expect(await grow({ reference: x })).toEqual(generations);
    const file = await stored(x, { backend });
    expect(await grow({ reference: file, k: 5, cutoff: 3, species: 'full' })).toEqual(generations);
    // What was given did not grow with the generations.
    expect(x.rows).toBe(generations[0]?.before);
    await file.close();
    const fewer = await grow({ reference: await descriptors(set.slice(0, 2), { backend, ...descriptor }) });
    expect(fewer).not.toEqual(generations);
  });

  it('keeps the minimum distance of the structures that all began with', async () => {
    const generations = await grow(
      { generations: 4, structures: 4, steps: 10 },
      set.slice(0, 1).concat(set.slice(0, 3)),
    );
    const distances = generations.flatMap(({ structures }) =>
      structures.map(({ info }) => info?.min_distance),
    );
    expect(new Set(distances).size).toBeLessThanOrEqual(3);
  });

  it('tells species apart where that is asked for', async () => {
    const [generation] = await grow({ species: true, generations: 1 });
    const x = await descriptors(set, { backend, ...descriptor, species: true });
    const structure = generation?.structures[0] as Structure;
    const y = await descriptors(structure, { backend, ...descriptor, species: ['Al', 'Ni'] });
    expectClose(structure.arrays?.dH?.data as Float64Array, await deltaEntropy(y, x, { backend }), 1e-9);
  });

  it('refuses what cannot be done before the first generation', async () => {
    await expect(grow({ structures: 5 })).rejects.toThrow('structures is 5');
    await expect(grow({ generations: 0 })).rejects.toThrow('generations is 0');
    await expect(grow({ minDistance: 3 })).rejects.toThrow('closer than the minimum distance');
    const slab = [...set, randomStructure(9, [true, true, false])];
    await expect(grow({ cellStep: 0.01 }, slab)).rejects.toThrow('open along c');
    await expect(grow({ signal: AbortSignal.abort('stop') })).rejects.toBe('stop');
  });
});
