import { describe, expect, it } from 'vitest';
import { setEntropy } from '../../ts/explore/set-entropy.js';
import { deltaEntropy, DescriptorMatrix, entropy, metrics } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { gaussian, random } from '../support/data/random.js';

const bandwidth = 0.1;
const ROWS = 16_000;

/** Makes a row from normal and uniform random numbers. */
type Row = (normal: () => number, uniform: () => number) => number[];

interface HardSet {
  readonly name: string;
  readonly width: number;
  readonly row: Row;
}

function about(normal: () => number, width: number, spread: number): number[] {
  return Array.from({ length: width }, () => spread * bandwidth * normal());
}

/** A dense cluster, and a share of outliers that are each on their own. */
function outliers(share: number, width: number, spread: number): HardSet {
  const name = `a cluster of ${width} columns with ${100 * share} % outliers`;
  return {
    name,
    width,
    row: (normal, uniform) => about(normal, width, uniform() < share ? 200 : spread),
  };
}

/** Sets whose entropy sits in rows that a plain sample of them does not meet. */
const SETS: readonly HardSet[] = [
  outliers(1e-4, 6, 0.1),
  outliers(1e-3, 6, 0.1),
  outliers(1e-2, 6, 0.1),
  outliers(1e-3, 300, 0.05),
  {
    name: 'heavy tails',
    width: 6,
    row: (normal) => about(normal, 6, 0.2 / Math.abs(normal())),
  },
];

/** Fewer distinct rows than a sample has: the exact sums take copies once. */
const COPIES: readonly HardSet[] = [
  {
    name: 'copies of one row with singles',
    width: 6,
    row: (normal, uniform) => (uniform() < 2e-3 ? about(normal, 6, 200) : [1, 2, 3, 4, 5, 6]),
  },
  {
    name: 'copies of twenty rows with every tenth a single',
    width: 6,
    row: (normal, uniform) => {
      if (uniform() < 0.1) return about(normal, 6, 200);
      const copied = random(1000 + Math.floor(20 * uniform()));
      return Array.from({ length: 6 }, () => copied());
    },
  },
];

function matrixOf({ width, row }: HardSet, rows: number): DescriptorMatrix {
  const [normal, uniform] = [gaussian(1), random(2)];
  const data = new Float64Array(rows * width);
  for (let at = 0; at < rows; at++) data.set(row(normal, uniform), at * width);
  return new DescriptorMatrix(data, { width });
}

describe.each(BACKENDS)('%s', (backend) => {
  // WebAssembly takes longer, and so do many columns; the rule of drawing is the same.
  const [many, few] = backend === 'native' ? [100, 8] : [12, 2];

  it.each(SETS)(
    'intervals of H hold 95 %, without a bias: $name',
    async (set) => {
      const x = matrixOf(set, ROWS);
      const H = await entropy(x, { backend, bandwidth });
      const seeds = set.width > 100 ? few : many;
      const tolerance = 0.05;
      let [inside, bias, width] = [0, 0, 0];
      for (let seed = 0; seed < seeds; seed++) {
        const { value, error, low, high } = await entropy(x, { backend, bandwidth, tolerance, seed });
        expect(error).toBeGreaterThan(0);
        expect(error).toBeLessThanOrEqual(1.05 * tolerance);
        if (low <= H && H <= high) inside++;
        bias += (value - H) / seeds;
        width += error / seeds;
      }
      expect(inside / seeds).toBeGreaterThanOrEqual(0.94);
      expect(Math.abs(bias)).toBeLessThanOrEqual(width / 4);
    },
    300_000,
  );

  it.each(COPIES)('$name are summed exactly, which takes less time than a sample', async (set) => {
    const x = matrixOf(set, ROWS);
    const H = await entropy(x, { backend, bandwidth });
    for (const tolerance of [0.05, 0.001]) {
      const found = await entropy(x, { backend, bandwidth, tolerance });
      expect(found).toMatchObject({ value: H, error: 0 });
      const delta = await deltaEntropy(x, x, { backend, bandwidth, tolerance });
      expect(delta.mean.error).toBe(0);
    }
  });

  it('the interval of D holds what singles add', async () => {
    const x = matrixOf(outliers(1e-3, 6, 0.1), ROWS);
    const { diversity } = await metrics(x, { backend, bandwidth });
    for (let seed = 0; seed < 8; seed++) {
      const found = await setEntropy(x, { tolerance: 0.05, seed }, { backend, bandwidth });
      expect(found.known?.length).toBe(ROWS / 16);
      expect(found.diversityError).toBeGreaterThan(0);
      expect(Math.abs(found.diversity - diversity)).toBeLessThanOrEqual(found.diversityError);
    }
  });

  it('a tolerance too narrow for a sample gives the exact value where that takes less time', async () => {
    const x = matrixOf(outliers(1e-3, 6, 1), ROWS);
    const value = await entropy(x, { backend, bandwidth });
    const found = await entropy(x, { backend, bandwidth, tolerance: 1e-4 });
    expect(found).toEqual({ value, error: 0, low: value, high: value });
  });
});
