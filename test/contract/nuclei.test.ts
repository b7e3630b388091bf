import { describe, expect, it } from 'vitest';
import { nuclei, type Structure } from '../../ts/node.js';
import { bonds, NUCLEUS_PART } from '../../ts/faces/node/analysis.js';
import { graphBridges } from '../../ts/geometry/graph-bridges.js';
import { wrapped } from '../../ts/model/cell.js';
import { BACKENDS } from '../support/backends/backends.js';
import { BOUNDARIES, random, randomStructure } from '../support/data/random.js';

type Vector = readonly [number, number, number];

/** A bond as brute force finds it. */
interface Bond {
  readonly first: number;
  readonly second: number;
  readonly image: Vector;
  readonly vector: Vector;
}

/**
 * All bonds, by looking at every image of every atom; of two opposite ones of an atom with itself
 * one.
 */
function allBonds({ positions, cell = [], pbc = [true, true, true] }: Structure, length: number): Bond[] {
  const steps = pbc.map((is) => (is ? [-2, -1, 0, 1, 2] : [0]));
  const found: Bond[] = [];
  const atoms = positions.length / 3;
  for (let first = 0; first < atoms; first++) {
    for (let second = first; second < atoms; second++) {
      for (const a of steps[0] ?? []) {
        for (const b of steps[1] ?? []) {
          for (const c of steps[2] ?? []) {
            const isForward = a > 0 || (a === 0 && (b > 0 || (b === 0 && c > 0)));
            if (first === second && !isForward) continue;
            const vector = [0, 1, 2].map(
              (axis) =>
                (positions[3 * second + axis] as number) -
                (positions[3 * first + axis] as number) +
                a * (cell[axis] as number) +
                b * (cell[3 + axis] as number) +
                c * (cell[6 + axis] as number),
            ) as unknown as Vector;
            if (Math.hypot(...vector) < length) found.push({ first, second, image: [a, b, c], vector });
          }
        }
      }
    }
  }
  return found;
}

/** Which component each atom is in, by passing the lowest number on until nothing changes. */
function components(atoms: number, pairs: readonly (readonly [number, number])[]): number[] {
  const label = Array.from({ length: atoms }, (_, atom) => atom);
  for (let changes = true; changes;) {
    changes = false;
    for (const [one, two] of pairs) {
      const lowest = Math.min(label[one] as number, label[two] as number);
      changes ||= label[one] !== lowest || label[two] !== lowest;
      label[one] = label[two] = lowest;
    }
  }
  return label;
}

function count(labels: readonly number[]): number {
  return new Set(labels).size;
}

/**
 * Directions along which an atom's image is reached, in a block of 7 × 7 × 7 cells, open at its
 * ends.
 */
function percolation(atom: number, found: readonly Bond[]): number {
  const key = (at: number, cell: readonly number[]): string => `${at} ${cell.join(' ')}`;
  const seen = new Set([key(atom, [0, 0, 0])]);
  const path: (readonly [number, readonly number[]])[] = [[atom, [0, 0, 0]]];
  const reached: number[][] = [];
  while (path.length > 0) {
    const [at, cell] = path.pop() as (typeof path)[number];
    for (const { first, second, image } of found) {
      for (const [from, to, sign] of [
        [first, second, 1],
        [second, first, -1],
      ] as const) {
        if (from !== at) continue;
        const next = cell.map((step, axis) => step + sign * (image[axis] as number));
        if (next.some((step) => Math.abs(step) > 3) || seen.has(key(to, next))) continue;
        seen.add(key(to, next));
        path.push([to, next]);
        if (to === atom) reached.push(next);
      }
    }
  }
  return rank(reached);
}

/** Rank of whole-number vectors. */
function rank(vectors: readonly number[][]): number {
  const rows = vectors.map((row) => [...row]);
  let found = 0;
  for (let column = 0; column < 3; column++) {
    const pivot = rows.findIndex((row, at) => at >= found && Math.abs(row[column] as number) > 1e-9);
    if (pivot === -1) continue;
    [rows[found], rows[pivot]] = [rows[pivot] as number[], rows[found] as number[]];
    const top = rows[found] as number[];
    for (let at = found + 1; at < rows.length; at++) {
      const row = rows[at] as number[];
      const share = (row[column] as number) / (top[column] as number);
      rows[at] = row.map((value, axis) => value - share * (top[axis] as number));
    }
    found++;
  }
  return found;
}

/** Some atoms of a structure. */
function someOf(structure: Structure, seed: number, share: number): number[] {
  const next = random(seed);
  return Array.from({ length: structure.positions.length / 3 }, () => Number(next() < share));
}

const LENGTH = 3.1;

