import { describe, expect, it } from 'vitest';
import {
  audit,
  DescriptorMatrix,
  duplicates,
  leaveOneOutDeltaEntropy,
  type Structure,
} from '../../ts/node.js';
import { contacts, COVALENT_RADII } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { exponents, logSumExp } from '../support/oracles/naive.js';
import { randomRows, randomStructure } from '../support/data/random.js';

/** A box of argon-like atoms far apart, for what needs no chemistry. */
function cubic(species: readonly string[], positions: readonly number[], edge = 20): Structure {
  return {
    positions: Float64Array.from(positions),
    species,
    cell: [edge, 0, 0, 0, edge, 0, 0, 0, edge],
    pbc: [true, true, true],
  };
}

const PERIODIC = [true, true, true] as const;

/** The same structure, shifted, its atoms in reverse order. */
function rewritten({ positions, species = [], ...rest }: Structure): Structure {
  const atoms = positions.length / 3;
  const order = Array.from({ length: atoms }, (_, atom) => atoms - 1 - atom);
  return {
    ...rest,
    positions: Float64Array.from(
      order.flatMap((atom) => [0, 1, 2].map((c) => (positions[3 * atom + c] as number) + 0.7)),
    ),
    species: order.map((atom) => species[atom] as string),
  };
}

