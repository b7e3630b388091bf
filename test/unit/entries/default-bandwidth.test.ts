import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as Quests from '../../../ts/node.js';

type Package = typeof Quests;

/** A warning as `process.emitWarning` is told it. */
type Warning = readonly [text: string, options: { readonly type: string; readonly code: string }];

const data = Float64Array.of(0, 1, 2, 3, 0.5, 1);
const told: Warning[] = [];

/** The package as a program finds it that has not called it yet. */
async function fresh(): Promise<Package> {
  vi.resetModules();
  return import('../../../ts/node.js');
}

beforeEach(() => {
  told.length = 0;
  vi.spyOn(process, 'emitWarning').mockImplementation((...warning: unknown[]) => {
    told.push(warning as unknown as Warning);
  });
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('the default bandwidth', () => {
  it('is said of a matrix that does not say how it was made, once', async () => {
    const quests = await fresh();
    const x = new quests.DescriptorMatrix(data, { width: 2 });
    await quests.entropy(x);
    await quests.entropy(x);
    expect(told).toEqual([
      [
        expect.stringContaining('the bandwidth is 0.015'),
        { type: 'QuestsWarning', code: 'QUESTS_DEFAULT_BANDWIDTH' },
      ],
    ]);
  });

  it('is said of sets in a list, of a reference, prepared or not, and of one among the options', async () => {
    const calls: readonly ((quests: Package, x: Quests.DescriptorMatrix) => Promise<unknown>)[] = [
      async (quests, x) => quests.coverage([x, x]),
      async (quests, x) => quests.deltaEntropy(x, await quests.referenceSet(x)),
      async (quests, x) => quests.compress(x, { reference: x, size: { count: 1 } }),
      async (quests, x) => quests.entropy(x, { tolerance: 0.1 }),
    ];
    for (const call of calls) {
      told.length = 0;
      const quests = await fresh();
      await call(quests, new quests.DescriptorMatrix(data, { width: 2 }));
      expect(told).toHaveLength(1);
    }
  });

  it('is said of the distances of duplicates, a tenth of which is one of them', async () => {
    const quests = await fresh();
    const x = new quests.DescriptorMatrix(data, { width: 2 });
    await quests.duplicates(x, { species: ['Cu', 'Cu', 'Cu'] });
    await quests.entropy(x);
    expect(told).toHaveLength(1);
    expect(told[0]?.[0]).toMatch(/^the distances are 1e-6 and 0\.0015, a tenth of the default bandwidth/);
    expect(told[0]?.[1].code).toBe('QUESTS_DEFAULT_BANDWIDTH');
  });

  it('is not said where it is given, not taken, or fits', async () => {
    const quests = await fresh();
    const x = new quests.DescriptorMatrix(data, { width: 2 });
    await quests.entropy(x, { bandwidth: 0.015 });
    await quests.bandwidthScan(x, { bandwidths: [0.1, 1] });
    await quests.duplicates(x, { distances: [0.1] });
    const structure = { positions: Float64Array.of(0, 0, 0, 2, 0, 0, 0, 2, 1), species: ['Cu', 'Cu', 'Cu'] };
    const own = await quests.descriptors([structure], { k: 2 });
    await quests.entropy(own);
    await quests.deltaEntropy(own.frame(0), await quests.referenceSet(own));
    expect(told).toEqual([]);
  });

  it('goes to the console where there is no process', async () => {
    const quests = await fresh();
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const { emitWarning } = process;
    Object.defineProperty(process, 'emitWarning', { value: undefined, configurable: true, writable: true });
    try {
      await quests.diversity(new quests.DescriptorMatrix(data, { width: 2 }));
    } finally {
      Object.defineProperty(process, 'emitWarning', {
        value: emitWarning,
        configurable: true,
        writable: true,
      });
    }
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^QuestsWarning QUESTS_DEFAULT_BANDWIDTH: /)]]);
  });
});
