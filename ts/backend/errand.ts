import type { CoreJob, CoreModule } from './backend.js';

/** Numbers that can be handed over to a worker, and back, without a copy. */
export type Numbers = Float64Array<ArrayBuffer>;

/** A job of the WebAssembly core, whose steps other instances of the module can do; see `crates/quests/src/job.rs`. */
export interface ErrandJob extends CoreJob {
  /** Step `index` as an errand; without numbers where there is nothing to do. Handed out in order. */
  errand(index: number): Numbers;
  /** Number of the errand that a helper must have done before step `index`; `undefined` for none. */
  sharedBy(index: number): number | undefined;
  /** The errand of that number. */
  shared(number: number): Numbers;
  /** Takes the result of the errand of step `index`, in place of `step(index)`. */
  accept(index: number, result: Float64Array): void;
}

/** What does errands, in an instance of its own. */
export interface ErrandHelper {
  perform(errand: Float64Array): Numbers;
  free(): void;
}

/** The WebAssembly module's bindings: the boundary, and what it takes to use several instances. */
export interface WasmModule extends CoreModule {
  describe(...args: Parameters<CoreModule['describe']>): ErrandJob;
  kernelSums(...args: Parameters<CoreModule['kernelSums']>): ErrandJob;
  readonly Helper: new () => ErrandHelper;
}

/** What a worker is sent: first the compiled module, then errands. */
export type ToWorker = { readonly module: WebAssembly.Module } | { readonly errand: Numbers };

/** Its answer to each, in order; the module is answered with no numbers. */
export type FromWorker = { readonly result: Numbers } | { readonly failure: string };
