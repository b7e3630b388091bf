import { QuestsError } from '../base/error.js';
import type { Backend, CoreJob } from './backend.js';

/** Some leaves of a set that is in order, from the first row of a share on. */
export interface CorePiece {
  readonly rows: number;
  free(): void;
}

/**
 * Sums over sets that don't fit the memory, with the bits of sums over the whole set; on the native
 * backend only. A *share* of a set in order is what can be computed on its own.
 */
export interface OutOfCoreModule {
  /** Rows of a leaf: sets are halved at multiples of it. */
  leafRows(): number;
  /** Rows of a share; the last of a set may have fewer. */
  shareRows(): number;
  /** Distance of the rows of a set that make the sample for its axes. */
  sampleStride(rows: number): number;
  /** Axes from a sample: numbers for {@link project}. */
  axes(sample: Float64Array, width: number): Float64Array;
  /** Coordinates of rows along axes: 8 for each. */
  project(axes: Float64Array, matrix: Float64Array, width: number): Float64Array;
  /** The order of rows with these coordinates: for each place the row. */
  order(projections: Float64Array): Uint32Array;
  /** Lays out rows that are in order, with their coordinates; both are copied. */
  piece(matrix: Float64Array, width: number, projections: Float64Array): CorePiece;
  /**
   * Adds kernels with the rows of a piece to the sums of queries: bandwidths × queries, zeros
   * before the first piece. Pieces of a set must come in their order.
   *
   * @param places shares before the first of the queries, and before the first of the piece, where
   *   the queries are of the set itself; empty for other queries
   * @param asking whether the queries are of the reference, and the set of the queries, of sums
   *   that come from one pass over the pairs of both (`mutualSums`)
   * @param terms rows of the set; of such sums those of the larger one
   */
  pieceSums(
    queries: CorePiece,
    piece: CorePiece,
    places: Float64Array,
    asking: boolean,
    terms: number,
    bandwidths: Float64Array,
    sums: Float64Array,
  ): CoreJob;
  /**
   * log p of complete sums; NaN for queries of another set (`own` false) that must be recomputed,
   * by the following.
   */
  pieceLogs(sums: Float64Array, bandwidths: number, own: boolean): Float64Array;
  /**
   * Half squared distances of some queries to the nearest row of all pieces so far; ∞ before the
   * first.
   */
  nearestPiece(queries: CorePiece, piece: CorePiece, rows: Uint32Array, nearest: Float64Array): CoreJob;
  /**
   * Sums relative to the nearest row of all: rows × bandwidths, zeros before the first piece;
   * `terms` is the number of rows of the set.
   */
  distantSums(
    queries: CorePiece,
    piece: CorePiece,
    rows: Uint32Array,
    nearest: Float64Array,
    terms: number,
    bandwidths: Float64Array,
    sums: Float64Array,
  ): CoreJob;
  /** log p of such sums: rows × bandwidths. */
  distantLogs(sums: Float64Array, nearest: Float64Array, bandwidths: Float64Array): Float64Array;
  /** Σ log p of rows that come in parts: with those so far in `total`, 0 before the first. */
  logTotal(total: number, logSums: Float64Array): number;
  /** H from Σ log p of so many rows. */
  entropyOf(total: number, count: number): number;
  /** Σ p_min/p of rows that come in parts, log p_min the smallest of all. */
  inverseTotal(total: number, smallest: number, logSums: Float64Array): number;
  /** D from Σ p_min/p. */
  diversityOf(total: number, smallest: number): number;
}

/**
 * Sums out of core, if the backend has them.
 *
 * @throws {QuestsError} BACKEND_UNAVAILABLE for WebAssembly
 */
export function outOfCoreModule({ name, core }: Backend): OutOfCoreModule {
  if (name === 'native') return core as unknown as OutOfCoreModule;
  throw new QuestsError('BACKEND_UNAVAILABLE', `shards are computed by the native backend, not by ${name}`);
}
