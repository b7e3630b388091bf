import { describe, expect, it } from 'vitest';
import { deltaEntropy, entropy, estimateBandwidth, metrics, overlap } from '../../ts/node.js';
import { kernelMean } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { described, goldenRows, reference, TIED } from '../support/data/reference.js';

const DESCRIPTOR = 1e-10;
const SUMMARY = 1e-9;

const cases = Object.keys(reference.cases);
const free = cases.filter((name) => name !== TIED.case);
const settings = [
  { array: 'descriptors', k: 32, cutoff: 5 },
  { array: 'k8c3.5', k: 8, cutoff: 3.5 },
  { array: 'k16c6.0', k: 16, cutoff: 6 },
];

/** Largest |δH| that the Python package can tell from infinity. */
const UNDERFLOW = 700;

describe.each(BACKENDS)('%s', (backend) => {
  it.each(cases.flatMap((name) => settings.map((setting) => ({ name, ...setting }))))(
    'descriptors of $name, k = $k, cutoff $cutoff Å',
    async ({ name, array, k, cutoff }) => {
      const x = await described(name, { backend, k, cutoff });
      const rows = await goldenRows(`${name}.${array}`);
      expect(x.rows).toBe(rows.length);
      expect(x.frames).toBe(reference.cases[name]?.n_structures);
      // Where distances tie, X1 is the same for every choice of neighbours, and X2 is not.
      const compared = name === TIED.case ? k : 2 * k - 1;
      for (const [row, values] of rows.entries()) {
        expect(values).toHaveLength(x.width);
        const found = x.data.subarray(row * x.width, row * x.width + compared);
        expectClose(found, values.subarray(0, compared), DESCRIPTOR);
      }
    },
  );

  it.each(free)('entropy, diversity, δH of %s', async (name) => {
    const golden = reference.cases[name] as (typeof reference.cases)[string];
    const x = await described(name, { backend });
    expect(x.rows).toBe(golden.n_environments);
    const found = await metrics(x, { backend });
    expectClose(found.entropy, golden.entropy, SUMMARY);
    expectClose(found.diversity, golden.diversity, SUMMARY);
    expectClose(found.dH, golden.self_dH, SUMMARY);
    const scan = await metrics(x, { backend, bandwidth: golden.bandwidths });
    expectClose(
      scan.map((one) => one.entropy),
      golden.entropy_by_bandwidth,
      SUMMARY,
    );
    expectClose(
      scan.map((one) => one.diversity),
      golden.diversity_by_bandwidth,
      SUMMARY,
    );
  });

  const otherEntropies = free.flatMap((name) =>
    Object.keys(reference.cases[name] ?? {}).flatMap((key) => {
      const match = /^entropy_k(\d+)_c([\d.]+)$/.exec(key);
      const tied = TIED.values.some(([file, value]) => file === name && value === key);
      return match && !tied ? [{ name, key, k: Number(match[1]), cutoff: Number(match[2]) }] : [];
    }),
  );
  it.each(otherEntropies)('$key of $name', async ({ name, key, k, cutoff }) => {
    const x = await described(name, { backend, k, cutoff });
    expectClose(
      await entropy(x, { backend, bandwidth: 0.03 }),
      reference.cases[name]?.[key] as number,
      SUMMARY,
    );
  });
  it('covers three other settings of every case but the tied one', () => {
    expect(otherEntropies).toHaveLength(3 * free.length - TIED.values.length);
  });

  it.each(reference.dH)('δH of $test on $reference, h = $bandwidth', async (pair) => {
    const y = await described(pair.test, { backend });
    const x = await described(pair.reference, { backend });
    const dH = await deltaEntropy(y, x, { backend, bandwidth: pair.bandwidth });
    expect(dH).toHaveLength(pair.dH.length);
    for (const [row, expected] of pair.dH.entries()) {
      const found = dH[row] as number;
      if (expected === 'inf') {
        expect(Number.isFinite(found)).toBe(true);
        expect(found).toBeGreaterThan(UNDERFLOW);
      } else {
        expectClose(found, expected, SUMMARY);
      }
    }
    const share = pair.dH.filter((value) => value !== 'inf' && value < 1).length / pair.dH.length;
    expect(await overlap(y, x, { backend, bandwidth: pair.bandwidth, epsilon: 1 })).toBe(share);
  });

  it('kernel-weighted means', async () => {
    const { weighted } = reference;
    expect(weighted.weights).toBe('linspace(-1,1,n)');
    const y = await described(weighted.test, { backend });
    const x = await described(weighted.reference, { backend });
    const weights = Array.from({ length: x.rows }, (_, row) => -1 + (2 * row) / (x.rows - 1));
    const { mean, logSums } = await kernelMean(y, x, weights, { backend, bandwidth: weighted.bandwidth });
    expectClose(mean, weighted.mean, SUMMARY);
    expectClose(logSums.map(Math.exp), weighted.kernel_sum, SUMMARY);
  });

  it('bandwidths by volume', async () => {
    for (const { volume, gaussian, cutoff } of reference.bandwidth_estimate) {
      expectClose(await estimateBandwidth(volume, { backend }), gaussian, SUMMARY);
      expectClose(await estimateBandwidth(volume, { backend, method: 'cutoff' }), cutoff, SUMMARY);
    }
  });

  it('per-species descriptors of the alloy', async () => {
    const x = await described('agau_alloy', { backend, species: true });
    expect(x.species).toEqual(['Ag', 'Au']);
    // The golden arrays keep X1 and X2 of the blocks [all, Ag, Au] apart; ours has X1 and X2 of
    // each block together.
    const one = await goldenRows('agau_alloy.species_x1');
    const two = await goldenRows('agau_alloy.species_x2');
    for (let row = 0; row < x.rows; row++) {
      const values = x.data.subarray(row * x.width, (row + 1) * x.width);
      for (let block = 0; block < 3; block++) {
        const found = values.subarray(block * 63, (block + 1) * 63);
        expectClose(
          found.subarray(0, 32),
          one[row]?.subarray(block * 32, (block + 1) * 32) ?? [],
          DESCRIPTOR,
        );
        expectClose(found.subarray(32), two[row]?.subarray(block * 31, (block + 1) * 31) ?? [], DESCRIPTOR);
      }
    }
  });
});
