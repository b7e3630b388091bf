import { describe, expect, it } from 'vitest';
import {
  audit,
  augment,
  compress,
  compressionCurve,
  coverage,
  deltaEntropy,
  descriptorBatches,
  DescriptorMatrix,
  descriptors,
  diversity,
  duplicates,
  entropy,
  learningCurve,
  leaveOneOutDeltaEntropy,
  metrics,
  referenceSet,
  type SpeciesMode,
  type Structure,
} from '../../ts/node.js';
import { nearestDeltaEntropy } from '../../ts/faces/node/analysis.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { naiveLogSums } from '../support/oracles/naive.js';
import { random, randomRows, randomStructure } from '../support/data/random.js';

/** n³ cells of fcc of edge a, with these elements. */
function fcc(n: number, a: number, element: (atom: number) => string): Structure {
  const sites = [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ];
  const positions: number[] = [];
  for (let cell = 0; cell < n ** 3; cell++) {
    const corner = [cell % n, Math.floor(cell / n) % n, Math.floor(cell / n ** 2)];
    for (const site of sites) site.forEach((x, axis) => positions.push(a * (x + (corner[axis] as number))));
  }
  return {
    positions: Float64Array.from(positions),
    species: Array.from({ length: 4 * n ** 3 }, (_, atom) => element(atom)),
    cell: [n * a, 0, 0, 0, n * a, 0, 0, 0, n * a],
  };
}

function renamed(structure: Structure, name: (symbol: string, atom: number) => string): Structure {
  return { ...structure, species: (structure.species ?? []).map(name) };
}

function rattled(structure: Structure, by: number, seed: number): Structure {
  const next = random(seed);
  return { ...structure, positions: structure.positions.map((x) => x + by * (next() - 0.5)) };
}

/** Rows with labels: those of two elements, of several leaves. */
function labelledRows(seed: number, rows: number, elements: readonly string[]): DescriptorMatrix {
  const width = 7;
  const data = randomRows(seed, rows, width, 0.05);
  for (let row = 0; row < rows; row++) data[row * width] = labelOf(elements[row % elements.length] as string);
  return new DescriptorMatrix(data, { width, species: 'center' });
}

const mixed = [1, 2, 3, 4].map((seed) => randomStructure(seed, [true, true, true]));
const copper = mixed.map((structure) => renamed(structure, () => 'Cu'));

