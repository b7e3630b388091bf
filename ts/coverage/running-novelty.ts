import { DEFAULTS } from '../base/defaults.js';
import { checkCounted, type NoveltyOptions } from './novelty.js';
import { NUMBER_OR_NAN, options, typedArray } from '../base/kinds.js';

const FLOATS = typedArray('Float64Array');
const OPTIONS = options<Pick<NoveltyOptions, 'epsilon'>>({ epsilon: NUMBER_OR_NAN });

/**
 * Mean, smallest and largest δH, and the novelty, of environments that come in batches, none of
 * which is kept; see {@link noveltySummary} for values that are all in memory.
 *
 * @example
 * const found = new RunningNovelty();
 * for await (const { x } of descriptorBatches(structures)) {
 *   found.add(await deltaEntropy(x, reference));
 * }
 * console.log(found.mean, found.novelty);
 */
export class RunningNovelty {
  readonly #epsilon: number;
  #count = 0;
  #sum = 0;
  #novel = 0;
  #min = Infinity;
  #max = -Infinity;

  /** @param epsilon ε: environments with δH below it count as covered, in nats. Default: 1e-5 */
  constructor(given: Pick<NoveltyOptions, 'epsilon'> = {}) {
    OPTIONS.judge(given, 'options');
    this.#epsilon = given.epsilon ?? DEFAULTS.epsilon;
  }

  /**
   * Adds a batch.
   *
   * @param dH δH of its environments, in nats
   * @param counted values that novelty is counted by, as {@link countedDeltas} makes them. Default:
   *   δH
   * @returns itself
   */
  add(dH: Float64Array, counted: Float64Array = dH): this {
    FLOATS.judge(dH, 'dH');
    FLOATS.judge(counted, 'counted');
    checkCounted(dH, counted);
    for (let row = 0; row < dH.length; row++) {
      const value = dH[row] as number;
      this.#sum += value;
      if (value < this.#min) this.#min = value;
      if (value > this.#max) this.#max = value;
      if ((counted[row] as number) >= this.#epsilon) this.#novel++;
    }
    this.#count += dH.length;
    return this;
  }

  /** Environments so far. */
  get environments(): number {
    return this.#count;
  }

  /** Mean of δH, in nats; NaN of none. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /** Smallest δH, in nats; Infinity of none. */
  get min(): number {
    return this.#min;
  }

  /** Largest δH, in nats; −Infinity of none. */
  get max(): number {
    return this.#max;
  }

  /** Share with δH ≥ ε, from 0 to 1: what the reference does not cover; NaN of none. */
  get novelty(): number {
    return this.#novel / this.#count;
  }
}
