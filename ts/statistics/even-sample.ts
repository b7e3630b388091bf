import { ITERABLE, whole } from '../base/kinds.js';

const MOST = whole(2);

/**
 * An even sample of values that come in batches: every value at first, then every second, every
 * fourth and so on, so that there are never more than asked for.
 *
 * @example
 * const sample = new EvenSample(1000);
 * for (const batch of batches) sample.add(batch);
 * console.log(sample.values());
 */
export class EvenSample {
  readonly #most: number;
  #values: number[] = [];
  #step = 1;
  #seen = 0;

  /**
   * @param most the sample has fewer values than this, at least half as many where there are
   *   enough; 2 or more
   */
  constructor(most: number) {
    MOST.judge(most, 'most');
    this.#most = most;
  }

  /** Adds values, which follow those before. */
  add(values: Iterable<number>): void {
    ITERABLE.judge(values, 'values');
    for (const value of values) {
      if (this.#seen++ % this.#step !== 0) continue;
      this.#values.push(value);
      if (this.#values.length < this.#most) continue;
      this.#values = this.#values.filter((_, at) => at % 2 === 0);
      this.#step *= 2;
    }
  }

  /** The sample so far, in the order of the values. */
  values(): readonly number[] {
    return this.#values;
  }
}
