import * as analysis from '../../faces/node/analysis.js';
import type { Batch } from '../session/describer.js';
import type { OpenSet } from '../session/open-sets.js';
import type { PlannedSets } from './sharding.js';

/** Elements of a test set that its reference lacks. */
export interface PlannedMissing {
  readonly missing: readonly string[];
  /** Their environments; `null` where elements are not told apart. */
  readonly missingRows: number | null;
}

/** Counts environments of elements that the reference lacks, while a test set is planned. */
export class MissingRows {
  readonly #of: PlannedSets;
  #rows = 0;
  #missing = 0;

  /** @param of the test set and its reference, which was read before */
  constructor(of: PlannedSets) {
    this.#of = of;
  }

  /** Whether elements are told apart. */
  get tellsApart(): boolean {
    return this.#of.describer.settings.species !== 'ignore';
  }

  /**
   * Counts those of the next batch.
   *
   * @returns their numbers in the test set
   */
  add({ x, structures = [] }: Batch): number[] {
    const missing = this.elements();
    const first = this.#rows;
    this.#rows += x.rows;
    if (missing.length === 0) return [];
    const numbers = analysis
      .environmentElements(structures)
      .flatMap((element, row) => (missing.includes(element) ? [first + row] : []));
    this.#missing += numbers.length;
    return numbers;
  }

  /** Says what is missing, after the last batch. */
  finish(): PlannedMissing {
    const { describer, sets } = this.#of;
    const [test, reference] = sets as readonly [OpenSet, OpenSet];
    describer.noteMissing(test, [reference]);
    return { missing: this.elements(), missingRows: this.tellsApart ? this.#missing : null };
  }

  /** Elements of the test set, as far as it was read, that the reference lacks. */
  elements(): readonly string[] {
    const [test, reference] = this.#of.sets as readonly [OpenSet, OpenSet];
    return this.#of.describer.missingElements(test, [reference]);
  }
}
