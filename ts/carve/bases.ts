import { cross, dot, type Vector } from '../model/cell.js';
import { combined } from './surroundings.js';
import type { Translation } from './translations.js';

/** A basis of a cell, or of the plane of a slab. */
export interface Basis {
  readonly vectors: readonly Vector[];
  /** Å³, or Å² of a plane. */
  readonly measure: number;
  /** The shortest distance between an atom and an image of it, in Å. */
  readonly shortest: number;
}

/** Bases with angles a little beyond those of a reduced one count as reduced. */
const SLACK = 1.02;

/** Distances that differ by less are the same, in Å. */
const SAME = 1e-6;

/** A third vector whose share across the plane of the others is less makes a flat cell. */
const FLAT = 0.3;

/**
 * Reduced bases made of translations, whose cells have at most a measure: for each size (in atoms)
 * that with the largest distance between images. The smallest first.
 *
 * @param sorted by length
 * @param per Å³ of an atom, or Å² of a plane for an atom
 * @param dimensions 3, or 2 for a plane
 */
export function bases(
  sorted: readonly Translation[],
  { per, most, dimensions }: { readonly per: number; readonly most: number; readonly dimensions: 2 | 3 },
): Basis[] {
  const best = new Map<number, Basis>();
  const take = (vectors: readonly Vector[], measure: number, atMost: number): void => {
    const atoms = Math.round(measure / per);
    const known = best.get(atoms)?.shortest ?? 0;
    // Equally good ones, as of a cubic crystal, differ in the last digits.
    if (measure > most || atoms < 1 || atMost <= known + SAME) return;
    const shortest = shortestOf(vectors);
    if (shortest > known + SAME) best.set(atoms, { vectors, measure, shortest });
  };
  // The longest first: the shortest vector bounds what a basis is worth.
  for (let i = sorted.length - 1; i >= 0; i--) {
    const a = sorted[i] as Translation;
    const longer = sorted.slice(i + 1).filter((next) => isReduced(a, next));
    for (const [j, b] of longer.entries()) {
      const normal = cross(a.vector, b.vector);
      const area = Math.sqrt(dot(normal, normal));
      if (dimensions === 2) {
        take([a.vector, b.vector], area, a.length);
        continue;
      }
      // The third is at least as long, and at 45° or more to the plane in a reduced basis.
      if (area * b.length > 2 * most) continue;
      for (const c of longer.slice(j + 1)) {
        const volume = Math.abs(dot(normal, c.vector));
        if (volume > most || volume < FLAT * area * c.length || !isReduced(b, c)) continue;
        take([a.vector, b.vector, c.vector], volume, a.length);
      }
    }
  }
  return [...best].sort(([one], [two]) => one - two).map(([, basis]) => basis);
}

/** Images within reach: sums of −1, 0 or 1 times each vector, but for that of none. */
export function imagesOf(vectors: readonly Vector[]): Vector[] {
  const multiples = vectors.reduce<number[][]>(
    (rows) => rows.flatMap((row) => [-1, 0, 1].map((next) => [...row, next])),
    [[]],
  );
  return multiples.filter((row) => row.some((of) => of !== 0)).map((row) => combined(vectors, row));
}

function shortestOf(vectors: readonly Vector[]): number {
  return Math.sqrt(imagesOf(vectors).reduce((least, image) => Math.min(least, dot(image, image)), Infinity));
}

function isReduced(shorter: Translation, longer: Translation): boolean {
  return Math.abs(dot(shorter.vector, longer.vector)) <= (SLACK * shorter.length * shorter.length) / 2;
}
