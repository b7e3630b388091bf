import type { CoreJob, CoreModule } from './backend.js';

/**
 * A job of the WebAssembly core, whose steps other instances can compute; see
 * `crates/quests/src/job.rs`.
 */
export interface RemoteStepJob extends CoreJob {
  /**
   * Step `index` as numbers for another instance, empty if there is nothing to compute; in order.
   */
  remoteStep(index: number): Float64Array;
  /** Takes the result of remote step `index`, in place of `step(index)`. */
  accept(index: number, result: Float64Array): void;
}

/** The WebAssembly module's bindings: the boundary, and what it takes to use several instances. */
export interface WasmModule extends CoreModule {
  describe(...args: Parameters<CoreModule['describe']>): RemoteStepJob;
  kernelSums(...args: Parameters<CoreModule['kernelSums']>): RemoteStepJob;
  mutualSums(...args: Parameters<CoreModule['mutualSums']>): RemoteStepJob;
  /** Computes a step of a job that lives in another instance. */
  computeRemoteStep(step: Float64Array): Float64Array;
}

/** What a worker is sent: first the compiled module, then remote steps. */
export type ToWorker = { readonly module: WebAssembly.Module } | { readonly step: Float64Array };

/** Its answer to each, in order; the module is answered with no numbers. */
export type FromWorker = { readonly result: Float64Array } | { readonly failure: string };

/**
 * The buffer of a remote step or a result, to be handed over without a copy. The bindings copy both
 * out of the module's memory, so the buffer holds nothing else and is never a shared one.
 */
export function bufferOf(numbers: Float64Array): ArrayBuffer {
  return numbers.buffer as ArrayBuffer;
}
