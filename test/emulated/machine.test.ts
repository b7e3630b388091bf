import { describe, expect, it } from 'vitest';

import { loadBackend } from '../../ts/node.js';

const { QUESTS_MACHINE_SIMD, QUESTS_MACHINE_WASM } = process.env;

describe('native', () => {
  it('computes with the vectors of the machine', async () => {
    const { name, core } = await loadBackend();
    expect(name).toBe('native');
    expect(core.simd()).toBe(QUESTS_MACHINE_SIMD);
  });

  it('has WebAssembly beside it, or a line that says what the machine lacks', async () => {
    const loaded = loadBackend('wasm').then(
      ({ core }) => core.simd(),
      (error: unknown) => (error as Error).message,
    );
    expect(await loaded).toBe(
      QUESTS_MACHINE_WASM === 'true'
        ? 'simd128'
        : 'backend wasm: no 128-bit vectors of WebAssembly here: they take Chrome 91, Firefox 89, ' +
            'Safari 16.4 or Node 16, and a processor with SSE4.1 or Neon',
    );
  });
});
