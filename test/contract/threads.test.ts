import { afterAll, describe, expect, it } from 'vitest';
import {
  deltaEntropy,
  DescriptorMatrix,
  descriptors,
  kernelMean,
  loadBackend,
  metrics,
} from '../../ts/node.js';
import { BOUNDARIES, randomRows, randomStructure } from './random.js';

const backend = await loadBackend('native');
const { core } = backend;

/** Everything the core computes, on so many threads. */
async function results(threads: number): Promise<Float64Array[]> {
  core.setThreads(threads);
  expect(core.threads()).toBe(threads);
  const structures = BOUNDARIES.map((pbc, index) => randomStructure(index + 1, pbc, 5));
  const described = await descriptors(structures, { backend });
  const x = new DescriptorMatrix(randomRows(3, 3000, 31, 0.02), { width: 31 });
  const y = new DescriptorMatrix(randomRows(4, 1111, 31, 0.05), { width: 31 });
  const { entropy, diversity, dH } = await metrics(x, { backend, bandwidth: 0.02 });
  const { mean, logSums } = await kernelMean(y, x, randomRows(5, 3000, 1, 1), { backend, bandwidth: 0.02 });
  return [
    described.data,
    dH,
    mean,
    logSums,
    await deltaEntropy(y, x, { backend }),
    Float64Array.of(entropy, diversity),
  ];
}

describe('threads', () => {
  afterAll(() => {
    core.setThreads(0);
  });

  it('do not change a bit of any result', async () => {
    const alone = await results(1);
    for (const threads of [2, 3, 7]) expect(await results(threads)).toEqual(alone);
  });
});
