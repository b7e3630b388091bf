import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { env } from 'node:process';

import type { Loaders } from './choose.js';
import { loadNative } from './native.js';
import { loadWasm } from './wasm.js';

const MODULE = new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url);

/** The backends under Node. */
export const nodeLoaders: Loaders = {
  load: {
    native: () => Promise.resolve(loadNative()),
    wasm: async () => {
      const { start } = await import('./node-worker-port.js');
      return loadWasm(await readFile(MODULE), { start, available: availableParallelism() });
    },
  },
  preference: () => ({ choice: env.QUESTS_BACKEND, from: 'QUESTS_BACKEND' }),
};
