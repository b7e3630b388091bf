import { describe, expect, it } from 'vitest';
import { type Structure, trajectory } from '../../ts/node.js';
import { pairEntropy, pairEntropyOf } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { random } from '../support/data/random.js';

/** A cubic cell of atoms on a lattice, displaced; with `shift` of its edge at random places. */
function box(edge: number, positions: readonly number[]): Structure {
  return {
    positions: Float64Array.from(positions),
    cell: Float64Array.of(edge, 0, 0, 0, edge, 0, 0, 0, edge),
    pbc: [true, true, true],
    species: Array.from({ length: positions.length / 3 }, () => 'Ar'),
  };
}

function fcc(cells: number, spacing: number, rattle: number): Structure {
  const next = random(4);
  const basis = [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ];
  const positions: number[] = [];
  for (let at = 0; at < cells ** 3; at++) {
    const corner = [at % cells, Math.floor(at / cells) % cells, Math.floor(at / cells ** 2)];
    for (const shift of basis) {
      shift.forEach((part, axis) => {
        positions.push(spacing * (part + (corner[axis] as number)) + rattle * (next() - 0.5));
      });
    }
  }
  return box(cells * spacing, positions);
}

function gas(count: number, edge: number): Structure {
  const next = random(9);
  return box(
    edge,
    Array.from({ length: 3 * count }, () => edge * next()),
  );
}

/** By the definition: all images, a finer grid, nothing left out. */
function naive(structure: Structure, cutoff: number, width: number, atom: number): number {
  const { positions, cell } = structure;
  const edge = (cell as Float64Array)[0] as number;
  const count = positions.length / 3;
  const density = count / edge ** 3;
  const distances: number[] = [];
  const images = Math.ceil((cutoff + 10 * width) / edge) + 1;
  for (let other = 0; other < count; other++) {
    for (let at = 0; at < (2 * images + 1) ** 3; at++) {
      const side = 2 * images + 1;
      const image = [at % side, Math.floor(at / side) % side, Math.floor(at / side ** 2)];
      const parts = image.map(
        (number, axis) =>
          (positions[3 * other + axis] as number) -
          (positions[3 * atom + axis] as number) +
          (number - images) * edge,
      );
      const distance = Math.hypot(...parts);
      if (distance > 1e-9 && distance < cutoff + 10 * width) distances.push(distance);
    }
  }
  const points = 20_000;
  const step = cutoff / points;
  let sum = 0;
  for (let at = 1; at <= points; at++) {
    const r = at * step;
    const g =
      distances.reduce((all, d) => all + Math.exp(-(((r - d) / width) ** 2) / 2), 0) /
      (Math.sqrt(2 * Math.PI) * width * 4 * Math.PI * density * r * r);
    const value = g > 0 ? g * Math.log(g) - g + 1 : 1;
    sum += (at === points ? 0.5 : 1) * value * r * r;
  }
  return -2 * Math.PI * density * step * sum;
}

describe('pairEntropyOf', () => {
  it('is 0 for an ideal gas, and −2πρd³/3 where nothing is nearer than d', () => {
    const step = 1e-3;
    const at = (of: (r: number) => number): Float64Array =>
      Float64Array.from({ length: 6000 }, (_, point) => of((point + 1) * step));
    expect(
      pairEntropyOf(
        at(() => 1),
        step,
        0.3,
      ),
    ).toBeCloseTo(0, 15);
    // Half of the step at d belongs to each side.
    const d = 2.5;
    const spheres = pairEntropyOf(
      at((r) => (r < d + step / 2 ? 0 : 1)),
      step,
      0.02,
    );
    const exact = (-2 * Math.PI * 0.02 * (d + step / 2) ** 3) / 3;
    expect(Math.abs(spheres / exact - 1)).toBeLessThan(1e-6);
  });

  it('is exact for a square well: g constant on a shell', () => {
    const step = 1e-3;
    const [inner, outer, g, density] = [2, 3, 1.7, 0.05];
    const values = Float64Array.from({ length: 5000 }, (_, at) => {
      const r = (at + 1) * step;
      return r > inner && r <= outer ? g : 1;
    });
    const exact = -2 * Math.PI * density * (g * Math.log(g) - g + 1) * ((outer ** 3 - inner ** 3) / 3);
    expect(Math.abs(pairEntropyOf(values, step, density) / exact - 1)).toBeLessThan(2e-3);
  });
});

describe.each(BACKENDS)('pairEntropy, %s', (backend) => {
  it('is what the definition says, for each atom', async () => {
    // Cells narrower than the cutoff: an atom sees its own images.
    for (const structure of [gas(20, 6.5), fcc(1, 4.1, 0.3)]) {
      const { atoms } = await pairEntropy(structure, { backend, cutoff: 4.4, width: 0.15 });
      const expected = Array.from(atoms.keys())
        .slice(0, 6)
        .map((atom) => naive(structure, 4.4, 0.15, atom));
      expectClose(atoms.subarray(0, expected.length), expected, 2e-3);
    }
  });

  it('is that of the mean g(r) for the structure: nearly 0 for a gas, low for a crystal', async () => {
    const thin = await pairEntropy(gas(3000, 40), { backend });
    expect(thin.value).toBeLessThan(0);
    expect(thin.value).toBeGreaterThan(-0.05);
    const [cold, warm] = await Promise.all(
      [0.1, 0.6].map((rattle) => pairEntropy(fcc(4, 4.05, rattle), { backend })),
    );
    expect(cold?.value).toBeLessThan(warm?.value as number);
    expect(warm?.value).toBeLessThan(-2);
    // Each atom alone is rougher than their mean.
    for (const found of [thin, cold, warm]) {
      const mean = (found?.atoms.reduce((sum, value) => sum + value, 0) ?? 0) / (found?.atoms.length ?? 1);
      expect(mean).toBeLessThanOrEqual((found?.value as number) + 1e-9);
    }
    const twice = fcc(4, 4.05, 0);
    const whole = await pairEntropy(twice, { backend });
    expectClose(
      whole.atoms,
      Array.from(whole.atoms, () => whole.value),
      1e-9,
    );
  });

  it('refuses what has no density', async () => {
    const open = { ...gas(5, 8), pbc: [true, true, false] as [boolean, boolean, boolean] };
    await expect(pairEntropy(open, { backend })).rejects.toThrow('a boundary is open');
    await expect(pairEntropy(gas(5, 8), { backend, width: 0 })).rejects.toThrow('width is 0');
    await expect(pairEntropy(gas(5, 8), { backend, cutoff: -1 })).rejects.toThrow('cutoff is -1');
  });

  it('goes along a trajectory', async () => {
    const frames = [0.1, 0.3, 0.6].map((rattle) => fcc(2, 4.05, rattle));
    const values: number[] = [];
    for await (const frame of trajectory(frames, { backend, pairEntropy: { cutoff: 4 } })) {
      const alone = await pairEntropy(frames[frame.index] as Structure, { backend, cutoff: 4 });
      expect(frame.pairEntropy).toEqual(alone);
      values.push(alone.value);
    }
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    for await (const frame of trajectory(frames, { backend })) expect(frame.pairEntropy).toBeUndefined();
  });
});
