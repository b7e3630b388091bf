import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { env } from 'node:process';
import type { CoreModule } from './backend.js';
import type { Loaders } from './choose.js';
import { givenThreads } from './most-threads.js';
import { loadNative } from './native.js';
import { loadWasm } from './wasm.js';
import { inCore } from '../base/error.js';

const MODULE = new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url);

/** The backends under Node. */
export const nodeLoaders: Loaders = {
  load: {
    native: () => Promise.resolve(forced(limited(loadNative()))),
    wasm: async () => {
      const { start } = await import('./node-worker-port.js');
      return forced(await loadWasm(await readFile(MODULE), { start, available: availableParallelism() }));
    },
  },
  preference: () => ({ choice: env.QUESTS_BACKEND, from: 'QUESTS_BACKEND' }),
};

/** The addon, which starts no more threads than the machine can use. */
function limited(core: CoreModule): CoreModule {
  const setThreads = (count: number): void => {
    core.setThreads(givenThreads(count, availableParallelism()));
  };
  return { ...core, setThreads };
}

/**
 * A core that uses the instruction set which `QUESTS_SIMD` asks for; WebAssembly does not see the
 * variable by itself.
 */
function forced(core: CoreModule): CoreModule {
  if (env.QUESTS_SIMD)
    inCore(() => {
      core.setSimd(env.QUESTS_SIMD ?? '');
    });
  return core;
}
