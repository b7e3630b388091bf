import { inverseCell, periodicDirections } from '../model/cell.js';
import type { Structure } from '../model/structure.js';

/** Cells in a direction that are looked at on either side: thinner ones are seen in part. */
const MOST_CELLS = 8;

/** An atom, and those around it. */
export interface Surroundings {
  /** Atoms by index, from the nearest; first the atom itself. Images have its index. */
  readonly atoms: readonly number[];
  /** x y z of each relative to the atom, in Å. */
  readonly places: readonly number[];
}

/**
 * The atoms around one, images in other cells included, for a picture of them.
 *
 * @param cutoff in Å
 * @param most atoms at the most: the nearest
 */
export function surroundings(structure: Structure, atom: number, cutoff: number, most: number): Surroundings {
  const { positions, cell } = structure;
  const shifts = imagesWithin(structure, cutoff);
  const [x, y, z] = [0, 1, 2].map((axis) => positions[3 * atom + axis] as number) as [number, number, number];
  const inverse = cell === undefined ? undefined : inverseCell(cell);
  const periodic = periodicDirections(structure);
  const found: { atom: number; place: readonly number[]; far: number }[] = [];
  for (let other = 0; other < positions.length / 3; other++) {
    const own = [
      (positions[3 * other] as number) - x,
      (positions[3 * other + 1] as number) - y,
      (positions[3 * other + 2] as number) - z,
    ];
    // Atoms may lie outside the cell: the nearest image, or one beside it, comes first.
    if (cell !== undefined && inverse !== undefined) {
      for (const axis of [0, 1, 2]) {
        if (periodic[axis] !== true) continue;
        const cells = Math.round(
          own.reduce((sum, value, at) => sum + value * (inverse[3 * at + axis] as number), 0),
        );
        for (const at of [0, 1, 2]) own[at] = (own[at] as number) - cells * (cell[3 * axis + at] as number);
      }
    }
    for (const shift of shifts) {
      const place = own.map((value, at) => value + (shift[at] as number));
      const far = Math.hypot(...place);
      if (far <= cutoff) found.push({ atom: other, place, far });
    }
  }
  const nearest = found.sort((a, b) => a.far - b.far).slice(0, most);
  return { atoms: nearest.map((one) => one.atom), places: nearest.flatMap(({ place }) => place) };
}

/** Vectors to the cells that a sphere about any atom reaches into. */
function imagesWithin(structure: Structure, cutoff: number): readonly (readonly number[])[] {
  const { cell } = structure;
  const inverse = cell === undefined ? undefined : inverseCell(cell);
  if (cell === undefined || inverse === undefined) return [[0, 0, 0]];
  const periodic = periodicDirections(structure);
  const counts = [0, 1, 2].map((axis) => {
    if (periodic[axis] !== true) return 0;
    // Columns of the inverse are normals of the faces, as long as the cells are thin.
    const perLength = Math.hypot(...[0, 1, 2].map((row) => inverse[3 * row + axis] as number));
    return Math.min(MOST_CELLS, Math.ceil(cutoff * perLength + 0.5));
  }) as [number, number, number];
  const steps = (count: number): number[] => Array.from({ length: 2 * count + 1 }, (_, at) => at - count);
  return steps(counts[0]).flatMap((a) =>
    steps(counts[1]).flatMap((b) =>
      steps(counts[2]).map((c) =>
        [0, 1, 2].map(
          (at) => a * (cell[at] as number) + b * (cell[3 + at] as number) + c * (cell[6 + at] as number),
        ),
      ),
    ),
  );
}
