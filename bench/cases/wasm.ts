import type { Case, Group } from '../case.js';
import { copperFrames, denseRows } from '../data/sets.js';
import { AVX2_ONE, BASELINE_ONE, NATIVE_ONE, PYTHON, WASM, WASM_ONE } from '../engines/engine.js';
import { speed } from '../target.js';

const DESCRIPTOR_LIMIT =
  'vectors of two lanes against four or eight: sorting and distances scale with the lanes';
const KERNEL_LIMIT = 'vectors of two lanes and no fused multiply-add';

const descriptors: Case = {
  name: 'wasm-descriptors',
  title: 'one thread against one thread: descriptors of 97,556 Cu atoms',
  task: async () => ({ kind: 'descriptors', frames: await copperFrames(29) }),
  engines: [NATIVE_ONE, BASELINE_ONE, WASM_ONE, WASM],
  trusted: PYTHON,
  tolerance: 1e-10,
  work: { amount: 97_556, unit: 'atoms' },
  targets: [speed('wasm, 1 thread', 'native, 1 thread', { least: 0.3, aim: 0.5, limit: DESCRIPTOR_LIMIT })],
};

const kernelSums: Case = {
  name: 'wasm-kernel-sums',
  title: 'one thread against one thread: entropy of 13,500 environments of one phase',
  task: async () => ({ kind: 'entropy', matrix: await denseRows(15) }),
  engines: [AVX2_ONE, BASELINE_ONE, WASM_ONE, WASM],
  trusted: PYTHON,
  tolerance: 1e-9,
  work: { amount: 13_500 ** 2, unit: 'pairs' },
  targets: [
    speed('wasm, 1 thread', 'native baseline, 1 thread', { least: 0.8, aim: 1, limit: KERNEL_LIMIT }),
    speed('wasm, 1 thread', 'native avx2, 1 thread', { least: 0.4, aim: 0.5, limit: KERNEL_LIMIT }),
  ],
};

/** WebAssembly beside native code. */
export const wasmCases: Group = { name: 'wasm', title: 'WebAssembly', cases: [descriptors, kernelSums] };
