import { completed, cross, dot, periodicDirections, type Vector } from '../model/cell.js';
import type { Structure } from '../model/structure.js';

/** Atoms around one of a structure, images included, as they lie in space. */
export interface Surroundings {
  /** From the central atom, in Å, x y z of one after the other; the nearest first: it itself. */
  readonly positions: Float64Array;
  /** Which atom of the structure each of them is. */
  readonly atoms: Uint32Array;
  /** Species of each; undefined where the structure has none. */
  readonly species: readonly string[] | undefined;
  /** How far they reach, in Å. */
  readonly radius: number;
}

/** Position of one of the atoms around another. */
export function placeOf({ positions }: Pick<Surroundings, 'positions'>, at: number): Vector {
  return [positions[3 * at] as number, positions[3 * at + 1] as number, positions[3 * at + 2] as number];
}

/**
 * Atoms within a radius of one of a structure, under its boundary conditions. O(N).
 *
 * @param radius in Å
 */
export function surroundings(structure: Structure, atom: number, radius: number): Surroundings {
  const { positions, species } = structure;
  const center = placeOf({ positions }, atom);
  const shifts = shiftsWithin(structure, radius);
  const found: { readonly of: number; readonly place: Vector; readonly squared: number }[] = [];
  for (let other = 0; other < positions.length / 3; other++) {
    const [x, y, z] = placeOf({ positions }, other);
    for (const [sx, sy, sz] of shifts([x - center[0], y - center[1], z - center[2]])) {
      const place: Vector = [x - center[0] + sx, y - center[1] + sy, z - center[2] + sz];
      const squared = other === atom && sx === 0 && sy === 0 && sz === 0 ? -1 : dot(place, place);
      if (squared <= radius * radius) found.push({ of: other, place, squared });
    }
  }
  found.sort((one, two) => one.squared - two.squared || one.of - two.of);
  return {
    positions: Float64Array.from(found.flatMap(({ place }) => place)),
    atoms: Uint32Array.from(found, ({ of }) => of),
    species: species && found.map(({ of }) => species[of] ?? ''),
    radius,
  };
}

/** For a vector: the multiples of the cell's vectors that may bring it within a radius. */
function shiftsWithin(structure: Structure, radius: number): (from: Vector) => Vector[] {
  const { cell } = structure;
  if (cell === undefined) return () => [[0, 0, 0]];
  const periodic = periodicDirections(structure);
  const rows = completed(cell, periodic);
  const volume = dot(rows[0], cross(rows[1], rows[2]));
  const normals = ([0, 1, 2] as const).map((axis) => {
    const normal = cross(rows[(axis + 1) % 3] as Vector, rows[(axis + 2) % 3] as Vector);
    return normal.map((value) => value / volume) as unknown as Vector;
  });
  const ranges = (from: Vector): number[][] =>
    normals.map((normal, axis) => {
      if (!periodic[axis]) return [0];
      const share = dot(from, normal);
      const reach = radius * Math.sqrt(dot(normal, normal));
      const [low, high] = [Math.ceil(-share - reach), Math.floor(-share + reach)];
      return Array.from({ length: Math.max(0, high - low + 1) }, (_, at) => low + at);
    });
  return (from) => {
    const [along = [], across = [], up = []] = ranges(from);
    return along.flatMap((i) => across.flatMap((j) => up.map((l) => combined(rows, [i, j, l]))));
  };
}

/** A sum of multiples of vectors. */
export function combined(vectors: readonly Vector[], multiples: readonly number[]): Vector {
  let [x, y, z] = [0, 0, 0];
  vectors.forEach((vector, at) => {
    const multiple = multiples[at] as number;
    x += multiple * vector[0];
    y += multiple * vector[1];
    z += multiple * vector[2];
  });
  return [x, y, z];
}
