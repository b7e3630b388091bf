import { describe, expect, it } from 'vitest';
import { carve, type CarvedCell } from '../../ts/faces/analysis.js';
import { concatenated, type DescriptorMatrix } from '../../ts/model/descriptor-matrix.js';
import { deltaEntropy, descriptors, type Structure } from '../../ts/node.js';
import { RandomStream } from '../../ts/statistics/random.js';
import { BACKENDS } from '../support/backends/backends.js';
import { failure } from '../support/data/reading.js';

const A = 3.6;
const SITES = [
  [0, 0, 0],
  [0.5, 0.5, 0],
  [0.5, 0, 0.5],
  [0, 0.5, 0.5],
];

/** An fcc crystal of copper of n³ conventional cells. */
function crystal(n: number): Structure {
  const cells = Array.from({ length: n ** 3 }, (_, at) => [
    at % n,
    Math.floor(at / n) % n,
    Math.floor(at / n ** 2),
  ]);
  const places = cells.flatMap((cell) =>
    SITES.flatMap((site) => site.map((x, axis) => A * (x + (cell[axis] as number)))),
  );
  return copper(places, [n * A, 0, 0, 0, n * A, 0, 0, 0, n * A]);
}

function copper(positions: readonly number[], cell?: readonly number[]): Structure {
  return {
    positions: Float64Array.from(positions),
    ...(cell && { cell }),
    species: Array<string>(positions.length / 3).fill('Cu'),
    source: { file: 'large.xyz', frame: 7 },
  };
}

function without({ positions, cell }: Structure, atom: number): Structure {
  return copper([...positions.filter((_, at) => Math.floor(at / 3) !== atom)], Array.from(cell ?? []));
}

function withAtom({ positions, cell }: Structure, place: readonly number[]): Structure {
  return copper([...positions, ...place], Array.from(cell ?? []));
}

const atomsOf = ({ structure }: CarvedCell): number => structure.positions.length / 3;

/** Sites of the crystal that a cell has room for. */
function sitesOf({ structure: { cell = [] } }: CarvedCell): number {
  const [a, b, c] = [0, 3, 6].map((at) => Array.from(cell).slice(at, at + 3)) as [
    number[],
    number[],
    number[],
  ];
  const [x, y, z] = [0, 1, 2].map((axis) => {
    const [one, two] = [(axis + 1) % 3, (axis + 2) % 3];
    return (b[one] as number) * (c[two] as number) - (b[two] as number) * (c[one] as number);
  }) as [number, number, number];
  return ((a[0] as number) * x + (a[1] as number) * y + (a[2] as number) * z) / (A ** 3 / 4);
}

describe.each(BACKENDS)('carve, on %s', (backend) => {
  const known = (): Promise<DescriptorMatrix> => descriptors(crystal(2), { backend });
  const options = { backend, maxAtoms: 64 };

  it('cuts a vacancy out whole, with faces that fit', async () => {
    const frame = without(crystal(5), 210);
    const reference = await known();
    const { cells, notCarved, environments, novel, covered } = await carve(frame, reference, options);
    expect([cells.length, notCarved, environments]).toEqual([1, [], 499]);
    expect(covered).toBe(novel);
    const [cell] = cells as [CarvedCell];
    expect(cell).toMatchObject({ frame: 0, source: { frame: 7 }, further: 0, boundary: 'commensurate' });
    expect(cell.kernel).toBeCloseTo(1, 9);
    expect(atomsOf(cell)).toBeLessThanOrEqual(64);
    expect(sitesOf(cell)).toBeCloseTo(atomsOf(cell) + 1, 6);
    // Held against all there is, by the functions that everybody has.
    const y = await descriptors(cell.structure, { backend });
    const all = concatenated([reference, await descriptors(frame, { backend })]);
    expect(Math.max(...(await deltaEntropy(y, all, { backend })))).toBeLessThan(0.1);
    const dH = await deltaEntropy(y, reference, { backend });
    (cell.structure.arrays?.dH?.data as Float64Array).forEach((value, at) => {
      expect(value).toBeCloseTo(dH[at] as number, 8);
    });
    expect((cell.structure.arrays?.origin?.data as Int32Array)[0]).toBe(cell.atom);
    expect(cell.structure.info).toMatchObject({ carved_from: 'large.xyz', frame: 7, atom: cell.atom });
  });

  it('takes what earlier cells do not hold, the most novel first', async () => {
    const frame = withAtom(without(crystal(8), 0), [5.5 * A, 4 * A, 4 * A]);
    const { cells, novel, covered } = await carve(frame, await known(), options);
    expect(cells.map((cell) => Math.round(sitesOf(cell) - atomsOf(cell))).sort()).toEqual([-1, 1]);
    expect((cells[0] as CarvedCell).dH).toBeGreaterThanOrEqual((cells[1] as CarvedCell).dH);
    expect(covered).toBe(novel);
    const { cells: one } = await carve(frame, await known(), { ...options, cells: 1 });
    expect(one.map(({ atom }) => atom)).toEqual([cells[0]?.atom]);
  });
});