describe.each(BACKENDS)('%s', (backend) => {
  it('finds contacts across boundaries, by the radii of their species', async () => {
    const water = cubic(['O', 'H', 'H', 'Q'], [0.1, 0, 0, 0.9, 0, 0, 19.7, 0, 0, 10, 10, 10]);
    const found = await contacts([cubic(['Ar'], [1, 1, 1]), water], { backend });
    expect(found.withoutRadius).toEqual(['Q']);
    expect(found.contacts).toHaveLength(1);
    const [first] = found.contacts;
    expect(first).toMatchObject({ structure: water, atom: 0, other: 2 });
    expect(first?.distance).toBeCloseTo(0.4, 12);
    expect(first?.allowed).toBeCloseTo(0.6 * (0.66 + 0.31), 12);
    expect(found.isolated.map(({ atom }) => atom)).toEqual([0, 3]);
    const wide = await contacts(water, { backend, fraction: 0.9, radii: new Map([['Q', 12]]), cutoff: 1 });
    expect(wide.contacts.map(({ atom, other }) => [atom, other])).toEqual([[3, 3]]);
  });

  it('knows environments and structures that are there already', async () => {
    const one = randomStructure(1, PERIODIC);
    const other = randomStructure(2, PERIODIC);
    const nearly = { ...one, positions: one.positions.map((x, i) => x + (i === 4 ? 1e-3 : 0)) };
    const swapped = { ...one, species: one.species?.map((symbol) => (symbol === 'Ni' ? 'Al' : 'Ni')) ?? [] };
    const set = [one, other, rewritten(one), nearly, swapped];
    const found = await audit(set, { backend, bandwidth: 0.015 });
    const from = ({ structures }: typeof found.exact): number[][] =>
      structures.map(({ frame, of }) => [frame, of.frame]);
    expect(from(found.exact)).toEqual([[2, 0]]);
    expect(from(found.near)).toEqual([[3, 0]]);
    expect(found.exact.environments.filter(({ frame }) => frame === 2)).toHaveLength(27);
    expect(found.exact.environments.filter(({ frame }) => frame === 4)).toHaveLength(0);
  });

  it('compares with everything where a search is quick', async () => {
    const width = 7;
    const rows = randomRows(3, 900, width, 0.05);
    rows.copyWithin(width * 500, 0, width * 200);
    const x = new DescriptorMatrix(rows, { width, frameOffsets: [0, 200, 500, 700, 900] });
    const [same, near] = await duplicates(x, { backend, distances: [0, 0.02] });
    for (const [found, distance] of [
      [same, 0],
      [near, 0.02],
    ] as const) {
      const first = (row: number): number =>
        exponents(x, row, x, 1).findIndex((exponent) => -2 * exponent <= distance ** 2);
      expect(Array.from(found?.rows ?? [])).toEqual(Array.from({ length: 900 }, (_, row) => first(row)));
    }
    expect(Array.from(same?.frames ?? [])).toEqual([0, 1, 0, 3]);
    await expect(duplicates(x, { backend, species: ['Cu'] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(duplicates(x, { backend, distances: [-1] })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
  });

  it.each([0.3, 0.003])('leaves each environment out of its own δH, spread %d', async (spread) => {
    const width = 5;
    const rows = randomRows(4, 700, width, spread);
    rows.set([9, 9, 9, 9, 9], 5 * width);
    const x = new DescriptorMatrix(rows, { width });
    const dH = await leaveOneOutDeltaEntropy(x, { backend, bandwidth: 0.02 });
    dH.forEach((value, row) => {
      const others = exponents(x, row, x, 0.02).filter((_, other) => other !== row);
      const expected = -logSumExp(others);
      expect(Math.abs(value - expected)).toBeLessThan(1e-8 * Math.max(1, Math.abs(expected)));
    });
    const alone = new DescriptorMatrix([1, 2], { width: 2 });
    await expect(leaveOneOutDeltaEntropy(alone, { backend })).rejects.toMatchObject({ code: 'EMPTY' });
  });

  it('reports what is odd, and goes on where a structure has no descriptors', async () => {
    const plain = Array.from({ length: 12 }, (_, seed) => randomStructure(seed + 10, PERIODIC));
    const withForces = plain.map((structure, index): Structure => ({
      ...structure,
      info: index === 3 ? {} : { REF_energy: -3 * 27 - index },
      arrays:
        index === 5
          ? {}
          : { forces: { data: new Float64Array(81).fill(index === 4 ? NaN : index), kind: 'R', width: 3 } },
    }));
    const broken = cubic(['Al', 'Al'], [1, 1, 1, 1, 1, 1]);
    const nowhere = cubic(['Al'], [NaN, 1, 1]);
    const found = await audit([broken, ...withForces, nowhere], { backend });
    expect(found.unusable.map(({ frame }) => frame)).toEqual([13, 0]);
    expect(found.unusable[0]?.problem).toMatch(/^x of atom 0 is NaN/);
    expect(found.contacts).toMatchObject([{ frame: 0, atom: 0, other: 1, distance: 0 }]);
    expect(found.energy?.key).toBe('REF_energy');
    expect(found.energy?.missing.map(({ frame }) => frame)).toEqual([0, 4, 13]);
    expect(found.energy?.perAtom?.max).toBe(-3);
    expect(found.forces?.missing.map(({ frame }) => frame)).toEqual([0, 5, 6, 13]);
    expect(found.forces?.largest).toMatchObject({ max: 11 * Math.sqrt(3), maxAt: { frame: 12 } });
    expect(found.structures).toBe(14);
    expect(found.environments).toBe(12 * 27 + 3);
    const all = await audit(plain, { backend, outlierThreshold: -100 });
    expect(all.outliers).toHaveLength(12 * 27);
    const deltas = all.outliers.map(({ dH }) => dH);
    expect(deltas).toEqual([...deltas].sort((a, b) => b - a));
    await expect(audit(plain, { backend, energy: 'none' })).rejects.toThrow(
      'no structure has an energy none',
    );
    await expect(audit([], { backend })).rejects.toMatchObject({ code: 'EMPTY' });
  });
});

describe('labels', () => {
  const labelled = (structure: Structure, energy: number | undefined, forces?: Float64Array): Structure => ({
    ...structure,
    info: energy === undefined ? {} : { energy },
    arrays: forces === undefined ? {} : { forces: { data: forces, kind: 'R', width: 3 } },
  });
  const one = randomStructure(1, PERIODIC);
  const [atoms, values] = [one.positions.length / 3, randomRows(5, one.positions.length, 1, 1)];
  const reversed = (all: Float64Array): Float64Array =>
    Float64Array.from(all, (_, at) => all[all.length - 3 - 3 * Math.floor(at / 3) + (at % 3)] as number);

  it('of duplicates contradict each other where they differ', async () => {
    const turned = values.map((value, at) => (at === 4 ? -value : value));
    const { contradictions } = await audit([
      labelled(one, undefined, values),
      labelled(one, atoms * -3, values),
      labelled(randomStructure(2, PERIODIC), atoms * 5),
      labelled(rewritten(one), atoms * -3.0005, reversed(values)),
      labelled(rewritten(one), atoms * -2, reversed(values)),
      labelled(one, atoms * -3, turned),
      labelled(
        rewritten(one),
        undefined,
        reversed(values).map((value) => 1.5 * value),
      ),
      labelled(one, NaN, new Float64Array(3 * atoms).fill(NaN)),
    ]);
    const norms = Array.from({ length: atoms }, (_, at) =>
      Math.hypot(...values.subarray(3 * at, 3 * at + 3)),
    );
    expect(contradictions).toMatchObject([
      { frame: 4, of: { frame: 1 }, force: null },
      { frame: 5, of: { frame: 0 }, energyPerAtom: null },
      { frame: 6, of: { frame: 0 }, energyPerAtom: null },
    ]);
    expect(contradictions[0]?.energyPerAtom?.[0]).toBeCloseTo(-2, 12);
    expect(contradictions[0]?.energyPerAtom?.[1]).toBeCloseTo(-3, 12);
    expect(contradictions[1]?.force).toBeCloseTo(2 * Math.abs(values[4] as number), 12);
    expect(contradictions[2]?.force).toBeCloseTo(0.5 * Math.max(...norms), 12);
  });

  it('of copies with rows in another order are compared atom by atom', async () => {
    const order = Array.from({ length: atoms }, (_, atom) => (atom + 1) % atoms);
    const reordered = (all: Float64Array): Float64Array =>
      Float64Array.from(order.flatMap((atom) => [...all.subarray(3 * atom, 3 * atom + 3)]));
    const moved: Structure = {
      ...one,
      positions: reordered(one.positions),
      ...(one.species && { species: order.map((atom) => one.species?.[atom] ?? '') }),
    };
    const same = await audit([labelled(one, 1, values), labelled(moved, 1, reordered(values))]);
    expect(same.contradictions).toEqual([]);
    // The same forces, each on another atom.
    const swapped = await audit([labelled(one, 1, values), labelled(moved, 1, values)]);
    expect(swapped.contradictions).toMatchObject([{ frame: 1, of: { frame: 0 } }]);
  });

  it('that are not numbers in any structure are a finding', async () => {
    const none = new Float64Array(3 * atoms).fill(NaN);
    const found = await audit([labelled(one, NaN, none), labelled(one, NaN, none)]);
    expect(found.energy).toMatchObject({
      key: 'energy',
      perAtom: null,
      missing: [{ frame: 0 }, { frame: 1 }],
    });
    expect(found.forces).toMatchObject({
      key: 'forces',
      largest: null,
      missing: [{ frame: 0 }, { frame: 1 }],
    });
    expect(found.contradictions).toEqual([]);
  });

  it('that may both be meant are refused before anything is computed', async () => {
    const both = { ...one, info: { REF_energy: -3, dft_energy: -4 } };
    await expect(audit([both])).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
    expect((await audit([both], { energy: 'dft_energy' })).energy?.key).toBe('dft_energy');
  });
});

it('has a radius for every element up to curium', () => {
  expect(COVALENT_RADII.size).toBe(96);
  expect([...COVALENT_RADII.values()].every((radius) => radius > 0.25 && radius < 2.65)).toBe(true);
  expect(COVALENT_RADII.get('Cu')).toBe(1.32);
});
