import type { CoreModule } from './backend.js';
import { instance, withMemoryErrors } from './out-of-memory.js';
import { pooledModule, type Workers } from './pooled-module.js';

/** A module of one function that makes a vector, and counts its bits: `i8x16.popcnt`. */
const VECTORS = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // the header
  ...[1, 5, 1, 96, 0, 1, 123], // a type: () -> v128
  ...[3, 2, 1, 0], // a function of it
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11], // i32.const 0, i8x16.splat, i8x16.popcnt
);

/**
 * Loads the WebAssembly module.
 *
 * @param source the module's bytes, or where to fetch them
 * @param workers how to use more than one thread
 */
export async function loadWasm(source: Uint8Array<ArrayBuffer> | URL, workers: Workers): Promise<CoreModule> {
  if (!WebAssembly.validate(VECTORS)) {
    throw new Error(
      'no 128-bit vectors of WebAssembly here: they take Chrome 91, Firefox 89, Safari 16.4 or Node 16, ' +
        'and a processor with SSE4.1 or Neon',
    );
  }
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
