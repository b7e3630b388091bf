/** Names of the backends: the N-API addon, and WebAssembly. */
export type BackendName = 'native' | 'wasm';

/** How a backend is asked for: `auto` is native where it is there, else WebAssembly. */
export type BackendChoice = BackendName | 'auto';

/** Long work in the core, planned into steps; run them in order, then `finish`. */
export interface CoreJob {
  readonly steps: number;
  /** Does step `index`; on the native backend off the event loop. */
  step(index: number): Promise<void> | void;
  /** Takes the result out and ends the job. */
  finish(): Float64Array;
  /** Frees what the job holds; a job that was not finished must be freed. */
  free(): void;
}

/** A reference set in the core: a descriptor matrix, prepared once for any number of kernel sums. */
export interface CoreReference {
  readonly rows: number;
  readonly width: number;
  /** Adds the rows of a row-major matrix; jobs that run already go on with those they have. */
  extend(matrix: Float64Array): void;
  free(): void;
}

/** What both bindings offer, by the same names. Flat typed arrays and scalars only; mathematics is in the core. */
export interface CoreModule {
  /** Version of the core. */
  version(): string;
  /** Instruction set in use: `scalar`, `baseline`, `avx2`, `avx512`, `neon`, `simd128`. */
  simd(): string;
  /** Forces an instruction set, by its name; refused where the machine lacks it. */
  setSimd(name: string): void;
  /** Threads in use. */
  threads(): number;
  /** Sets the number of threads; 0 means as many as the machine offers. WebAssembly has one. */
  setThreads(count: number): void;
  /**
   * Descriptors of frames laid end to end.
   *
   * @param positions 3 numbers per atom
   * @param offsets first atom of each frame, then the number of atoms: one more than frames
   * @param cells 9 numbers per frame (rows a, b, c), zeros where there is no cell
   * @param pbc per frame, bit 0 for a, bit 1 for b, bit 2 for c
   * @param species index of each atom's species; empty where `speciesCount` is 0
   * @param speciesCount 0 for plain descriptors; otherwise the number S of species: (S + 1)(2k − 1) columns
   */
  describe(
    positions: Float64Array,
    offsets: Uint32Array,
    cells: Float64Array,
    pbc: Uint8Array,
    species: Uint32Array,
    speciesCount: number,
    k: number,
    cutoff: number,
  ): CoreJob;
  /** Prepares a row-major matrix of `width` columns. */
  reference(matrix: Float64Array, width: number): CoreReference;
  /**
   * log p of every query under every bandwidth: bandwidths × queries, row-major; with `weights` (one per row of the
   * reference) followed by the kernel-weighted means in the same shape.
   *
   * @param queries row-major, as wide as the reference; empty for the reference against itself
   * @param weights empty for none
   */
  kernelSums(
    reference: CoreReference,
    queries: Float64Array,
    bandwidths: Float64Array,
    weights: Float64Array,
  ): CoreJob;
  /**
   * log p of every query within a tolerance, by sampling: log p, then the half-width of the 95 % interval of each, then
   * that of their mean: 2 × queries + 1 numbers. The tolerance is that of the mean where the reference is compared with
   * itself, else that of log p of 95 % of the queries.
   *
   * @param queries row-major, as wide as the reference; empty for the reference against itself
   * @param tolerance in nats
   * @param seed a whole number from 0 to 2⁵³ − 1
   */
  estimate(
    reference: CoreReference,
    queries: Float64Array,
    bandwidth: number,
    tolerance: number,
    seed: number,
  ): CoreJob;
  /**
   * log of the kernel sum of every query over its nearest reference rows alone.
   *
   * @param queries row-major, as wide as the reference; empty for the reference against itself
   * @param neighbors how many, from 1 to the number of reference rows
   */
  nearestSums(reference: CoreReference, queries: Float64Array, neighbors: number, bandwidth: number): CoreJob;
  /** H = log N − mean log p. */
  entropy(logSums: Float64Array): number;
  /** D = log Σ 1/p. */
  diversity(logSums: Float64Array): number;
  /** Share of the queries with −log p below ε. */
  overlap(logSums: Float64Array, epsilon: number): number;
  /** Bandwidth for a volume per atom; `method` is `gaussian` or `cutoff`. */
  bandwidth(volume: number, method: string): number;
}

/** A loaded core, with the name it was loaded by. */
export interface Backend {
  readonly name: BackendName;
  readonly core: CoreModule;
}
