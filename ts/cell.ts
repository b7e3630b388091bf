import type { Structure } from './structure.js';

/** A point or a vector, x y z in Å. */
export type Vector = readonly [number, number, number];

/**
 * The image of a point within the cell: fractional coordinates from 0 to below 1 along periodic directions, the others as
 * they are.
 *
 * @param structure its cell; a singular one leaves the point where it is
 */
export function wrapped(point: Vector, { cell, pbc }: Pick<Structure, 'cell' | 'pbc'>): Vector {
  if (cell === undefined) return point;
  const periodic = pbc ?? [true, true, true];
  const rows = completed(cell, periodic);
  const normals = [0, 1, 2].map((axis) =>
    cross(rows[(axis + 1) % 3] as Vector, rows[(axis + 2) % 3] as Vector),
  );
  const volume = dot(rows[0], normals[0] as Vector);
  if (!(Math.abs(volume) > 0)) return point;
  return rows.reduce<Vector>((at, row, axis) => {
    if (!periodic[axis]) return at;
    const cells = Math.floor(dot(point, normals[axis] as Vector) / volume);
    return [at[0] - cells * row[0], at[1] - cells * row[1], at[2] - cells * row[2]];
  }, point);
}

/** The cell's vectors; open directions get unit vectors at right angles to the periodic ones. */
function completed(cell: ArrayLike<number>, periodic: readonly boolean[]): [Vector, Vector, Vector] {
  const rows = [0, 1, 2].map((row): Vector => [
    cell[3 * row] ?? 0,
    cell[3 * row + 1] ?? 0,
    cell[3 * row + 2] ?? 0,
  ]);
  const [kept, open] = [
    [0, 1, 2].filter((axis) => periodic[axis]),
    [0, 1, 2].filter((axis) => !periodic[axis]),
  ];
  for (const axis of open) {
    const others = kept.map((other) => rows[other] as Vector);
    rows[axis] = perpendicular(others);
    kept.push(axis);
  }
  return rows as [Vector, Vector, Vector];
}

/** A unit vector at right angles to none, one or two others. */
function perpendicular(others: readonly Vector[]): Vector {
  const [one, two] = others;
  if (one === undefined) return [1, 0, 0];
  const axes: Vector[] = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];
  const candidates = (two === undefined ? axes : [two]).map((axis) => cross(one, axis));
  const longest = candidates.reduce((best, next) => (dot(next, next) > dot(best, best) ? next : best));
  const length = Math.sqrt(dot(longest, longest));
  return [longest[0] / length, longest[1] / length, longest[2] / length];
}

function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}