describe.each(BACKENDS)('%s', (backend) => {
  it('leaves every number of one element as it is, where the centre counts', async () => {
    const of = async (species: SpeciesMode): Promise<unknown> => {
      const [x, y] = [
        await descriptors(copper.slice(0, 3), { backend, species }),
        await descriptors(copper.slice(3), { backend, species }),
      ];
      const { dH } = await coverage([x, y], { backend });
      const curve = await learningCurve(x, { backend, fractions: [0.5, 1], runs: 2 });
      return {
        metrics: await metrics(x, { backend }),
        estimate: await entropy(x, { backend, tolerance: 0.01 }),
        scan: await entropy(x, { backend, bandwidth: [0.01, 0.1] }),
        delta: await deltaEntropy(y, x, { backend }),
        dH,
        others: await leaveOneOutDeltaEntropy(x, { backend }),
        nearest: await nearestDeltaEntropy(y, x, { backend, neighbors: 2 }),
        picks: await compress(x, { backend, size: { count: 3 } }),
        conditional: await compress(y, { backend, reference: x, size: { count: 1 } }),
        curve: await compressionCurve(x, Uint32Array.of(2, 0, 1), { backend }),
        learning: curve.points.map(({ entropies }) => entropies),
        duplicates: await duplicates(x, { backend }),
        augmented: (await augment(copper[0] as Structure, x, { backend, steps: 20 })).structure.positions,
      };
    };
    expect(await of('center')).toEqual(await of('ignore'));
  });

  it('has the ideal mixing entropy of an alloy on a lattice', async () => {
    const options = { backend, species: 'center' } as const;
    const atoms = 4 * 3 ** 3;
    const alloy = fcc(3, 3.7, (atom) => (atom % 27 < 12 ? 'Cu' : atom % 27 < 21 ? 'Au' : 'Pd'));
    const shares = ['Cu', 'Au', 'Pd'].map(
      (symbol) => (alloy.species ?? []).filter((each) => each === symbol).length / atoms,
    );
    const ideal = -shares.reduce((sum, share) => sum + share * Math.log(share), 0);
    const x = await descriptors(alloy, options);
    expect(await entropy(x, { backend })).toBeCloseTo(ideal, 12);
    expect(await diversity(x, { backend })).toBeCloseTo(Math.log(3), 12);

    // Rock salt: a simple cubic lattice of two elements in turns.
    const salt: Structure = {
      positions: Float64Array.from(
        { length: 3 * 8 },
        (_, at) => 2.8 * ((Math.floor(at / 3) >> (at % 3)) & 1),
      ),
      species: Array.from({ length: 8 }, (_, at) =>
        ((at & 1) + ((at >> 1) & 1) + (at >> 2)) % 2 ? 'Na' : 'Cl',
      ),
      cell: [5.6, 0, 0, 0, 5.6, 0, 0, 0, 5.6],
    };
    const y = await descriptors(salt, options);
    expect(await entropy(y, { backend })).toBeCloseTo(Math.log(2), 12);
    // Elements of neighbours are no news where all atoms of an element have the same.
    const full = await descriptors(salt, { backend, species: 'full' });
    expect(await entropy(full, { backend })).toBeCloseTo(Math.log(2), 12);
  });

  it('sums over environments of the same element alone', async () => {
    const h = 0.03;
    const [x, y] = [labelledRows(1, 700, ['Cu', 'Zr', 'Cu']), labelledRows(2, 90, ['Zr', 'Ag', 'Cu'])];
    const expected = naiveLogSums(y, x, h).map((sum, row) => (row % 3 === 1 ? Infinity : 0 - sum));
    const found = await deltaEntropy(y, x, { backend, bandwidth: h });
    expectClose(
      found.filter((value) => value < Infinity),
      expected.filter((value) => value < Infinity),
      1e-11,
    );
    expect(found.map((value) => Number(value === Infinity))).toEqual(
      Float64Array.from(expected, (value) => Number(value === Infinity)),
    );
    expect(await deltaEntropy(y, x, { backend, bandwidth: [h] })).toEqual([found]);
    const { dH } = await coverage([x, y], { backend, bandwidth: h });
    expectClose(dH[1]?.[0]?.filter(Number.isFinite) ?? [], Array.from(found.filter(Number.isFinite)), 1e-12);
    const back = naiveLogSums(x, y, h).map((sum) => 0 - sum);
    expectClose(dH[0]?.[1] ?? [], back, 1e-11);

    const estimated = await deltaEntropy(y, x, { backend, bandwidth: h, tolerance: 0.1 });
    expectClose(estimated.values.filter(Number.isFinite), Array.from(found.filter(Number.isFinite)), 0.3);
    const nearest = await nearestDeltaEntropy(y, x, { backend, bandwidth: h, neighbors: 700 });
    expectClose(nearest.filter(Number.isFinite), Array.from(found.filter(Number.isFinite)), 1e-11);
    await expect(nearestDeltaEntropy(y, x, { backend, neighbors: 701 })).rejects.toThrow('701');
  });

  it('estimates the entropy of several elements', async () => {
    const x = labelledRows(3, 1500, ['Cu', 'Zr', 'Ag']);
    const exact = await entropy(x, { backend, bandwidth: 0.03 });
    const { value, error } = await entropy(x, { backend, bandwidth: 0.03, tolerance: 0.01 });
    expect(Math.abs(value - exact)).toBeLessThanOrEqual(3 * error + 1e-12);
    const others = await leaveOneOutDeltaEntropy(x, { backend, bandwidth: 0.03 });
    const own = (await metrics(x, { backend, bandwidth: 0.03 })).dH;
    expectClose(
      others.map((value_) => Math.log(Math.exp(-value_) + 1)),
      own.map((value_) => 0 - value_),
      1e-9,
    );
  });

  it('takes up environments of elements that were not there', async () => {
    const [x, y] = [labelledRows(4, 300, ['Cu']), labelledRows(5, 90, ['Zr', 'Cu'])];
    const set = await referenceSet(x, { backend });
    const before = await deltaEntropy(y, set);
    expect(before.filter((value) => value === Infinity)).toHaveLength(45);
    set.add(y);
    expect(set.rows).toBe(390);
    const after = await deltaEntropy(y, set);
    expect(Math.max(...after)).toBeLessThanOrEqual(0);
    set.dispose();
  });

  it('keeps structures of all elements first', async () => {
    const structures = [...copper.slice(0, 3), ...mixed.slice(0, 1)];
    const x = await descriptors(structures, { backend, species: 'center' });
    const { picks, gains } = await compress(x, { backend, size: { count: 2 } });
    expect([...picks]).toContain(3);
    expect(gains[1]).toBe(Infinity);
    const { entropy: H } = await compressionCurve(x, Uint32Array.of(3, 0, 1, 2), { backend });
    expect(H[3]).toBeCloseTo(await entropy(x, { backend }), 10);
    const covering = await compress(x, { backend, method: 'atom_msc', targetOverlap: 1 });
    expect([...covering.picks].sort()).toEqual([0, 1, 2, 3]);
    await expect(compress(x, { backend, method: 'fps' })).rejects.toThrow('distances');
  });

  it('is no duplicate of another element', async () => {
    const structures = [copper[0], mixed[0], renamed(copper[0] as Structure, () => 'Ag')] as Structure[];
    for (const species of ['center', 'full'] as const) {
      const x = await descriptors(structures, { backend, species });
      const [same] = await duplicates(x, { backend });
      expect([...(same?.frames ?? [])]).toEqual([0, 1, 2]);
    }
    const x = await descriptors(structures, { backend });
    const [same] = await duplicates(x, { backend });
    expect([...(same?.frames ?? [])]).toEqual([0, 0, 0]);
    const { exact } = await audit(structures, { backend, species: 'full' });
    expect(exact.structures).toEqual([]);
  });

  it('knows neither order, orientation nor the cell that was chosen, with channels', async () => {
    const structure = mixed[0] as Structure;
    const atoms = structure.positions.length / 3;
    const rows = async (one: Structure): Promise<DescriptorMatrix> =>
      descriptors(one, { backend, species: 'full' });
    const x = await rows(structure);
    expect(x.width).toBe(1 + 4 * 63);

    const back = Array.from({ length: atoms }, (_, atom) => atoms - 1 - atom);
    const turned = await rows({
      ...structure,
      positions: Float64Array.from(
        back.flatMap((atom) => [...structure.positions.slice(3 * atom, 3 * atom + 3)]),
      ),
      species: back.map((atom) => structure.species?.[atom] as string),
    });
    for (const [at, atom] of back.entries()) {
      expectClose(
        turned.frame(0).data.subarray(at * x.width, (at + 1) * x.width),
        x.data.subarray(atom * x.width, (atom + 1) * x.width),
        1e-12,
      );
    }

    const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
    const rotate = (values: ArrayLike<number>): Float64Array =>
      Float64Array.from(values, (value, at) => {
        const [i, axis] = [at - (at % 3), at % 3];
        const [px, py] = [values[i] as number, values[i + 1] as number];
        return axis === 0 ? c * px - s * py : axis === 1 ? s * px + c * py : value;
      });
    const moved = {
      ...structure,
      positions: rotate(structure.positions.map((v) => v + 1.3)),
      cell: rotate(structure.cell as number[]),
    };
    expectClose((await rows(moved)).data, Array.from(x.data), 1e-11);

    const cell = Array.from(structure.cell as number[]);
    const doubled = {
      positions: Float64Array.from([
        ...structure.positions,
        ...structure.positions.map((v, at) => v + (cell[at % 3] as number)),
      ]),
      species: [...(structure.species ?? []), ...(structure.species ?? [])],
      cell: cell.map((v, at) => (at < 3 ? 2 * v : v)),
    };
    expectClose((await rows(doubled)).data, [...x.data, ...x.data], 1e-11);
  });

  it('sees a swap, and what it does not see is as before', async () => {
    const ordered = fcc(4, 3.8, (atom) => (atom % 4 < 2 ? 'Cu' : 'Au'));
    const swapped = renamed(ordered, (symbol, atom) => (atom === 0 ? 'Au' : atom === 130 ? 'Cu' : symbol));
    const strange = async (species: SpeciesMode | readonly string[], by: number): Promise<number> => {
      const known = [1, 2, 3, 4, 5, 6].map((seed) => rattled(ordered, by, seed));
      const x = await descriptors(known, { backend, species });
      const y = await descriptors(rattled(swapped, by, 9), { backend, species });
      const dH = await deltaEntropy(y, x, { backend });
      const cell = 4 * 3.8;
      const seen = (atom: number): number =>
        Math.min(
          ...[0, 130].map((other) => {
            const square = [0, 1, 2].reduce((sum, axis) => {
              const d =
                (ordered.positions[3 * atom + axis] as number) -
                (ordered.positions[3 * other + axis] as number);
              return sum + (d - cell * Math.round(d / cell)) ** 2;
            }, 0);
            return Math.sqrt(square);
          }),
        );
      const near: number[] = [];
      const far: number[] = [];
      dH.forEach((value, atom) => {
        if (seen(atom) < 2.8) near.push(value);
        else if (seen(atom) > 5.1) far.push(value);
      });
      return auroc(near, far);
    };
    for (const by of [0, 0.1]) {
      expect(await strange('full', by)).toBeGreaterThanOrEqual(0.99);
      expect(await strange(['Au', 'Cu'], by)).toBeGreaterThanOrEqual(0.99);
      expect(Math.abs((await strange('ignore', by)) - 0.5)).toBeLessThan(0.15);
    }
  });

  it('describes structures that are still being read, without a list of elements', async () => {
    async function* read(): AsyncGenerator<Structure> {
      yield* mixed;
      await Promise.resolve();
      yield copper[0] as Structure;
    }
    for (const species of ['center', 'full'] as const) {
      const all = await descriptors([...mixed, copper[0] as Structure], { backend, species });
      const parts: number[] = [];
      for await (const { x } of descriptorBatches(read(), { backend, species })) parts.push(...x.data);
      expect(parts).toEqual(Array.from(all.data));
    }
  });

  it('refuses what has no label, no properties, and other modes', async () => {
    const one = mixed[0] as Structure;
    const named = (name: string): Structure => renamed(one, () => name);
    await expect(descriptors(named('Carbon7'), { backend, species: 'center' })).rejects.toThrow(
      '1 to 6 letters',
    );
    await expect(descriptors(named('Xx'), { backend, species: 'full' })).rejects.toThrow(
      'an element up to Cm',
    );
    // The first such atom is named, and frames of such atoms can be left out.
    const odd = { ...one, species: one.species?.with(2, 'Xx') } as Structure;
    await expect(descriptors([one, odd], { backend, species: 'full' })).rejects.toMatchObject({
      code: 'INVALID_STRUCTURE',
      frame: 1,
      atom: 2,
    });
    const left: (number | undefined)[] = [];
    const x = await descriptors([odd, one, odd], {
      backend,
      species: 'full',
      onSkip: ({ error }) => left.push(error.frame),
    });
    expect([x.frames, left]).toEqual([1, [0, 2]]);
    await expect(
      descriptors({ ...one, species: undefined } as never, { backend, species: 'center' }),
    ).rejects.toThrow();
    const of = async (species: SpeciesMode): Promise<DescriptorMatrix> =>
      descriptors(one, { backend, species });
    for (const [a, b] of [
      ['center', 'full'],
      ['center', 'blocks'],
      ['ignore', 'full'],
    ] as const) {
      await expect(deltaEntropy(await of(a), await of(b), { backend })).rejects.toMatchObject({
        code: 'MISMATCH',
      });
    }
    const foreign = new DescriptorMatrix(randomRows(1, 4, 64, 1), { width: 64 });
    await expect(deltaEntropy(foreign, await of('center'), { backend })).rejects.toThrow('labels');
    expect(() => new DescriptorMatrix([0.5, 1], { width: 2, species: 'center' })).toThrow(
      'the label of an element',
    );
  });
});

/** Share of pairs in which the first is larger. */
function auroc(larger: readonly number[], smaller: readonly number[]): number {
  let sum = 0;
  for (const one of larger) {
    for (const other of smaller) sum += one > other ? 1 : one === other ? 0.5 : 0;
  }
  return sum / (larger.length * smaller.length);
}
