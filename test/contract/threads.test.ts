import { createHash } from 'node:crypto';

import { afterAll, describe, expect, it } from 'vitest';

import { type Backend, coverage, deltaEntropy, DescriptorMatrix, descriptors, loadBackend, metrics } from '../../ts/node.js';
import { kernelMean } from '../../ts/faces/node/analysis.js';
import { BACKENDS } from '../support/backends/backends.js';
import { BOUNDARIES, randomRows, randomStructure } from '../support/data/random.js';

/** So many atoms that one frame is done in several steps. */
const large = randomStructure(99, [true, true, true], 28);

/** Digests of everything the core computes, on so many threads. */
async function results(backend: Backend, threads: number): Promise<Record<string, string>> {
  const { core } = backend;
  core.setThreads(threads);
  expect(core.threads()).toBe(threads);
  const structures = BOUNDARIES.map((pbc, index) => randomStructure(index + 1, pbc, 5));
  const described = await descriptors([...structures, large, ...structures], { backend });
  const x = new DescriptorMatrix(randomRows(3, 3000, 31, 0.02), { width: 31 });
  const y = new DescriptorMatrix(randomRows(4, 1111, 31, 0.05), { width: 31 });
  const { entropy, diversity, dH } = await metrics(x, { backend, bandwidth: 0.02 });
  const { mean, logSums } = await kernelMean(y, x, randomRows(5, 3000, 1, 1), { backend, bandwidth: 0.02 });
  const both = await coverage([x, y], { backend });
  const arrays = {
    described: described.data,
    dH,
    mean,
    logSums,
    novelty: await deltaEntropy(y, x, { backend }),
    knownToY: both.dH[0]?.[1] ?? new Float64Array(0),
    knownToX: both.dH[1]?.[0] ?? new Float64Array(0),
    scalars: Float64Array.of(entropy, diversity),
  };
  return Object.fromEntries(Object.entries(arrays).map(([name, data]) => [name, digest(data)]));
}

function digest({ buffer, byteOffset, byteLength }: Float64Array): string {
  return createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
}

describe.each(BACKENDS)('threads of %s', (name) => {
  afterAll(async () => {
    (await loadBackend(name)).core.setThreads(0);
  });

  it('do not change a bit of any result', async () => {
    const backend = await loadBackend(name);
    const alone = await results(backend, 1);
    for (const threads of [2, 3, 7]) expect(await results(backend, threads)).toEqual(alone);
  });
});
