import type { CoreJob } from './core-job.js';
import type { PieceModule } from './pieces.js';

export type { CoreJob } from './core-job.js';

/** Names of the backends: the N-API addon, and WebAssembly. */
export type BackendName = 'native' | 'wasm';

/** How a backend is asked for: `auto` is native where it is there, else WebAssembly. */
export type BackendChoice = BackendName | 'auto';

/**
 * A reference set in the core: a descriptor matrix, prepared once for any number of kernel sums.
 */
export interface CoreReference {
  readonly rows: number;
  readonly width: number;
  /** Adds the rows of a row-major matrix; jobs that run already go on with those they have. */
  extend(matrix: Float64Array): void;
  free(): void;
}

/**
 * What both bindings offer, by the same names. Flat typed arrays and scalars only; mathematics is
 * in the core.
 */
export interface CoreModule extends PieceModule {
  /** Version of the core. */
  version(): string;
  /** Instruction set in use: `scalar`, `baseline`, `avx2`, `avx512`, `neon`, `simd128`. */
  simd(): string;
  /** Forces an instruction set, by its name; refused where the machine lacks it. */
  setSimd(name: string): void;
  /** Threads in use. */
  threads(): number;
  /**
   * Sets the number of threads for later jobs; 0 means as many as the machine offers. In
   * WebAssembly they are workers, started when a job is large enough. Many more than there are
   * cores are not given: `threads` says how many are.
   */
  setThreads(count: number): void;
  /**
   * Descriptors of frames laid end to end.
   *
   * @param positions 3 numbers per atom
   * @param offsets first atom of each frame, then the number of atoms: one more than frames
   * @param cells 9 numbers per frame (rows a, b, c), zeros where there is no cell
   * @param pbc per frame, bit 0 for a, bit 1 for b, bit 2 for c
   * @param species index of each atom's species; empty where `speciesCount` is 0
   * @param speciesCount 0 for plain descriptors; otherwise the number S of species: (S + 1)(2k − 1)
   *   columns where there are no labels
   * @param labels by species, a whole number above 0: the first column of the rows around its
   *   atoms, whose only block is then that of all atoms. Empty for none
   * @param channels weights of each species in each channel, above 0: species × channels,
   *   row-major. There is then a block for each channel, of neighbours with these weights. Empty
   *   for none
   */
  describe(
    positions: Float64Array,
    offsets: Uint32Array,
    cells: Float64Array,
    pbc: Uint8Array,
    species: Uint32Array,
    speciesCount: number,
    labels: Float64Array,
    channels: Float64Array,
    k: number,
    cutoff: number,
  ): CoreJob;
  /**
   * Descriptors of one frame that a move of some atoms changes: of atoms with a moved atom within
   * the cutoff, before or after, and of the moved atoms. All others keep their bits. The result is
   * the number of such atoms, their indices, rising, and their rows.
   *
   * @param before 3 numbers per atom
   * @param after likewise
   * @param cell 9 numbers
   * @param pbc bit 0 for a, bit 1 for b, bit 2 for c
   */
  describeMoved(
    before: Float64Array,
    after: Float64Array,
    cell: Float64Array,
    pbc: number,
    species: Uint32Array,
    speciesCount: number,
    labels: Float64Array,
    channels: Float64Array,
    k: number,
    cutoff: number,
  ): CoreJob;
  /**
   * Distance (Å) of the closest pair of atoms, images included, and both indices; empty where none
   * is within the radius.
   */
  closestPair(positions: Float64Array, cell: Float64Array, pbc: number, radius: number): Float64Array;
  /** Prepares a row-major matrix of `width` columns. */
  reference(matrix: Float64Array, width: number): CoreReference;
  /**
   * log p of every query under every bandwidth: bandwidths × queries, row-major; with `weights`
   * (one per row of the reference) followed by the kernel-weighted means in the same shape.
   *
   * @param queries row-major, as wide as the reference; empty for the reference against itself
   * @param weights empty for none
   * @param single in single precision where that is enough for some 1e-6; weighted sums never are
   */
  kernelSums(
    reference: CoreReference,
    queries: Float64Array,
    bandwidths: Float64Array,
    weights: Float64Array,
    single: boolean,
  ): CoreJob;
  /**
   * log p of every query with respect to the reference, then of every row of the reference with
   * respect to the queries: every pair is computed once.
   *
   * @param queries row-major, as wide as the reference; at least one row
   */
  mutualSums(reference: CoreReference, queries: Float64Array, bandwidth: number): CoreJob;
  /**
   * Plain rows of a table of atoms: decimal numbers, whole numbers and words of at most 6 bytes,
   * then a line end. Reading stops before a row that is not plain or not complete.
   *
   * @param bytes begins with a row
   * @param kinds per column the letter of its kind: `R`, `I` or `S`; a word becomes the number that
   *   its bytes make
   * @param widths per column its fields in a row
   * @param values room for as many rows as are to be read at most: one column after the other, each
   *   rows × width
   * @returns rows read; bytes they take; fewest digits after the point, and in the exponent, of the
   *   last field of any, 2^32 − 1 where the last column is not real
   */
  readRows(bytes: Uint8Array, kinds: Uint8Array, widths: Uint32Array, values: Float64Array): Uint32Array;
  /**
   * log p of every query within a tolerance, by sampling: log p, then the half-width of the 95 %
   * interval of each, then that of their mean: 2 × queries + 1 numbers. The tolerance is that of
   * the mean where the reference is compared with itself, else that of log p of 95 % of the
   * queries.
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
   * Share of all pairs of rows that the exact sums of a set within itself take: rows that are equal
   * to the bit are summed once, where they are half of the set or more.
   */
  shareOfPairs(reference: CoreReference): number;
  /**
   * Bounds of log p of every row of a set within itself, without summing over all pairs: the given
   * number of each row, in an order in which rows that are near each other lie together, then the
   * lower bound of each, then the upper one: 3 × rows numbers.
   */
  logBounds(reference: CoreReference, bandwidth: number): CoreJob;
  /**
   * log of the kernel sum of every query over its nearest reference rows alone.
   *
   * @param queries row-major, as wide as the reference; empty for the reference against itself
   * @param neighbors how many, from 1 to the number of reference rows
   */
  nearestSums(reference: CoreReference, queries: Float64Array, neighbors: number, bandwidth: number): CoreJob;
  /**
   * Distance of every query to its n-th nearest reference row.
   *
   * @param queries row-major, as wide as the reference; empty for the reference against itself,
   *   where every row is its own nearest
   * @param neighbors n, from 1 to the number of reference rows
   */
  nearestDistances(reference: CoreReference, queries: Float64Array, neighbors: number): CoreJob;
  /**
   * Bounds of log p of every query: the lower of each, then the upper: 2 × queries numbers. They
   * are equal, and those of {@link kernelSums} to the bit, for the `rank` queries with the least
   * log p; no query has −ε between its bounds.
   *
   * @param queries row-major, as wide as the reference; at least one row
   * @param rank a whole number from 1 to the number of queries
   * @param epsilon δH from which on a query is new, in nats; ±∞ for none, or all
   */
  leastSums(
    reference: CoreReference,
    queries: Float64Array,
    bandwidth: number,
    rank: number,
    epsilon: number,
  ): CoreJob;
  /**
   * The methods of {@link select}, one on each line: the name; `nested` if a smaller selection is
   * the beginning of a larger one; `known`, `target`, `seed`, `forces` for what it needs of that.
   */
  selectionMethods(): string;
  /**
   * Picks structures to keep: the number n of picks, their indices in order, the gain of each, and
   * the entropy of every structure if the method uses entropies.
   *
   * @param method a name of {@link selectionMethods}
   * @param offsets first row of each structure, then the number of rows
   * @param known log p of every row with respect to the structures you already have; empty for none
   * @param target share to cover, and
   * @param epsilon δH below which an environment is covered: for `atom_msc`
   * @param forces norm of the forces of each structure: for `gradient_fps`
   */
  select(
    method: string,
    matrix: Float64Array,
    width: number,
    offsets: Uint32Array,
    known: Float64Array,
    count: number,
    bandwidth: number,
    seed: number,
    target: number,
    epsilon: number,
    forces: Float64Array,
  ): CoreJob;
  /** H of the first 1, 2, … structures of an order, then D of them. */
  nested(
    matrix: Float64Array,
    width: number,
    offsets: Uint32Array,
    order: Uint32Array,
    bandwidth: number,
  ): CoreJob;
  /** log of the kernel sum of rows of the reference over all other rows: of all rows if none. */
  leaveOneOutSums(reference: CoreReference, rows: Uint32Array, bandwidth: number): CoreJob;
  /**
   * For each distance: the first row within it of each row of the reference, then the first frame
   * that each frame is a duplicate of; themselves if there is none before. See `DuplicateJob`.
   *
   * @param offsets first row of each frame, then the number of rows
   * @param labels a number for each row: only rows with the same can be duplicates
   */
  duplicates(
    reference: CoreReference,
    offsets: Uint32Array,
    labels: Uint32Array,
    distances: Float64Array,
  ): CoreJob;
  /**
   * Pairs of atoms with d < fraction·(r_i + r_j), and atoms without others within the cutoff, in
   * frames laid end to end as for `describe`: the number of pairs; per pair both atoms and the
   * vector from the first to the image of the second, each image a pair of its own; then the
   * isolated atoms. Atoms are counted through all frames.
   *
   * @param radii per atom, in Å; 0 where it is not known: no pairs then
   */
  contacts(
    positions: Float64Array,
    offsets: Uint32Array,
    cells: Float64Array,
    pbc: Uint8Array,
    radii: Float64Array,
    fraction: number,
    cutoff: number,
  ): CoreJob;
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
