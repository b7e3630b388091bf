import type { CoreJob } from './core-job.js';

/** Some leaves of a set that is in order, from the first row of a share on, or any of
 * them. */
export interface CorePiece {
  readonly rows: number;
  free(): void;
}

/**
 * Sums over some leaves of a set after others, with the bits of sums over the whole set. A *share*
 * of a set in order is what can be computed on its own.
 */
export interface PieceModule {
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
  /**
   * Copies of rows, to the bit, where at least half of them are: the number of distinct rows, the
   * first of each, rising, and for each row the place of its like among those. Empty where sums
   * take each row by itself.
   */
  copies(matrix: Float64Array, width: number): Uint32Array;
  /**
   * Joins the rows of each leaf of a matrix in order into groups whose rows are all within a radius
   * of their mean. How far a row is from its mean at most, the group of each row, then the means;
   * groups are numbered in the order of their first rows.
   */
  mergeRows(matrix: Float64Array, width: number, radius: number): Float64Array;
  /**
   * Lays out rows that are in order, with their coordinates; all is copied.
   *
   * @param leaves rising numbers of the leaves, of a piece of any leaves; empty for leaves in turn
   * @param counts how often each row is there; empty for once
   */
  piece(
    matrix: Float64Array,
    width: number,
    projections: Float64Array,
    leaves: Uint32Array,
    counts: Float64Array,
  ): CorePiece;
  /**
   * Numbers of the leaves that the sums of queries look into, rising.
   *
   * @param boxes of all leaves of the set: 16 numbers each, the lower corner and the upper one
   * @param terms rows of the set
   */
  nearLeaves(queries: CorePiece, boxes: Float64Array, terms: number, bandwidths: Float64Array): Uint32Array;
  /**
   * Numbers of the leaves that queries without near neighbours look into, rising. `nearest` is half
   * the squared distance of each to the nearest row known: with ∞ the leaf that may be nearest is
   * given; without bandwidths those that may have a nearer row; else those whose rows matter to the
   * sum.
   */
  farLeaves(
    queries: CorePiece,
    boxes: Float64Array,
    rows: Uint32Array,
    nearest: Float64Array,
    terms: number,
    bandwidths: Float64Array,
  ): Uint32Array;
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
   * Sums of the rows of each leaf of a piece over that leaf, where copies count: what p of them is
   * at least.
   *
   * @param terms rows of the set
   */
  ownLeafSums(piece: CorePiece, terms: number, bandwidth: number): CoreJob;
  /**
   * The lower bound of log p of every row of a set within itself, then the upper one; as
   * `logBounds` has them.
   *
   * @param boxes of all leaves
   * @param counts rows of each leaf, where copies count
   * @param sums of all rows, as {@link ownLeafSums} gives them
   */
  leafBounds(
    boxes: Float64Array,
    counts: Float64Array,
    sums: Float64Array,
    terms: number,
    bandwidth: number,
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
  /** Half the squared distance of one row to each row of a piece. */
  halfSquaredDistances(piece: CorePiece, row: Float64Array): Float64Array;
}
