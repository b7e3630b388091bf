import type { CoreJob, CoreModule } from './backend.js';

/** A job of the WebAssembly core, whose steps other instances of the module can do; see `crates/quests/src/job.rs`. */
export interface ErrandJob extends CoreJob {
  /** Step `index` as an errand; without numbers where there is nothing to do. Handed out in order. */
  errand(index: number): Float64Array;
  /** Takes the result of the errand of step `index`, in place of `step(index)`. */
  accept(index: number, result: Float64Array): void;
}

/** The WebAssembly module's bindings: the boundary, and what it takes to use several instances. */
export interface WasmModule extends CoreModule {
  describe(...args: Parameters<CoreModule['describe']>): ErrandJob;
  kernelSums(...args: Parameters<CoreModule['kernelSums']>): ErrandJob;
  mutualSums(...args: Parameters<CoreModule['mutualSums']>): ErrandJob;
  /** Does an errand of a job that lives in another instance. */
  perform(errand: Float64Array): Float64Array;
}

/** What a worker is sent: first the compiled module, then errands. */
export type ToWorker = { readonly module: WebAssembly.Module } | { readonly errand: Float64Array };

/** Its answer to each, in order; the module is answered with no numbers. */
export type FromWorker = { readonly result: Float64Array } | { readonly failure: string };

/**
 * The buffer of an errand or a result, to be handed over without a copy. The bindings copy both out of the module's memory,
 * so the buffer holds nothing else and is never a shared one.
 */
export function bufferOf(numbers: Float64Array): ArrayBuffer {
  return numbers.buffer as ArrayBuffer;
}
