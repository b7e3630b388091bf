import type { Source } from '../../model/structure.js';

/**
 * Numbers of an `.npy` file, row-major, and their shape: rows × width, or frames × atoms × width.
 */
export interface NpyArray {
  readonly data: Float64Array;
  readonly shape: readonly number[];
}

/** A matrix of descriptors as a file holds it, with what the file says of it. */
export interface StoredMatrix extends NpyArray {
  /** Neighbours per environment; absent or `null` where the file does not say. */
  readonly k?: number | null | undefined;
  /** Cutoff, in Å; absent or `null` where the file does not say. */
  readonly cutoff?: number | null | undefined;
  /**
   * Species of the blocks after the first, or a word for another way to tell species apart; absent
   * or `null` where there are none, or the file does not say.
   */
  readonly species?: readonly string[] | string | null | undefined;
  /** First row of each frame, then the number of rows; absent where the file does not say. */
  readonly frameOffsets?: ArrayLike<number> | undefined;
  /** Where the structure of each frame was read; absent or `null` where the file does not say. */
  readonly sources?: readonly (Source | undefined)[] | null | undefined;
}

/** A matrix whose numbers come in parts, row after row, for formats that keep the numbers alone. */
export interface MatrixParts extends Pick<NpyArray, 'shape'> {
  readonly parts: Iterable<Float64Array> | AsyncIterable<Float64Array>;
}
