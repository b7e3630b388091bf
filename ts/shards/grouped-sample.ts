import type { LogBounds } from '../kernel/density-classes.js';
import type { SampledSet } from '../kernel/sampled-set.js';
import type { RunOptions } from '../run/run-options.js';
import type { LabelGroup } from './given-rows.js';

/** A set of several labels, each of which is sampled on its own. */
export class GroupedSample implements SampledSet {
  readonly rows: number;
  readonly shareOfPairs = 1;
  readonly hasOther = false;
  readonly #samples: readonly SampledSet[];
  /** For each row the place of its group. */
  readonly #groupOf: Uint16Array;

  /**
   * @param groups of the set
   * @param sampleOf a group, whose rows it numbers as the set does
   */
  constructor(groups: readonly LabelGroup[], sampleOf: (group: LabelGroup) => SampledSet) {
    this.rows = groups.reduce((count, { rows }) => count + rows.rows, 0);
    this.#samples = groups.map(sampleOf);
    this.#groupOf = new Uint16Array(this.rows);
    for (const [at, { numbers = [] }] of groups.entries()) {
      for (const number of numbers) this.#groupOf[number] = at;
    }
  }

  async bounds(bandwidth: number, options: RunOptions): Promise<LogBounds> {
    const [only, ...others] = this.#samples;
    if (only !== undefined && others.length === 0) return only.bounds(bandwidth, options);
    const rows = new Uint32Array(this.rows);
    const low = new Float64Array(this.rows);
    const high = new Float64Array(this.rows);
    let first = 0;
    for (const sample of this.#samples) {
      const own = await sample.bounds(bandwidth, options);
      rows.set(own.rows, first);
      low.set(own.low, first);
      high.set(own.high, first);
      first += own.rows.length;
    }
    return { rows, low, high };
  }

  async logSums(rows: Uint32Array, bandwidth: number, options: RunOptions): Promise<Float64Array> {
    const logs = new Float64Array(rows.length);
    const places = Uint32Array.from(rows.keys());
    for (const [at, sample] of this.#samples.entries()) {
      const own = places.filter((place) => this.#groupOf[rows[place] as number] === at);
      if (own.length === 0) continue;
      const numbers = own.map((place) => rows[place] as number);
      const found = await sample.logSums(numbers, bandwidth, options);
      for (const [index, place] of own.entries()) logs[place] = found[index] as number;
    }
    return logs;
  }
}
