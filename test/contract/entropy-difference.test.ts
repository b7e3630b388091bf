import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { DescriptorMatrix, descriptors, entropy, entropyDifference, type Structure } from '../../ts/node.js';
import { lindemannRatio, stateEntropies } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { gaussian, randomRows } from '../support/data/random.js';

interface Rattled {
  readonly lattice: number;
  readonly cells: number;
  readonly bandwidths: readonly number[];
  readonly states: Readonly<Record<string, { readonly seed: number; readonly entropy: readonly number[] }>>;
}

// What the Python package makes of them; see make-values.py beside it.
const RATTLED = JSON.parse(
  readFileSync(new URL('../golden/rattled/values.json', import.meta.url), 'utf8'),
) as Rattled;

/** Rows of a normal distribution. */
function normalRows(seed: number, rows: number, width: number, sigma: number): DescriptorMatrix {
  const normal = gaussian(seed);
  const data = Float64Array.from({ length: rows * width }, () => sigma * normal());
  return new DescriptorMatrix(data, { width });
}

/** A face-centred cubic crystal whose atoms are moved by a normal distribution. */
function rattled(sigma: number, seed: number, { lattice, cells }: Rattled = RATTLED): Structure {
  const normal = gaussian(seed);
  const positions: number[] = [];
  const corners = [
    [0, 0, 0],
    [0, 0.5, 0.5],
    [0.5, 0, 0.5],
    [0.5, 0.5, 0],
  ];
  for (let x = 0; x < cells; x++) {
    for (let y = 0; y < cells; y++) {
      for (let z = 0; z < cells; z++) {
        for (const corner of corners) {
          for (const [axis, cell] of [x, y, z].entries()) {
            positions.push(lattice * (cell + (corner[axis] as number)) + sigma * normal());
          }
        }
      }
    }
  }
  const edge = lattice * cells;
  return { positions: Float64Array.from(positions), cell: [edge, 0, 0, 0, edge, 0, 0, 0, edge] };
}

/** H of endless normally distributed data: (d/2) ln(1 + σ²/h²) + (d/2) σ²/(σ² + h²). */
function limit(d: number, sigma: number, h: number): number {
  return (d / 2) * Math.log(1 + (sigma / h) ** 2) + ((d / 2) * sigma ** 2) / (sigma ** 2 + h ** 2);
}

