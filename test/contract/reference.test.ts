import { describe, expect, it } from 'vitest';
import { deltaEntropy, DescriptorMatrix, entropy, type Environments, metrics, referenceSet } from '../../ts/node.js';
import { kernelMean } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { randomRows } from '../support/data/random.js';

const width = 11;
const all = randomRows(1, 900, width, 0.02);
const rows = (start: number, end: number): DescriptorMatrix =>
  new DescriptorMatrix(all.slice(start * width, end * width), { width });
const y = new DescriptorMatrix(randomRows(2, 40, width, 0.05), { width });
const weights = randomRows(3, 900, 1, 1);

describe.each(BACKENDS)('a reference set that grows, on %s', (backend) => {
  const options = { backend, bandwidth: 0.03 };
  const results = async (x: Environments): Promise<number[]> => {
    const { entropy, diversity, dH } = await metrics(x, options);
    const { mean } = await kernelMean(y, x, weights, options);
    return [entropy, diversity, ...dH, ...mean, ...(await deltaEntropy(y, x, options))];
  };

  it('gives what one that was made at once gives, in the same order', async () => {
    const known = await referenceSet(rows(0, 100), { backend });
    for (const [start, end] of [
      [100, 101],
      [101, 480],
      [480, 700],
      [700, 900],
    ] as const) {
      known.add(rows(start, end));
      expect(known.rows).toBe(end);
    }
    expectClose(await results(known), await results(rows(0, 900)), 1e-12);
    known.dispose();
    expect(() => {
      known.add(y);
    }).toThrow('disposed');
  });

  it('leaves calls alone that run already', async () => {
    const known = await referenceSet(rows(0, 500), { backend });
    const running = metrics(known, options);
    const estimated = entropy(known, { ...options, tolerance: 0.1 });
    known.add(rows(500, 900));
    const before = await metrics(rows(0, 500), options);
    const { entropy: H, dH, maxEntropy } = await running;
    expect([H, maxEntropy, dH.length]).toEqual([before.entropy, Math.log(500), 500]);
    expect((await estimated).value).toBe(before.entropy);
    expectClose(await entropy(known, options), await entropy(rows(0, 900), options), 1e-12);
    known.dispose();
  });

  it('stays as it was where something cannot be added', async () => {
    const known = await referenceSet(rows(0, 500), { backend });
    expect(() => {
      known.add(new DescriptorMatrix([0, 0], { width: 2 }));
    }).toThrow('descriptors cannot be compared: width');
    expect(() => {
      known.core.extend(new Float64Array(width).fill(NaN));
    }).toThrow('INVALID_ARGUMENT');
    expect(known.rows).toBe(500);
    expect(await entropy(known, options)).toBe(await entropy(rows(0, 500), options));
    known.dispose();
  });
});
