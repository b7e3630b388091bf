import { start } from './browser-worker-port.js';
import type { Loaders } from './choose.js';
import { loadWasm } from './wasm.js';

/** The backends in a browser. */
export const browserLoaders: Loaders = {
  load: {
    wasm: () =>
      loadWasm(new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url), {
        start,
        // Where there are no workers there is one thread, and `threads()` says so.
        available: typeof Worker === 'undefined' ? 1 : navigator.hardwareConcurrency,
      }),
  },
  preference: () => ({ choice: undefined, from: '' }),
};
