import { describe, expect, it } from 'vitest';
import { compress, compressionCoverage, compressionCurve } from '../../ts/node.js';
import { BACKENDS } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { described, reference } from '../support/data/reference.js';

const SUMMARY = 1e-9;

describe.each(BACKENDS)('compression on %s', (backend) => {
  describe.each(Object.keys(reference.compression))('%s', (name) => {
    const golden = reference.compression[name] as (typeof reference.compression)[string];
    const half = golden.fps.length;

    it.each([
      { key: 'msc_h0.015', method: 'msc', bandwidth: 0.015 },
      { key: 'msc_h0.06', method: 'msc', bandwidth: 0.06 },
      { key: 'fps', method: 'fps', bandwidth: 0.015 },
    ] as const)('picks of $key', async ({ key, method, bandwidth }) => {
      const x = await described(name, { backend });
      const size = { count: half };
      const { picks, entropies } = await compress(x, { backend, method, bandwidth, size });
      expect([...picks]).toEqual(golden[key]);
      if (bandwidth === 0.015) expectClose(entropies ?? [], golden.structure_entropies, SUMMARY);
    });

    it('picks that add to a reference', async () => {
      const x = await described(name, { backend });
      const known = await described('fcc_cu_periodic', { backend });
      const options = { backend, bandwidth: 0.06, reference: known, size: { count: half } };
      const { picks, method } = await compress(x, options);
      expect(method).toBe('msc_conditional');
      expect([...picks]).toEqual(golden['msc_conditional_on_fcc_cu_h0.06']);
    });

    it('entropy, diversity and overlap of what is kept', async () => {
      const x = await described(name, { backend });
      const inOrder = golden.sequential_metrics_in_order;
      const all = Uint32Array.from(inOrder, (_, index) => index);
      const curve = await compressionCurve(x, all, { backend });
      expectClose(
        curve.entropy,
        inOrder.map(({ entropy }) => entropy),
        SUMMARY,
      );
      expectClose(
        curve.diversity,
        inOrder.map(({ diversity }) => diversity),
        SUMMARY,
      );
      expect([...curve.environments]).toEqual(inOrder.map(({ n_envs }) => n_envs));
      const summary = golden.summary_first_half;
      expectClose(curve.entropy[half - 1] ?? NaN, summary.entropy, SUMMARY);
      expectClose(curve.diversity[half - 1] ?? NaN, summary.diversity, SUMMARY);
      const { overlap } = await compressionCoverage(x, x.select(all.subarray(0, half)), [1e-5], { backend });
      expectClose(overlap[0] ?? NaN, summary.overlap, SUMMARY);
    });
  });
});
