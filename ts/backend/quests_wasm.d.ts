// Stands in for the generated bindings where they are not built, so that the sources can be compiled without them.
// That the generated ones are the same is checked in test/types.
declare module '*/dist/wasm/quests_wasm.js' {
  type CoreModule = import('./errand.js').WasmModule;
  export const version: CoreModule['version'];
  export const simd: CoreModule['simd'];
  export const threads: CoreModule['threads'];
  export const setThreads: CoreModule['setThreads'];
  export const describe: CoreModule['describe'];
  export const reference: CoreModule['reference'];
  export const kernelSums: CoreModule['kernelSums'];
  export const entropy: CoreModule['entropy'];
  export const diversity: CoreModule['diversity'];
  export const overlap: CoreModule['overlap'];
  export const bandwidth: CoreModule['bandwidth'];
  export const perform: CoreModule['perform'];
  export const initSync: (options: { module: WebAssembly.Module }) => unknown;
  const start: (options: { module_or_path: WebAssembly.Module }) => Promise<unknown>;
  export default start;
}
