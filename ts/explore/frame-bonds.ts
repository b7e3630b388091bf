import { bondsOf } from '../geometry/bonds.js';
import { COVALENT_RADII } from '../geometry/covalent-radii.js';
import type { Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';

/** Atoms are drawn bonded up to this factor of the sum of their covalent radii. */
const REACH = 1.15;

/** Bonds are drawn in frames of at most so many atoms: among more, nobody sees them. */
const MOST_ATOMS = 5_000;

/**
 * And of so many bonds at most, as a molecular crystal of that many atoms has: those of 4,000 atoms
 * of a metal hide each other, and without a graphics card take seconds to draw.
 */
const MOST_BONDS = 5_000;

/** Å within which two places are the same. */
const SAME = 1e-3;

/** Lines that stand for bonds, as a picture in three dimensions needs them. */
export interface DrawnBonds {
  /** Two atoms for each bond, by index. */
  readonly atoms: ReturnType<typeof Uint32Array.from>;
}

/** No bonds. */
const NONE: DrawnBonds = { atoms: new Uint32Array(0) };

/**
 * The bonds within a frame: none across its cell, none of elements without a radius, none where
 * atoms or bonds are too many.
 */
export async function frameBonds(structure: Structure, options: RunOptions): Promise<DrawnBonds> {
  const { species, positions } = structure;
  const count = positions.length / 3;
  if (species === undefined || count > MOST_ATOMS) return NONE;
  const radii = Float64Array.from(species, (symbol) => COVALENT_RADII.get(symbol) ?? 0);
  const largest = radii.reduce((a, b) => Math.max(a, b), 0);
  if (largest === 0) return NONE;
  const [found] = await bondsOf([structure], radii, {
    fraction: REACH,
    cutoff: 2 * REACH * largest,
    options,
  });
  if (found === undefined) return NONE;
  const { first, second, vectors } = found;
  // Bonds to images of other cells would end in nothing.
  const isWithin = (at: number): boolean =>
    [0, 1, 2].every((axis) => {
      const [a, b] = [first[at] as number, second[at] as number];
      const between = (positions[3 * b + axis] as number) - (positions[3 * a + axis] as number);
      return Math.abs(between - (vectors[3 * at + axis] as number)) < SAME;
    });
  const shown = Array.from(first.keys()).filter(isWithin);
  if (shown.length > MOST_BONDS) return NONE;
  return { atoms: Uint32Array.from(shown.flatMap((at) => [first[at] as number, second[at] as number])) };
}
