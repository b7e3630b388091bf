import type { Loaders } from './choose.js';
import { loadWasm } from './wasm.js';

/** The backends in a browser. */
export const browserLoaders: Loaders = {
  load: {
    wasm: () => loadWasm(new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url)),
  },
  preference: () => ({ choice: undefined, from: '' }),
};
