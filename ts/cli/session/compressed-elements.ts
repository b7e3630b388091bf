import * as analysis from '../../faces/node/analysis.js';
import type { Structure } from '../../faces/node/quests.js';
import type { Describer } from './describer.js';
import type { OpenSet } from './open-sets.js';
import { missingKeys, missingLines } from './missing-elements.js';

/** Elements that the set, the reference or what is kept does not have. */
export class CompressedElements {
  /** Element of each environment of the set, as far as it was read. */
  readonly #elements: string[] = [];
  readonly #describer: Describer;
  readonly #set: OpenSet;
  readonly #reference: OpenSet | undefined;
  /** Whether descriptors are per species. */
  readonly #toldApart: boolean;

  constructor(
    describer: Describer,
    [set, reference]: readonly [OpenSet, OpenSet | undefined],
    toldApart = false,
  ) {
    this.#describer = describer;
    this.#set = set;
    this.#reference = reference;
    this.#toldApart = toldApart;
  }

  /** Takes in structures of the set, in their order. */
  add(structures: Iterable<Structure>): void {
    for (const element of analysis.environmentElements(structures)) this.#elements.push(element);
  }

  /**
   * Elements of environments of the set that the reference does not have, by row; undefined where
   * elements are not told apart. With per-species descriptors all are known before the work.
   */
  get newToReference(): ((row: number) => string | false) | undefined {
    return this.#toldApart ? this.#newBy(this.#missing()) : undefined;
  }

  /** The same for what is kept, and the reference where that counts, too. */
  newTo(kept: readonly Structure[], andReference: boolean): ((row: number) => boolean) | undefined {
    if (!this.#toldApart) return undefined;
    const reference = this.#reference === undefined ? [] : [this.#describer.elementsOf(this.#reference)];
    const nameOf = this.#newBy(this.#missingFrom([elementsOf(kept), ...(andReference ? reference : [])]));
    return nameOf && ((row) => nameOf(row) !== false);
  }

  /** What is said for people, once the set is read. */
  lines(kept: readonly Structure[]): string[] {
    const missing = this.#missing();
    const lost = this.#missingFrom([elementsOf(kept)]);
    return [
      ...missingLines(missing, this.#count(missing), this.#elements.length),
      ...missingLines(lost, this.#count(lost), this.#elements.length, 'what is kept lacks'),
    ];
  }

  /** Keys of JSON. */
  record(kept: readonly Structure[]): Record<string, unknown> {
    const missing = this.#missing();
    const lost = this.#missingFrom([elementsOf(kept)]);
    return {
      ...missingKeys(missing, this.#count(missing)),
      ...(lost.length > 0 && { lost_elements: lost, lost_element_envs: this.#count(lost) }),
    };
  }

  #missing(): readonly string[] {
    if (this.#reference === undefined) return [];
    return this.#missingFrom([this.#describer.elementsOf(this.#reference)]);
  }

  #missingFrom(known: readonly ReadonlySet<string>[]): readonly string[] {
    return analysis.missingElements(this.#describer.elementsOf(this.#set), known);
  }

  #newBy(missing: readonly string[]): ((row: number) => string | false) | undefined {
    if (missing.length === 0) return undefined;
    return (row) => {
      const element = this.#elements[row] ?? '';
      return missing.includes(element) && element;
    };
  }

  #count(missing: readonly string[]): number | null {
    if (!this.#toldApart) return null;
    return this.#elements.reduce((count, element) => count + Number(missing.includes(element)), 0);
  }
}

function elementsOf(structures: readonly Structure[]): ReadonlySet<string> {
  return new Set(structures.flatMap(({ species }) => species ?? []));
}
