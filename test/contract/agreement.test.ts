import { describe, expect, it } from 'vitest';
import { type Backend, deltaEntropy, DescriptorMatrix, descriptors, metrics } from '../../ts/node.js';
import { kernelMean } from '../../ts/faces/node/analysis.js';
import { bothBackends } from '../support/backends/backends.js';
import { expectClose } from '../support/oracles/expect-close.js';
import { BOUNDARIES, randomRows, randomStructure } from '../support/data/random.js';

const { native, wasm } = await bothBackends();
const structures = BOUNDARIES.map((pbc, index) => randomStructure(index + 1, pbc));

describe('native and WebAssembly', () => {
  it.each([
    { k: 32, cutoff: 5 },
    { k: 1, cutoff: 3 },
    { k: 7, cutoff: 4.2 },
    { k: 40, cutoff: 12 },
    { k: 20, cutoff: 6, species: true },
  ])('make the same descriptors: %o', async (options) => {
    const one = await descriptors(structures, { ...options, backend: native });
    const two = await descriptors(structures, { ...options, backend: wasm });
    expect(two.width).toBe(one.width);
    expectClose(two.data, one.data, 1e-12);
  });

  it.each([
    { bandwidth: 0.015, tolerance: 1e-12 },
    { bandwidth: 0.05, tolerance: 1e-12 },
    { bandwidth: 0.001, tolerance: 1e-10 },
  ])('agree on H, D, δH and means: %o', async ({ bandwidth, tolerance }) => {
    const x = new DescriptorMatrix(randomRows(1, 700, 63, 0.01), { width: 63 });
    const y = new DescriptorMatrix(randomRows(2, 300, 63, 0.4), { width: 63 });
    const weights = Array.from({ length: x.rows }, (_, row) => Math.sin(row));
    const on = async (backend: Backend): Promise<number[]> => {
      const found = await metrics(x, { backend, bandwidth });
      const dH = await deltaEntropy(y, x, { backend, bandwidth });
      const { mean } = await kernelMean(y, x, weights, { backend, bandwidth });
      return [found.entropy, found.diversity, ...found.dH, ...dH, ...mean];
    };
    expectClose(await on(wasm), await on(native), tolerance);
  });

  it('agree on real descriptors', async () => {
    const x = await descriptors(structures, { backend: native });
    const one = await metrics(x, { backend: native });
    const two = await metrics(x, { backend: wasm });
    expectClose([two.entropy, two.diversity, ...two.dH], [one.entropy, one.diversity, ...one.dH], 1e-12);
  });

  it('say which they are', () => {
    expect(native.name).toBe('native');
    expect(wasm.name).toBe('wasm');
    expect(wasm.core.threads()).toBe(native.core.threads());
    expect(wasm.core.simd()).toBe('simd128');
    expect(['baseline', 'avx2', 'avx512', 'neon']).toContain(native.core.simd());
    expect(wasm.core.version()).toBe(native.core.version());
  });
});
