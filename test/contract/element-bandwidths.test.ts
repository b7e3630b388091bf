import { describe, expect, it } from 'vitest';
import { deltaEntropy, DescriptorMatrix, entropy } from '../../ts/node.js';
import { inBandwidths } from '../../ts/faces/node/analysis.js';
import { labelOf } from '../../ts/base/species-mode.js';
import { BACKENDS } from '../support/backends/backends.js';
import { random } from '../support/data/random.js';

const WIDTH = 4;
const ELEMENTS = ['Cu', 'Zr'] as const;

/** Rows of two elements, with their labels. */
function rows(seed: number, count: number): DescriptorMatrix {
  const next = random(seed);
  const data = Float64Array.from({ length: count * WIDTH }, (_, at) =>
    at % WIDTH === 0 ? labelOf(ELEMENTS[Number(next() < 0.4)] as string) : 0.1 * next(),
  );
  return new DescriptorMatrix(data, { width: WIDTH, species: 'center', frameOffsets: [0, 3, count] });
}

/** −log Σ K, as it is written down. */
function naive(y: DescriptorMatrix, x: DescriptorMatrix, bandwidths: Record<string, number>): number[] {
  return Array.from({ length: y.rows }, (_, row) => {
    const own = y.data.subarray(row * WIDTH, (row + 1) * WIDTH);
    const element = ELEMENTS.find((each) => labelOf(each) === own[0]) as string;
    let sum = 0;
    for (let at = 0; at < x.data.length; at += WIDTH) {
      if (x.data[at] !== own[0]) continue;
      let square = 0;
      for (let column = 1; column < WIDTH; column++)
        square += ((own[column] as number) - (x.data[at + column] as number)) ** 2;
      sum += Math.exp(-square / (2 * (bandwidths[element] as number) ** 2));
    }
    return -Math.log(sum);
  });
}

describe.each(BACKENDS)('%s', (backend) => {
  it('gives each element a kernel of its own width', async () => {
    const [x, y] = [rows(1, 80), rows(2, 30)];
    const bandwidths = { Cu: 0.02, Zr: 0.05 };
    const found = await deltaEntropy(inBandwidths(y, bandwidths), inBandwidths(x, bandwidths), {
      backend,
      bandwidth: 1,
    });
    for (const [row, expected] of naive(y, x, bandwidths).entries()) {
      expect(Math.abs((found[row] as number) - expected)).toBeLessThan(1e-9);
    }
    const alike = inBandwidths(x, { Cu: 0.03, Zr: 0.03 });
    const same = await entropy(alike, { backend, bandwidth: 1 });
    expect(Math.abs(same - (await entropy(x, { backend, bandwidth: 0.03 })))).toBeLessThan(1e-12);
    expect(alike).toMatchObject({ width: WIDTH, species: 'center', frames: 2 });
  });
});

describe('inBandwidths', () => {
  it('refuses elements without a bandwidth, rows without labels, and no bandwidths', () => {
    const x = rows(3, 20);
    expect(() => inBandwidths(x, { Cu: 0.02 })).toThrow('no bandwidth for Zr: they are given for Cu');
    expect(() => inBandwidths(x, { Pt: 1, Au: 2 })).toThrow(
      'no bandwidth for Cu, Zr: they are given for Pt, Au',
    );
    expect(() => inBandwidths(x, { Cu: 0.02, Zr: 0 })).toThrow('bandwidth of Zr');
    const plain = new DescriptorMatrix([1, 2, 3], { width: 3 });
    expect(() => inBandwidths(plain, { Cu: 0.02 })).toThrow('no labels');
  });
});
