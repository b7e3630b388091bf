import type { WasmModule } from './remote-step.js';

/** Bytes that a WebAssembly module can have. */
const MOST = 2 ** 32;

type Call = (...values: unknown[]) => unknown;

/** What WebAssembly throws where it has no more memory: all other faults of the core have words. */
const TRAP = /unreachable/i;

/** What JavaScript throws where an array, or an instance of a module, has no room. */
const NO_ROOM = /allocation failed|invalid (typed )?array length|out of memory|cannot allocate/i;

/**
 * Whether an error says that there is no more memory, in WebAssembly or for what is taken out of
 * it.
 */
export function isOutOfMemory(thrown: unknown): boolean {
  if (thrown instanceof WebAssembly.RuntimeError) return TRAP.test(thrown.message);
  return thrown instanceof RangeError && NO_ROOM.test(thrown.message);
}

/** Makes an instance of the module; says what helps where there is no memory for it. */
export function instance<T>(make: () => T): T {
  try {
    return make();
  } catch (thrown) {
    if (!isOutOfMemory(thrown)) throw thrown;
    const problem =
      'there is no memory for an instance of WebAssembly, which reserves about 10 GB of addresses ' +
      '(ulimit -v forbids it); the native backend needs none';
    throw new Error(problem, { cause: thrown });
  }
}

/**
 * What a worker says of an error: `CODE: text`.
 *
 * @param held bytes of the memory of its instance
 */
export function failureText(thrown: unknown, held: number): string {
  if (isOutOfMemory(thrown)) return outOfMemory(held, 0);
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/**
 * The bindings, but errors of full memory are `TOO_LARGE`, with the size and what helps. Handles
 * that they give stay what they are: their methods are replaced in place.
 *
 * @param held bytes of the memory of the instance
 */
export function withMemoryErrors(bindings: WasmModule, held: () => number): WasmModule {
  const guarded: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(bindings)) {
    guarded[name] = value;
    if (typeof value !== 'function') continue;
    const { prototype } = value as { prototype?: object };
    if (prototype === undefined || Object.getOwnPropertyNames(prototype).length < 2) {
      guarded[name] = guardedCall(value as Call, held);
    } else guardMethods(prototype, held);
  }
  return guarded as unknown as WasmModule;
}

function guardMethods(prototype: object, held: () => number): void {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (name === 'constructor' || typeof value !== 'function') continue;
    Object.defineProperty(prototype, name, {
      value: guardedCall(value as Call, held),
      writable: true,
      configurable: true,
    });
  }
}

function guardedCall(call: Call, held: () => number): Call {
  return function (this: unknown, ...values: unknown[]): unknown {
    let given = 0;
    for (const value of values) if (ArrayBuffer.isView(value)) given += value.byteLength;
    // The bindings count bytes in 32 bits, and would ask for too few.
    if (given > MOST) throw new Error(outOfMemory(held(), given));
    try {
      return call.apply(this, values);
    } catch (thrown) {
      if (!isOutOfMemory(thrown)) throw thrown;
      throw new Error(outOfMemory(held(), given), { cause: thrown });
    }
  };
}

function outOfMemory(held: number, given: number): string {
  const asked = given > 0 ? `, and ${gigabytes(given)} GB were to come` : '';
  return (
    `TOO_LARGE: WebAssembly is out of memory: it has ${gigabytes(held)} GB of at most ` +
    `${gigabytes(MOST)}${asked}; use the native backend, an estimate (--tolerance), or fewer environments`
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
