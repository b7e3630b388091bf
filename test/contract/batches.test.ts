import { describe, expect, it } from 'vitest';
import { deltaEntropy, type DescriptorBatch, descriptorBatches, DescriptorMatrix, descriptors, loadBackend, type Skipped, type Structure } from '../../ts/node.js';
import { concatenated } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { BOUNDARIES, random, randomStructure } from '../support/data/random.js';

/** Structures as a reader gives them: one by one, later. */
async function* stream(structures: readonly Structure[]): AsyncGenerator<Structure> {
  for (const structure of structures) {
    await Promise.resolve();
    yield structure;
  }
}

async function all(batches: AsyncIterable<DescriptorBatch>): Promise<DescriptorBatch[]> {
  const found: DescriptorBatch[] = [];
  for await (const batch of batches) found.push(batch);
  return found;
}

const EDGES = [5, 12, 3, 24, 9, 14, 2, 11];
const structures = EDGES.map((edge, index) => ({
  ...randomStructure(index, BOUNDARIES[index] ?? [true, true, true], edge),
  source: { file: 'a.xyz', frame: index },
}));

describe.each(BACKENDS)('batches on %s', (name) => {
  it('are the descriptors of all structures, bit by bit, in their order', async () => {
    const backend = await loadBackend(name);
    const expected = await descriptors(structures, { backend });
    const batches = await all(descriptorBatches(stream(structures), { backend }));
    // 16,384 atoms or more make a batch: so many atoms are more than one.
    expect(batches.length).toBeGreaterThan(1);
    expect(batches.flatMap((batch) => batch.structures)).toEqual(structures);
    expect(concatenated(batches.map(({ x }) => x))).toEqual(expected);
    expect(await descriptors(stream(structures), { backend })).toEqual(expected);
    for (const { structures: frames, x } of batches) {
      expect(x.sources).toEqual(frames.map(({ source }) => source));
    }
    // Three times 16,000 atoms on one thread of WebAssembly.
  });

  it('have per-species blocks for a list of species', async () => {
    const backend = await loadBackend(name);
    const species = ['Ni', 'Al'];
    const [first] = await all(descriptorBatches(stream(structures.slice(0, 2)), { backend, species, k: 8 }));
    expect(first?.x).toEqual(await descriptors(structures.slice(0, 2), { backend, species, k: 8 }));
  });

  it('give the δH that all environments in one call have', async () => {
    const backend = await loadBackend(name);
    const reference = await descriptors(structures.slice(0, 2), { backend });
    const expected = await deltaEntropy(await descriptors(structures.slice(2), { backend }), reference, {
      backend,
    });
    let at = 0;
    for await (const { x } of descriptorBatches(stream(structures.slice(2)), { backend })) {
      const dH = await deltaEntropy(x, reference, { backend });
      expectClose(dH, expected.subarray(at, (at += dH.length)), 1e-12);
    }
    expect(at).toBe(expected.length);
  });

  it('leave out structures that can have no descriptors, where those are to be skipped', async () => {
    const backend = await loadBackend(name);
    const next = random(9);
    const twice = { positions: Float64Array.of(0, 0, 0, 0, 0, 0), source: { file: 'b.xyz', frame: 7 } };
    const flat = { positions: Float64Array.of(next(), 0, 0), cell: [1, 0, 0, 2, 0, 0, 0, 0, 1] };
    const mixed = [structures[2], twice, structures[6], flat].filter((one) => one !== undefined);
    const skipped: Skipped[] = [];
    const options = { backend, onSkip: (one: Skipped) => skipped.push(one) };
    const good = [mixed[0], mixed[2]].filter((one) => one !== undefined);
    expect(await descriptors(stream(mixed), options)).toEqual(await descriptors(good, { backend }));
    expect(skipped.map(({ file, frame }) => [file, frame])).toEqual([
      ['b.xyz', 7],
      ['', undefined],
    ]);
    expect(skipped[0]?.error.message).toMatch(/^b\.xyz, frame 7: /);
    await expect(descriptors(stream([twice]), options)).rejects.toThrow(
      'no structures that can have descriptors',
    );
    const refused: unknown = await descriptors(stream(mixed), { backend }).catch((thrown: unknown) => thrown);
    expect((refused as Error).message).toMatch(/^b\.xyz, frame 7: [^\n]*$/);
  });
});

describe('matrices one below the other', () => {
  it('must be made alike', () => {
    const part = (k: number): DescriptorMatrix =>
      new DescriptorMatrix(new Float64Array(15), { width: 15, k });
    expect(concatenated([part(8), part(8)]).rows).toBe(2);
    expect(() => concatenated([part(8), part(9)])).toThrow('k is 9 in one part, 8 in another');
    expect(() => concatenated([])).toThrow('a descriptor matrix needs at least one row');
  });
});