describe.each(BACKENDS)('%s', (backend) => {
  it('finds bonds to all images, for any mix of boundaries, in cells smaller than a bond', async () => {
    for (const [seed, pbc] of BOUNDARIES.entries()) {
      for (const [edge, length] of [
        [3, LENGTH],
        [1, 3.4],
      ] as const) {
        const structure = randomStructure(seed, pbc, edge);
        const [found] = await bonds(structure, { length, backend });
        const expected = allBonds(structure, length);
        const text = (first: number, second: number, vector: ArrayLike<number>): string =>
          `${first} ${second} ` +
          Array.from(vector, (x) => (x + 0).toFixed(6).replace(/^-(?=0\.0*$)/, '')).join(' ');
        const own = Array.from(found?.first ?? [], (first, bond) => {
          const second = found?.second[bond] as number;
          const vector = found?.vectors.subarray(3 * bond, 3 * bond + 3) ?? [];
          // Which of two opposite images of an atom itself is given is left open.
          const sign = first === second && !expected.some(same(first, second, vector)) ? -1 : 1;
          return text(
            first,
            second,
            Array.from(vector, (x) => sign * x),
          );
        });
        expect(own.sort()).toEqual(
          expected.map(({ first, second, vector }) => text(first, second, vector)).sort(),
        );
      }
    }
  });

  it('groups atoms as brute force does, with bridges and without, and knows what has no end', async () => {
    let endless = 0;
    for (const [seed, pbc] of [...BOUNDARIES, ...BOUNDARIES].entries()) {
      const structure = randomStructure(seed + 20, pbc);
      const selected = someOf(structure, seed, seed < 8 ? 0.4 : 0.6);
      const own = allBonds(structure, LENGTH).filter((bond) => selected[bond.first] && selected[bond.second]);
      for (const removeBridges of [false, true]) {
        const left = removeBridges ? own.filter((bond) => !isBridge(bond, own, selected.length)) : own;
        const label = components(
          selected.length,
          left.map(({ first, second }) => [first, second]),
        );
        const found = await nuclei(structure, selected, { length: LENGTH, removeBridges, backend });
        const inCore = (atom: number): boolean => found.part[atom] === NUCLEUS_PART.core;
        selected.forEach((is, atom) => {
          expect(inCore(atom)).toBe(is === 1);
          selected.forEach((_, other) => {
            if (!inCore(atom) || !inCore(other)) return;
            expect(found.cluster[atom] === found.cluster[other]).toBe(label[atom] === label[other]);
          });
        });
        found.nuclei.forEach(({ size, percolation: directions }, at) => {
          const members = Array.from(found.cluster.keys()).filter(
            (atom) => inCore(atom) && found.cluster[atom] === at + 1,
          );
          expect(members).toHaveLength(size);
          expect(directions).toBe(percolation(members[0] as number, left));
          endless += Number(directions > 0);
        });
        const sizes = found.nuclei.map(({ size }) => size);
        expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
      }
    }
    expect(endless).toBeGreaterThan(5);
  });

  it('leaves out atoms with few bonds to the phase, which is another thing than bridges', async () => {
    for (let seed = 0; seed < 6; seed++) {
      const structure = randomStructure(seed + 50, [true, true, true]);
      const selected = someOf(structure, seed, 0.5);
      const own = allBonds(structure, LENGTH).filter((bond) => selected[bond.first] && selected[bond.second]);
      const number = (atom: number): number =>
        own.reduce((sum, { first, second }) => sum + Number(first === atom) + Number(second === atom), 0);
      const found = await nuclei(structure, selected, { length: LENGTH, minCoordination: 3, backend });
      selected.forEach((is, atom) => {
        expect(found.part[atom] === NUCLEUS_PART.core).toBe(is === 1 && number(atom) >= 3);
      });
    }
    // Three in a row: both bonds are bridges, but the middle one has two.
    const row = { positions: Float64Array.from([0, 0, 0, 2, 0, 0, 4, 0, 0]) };
    const parts = async (options: object): Promise<number[]> =>
      (await nuclei(row, [1, 1, 1], { length: 2.5, backend, ...options })).nuclei.map(({ size }) => size);
    expect(await parts({})).toEqual([3]);
    expect(await parts({ removeBridges: true })).toEqual([1, 1, 1]);
    expect(await parts({ minCoordination: 2 })).toEqual([1]);
    expect(await parts({ removeBridges: true, minSize: 2 })).toEqual([]);
  });

  it('measures a nucleus across boundaries as one within, shell and all', async () => {
    // A ball of a cubic lattice in the middle of a skewed cell, and the same moved over its corner.
    const cell = [16, 0, 0, 4, 17, 0, -3, 2, 18];
    const middle = [8.5, 9.5, 9];
    const positions: number[] = [];
    const selected: number[] = [];
    for (let x = -4; x <= 4; x++) {
      for (let y = -4; y <= 4; y++) {
        for (let z = -4; z <= 4; z++) {
          const distance = Math.hypot(x, y, z);
          if (distance > 3.1) continue;
          positions.push(...[x, y, z].map((step, axis) => (middle[axis] as number) + 1.5 * step));
          selected.push(Number(distance <= 2.1));
        }
      }
    }
    const inside = { positions: Float64Array.from(positions), cell };
    const options = { length: 1.6, backend };
    const one = await nuclei(inside, selected, options);
    const [nucleus] = one.nuclei;
    expect(one.nuclei).toHaveLength(1);
    expect(nucleus?.size).toBe(33);
    // Neighbours along the axes of the lattice, counted one by one.
    const place = (atom: number): number[] => positions.slice(3 * atom, 3 * atom + 3);
    const near = (atom: number, other: number): boolean =>
      Math.hypot(...place(atom).map((x, axis) => x - (place(other)[axis] as number))) < 1.6;
    const members = Array.from(selected.keys()).filter((atom) =>
      selected.some((is, other) => is === 1 && near(atom, other)),
    );
    expect(Array.from(one.part.keys()).filter((atom) => one.part[atom] !== NUCLEUS_PART.none)).toEqual(
      members,
    );
    expect(nucleus?.sizeWithShell).toBe(members.length);
    const squares = members.reduce(
      (sum, atom) => sum + place(atom).reduce((all, x, axis) => all + (x - (middle[axis] as number)) ** 2, 0),
      0,
    );
    expect(nucleus?.radiusOfGyration).toBeCloseTo(Math.sqrt(squares / members.length), 10);
    nucleus?.center?.forEach((x, axis) => {
      expect(x).toBeCloseTo(middle[axis] as number, 10);
    });
    const moved = positions.map((x, at) => x - (middle[at % 3] as number) + 0.2);
    const across = Array.from({ length: selected.length }, (_, atom) =>
      wrapped(moved.slice(3 * atom, 3 * atom + 3) as unknown as Vector, { cell }),
    );
    const two = await nuclei({ positions: Float64Array.from(across.flat()), cell }, selected, options);
    expect(two.nuclei[0]?.sizeWithShell).toBe(members.length);
    expect(two.nuclei[0]?.percolation).toBe(0);
    expect(two.nuclei[0]?.radiusOfGyration).toBeCloseTo(nucleus?.radiusOfGyration ?? NaN, 10);
    two.nuclei[0]?.center?.forEach((x) => {
      expect(x).toBeCloseTo(0.2, 10);
    });
  });

  it('refuses what is no bond length, and a selection of other atoms', async () => {
    const structure = randomStructure(1, [true, true, true]);
    const refused = { code: 'INVALID_ARGUMENT' };
    for (const length of [0, -1, NaN, Infinity]) {
      await expect(bonds(structure, { length, backend })).rejects.toMatchObject(refused);
      await expect(nuclei(structure, someOf(structure, 1, 1), { length, backend })).rejects.toMatchObject(
        refused,
      );
    }
    await expect(nuclei(structure, [1, 0], { length: 3, backend })).rejects.toMatchObject(refused);
    await expect(
      nuclei(structure, someOf(structure, 1, 1), { length: 3, minCoordination: -1, backend }),
    ).rejects.toMatchObject(refused);
    const flat = { ...structure, cell: [1, 0, 0, 2, 0, 0, 0, 0, 1] };
    await expect(bonds(flat, { length: 3, backend })).rejects.toMatchObject({ code: 'INVALID_STRUCTURE' });
  });
});

