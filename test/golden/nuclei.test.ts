import { describe, expect, it } from 'vitest';
import {
  descriptors,
  DescriptorMatrix,
  deltaEntropy,
  estimateBandwidth,
  nuclei,
  type NamedReference,
  phases,
  readStructures,
  referenceSet,
  type Structure,
  volumePerAtom,
} from '../../ts/node.js';
import { type PhaseSet, phaseThresholds } from '../../ts/faces/node/analysis.js';
import { hasSharedData, SHARED_DATA, withoutSharedData } from '../support/data/shared-data.js';

// Half solid, half liquid, with interfaces at y ≈ 0 and y ≈ 98 Å; what lies between 15 and 40 Å and
// between 115 and 140 Å are the references.
const PATH = `${SHARED_DATA}al_solid_liquid/solid-liquid-interface.poscar`;
const SOLID = [15, 40] as const;
const LIQUID = [115, 140] as const;
const FAR_SOLID = [10, 88] as const;
const FAR_LIQUID = [108, 192] as const;
/** Å; the plateau around it is wide, see the last test. */
const BOND = 3.45;
const OVERLAP = 2.2;

interface Interface {
  readonly structure: Structure;
  readonly x: DescriptorMatrix;
}

async function read(): Promise<Interface> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(PATH)) structures.push(structure);
  const [structure] = structures as [Structure];
  return { structure, x: await descriptors(structure) };
}

function heightOf({ positions }: Structure, atom: number): number {
  return positions[3 * atom + 1] as number;
}

function isWithin(y: number, [low, high]: readonly [number, number]): boolean {
  return y > low && y < high;
}

/** Environments of atoms for which something holds. */
function where({ structure, x }: Interface, holds: (y: number) => boolean): DescriptorMatrix {
  const rows = Array.from({ length: x.rows }, (_, row) => row).filter((row) =>
    holds(heightOf(structure, row)),
  );
  const data = new Float64Array(rows.length * x.width);
  rows.forEach((row, at) => {
    data.set(x.data.subarray(row * x.width, (row + 1) * x.width), at * x.width);
  });
  const { width, k, cutoff } = x;
  return new DescriptorMatrix(data, { width, k, cutoff });
}

function referencesOf(whole: Interface): [PhaseSet, PhaseSet] {
  return [
    { name: 'solid', x: where(whole, (y) => isWithin(y, SOLID)) },
    { name: 'liquid', x: where(whole, (y) => isWithin(y, LIQUID)) },
  ];
}

/**
 * A ball of the solid in the liquid, without atoms of the liquid nearer than 2.2 Å to it; far from
 * both is empty space.
 */
function carved(
  { structure }: Interface,
  radius: number,
  from: readonly number[],
  to: readonly number[],
): [Structure, number] {
  const { positions, cell = [] } = structure;
  const edges = [0, 4, 8].map((at) => cell[at] as number);
  const away = (one: readonly number[], other: readonly number[]): number[] =>
    one.map((x, axis) => {
      const edge = edges[axis] as number;
      const d = x - (other[axis] as number);
      return d - edge * Math.round(d / edge);
    });
  const atoms = Array.from({ length: positions.length / 3 }, (_, atom) =>
    Array.from(positions.subarray(3 * atom, 3 * atom + 3)),
  );
  const ball = atoms
    .map((at) => away(at, from))
    .filter((at) => Math.hypot(...at) < radius)
    .map((at) => at.map((x, axis) => x + (to[axis] as number)));
  const liquid = atoms.filter((at) => {
    if (!isWithin(at[1] as number, FAR_LIQUID)) return false;
    if (Math.hypot(...away(at, to)) > radius + OVERLAP) return true;
    return ball.every((other) => Math.hypot(...away(at, other)) > OVERLAP);
  });
  return [
    { positions: Float64Array.from([...ball, ...liquid].flat()), cell, pbc: [true, true, true] },
    ball.length,
  ];
}

