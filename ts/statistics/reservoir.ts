import { RandomStream } from './random.js';

/**
 * Draws some of many that come one after the other, whose number is not known: each is as likely
 * (algorithm R; J. S. Vitter, ACM Trans. Math. Softw. 11, 37, 1985). The same ones for the same
 * seed, however they come.
 */
export class Reservoir {
  readonly #size: number;
  readonly #random: RandomStream;
  #seen = 0;

  /**
   * @param size places
   * @param seed a whole number from 0 to 2⁵³ − 1
   */
  constructor(size: number, seed: number) {
    this.#size = size;
    this.#random = new RandomStream(seed);
  }

  /** Places that are taken. */
  get held(): number {
    return Math.min(this.#size, this.#seen);
  }

  /** Those that came. */
  get seen(): number {
    return this.#seen;
  }

  /** The place of the next one, in which another may have been; undefined where it is not drawn. */
  next(): number | undefined {
    const at = this.#seen++;
    if (at < this.#size) return at;
    const place = this.#random.below(at + 1);
    return place < this.#size ? place : undefined;
  }
}
