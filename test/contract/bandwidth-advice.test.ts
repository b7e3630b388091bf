import { describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  DescriptorMatrix,
  descriptors,
  entropy,
  estimateBandwidth,
  recommendBandwidth,
  type Structure,
} from '../../ts/node.js';
import { RandomStream } from '../../ts/statistics/random.js';
import { BACKENDS } from '../support/backends/backends.js';

/** Rows of normal numbers. */
function gaussian(rows: number, width: number, scale: number, seed: number): DescriptorMatrix {
  const random = new RandomStream(seed);
  const data = Float64Array.from({ length: rows * width }, () => scale * random.normal());
  return new DescriptorMatrix(data, { width });
}

/** Rows of many columns, smooth functions of a few hidden numbers, as learned descriptors are. */
function learned(rows: number, width: number, scale: number, hidden: number): DescriptorMatrix {
  const random = new RandomStream(width);
  const weights = Float64Array.from({ length: width * (hidden + 1) }, () => random.normal());
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const z = Float64Array.from({ length: hidden }, () => random.normal());
    for (let column = 0; column < width; column++) {
      const own = weights.subarray(column * (hidden + 1), (column + 1) * (hidden + 1));
      const sum = z.reduce((all, value, at) => all + value * (own[at] as number), own[hidden] as number);
      data[row * width + column] = scale * (sum / (1 + Math.exp(-sum)));
    }
  }
  return new DescriptorMatrix(data, { width });
}

function mapped(x: DescriptorMatrix, change: (value: number) => number): DescriptorMatrix {
  return new DescriptorMatrix(x.data.map(change), { width: x.width });
}

/** Frames of rattled fcc crystals. */
function crystals(frames: number, edge: number, by: number, species: readonly string[]): Structure[] {
  const random = new RandomStream(7);
  const sites = [0, 0, 0, 0.5, 0.5, 0, 0.5, 0, 0.5, 0, 0.5, 0.5];
  return Array.from({ length: frames }, () => {
    const positions = Float64Array.from({ length: 27 * 12 }, (_, at) => {
      const cell = Math.floor(at / 12);
      const corner = [cell % 3, Math.floor(cell / 3) % 3, Math.floor(cell / 9)];
      return edge * ((sites[at % 12] as number) + (corner[at % 3] as number)) + by * random.normal();
    });
    const [a, none] = [3 * edge, 0];
    const cell = [a, none, none, none, a, none, none, none, a];
    return {
      positions,
      cell,
      species: Array.from({ length: 108 }, (_, atom) => species[atom % species.length] as string),
    };
  });
}