describe.skipIf(!hasSharedData)(`solid and liquid aluminium${withoutSharedData}`, () => {
  it('tells at least 99.9 % of atoms right, at any bandwidth, by thresholds that it finds', async () => {
    const whole = await read();
    const references = referencesOf(whole);
    const tested = [
      where(whole, (y) => isWithin(y, FAR_SOLID) && !isWithin(y, SOLID)),
      where(whole, (y) => isWithin(y, FAR_LIQUID) && !isWithin(y, LIQUID)),
    ] as const;
    const byVolume = await estimateBandwidth(volumePerAtom(whole.structure));
    for (const bandwidth of [0.015, 0.025, byVolume]) {
      const options = { bandwidth };
      const prepared: NamedReference[] = [];
      for (const { name, x } of references) prepared.push({ name, x: await referenceSet(x) });
      const thresholds = await phaseThresholds(references, options);
      expect(thresholds[0]?.separated).toBe(true);
      const right = [0, 0];
      const alone = [0, 0];
      for (const [at, y] of tested.entries()) {
        const { phase } = await phases(y, prepared, { ...options, thresholds });
        right[at] = phase.filter((one) => one === at).length / y.rows;
        const solid = await phases(y, prepared.slice(0, 1), { ...options, thresholds });
        alone[at] = solid.phase.filter((one) => (one === 0) === (at === 0)).length / y.rows;
      }
      const total = tested[0].rows + tested[1].rows;
      const shareOf = (shares: readonly number[]): number =>
        tested.reduce((sum, { rows }, at) => sum + rows * (shares[at] as number), 0) / total;
      expect(shareOf(right)).toBeGreaterThan(0.999);
      expect(Math.min(...right)).toBeGreaterThan(0.9985);
      // The solid's reference alone is enough to tell them apart, for each of both.
      expect(Math.min(...alone)).toBeGreaterThan(0.999);
      for (const { x } of prepared) if (!(x instanceof DescriptorMatrix)) x.dispose();
    }
    // δH < 0 is no threshold: at this bandwidth it takes most of the liquid for solid.
    const known = await deltaEntropy(tested[1], references[0].x, { bandwidth: byVolume });
    expect(known.filter((dH) => dH < 0).length / known.length).toBeGreaterThan(0.15);
  });

  it('finds the size of a nucleus within 5 %, with its shell; its core is 0.4 to 0.7 of it', async () => {
    const whole = await read();
    const references = referencesOf(whole);
    const [solid] = await phaseThresholds(references);
    const prepared = [{ name: 'solid', x: await referenceSet(references[0].x) }];
    for (const radius of [10, 12.5, 15, 17.5, 20]) {
      for (const [from, to] of [
        [
          [20, 65, 20],
          [30, 150, 30],
        ],
        [
          [45.3, 60, 12.2],
          [3, 155, 62],
        ],
      ] as const) {
        const [structure, size] = carved(whole, radius, from, to);
        const { phase } = await phases(await descriptors(structure), prepared, {
          thresholds: [solid as NonNullable<typeof solid>],
        });
        for (const length of [3.3, BOND, 3.6]) {
          const found = await nuclei(
            structure,
            Array.from(phase, (one) => one === 0),
            { length },
          );
          const [largest] = found.nuclei;
          expect(Math.abs((largest?.sizeWithShell ?? 0) / size - 1)).toBeLessThan(0.05);
          expect((largest?.size ?? 0) / size).toBeGreaterThan(0.4);
          expect((largest?.size ?? 0) / size).toBeLessThan(0.7);
          // A ball has R²·3/5; its centre is where it was put, whichever boundary it lies across.
          expect(Math.abs((largest?.radiusOfGyration ?? 0) / (Math.sqrt(0.6) * radius) - 1)).toBeLessThan(
            0.05,
          );
          const edges = [0, 4, 8].map((at) => structure.cell?.[at] as number);
          const off = (largest?.center ?? []).map((x, axis) => {
            const d = x - (to[axis] as number);
            return d - (edges[axis] as number) * Math.round(d / (edges[axis] as number));
          });
          expect(Math.hypot(...off)).toBeLessThan(0.5);
          expect(largest?.percolation).toBe(0);
        }
      }
    }
    prepared[0]?.x.dispose();
  });
});