describe('carve', () => {
  const melt = (): Structure => {
    const random = new RandomStream(3);
    const { positions, cell } = crystal(5);
    return copper(
      Array.from(positions, (x) => x + 0.25 * random.normal()),
      Array.from(cell ?? []),
    );
  };

  it('moves outer atoms alone, and only for the better, where nothing repeats', async () => {
    const frame = melt();
    const reference = await descriptors(crystal(2));
    const settings = { cells: 1, maxAtoms: 80, bandwidth: 0.03, contactFraction: 0.5 };
    const cut = await carve(frame, reference, { ...settings, steps: 0 });
    const moved = await carve(frame, reference, { ...settings, steps: 80, seed: 2 });
    const [before, after] = [cut.cells[0], moved.cells[0]] as [CarvedCell, CarvedCell];
    expect([before.relaxed, before.atom]).toEqual([false, after.atom]);
    expect(after.further).toBeLessThanOrEqual(before.further);
    expect(after.kernel).toBeGreaterThan(0.9);
    const again = await carve(frame, reference, { ...settings, steps: 80, seed: 2 });
    expect(again.cells[0]?.structure.positions).toEqual(after.structure.positions);
    const fixed = after.structure.arrays?.fixed?.data as Uint8Array;
    const origin = after.structure.arrays?.origin?.data as Int32Array;
    const gap = (one: number, other: number): number[] =>
      [0, 1, 2].map((axis) => {
        const [x, y] = [one, other].map((at) => after.structure.positions[3 * at + axis] as number) as [
          number,
          number,
        ];
        return x - y;
      });
    // Atoms that stay lie around the centre as they do in the frame.
    for (const [at, atom] of origin.entries()) {
      if (fixed[at] !== 1) continue;
      const there = [0, 1, 2].map((axis) => {
        const gapThere =
          (frame.positions[3 * atom + axis] as number) - (frame.positions[3 * after.atom + axis] as number);
        return gapThere - 5 * A * Math.round(gapThere / (5 * A));
      });
      gap(at, 0).forEach((x, axis) => {
        expect(x).toBeCloseTo(there[axis] as number, 9);
      });
    }
  });

  it('holds the shift of a stacking fault', async () => {
    const [side, rise, planes, count] = [A / Math.SQRT2, A / Math.sqrt(3), 12, 6];
    // Close-packed planes A B C A B C | B C A …: one step out of turn in the middle.
    const places = Array.from({ length: planes }, (_, plane) => {
      const shift = plane < planes / 2 ? plane : plane + 1;
      return Array.from({ length: count * count }, (_, at) => {
        const [u, v] = [at % count, Math.floor(at / count)].map((x) => x + shift / 3) as [number, number];
        return [side * (u + v / 2), (side * Math.sqrt(3) * v) / 2, rise * plane];
      });
    });
    // The cell leans as its planes do, so that the fault is the only one.
    const lean = (planes + 1) / 3;
    const cell = [
      ...[side * count, 0, 0],
      ...[(side * count) / 2, (side * count * Math.sqrt(3)) / 2, 0],
      ...[side * 1.5 * lean, (side * Math.sqrt(3) * lean) / 2, rise * planes],
    ];
    const { cells, novel, covered } = await carve(
      copper(places.flat(2), cell),
      await descriptors(crystal(2)),
      // At the default bandwidth the planes beside it are like those of the crystal.
      { maxAtoms: 80, steps: 0, bandwidth: 0.002 },
    );
    expect([novel > 0, covered]).toEqual([true, novel]);
    for (const { kernel, further, boundary } of cells) {
      expect([further, boundary]).toEqual([0, 'commensurate']);
      expect(kernel).toBeCloseTo(1, 9);
    }
  });

  it('cuts a slab where there is a surface', async () => {
    const { positions } = crystal(5);
    const frame = copper([...positions], [5 * A, 0, 0, 0, 5 * A, 0, 0, 0, 5 * A + 15]);
    const { cells } = await carve(frame, await descriptors(crystal(2)), { cells: 1 });
    const [cell] = cells as [CarvedCell];
    expect(cell).toMatchObject({ further: 0, boundary: 'commensurate' });
    expect(cell.kernel).toBeCloseTo(1, 9);
    expect(atomsOf(cell)).toBeLessThanOrEqual(100);
    expect(sitesOf(cell)).toBeGreaterThan(atomsOf(cell) + 50);
  });

  it('takes a cluster, or a frame that is small enough, as it is', async () => {
    const reference = await descriptors(crystal(2));
    const frame = without(crystal(3), 5);
    const cluster = await carve(frame, reference, { shape: 'cluster', maxAtoms: 79, cells: 1, steps: 0 });
    const [open] = cluster.cells as [CarvedCell];
    expect([atomsOf(open), open.boundary, open.structure.pbc]).toEqual([79, 'open', [false, false, false]]);
    expect(open.kernel).toBeCloseTo(1, 9);
    expect(open.further).toBeGreaterThan(0);
    const whole = await carve(frame, reference, { maxAtoms: 107, cells: 1 });
    expect(whole.cells[0]).toMatchObject({ boundary: 'whole', further: 0, kernel: 1 });
    expect(Array.from(whole.cells[0]?.structure.cell ?? [])).toEqual(Array.from(frame.cell ?? []));
  });

  it('says where there is nothing new, and where atoms are too close', async () => {
    const reference = await descriptors(crystal(2));
    expect(await carve(crystal(4), reference)).toEqual({
      cells: [],
      notCarved: [],
      environments: 256,
      novel: 0,
      covered: 0,
    });
    const exploded = withAtom(crystal(5), [1, 0, 0]);
    const { cells, notCarved } = await carve(exploded, reference, { cells: 1, steps: 0 });
    expect(notCarved[0]).toMatchObject({ frame: 0, source: { frame: 7 } });
    expect(notCarved[0]?.problem).toMatch(/1.000 Å apart, expected at least 1.584 Å/);
    for (const cell of cells) expect(cell.kernel).toBeGreaterThan(0.9);
  });

  it('refuses what it cannot work with', async () => {
    const reference = await descriptors(crystal(2));
    const refused = (options: object): Promise<unknown> => failure(carve(crystal(2), reference, options));
    expect(await refused({ maxAtoms: 1 })).toMatch(/^INVALID_ARGUMENT: maxAtoms is 1/);
    expect(await refused({ shape: 'round' })).toMatch(/shape is round, expected periodic or cluster/);
    expect(await refused({ fixRadius: -1 })).toMatch(/^INVALID_ARGUMENT: fixRadius/);
    expect(await refused({ contactFraction: 1 })).toMatch(/^INVALID_ARGUMENT: contactFraction/);
    expect(await refused({ steps: 0.5 })).toMatch(/^INVALID_ARGUMENT: steps/);
    expect(await refused({ k: 12 })).toMatch(/^MISMATCH: k is 32/);
    expect(await failure(carve([], reference))).toMatch(/^EMPTY/);
  });
});
