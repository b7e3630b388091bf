import type { CoreModule } from './backend.js';

/**
 * Loads the WebAssembly module.
 *
 * @param source the module's bytes, or where to fetch them
 */
export async function loadWasm(source: Uint8Array<ArrayBuffer> | URL): Promise<CoreModule> {
  // The same address from ts/backend/ and from dist/backend/.
  const bindings = await import('../../dist/wasm/quests_wasm.js');
  await bindings.default({ module_or_path: source });
  return bindings;
}
