import { needLittleEndian } from '../base/byte-order.js';
import { QuestsError } from '../base/error.js';
import type { Backend, BackendChoice, BackendName, CoreModule } from './backend.js';

/** How one environment (Node, the browser) gets at the backends. */
export interface Loaders {
  /** The backends there can be, in the order in which `auto` tries them. */
  readonly load: Readonly<Partial<Record<BackendName, () => Promise<CoreModule>>>>;
  /** What the user's environment asks for; `undefined` or empty where it doesn't. */
  readonly preference: () => { readonly choice: string | undefined; readonly from: string };
}

const ORDER: readonly BackendName[] = ['native', 'wasm'];

let registered: Loaders | undefined;
const loaded = new Map<BackendName, Promise<Backend>>();

/**
 * Called once by the entry point of each environment, so that none pulls in the other's modules.
 *
 * @throws {QuestsError} BACKEND_UNAVAILABLE: nothing of this package works on this machine
 */
export function registerLoaders(loaders: Loaders): void {
  needLittleEndian();
  registered = loaders;
}

/**
 * Loads a backend, once. `auto` is the native addon if it can be loaded, else WebAssembly.
 *
 * @param choice `native`, `wasm` or `auto`. Default: the value of `QUESTS_BACKEND`, else `auto`
 * @throws {QuestsError} INVALID_ARGUMENT: an unknown name; BACKEND_UNAVAILABLE, with every cause,
 *   if the requested backend cannot be loaded: no other takes its place
 *
 * @example
 * const backend = await loadBackend('wasm');
 * const H = await entropy(x, { backend });
 */
export async function loadBackend(choice?: BackendChoice): Promise<Backend> {
  if (registered === undefined) {
    throw new QuestsError('INTERNAL', 'no backend loaders registered: import the package by its entry point');
  }
  const preference = registered.preference();
  const wanted =
    choice !== undefined
      ? known(choice, 'backend')
      : preference.choice
        ? known(preference.choice, preference.from)
        : 'auto';
  const names = wanted === 'auto' ? ORDER : [wanted];
  const failures: unknown[] = [];
  for (const name of names) {
    try {
      return await loadOnce(name, registered);
    } catch (failure) {
      failures.push(failure);
    }
  }
  const causes = names.map((name, i) => `${name}: ${oneLine(failures[i])}`).join('; ');
  const message = wanted === 'auto' ? `no backend can be loaded: ${causes}` : `backend ${causes}`;
  throw new QuestsError('BACKEND_UNAVAILABLE', message, {
    cause: failures.length === 1 ? failures[0] : new AggregateError(failures, message),
  });
}

function known(choice: string, from: string): BackendChoice {
  const choices: readonly BackendChoice[] = ['auto', ...ORDER];
  const found = choices.find((each) => each === choice);
  if (found === undefined) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${from}: unknown name "${choice}", expected ${choices.join(', ')}`,
    );
  }
  return found;
}

function loadOnce(name: BackendName, loaders: Loaders): Promise<Backend> {
  let backend = loaded.get(name);
  if (backend === undefined) {
    backend = load(name, loaders);
    loaded.set(name, backend);
    // A failure is not kept: what was missing may be there the next time.
    backend.catch(() => loaded.delete(name));
  }
  return backend;
}

async function load(name: BackendName, loaders: Loaders): Promise<Backend> {
  const loader = loaders.load[name];
  if (loader === undefined) throw new Error('not for this environment');
  return { name, core: await loader() };
}

/**
 * Messages of Node's module loader go on for lines (`Require stack: …`); the first says what
 * happened.
 */
function oneLine(failure: unknown): string {
  const text = failure instanceof Error ? failure.message : String(failure);
  return text.split('\n', 1)[0] ?? '';
}