describe.each(BACKENDS)('%s', (backend) => {
  it('finds the known optimum of normal numbers, and their dimension', async () => {
    // The least mean square error of a density: (4/(d + 2)/N)^(1/(d + 4)).
    for (const [dimension, rows] of [
      [1, 500],
      [3, 500],
    ] as const) {
      const advice = await recommendBandwidth(gaussian(rows, dimension, 1, 3), { backend });
      const best = (4 / (dimension + 2) / rows) ** (1 / (dimension + 4));
      expect(advice.dimension).toBe(dimension);
      expect(advice.by).toBe('likelihood');
      expect(Math.abs(Math.log(advice.bandwidth / best))).toBeLessThan(Math.log(1.5));
      const { low = NaN, high = NaN, bandwidth = NaN } = advice.likelihood ?? {};
      expect(low).toBeLessThan(bandwidth);
      expect(high).toBeGreaterThan(bandwidth);
      expect(high / low).toBeLessThan(2);
    }
  });

  it('makes the entropy of normal numbers, where a density can be had from so few', async () => {
    for (const dimension of [1, 3]) {
      const x = gaussian(600, dimension, 1, 40 + dimension);
      const exact = 0.5 * dimension * Math.log(2 * Math.PI * Math.E);
      const { bandwidth } = await recommendBandwidth(x, { backend });
      // −⟨log p⟩ of the density Σ K / N / (√(2π) h)^d.
      const errorAt = async (h: number): Promise<number> =>
        (await entropy(x, { backend, bandwidth: h })) +
        dimension * Math.log(h * Math.sqrt(2 * Math.PI)) -
        exact;
      const error = await errorAt(bandwidth);
      expect(Math.abs(error)).toBeLessThan(0.2);
      // Ten times narrower each environment is its own only neighbour, ten times wider all are one.
      expect(await errorAt(bandwidth / 10)).toBeLessThan(Math.min(error, -0.01));
      expect(await errorAt(10 * bandwidth)).toBeGreaterThan(0.3);
    }
  });

  it('gives a wider bandwidth than the likelihood in many dimensions, where that saturates H', async () => {
    for (const dimension of [10, 63]) {
      const { by, bandwidth, conclusions, likelihood } = await recommendBandwidth(
        gaussian(300, dimension, 1, 60 + dimension),
        { backend },
      );
      expect(by).toBe('window');
      expect(bandwidth).toBeGreaterThan(likelihood?.bandwidth as number);
      expect(conclusions.find((one) => one.by === 'likelihood')?.efficiency).toBeGreaterThan(0.85);
      expect(Math.abs((conclusions[0]?.efficiency as number) - 0.45)).toBeLessThan(0.2);
    }
  });

  it('follows the unit of descriptors, and nothing else', async () => {
    const x = gaussian(300, 10, 1, 5);
    const own = await recommendBandwidth(x, { backend });
    for (const scale of [1e-6, 1000]) {
      const other = await recommendBandwidth(
        mapped(x, (value) => scale * value),
        { backend },
      );
      expect(Math.abs(other.bandwidth / scale / own.bandwidth - 1)).toBeLessThan(0.01);
      expect((other.likelihood?.bandwidth as number) / scale).toBeCloseTo(
        own.likelihood?.bandwidth as number,
        6,
      );
      expect(other.by).toBe(own.by);
    }
    // Columns that say nothing, and copies, which a likelihood would follow down to no bandwidth.
    const padded = new DescriptorMatrix(
      Float64Array.from({ length: 300 * 40 }, (_, at) =>
        at % 40 < 10 ? (x.data[at - 30 * Math.floor(at / 40)] as number) : 2,
      ),
      { width: 40 },
    );
    expect((await recommendBandwidth(padded, { backend })).bandwidth).toBe(own.bandwidth);
    const twice = new DescriptorMatrix([...x.data, ...x.data], { width: 10 });
    const found = await recommendBandwidth(twice, { backend });
    expect(found.copies).toBe(300);
    expect(found.bandwidth).toBe(own.bandwidth);
  });

  it('suits learned descriptors of any width and scale', async () => {
    for (const [width, scale] of [
      [16, 0.01],
      [128, 1],
      [512, 300],
    ] as const) {
      const x = learned(250, width, scale, 6);
      const { bandwidth, window } = await recommendBandwidth(x, { backend });
      // Three digits.
      expect(1.01 * bandwidth).toBeGreaterThan(window?.saturated as number);
      expect(0.99 * bandwidth).toBeLessThan(window?.collapsed as number);
      const share = (await entropy(x, { backend, bandwidth })) / Math.log(x.rows);
      expect(share).toBeLessThan(0.901);
      expect(share).toBeGreaterThan(0.099);
    }
  });

  it('says where two halves of one simulation are the same', async () => {
    const structures = crystals(6, 3.61, 0.08, ['Cu']);
    const x = await descriptors(structures, { backend });
    const advice = await recommendBandwidth(x, { backend, structures });
    const { bandwidth = NaN } = advice.thermal ?? {};
    const half = (frames: readonly number[]): DescriptorMatrix => x.select(frames);
    const [first, second] = [half([0, 1, 2]), half([3, 4, 5])];
    const covered = async (h: number): Promise<number> => {
      const ways = [
        ...(await deltaEntropy(first, second, { backend, bandwidth: h })),
        ...(await deltaEntropy(second, first, { backend, bandwidth: h })),
      ];
      return ways.filter((value) => value < 1e-5).length / ways.length;
    };
    expect(Math.abs((await covered(bandwidth)) - 0.95)).toBeLessThan(0.02);
    // Frames of other atoms are no simulation, unless one says so.
    const [last, ...rest] = structures.toReversed();
    const unlike = [...rest, { ...last, species: last?.species?.map(() => 'Au') } as Structure];
    expect((await recommendBandwidth(x, { backend, structures: unlike })).thermal).toBeNull();
    const said = await recommendBandwidth(x, { backend, structures: unlike, trajectory: true });
    expect(said.thermal).toEqual(advice.thermal);
    expect((await recommendBandwidth(x, { backend })).thermal).toBeNull();
  });

  it('takes the published fit where H says something there, and gives it by element', async () => {
    const wide = [...crystals(3, 3.61, 0.3, ['Cu']), ...crystals(3, 4.2, 0.3, ['Cu', 'Au'])];
    const x = await descriptors(wide, { backend });
    const advice = await recommendBandwidth(x, { backend, structures: wide });
    const [small, large] = [3.61 ** 3 / 4, 4.2 ** 3 / 4];
    expect(advice.by).toBe('volume');
    const fitted = await estimateBandwidth((small + large) / 2, { backend });
    expect(advice.volume?.bandwidth).toBeCloseTo(fitted, 12);
    // What can be typed.
    expect(advice.bandwidth).toBe(Number(fitted.toPrecision(3)));
    expect(advice.volume?.elements.Au?.volume).toBeCloseTo(large, 9);
    expect(advice.volume?.elements.Cu?.volume).toBeCloseTo((small + large) / 2, 9);
    // Nearly no displacements: at the fit's bandwidth all environments are one.
    const cold = crystals(3, 3.61, 0.01, ['Cu']);
    const found = await recommendBandwidth(await descriptors(cold, { backend }), {
      backend,
      structures: cold,
    });
    expect(found.volume?.bandwidth).toBeGreaterThan(found.window?.collapsed as number);
    expect(found.by).not.toBe('volume');
    expect(found.disagreement).toBeGreaterThan(2);
    // Another descriptor has no published fit.
    const full = await descriptors(wide, { backend, species: 'full' });
    expect((await recommendBandwidth(full, { backend, structures: wide })).volume).toBeNull();
  });

  it('says so where there are only copies', async () => {
    const perfect = crystals(2, 3.61, 0, ['Cu']);
    const x = await descriptors(perfect, { backend });
    await expect(recommendBandwidth(x, { backend })).rejects.toMatchObject({ code: 'EMPTY' });
    const advice = await recommendBandwidth(x, { backend, structures: perfect });
    expect(advice).toMatchObject({ by: 'volume', window: null, likelihood: null, scan: [] });
  });

  it('refuses what means nothing', async () => {
    const x = gaussian(20, 2, 1, 1);
    for (const options of [{ sample: 10 }, { sample: 20.5 }, { seed: -1 }, { structures: [] }]) {
      await expect(recommendBandwidth(x, { backend, ...options })).rejects.toMatchObject({
        code: 'INVALID_ARGUMENT',
      });
    }
  });
});
