import { start } from './browser-worker-port.js';
import type { Loaders } from './choose.js';
import { loadWasm } from './wasm.js';

/** The backends in a browser. */
export const browserLoaders: Loaders = {
  load: {
    wasm: async () => {
      if (isNode()) {
        throw new Error('these modules are for browsers; import "quests" without the condition "browser"');
      }
      return await loadWasm(new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url), {
        start,
        // Where there are no workers there is one thread, and `threads()` says so.
        available: typeof Worker === 'undefined' ? 1 : navigator.hardwareConcurrency,
      });
    },
  },
  preference: () => ({ choice: undefined, from: '' }),
};

/** Node reads addresses of files by other means; a bundler may have put these modules there. */
function isNode(): boolean {
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return (
    process?.versions?.node !== undefined &&
    typeof document === 'undefined' &&
    !('importScripts' in globalThis)
  );
}