it('finds the bridges of graphs that brute force finds', () => {
  const next = random(3);
  for (let round = 0; round < 60; round++) {
    const atoms = 2 + Math.floor(12 * next());
    const pairs = Array.from({ length: Math.floor(2 * atoms * next()) }, () => {
      const pick = (): number => Math.floor(atoms * next());
      return [pick(), pick()] as const;
    });
    const found = graphBridges({
      atoms,
      first: Uint32Array.from(pairs, ([one]) => one),
      second: Uint32Array.from(pairs, ([, two]) => two),
    });
    const whole = count(components(atoms, pairs));
    const expected = pairs.map((_, bond) =>
      Number(
        count(
          components(
            atoms,
            pairs.filter((_pair, at) => at !== bond),
          ),
        ) > whole,
      ),
    );
    expect(Array.from(found)).toEqual(expected);
  }
});

function isBridge(bond: Bond, all: readonly Bond[], atoms: number): boolean {
  const pairs = (some: readonly Bond[]): (readonly [number, number])[] =>
    some.map(({ first, second }) => [first, second] as const);
  const without = all.filter((other) => other !== bond);
  return count(components(atoms, pairs(without))) > count(components(atoms, pairs(all)));
}

function same(first: number, second: number, vector: ArrayLike<number>): (bond: Bond) => boolean {
  return (bond) =>
    bond.first === first &&
    bond.second === second &&
    bond.vector.every((x, axis) => Math.abs(x - (vector[axis] as number)) < 1e-6);
}
