import { describe, expect, it } from 'vitest';
import { descriptors, type Structure } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { BOUNDARIES, randomStructure } from '../support/data/random.js';

const structures = BOUNDARIES.map((pbc, index) => randomStructure(index + 1, pbc));

async function* later(items: readonly Structure[]): AsyncGenerator<Structure> {
  for (const item of items) {
    await Promise.resolve();
    yield item;
  }
}

describe.each(BACKENDS)('%s', (backend) => {
  const options = { backend, k: 20, cutoff: 4.5 };

  it('takes one structure, a list, and structures that are still being read', async () => {
    const all = await descriptors(structures, options);
    expect(all).toMatchObject({ width: 39, rows: 8 * 27, frames: 8, k: 20, cutoff: 4.5, species: null });
    expect(Array.from(all.frameOffsets)).toEqual(Array.from({ length: 9 }, (_, frame) => 27 * frame));
    expect((await descriptors(later(structures), options)).data).toEqual(all.data);
    expect((await descriptors(new Set(structures), options)).data).toEqual(all.data);
    for (const [frame, structure] of structures.entries()) {
      expect((await descriptors(structure, options)).data).toEqual(all.frame(frame).data);
    }
  });

  it('computes X1 of a dimer by the definition', async () => {
    const x = await descriptors(
      { positions: Float64Array.of(0, 0, 0, 0, 0, 2) },
      { backend, k: 3, cutoff: 4 },
    );
    // w(2)/2 with w = (1 − (2/4)²)²; no second neighbour, so nothing else.
    expectClose(x.data, [0.28125, 0, 0, 0, 0, 0.28125, 0, 0, 0, 0], 1e-15);
  });

  it('makes one block for all atoms and one for each species', async () => {
    const x = await descriptors(structures, { ...options, species: true });
    expect(x).toMatchObject({ width: 3 * 39, species: ['Al', 'Ni'] });
    const plain = await descriptors(structures, options);
    const block = (row: number, index: number): Float64Array =>
      x.data.subarray((row * 3 + index) * 39, (row * 3 + index + 1) * 39);
    const of = async (symbol: string): Promise<Float64Array> => {
      const picked = structures.map((structure) => pick(structure, symbol));
      return (await descriptors(picked, options)).data;
    };
    const alone = { Al: await of('Al'), Ni: await of('Ni') };
    const seen = { Al: 0, Ni: 0 };
    const symbols = structures.flatMap((structure) => structure.species ?? []) as ('Al' | 'Ni')[];
    for (const [row, symbol] of symbols.entries()) {
      expectClose(block(row, 0), plain.data.subarray(row * 39, (row + 1) * 39), 1e-15);
      const [own, other] = symbol === 'Al' ? [1, 2] : [2, 1];
      const index = seen[symbol]++;
      expectClose(block(row, own), alone[symbol].subarray(index * 39, (index + 1) * 39), 1e-13);
      expect(block(row, other).every((value) => value === 0)).toBe(true);
    }
  });

  it('keeps a given list of species in order of their symbols, and refuses others', async () => {
    const x = await descriptors(structures, { ...options, species: ['Ni', 'Cu', 'Al'] });
    expect(x).toMatchObject({ width: 4 * 39, species: ['Al', 'Cu', 'Ni'] });
    await expect(descriptors(structures, { ...options, species: ['Ni'] })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: expect.stringMatching(/^frame \d: atom \d+ is Al, expected one of .*Ni/) as string,
    });
    await expect(descriptors(structures, { ...options, species: ['Ni', 'Ni'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    const nameless = { positions: Float64Array.of(0, 0, 0) };
    await expect(descriptors(nameless, { ...options, species: true })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      message: expect.stringMatching(/^frame 0: no species/) as string,
    });
  });
});

/** The structure without the atoms of other species. */
function pick(structure: Structure, symbol: string): Structure {
  const keep = (structure.species ?? []).map((each) => each === symbol);
  const positions = structure.positions.filter((_, index) => keep[Math.floor(index / 3)]);
  return { ...structure, positions, species: keep.filter(Boolean).map(() => symbol) };
}
