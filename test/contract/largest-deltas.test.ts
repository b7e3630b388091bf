import { describe, expect, it } from 'vitest';
import { labelOf } from '../../ts/base/species-mode.js';
import { largestDeltas } from '../../ts/kernel/largest-deltas.js';
import { deltaEntropy, DescriptorMatrix, referenceSet } from '../../ts/node.js';
import { RandomStream } from '../../ts/statistics/random.js';
import { BACKENDS } from '../support/backends/backends.js';

/** A cloud of rows, of which some lie far out; with labels of these elements, if any. */
function cloud(
  seed: number,
  rows: number,
  width: number,
  elements: readonly string[] = [],
): DescriptorMatrix {
  const random = new RandomStream(seed);
  const spread = 0.06 / Math.sqrt(width);
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const far = row % 41 === 7 ? 4 : 1;
    for (let at = 0; at < width; at++) data[row * width + at] = 1 + far * spread * random.uniform();
    if (elements.length > 0) data[row * width] = labelOf(elements[row % elements.length] as string);
  }
  return new DescriptorMatrix(data, { width, ...(elements.length > 0 && { species: 'center' as const }) });
}

/** The rows of one after those of the other. */
function joined(x: DescriptorMatrix, y: DescriptorMatrix): DescriptorMatrix {
  return new DescriptorMatrix(Float64Array.from([...x.data, ...y.data]), {
    width: x.width,
    species: x.species,
  });
}

describe.each(BACKENDS)('the largest δH, on %s', (backend) => {
  /** Compares with what all δH say. */
  async function agree(y: DescriptorMatrix, x: DescriptorMatrix, bandwidth: number): Promise<void> {
    const reference = await referenceSet(x, { backend });
    const dH = await deltaEntropy(y, reference, { backend, bandwidth });
    const falling = dH.slice().sort().reverse();
    const max = falling[0] as number;
    const [half, some] = [Math.ceil(y.rows / 2), falling[Math.floor(y.rows / 3)] as number];
    for (const epsilon of [1e-5, -Infinity, Infinity, max, some, 3]) {
      for (const rank of [1, half, y.rows]) {
        const found = await largestDeltas(y, reference, { bandwidth, epsilon, rank });
        expect(found).toEqual({
          max,
          row: dH.indexOf(max),
          ranked: falling[rank - 1],
          novelty: dH.filter((value) => value >= epsilon).length / y.rows,
        });
      }
    }
    reference.dispose();
  }

  it.each([1, 2, 9, 63, 70])('is that of all, of %i columns', async (width) => {
    const [y, x] = [cloud(1, 150, width), cloud(2, 1300, width)];
    for (const bandwidth of [0.004, 0.015, 0.2]) await agree(y, x, bandwidth);
  });

  it('is that of all where the element counts, and the reference lacks one', async () => {
    const x = cloud(3, 900, 8, ['Cu', 'Zr', 'Cu']);
    await agree(cloud(4, 120, 8, ['Cu', 'Zr']), x, 0.015);
    await agree(cloud(5, 120, 8, ['Ag', 'Zr', 'Cu']), x, 0.015);
  });

  it('is that of all among copies: the first of several rows', async () => {
    const [y, x] = [cloud(6, 60, 12), cloud(7, 400, 12)];
    await agree(joined(y, y), x, 0.015);
    await agree(y, joined(joined(x, x), x), 0.015);
    await agree(joined(joined(y, x), y), joined(joined(x, x), x), 0.015);
    await agree(x, x, 0.015);
  });

  it('is that of a reference that has grown', async () => {
    const [y, x, more] = [cloud(8, 90, 20), cloud(9, 700, 20), cloud(10, 500, 20)];
    const grown = await referenceSet(x, { backend });
    grown.add(more);
    const dH = await deltaEntropy(y, grown, { backend });
    const { max, row } = await largestDeltas(y, grown);
    expect([max, row]).toEqual([Math.max(...dH), dH.indexOf(Math.max(...dH))]);
    grown.dispose();
  });

  it('refuses what is no number, or no rank', async () => {
    const reference = await referenceSet(cloud(11, 50, 4), { backend });
    const y = cloud(12, 10, 4);
    await expect(largestDeltas(y, reference, { epsilon: NaN })).rejects.toThrow('ε is NaN');
    for (const rank of [0, 1.5, 11, NaN]) {
      await expect(largestDeltas(y, reference, { rank })).rejects.toThrow(`rank is ${rank}`);
    }
    await expect(largestDeltas(y, reference, { bandwidth: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
    });
    reference.dispose();
  });
});
