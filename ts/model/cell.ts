import type { Structure } from './structure.js';

/** A point or a vector, x y z in Å. */
export type Vector = readonly [number, number, number];

/** What of a structure says where its images are. */
type Boundaries = Pick<Structure, 'cell' | 'pbc'>;

/**
 * Along which of the cell's vectors a structure repeats: where nothing is said, along all of a
 * cell.
 */
export function periodicDirections({ cell, pbc }: Boundaries): readonly [boolean, boolean, boolean] {
  const closed = cell !== undefined;
  return pbc ?? [closed, closed, closed];
}

/** Volume of a cell that is periodic in all three directions, in Å³; undefined for others. */
export function cellVolume(structure: Boundaries): number | undefined {
  const { cell } = structure;
  if (cell === undefined || !periodicDirections(structure).every(Boolean)) return undefined;
  const [a, b, c] = rowsOf(cell);
  return Math.abs(dot(a, cross(b, c)));
}

/**
 * The inverse of a cell, three rows of three; undefined for a cell without volume. Positions times
 * it are fractional coordinates.
 */
export function inverseCell(cell: ArrayLike<number>): number[] | undefined {
  const [a, b, c] = rowsOf(cell);
  const columns = [cross(b, c), cross(c, a), cross(a, b)];
  const determinant = dot(a, columns[0] as Vector);
  if (!Number.isFinite(1 / determinant)) return undefined;
  return [0, 1, 2].flatMap((axis) => columns.map((column) => (column[axis] as number) / determinant));
}

/**
 * The image of a point within the cell: fractional coordinates from 0 to below 1 along periodic
 * directions, the others as they are.
 *
 * @param structure its cell; a singular one leaves the point where it is
 */
export function wrapped(point: Vector, structure: Boundaries): Vector {
  const { cell } = structure;
  if (cell === undefined) return point;
  const periodic = periodicDirections(structure);
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
export function completed(cell: ArrayLike<number>, periodic: readonly boolean[]): [Vector, Vector, Vector] {
  const rows = rowsOf(cell);
  const [kept, open] = [
    [0, 1, 2].filter((axis) => periodic[axis]),
    [0, 1, 2].filter((axis) => !periodic[axis]),
  ];
  for (const axis of open) {
    const others = kept.map((other) => rows[other] as Vector);
    rows[axis] = perpendicular(others);
    kept.push(axis);
  }
  return rows;
}

function rowsOf(cell: ArrayLike<number>): [Vector, Vector, Vector] {
  const row = (at: number): Vector => [cell[at] ?? NaN, cell[at + 1] ?? NaN, cell[at + 2] ?? NaN];
  return [row(0), row(3), row(6)];
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

export function cross([a, b, c]: Vector, [x, y, z]: Vector): Vector {
  return [b * z - c * y, c * x - a * z, a * y - b * x];
}

export function dot([a, b, c]: Vector, [x, y, z]: Vector): number {
  return a * x + b * y + c * z;
}
