import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { QuestsError } from '../base/error.js';

const MASK = (1n << 64n) - 1n;

/**
 * Refuses a number that is no seed.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: not a whole number from 0 to 2⁵³ − 1
 */
export function checkSeed(seed: number): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return;
  throw new QuestsError('INVALID_ARGUMENT', `seed is ${seed}, expected a whole number from 0 to 2^53 - 1`);
}

/**
 * Random numbers that follow from a seed alone (xoroshiro128+, of pure-rand): all that TypeScript
 * draws. Further numbers after the seed select independent streams: a run that is resumed continues
 * with the stream of its step, and no state of a generator has to be saved.
 */
export class RandomStream {
  readonly #generator: ReturnType<typeof xoroshiro128plusFromState>;
  /** The second of two normal numbers, which come in pairs. */
  #spare: number | undefined;

  /**
   * @param seed a whole number from 0 to 2⁵³ − 1
   * @param stream likewise
   * @throws {QuestsError} INVALID_ARGUMENT: seed
   */
  constructor(seed: number, ...stream: readonly number[]) {
    checkSeed(seed);
    const first = mixed([seed, ...stream]);
    const second = mixed([seed, ...stream, 1]);
    const words = [first >> 32n, first, second >> 32n, second].map((word) => Number(BigInt.asIntN(32, word)));
    this.#generator = xoroshiro128plusFromState(words);
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return uniformFloat64(this.#generator);
  }

  /** A whole number from 0 to `count` − 1, each as likely up to 2⁻⁵³·count. */
  below(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Normally distributed: mean 0, variance 1 (Box and Muller's way). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /**
   * A sample without replacement: `count` different whole numbers from 0 to `most` − 1, in random
   * order (Fisher and Yates, as far as needed). With `count` = `most` it is a shuffle.
   */
  distinct(count: number, most: number): Uint32Array {
    const all = Uint32Array.from({ length: most }, (_, index) => index);
    for (let at = 0; at < count; at++) {
      const other = at + this.below(most - at);
      [all[at], all[other]] = [all[other] as number, all[at] as number];
    }
    return all.slice(0, count);
  }
}

/**
 * Seed of the sample of part `index` of some work, so that the errors of its parts are independent.
 *
 * @param seed a whole number from 0 to 2⁵³ − 1
 * @param index number of the part, from 0
 */
export function seedOfPart(seed: number, index: number): number {
  return (seed + index) % Number.MAX_SAFE_INTEGER;
}

/**
 * A seed derived from another seed and from numbers, independent of both: a whole number below 2⁵³.
 */
export function derivedSeed(seed: number, ...numbers: readonly number[]): number {
  return Number(mixed([seed, ...numbers]) >> 11n);
}

/**
 * 64 bits that each depend on all of the numbers: the finaliser of SplitMix64, number by number.
 */
function mixed(numbers: readonly number[]): bigint {
  let state = 0n;
  for (const number of numbers) {
    let bits = ((state ^ BigInt(number)) + 0x9e3779b97f4a7c15n) & MASK;
    bits = ((bits ^ (bits >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK;
    bits = ((bits ^ (bits >> 27n)) * 0x94d049bb133111ebn) & MASK;
    state = bits ^ (bits >> 31n);
  }
  return state;
}
