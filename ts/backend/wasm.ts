import type { CoreModule } from './backend.js';
import { pooledModule, type Workers } from './pooled-module.js';

/**
 * Loads the WebAssembly module.
 *
 * @param source the module's bytes, or where to fetch them
 * @param workers how to use more than one thread
 */
export async function loadWasm(source: Uint8Array<ArrayBuffer> | URL, workers: Workers): Promise<CoreModule> {
  const module = await (source instanceof URL ? fetched(source) : WebAssembly.compile(source));
  // The same address from ts/backend/ and from dist/backend/.
  const bindings = await import('../../dist/wasm/quests_wasm.js');
  await bindings.default({ module_or_path: module });
  return pooledModule(bindings, module, workers);
}

async function fetched(source: URL): Promise<WebAssembly.Module> {
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source.href}: ${response.status} ${response.statusText}`);
  // Compiling while it arrives is for servers that say what it is.
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
