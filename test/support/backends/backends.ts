import { type Backend, type BackendName, loadBackend } from '../../../ts/node.js';

/** Every backend there is. One that cannot be loaded fails its tests: `npm test` builds both. */
export const BACKENDS: readonly BackendName[] = ['native', 'wasm'];

/** Both, side by side. */
export async function bothBackends(): Promise<{ native: Backend; wasm: Backend }> {
  return { native: await loadBackend('native'), wasm: await loadBackend('wasm') };
}
