import type { CoreModule } from './backend.js';
import { instance, withMemoryErrors } from './out-of-memory.js';
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
  // In one go: the bindings' other way asks whether it is given a `Response`, and Node makes
  // another module of WebAssembly for these, whose failure nobody can catch.
  const { memory } = instance(() => bindings.initSync({ module }));
  return pooledModule(
    withMemoryErrors(bindings, () => memory.buffer.byteLength),
    module,
    workers,
  );
}

async function fetched(source: URL): Promise<WebAssembly.Module> {
  const response = await fetch(source);
  if (!response.ok) throw new Error(`${source.href}: ${response.status} ${response.statusText}`);
  // Compiling while it arrives is for servers that say what it is.
  return response.headers.get('content-type')?.startsWith('application/wasm')
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
