import { readFile } from 'node:fs/promises';
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
      const core = await loadWasm(await readFile(MODULE));
      // The module sees no environment; native code reads the variable itself.
      if (env.QUESTS_SIMD) core.setSimd(env.QUESTS_SIMD);
      return core;
    },
  },
  preference: () => ({ choice: env.QUESTS_BACKEND, from: 'QUESTS_BACKEND' }),
};
