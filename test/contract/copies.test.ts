import { describe, expect, it } from 'vitest';
import { coverage, deltaEntropy, DescriptorMatrix, entropy, metrics } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { cpuSeconds } from '../support/cpu-time.js';
import { randomRows } from '../support/data/random.js';
import { expectClose } from '../support/oracles/expect-close.js';

const width = 9;

/** Rows that are there so many times, one after the other. */
function repeated(rows: Float64Array, times: number): DescriptorMatrix {
  const data = new Float64Array(rows.length * times);
  for (let at = 0; at < times; at++) data.set(rows, at * rows.length);
  return new DescriptorMatrix(data, { width });
}

describe.each(BACKENDS)('environments that are copies to the bit, on %s', (backend) => {
  const options = { backend, bandwidth: 0.03 };
  const few = new DescriptorMatrix(randomRows(1, 240, width, 0.05), { width });
  const y = new DescriptorMatrix(randomRows(2, 40, width, 0.05), { width });

  it('take no time: 10¹⁰ pairs of 100,000 would take minutes', async () => {
    const same = repeated(few.data.slice(0, width), 100_000);
    const start = cpuSeconds();
    expect(await entropy(same, options)).toBeCloseTo(0, 9);
    const [dH] = await deltaEntropy(few.frame(0), same, options);
    expect(dH).toBeCloseTo(-Math.log(100_000), 9);
    expect(cpuSeconds() - start).toBeLessThan(10);
  });

  it('count as often as they are there', async () => {
    const five = repeated(few.data, 5);
    const one = await metrics(few, options);
    const all = await metrics(five, options);
    expectClose(all.entropy, one.entropy, 1e-12);
    expectClose(all.diversity, one.diversity, 1e-12);
    const minus = (values: Float64Array): Float64Array => values.map((value) => value - Math.log(5));
    expectClose(all.dH.slice(0, few.rows), minus(one.dH), 1e-12);
    expectClose(await deltaEntropy(y, five, options), minus(await deltaEntropy(y, few, options)), 1e-12);
  });

  it('count in both directions of a comparison', async () => {
    const { dH } = await coverage([repeated(few.data, 3), y], options);
    const [ofCopies, ofY] = [dH[0]?.[1] as Float64Array, dH[1]?.[0] as Float64Array];
    expectClose(ofCopies.slice(0, few.rows), await deltaEntropy(few, y, options), 1e-12);
    const expected = await deltaEntropy(y, few, options);
    expectClose(
      ofY,
      expected.map((value) => value - Math.log(3)),
      1e-12,
    );
  });
});
