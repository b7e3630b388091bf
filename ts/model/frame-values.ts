import { QuestsError } from '../base/error.js';
import type { FramedRows } from './descriptor-matrix.js';

/**
 * One number for each frame, made of the values of its environments.
 *
 * @param x environments that know their frames
 * @param values one for each environment
 * @param of makes the number from the values of one frame
 * @throws {QuestsError} INVALID_ARGUMENT: another number of values than of environments
 *
 * @example
 * const largest = perFrame(x, dH, (own) => Math.max(...own));
 */
export function perFrame(
  { rows, frames, frameOffsets }: Pick<FramedRows, 'rows' | 'frames' | 'frameOffsets'>,
  values: Float64Array,
  of: (own: Float64Array) => number,
): Float64Array {
  if (values.length !== rows) {
    throw new QuestsError('INVALID_ARGUMENT', `${values.length} values for ${rows} environments`);
  }
  return Float64Array.from({ length: frames }, (_, frame) =>
    of(values.subarray(frameOffsets[frame], frameOffsets[frame + 1])),
  );
}