describe.each(BACKENDS)('%s', (backend) => {
  it('has the difference of normal distributions, in the limit and short of it by what N is', async () => {
    const [d, h] = [3, 0.3];
    expect(limit(d, 1.5, h) - limit(d, 1, h)).toBeCloseTo(1.212, 3);
    const of = async (rows: number): Promise<number> => {
      const states = [normalRows(1, rows, d, 1), normalRows(2, rows, d, 1.5)] as const;
      const [one] = await entropyDifference(...states, { backend, bandwidths: [h] });
      return one?.difference ?? NaN;
    };
    // What is missing goes with 1/N: a row counts itself, which the wider state feels more.
    const few = await of(5000);
    const many = await of(20_000);
    expect(Math.abs(many - 1.17)).toBeLessThan(0.02);
    expect(few).toBeLessThan(many);
    expect(many).toBeLessThan(1.212);
    // At a bandwidth that N fills, the limit itself.
    const [wide] = await entropyDifference(normalRows(1, 20_000, d, 1), normalRows(2, 20_000, d, 1.5), {
      backend,
      bandwidths: [1.2],
    });
    expect(Math.abs((wide?.difference ?? NaN) - (limit(d, 1.5, 1.2) - limit(d, 1, 1.2)))).toBeLessThan(0.02);
  });

  it('has the entropies of rattled copper that the Python package has', async () => {
    const sigmas = Object.keys(RATTLED.states);
    const found: number[][] = [];
    for (const sigma of sigmas) {
      const { seed, entropy: expected } = RATTLED.states[sigma] as Rattled['states'][string];
      const x = await descriptors(rattled(Number(sigma), seed), { backend });
      const [state] = await stateEntropies([x], { backend, bandwidths: RATTLED.bandwidths });
      const H = state?.entropy.map(({ mean }) => mean) ?? [];
      H.forEach((value, at) => {
        expect(Math.abs(value - (expected[at] ?? NaN))).toBeLessThan(1e-6);
      });
      found.push(H);
    }
    const step = (at: number): number => (found[at + 1]?.[0] ?? NaN) - (found[at]?.[0] ?? NaN);
    // 3 ln 2 = 2.08 is met only near h ≈ 0.29 σ, see docs/entropy-difference.md.
    expect(Math.abs(step(0) - 3)).toBeLessThan(0.1);
    expect(Math.abs(step(1) - 2.76)).toBeLessThan(0.1);
  });

  it('takes samples of as many environments from both, seeded, frame by frame or from several', async () => {
    const width = 4;
    const matrix = (seed: number, offsets: readonly number[]): DescriptorMatrix =>
      new DescriptorMatrix(randomRows(seed, offsets.at(-1) ?? 0, width, 0.3), {
        width,
        frameOffsets: offsets,
      });
    const [a, b] = [matrix(1, [0, 60, 120, 180, 240, 300]), matrix(2, [0, 80, 160, 240])];
    const options = { backend, bandwidths: [0.1, 0.2] };
    const [one, other] = await stateEntropies([a, b], options);
    expect(one?.environments).toBe(60);
    expect(one?.series[0]).toHaveLength(5);
    for (const frame of [0, 3]) {
      const H = await entropy(a.frame(frame), { backend, bandwidth: 0.2 });
      expect(one?.series[1]?.[frame]).toBeCloseTo(H, 12);
    }
    expect(other?.environments).toBe(60);
    expect(other?.series[0]).toHaveLength(3);
    const again = await stateEntropies([a, b], options);
    expect(again).toEqual([one, other]);
    const seeded = await stateEntropies([a, b], { ...options, seed: 1 });
    expect(seeded[0]).toEqual(one);
    expect(seeded[1]?.series).not.toEqual(other?.series);
    const [pairs] = await stateEntropies([a, b], { ...options, frames: 2 });
    expect(pairs?.environments).toBe(120);
    expect(pairs?.series[0]).toHaveLength(2);
    expect(pairs?.series[0]?.[1]).toBeCloseTo(
      await entropy(a.select([2, 3]), { backend, bandwidth: 0.1 }),
      12,
    );
    const [curve] = await entropyDifference(a, b, options);
    const mean = (values: Float64Array | undefined): number =>
      (values?.reduce((sum, value) => sum + value, 0) ?? NaN) / (values?.length ?? NaN);
    expect(curve?.difference).toBeCloseTo(mean(other?.series[0]) - mean(one?.series[0]), 12);
    await expect(stateEntropies([a, b], { ...options, sample: 61 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    await expect(stateEntropies([a, b], { ...options, frames: 4 })).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(stateEntropies([], options)).rejects.toMatchObject({ code: 'EMPTY' });
    await expect(stateEntropies([a, normalRows(1, 9, 3, 1)], options)).rejects.toMatchObject({
      code: 'MISMATCH',
    });
  });

  it("has Lindemann's ratio of a rattled crystal, whatever its cell and its drift", async () => {
    const [sigma, frames, cells] = [0.12, 40, 4];
    const nearest = RATTLED.lattice / Math.SQRT2;
    const structures = Array.from({ length: frames }, (_, frame) => {
      const { positions, cell } = rattled(sigma, 100 + frame, { ...RATTLED, cells });
      const edge = (cell as number[])[0] as number;
      // It drifts over the boundary, into which atoms are put back, and breathes.
      const breath = 1 + 0.01 * Math.sin(frame);
      const moved = positions.map((x) => {
        const at = x + 0.11 * frame;
        return breath * (at - edge * Math.floor(at / edge));
      });
      return { positions: moved, cell: (cell as number[]).map((x) => breath * x) };
    });
    // The mean of n frames takes up 1/n of the square.
    const expected = (Math.sqrt(3 * (1 - 1 / frames)) * sigma) / nearest;
    const found = await lindemannRatio(structures, { backend });
    expect(Math.abs(found / expected - 1)).toBeLessThan(0.02);
    await expect(lindemannRatio(structures.slice(0, 1), { backend })).rejects.toMatchObject({
      code: 'EMPTY',
    });
  });
});
