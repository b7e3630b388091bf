import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { QuestsError } from '../base/error.js';

/**
 * The numbers 0 … count − 1 in a random order (Fisher–Yates).
 *
 * @param seed a whole number from 0 to 2⁵³ − 1; the same gives the same order
 * @throws {QuestsError} INVALID_ARGUMENT: seed
 */
export function shuffled(count: number, seed: number): Uint32Array {
  if (!Number.isSafeInteger(seed) || seed < 0) {
    throw new QuestsError('INVALID_ARGUMENT', `seed is ${seed}, expected a whole number from 0 to 2^53 - 1`);
  }
  // The generator takes 32 bits; the others come in by a second draw.
  const generator = xoroshiro128plus((seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x9e3779b1)) | 0);
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  for (let at = count - 1; at > 0; at--) {
    const other = uniformInt(generator, 0, at);
    [order[at], order[other]] = [order[other] as number, order[at] as number];
  }
  return order;
}
