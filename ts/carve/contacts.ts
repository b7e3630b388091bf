import { COVALENT_RADII } from '../geometry/covalent-radii.js';

/** Share of the distance of neighbours below which an atom and an image are one. */
const SEAM = 0.6;

/** How near atoms may be to each other. */
export class Contacts {
  readonly #radii: Float64Array;
  readonly #fraction: number;
  readonly #spacing: number;

  /**
   * @param species of the atoms; those without a radius count as half as wide as neighbours are
   *   apart
   * @param fraction share of the sum of covalent radii
   * @param spacing distance of neighbours, in Å
   */
  constructor(
    species: readonly string[] | undefined,
    { atoms, fraction, spacing }: Record<'atoms' | 'fraction' | 'spacing', number>,
  ) {
    this.#radii = Float64Array.from(
      { length: atoms },
      (_, at) => COVALENT_RADII.get(species?.[at] ?? '') ?? spacing / 2,
    );
    this.#fraction = fraction;
    this.#spacing = spacing;
  }

  /** The least distance of two atoms, in Å. */
  least(one: number, other: number): number {
    return this.#fraction * ((this.#radii[one] as number) + (this.#radii[other] as number));
  }

  /** The least distance of an atom and an image of another, where a cell was cut. */
  seam(one: number, other: number): number {
    return Math.max(SEAM * this.#spacing, this.least(one, other));
  }
}
