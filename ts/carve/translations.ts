import { dot, type Vector } from '../model/cell.js';
import { PointGrid } from './point-grid.js';
import { placeOf, type Surroundings } from './surroundings.js';

/** A vector by which the surroundings of an atom repeat, from one side of it to the other. */
export interface Translation {
  readonly vector: Vector;
  readonly length: number;
}

/** Atoms next to the centre from which vectors to others are drawn. */
const ANCHORS = 24;

/** Vectors that fewer anchors have in common repeat nothing. */
const LEAST_VOTES = 4;

/** Edge of the boxes that vectors are counted in, over the distance of neighbours. */
const BOX = 0.25;

/** Vectors nearer than this, over the distance of neighbours, are one. */
const SAME = 0.4;

/** An atom this near to where it should be is there, over the distance of neighbours. */
const THERE = 0.35;

/** Radius around the middle of a face within which atoms must repeat, likewise. */
const PATCH = 1.8;

/** Share of the atoms around both faces that must be there. */
const LEAST_MATCH = 0.85;

/** Fewer atoms around a face than this say nothing. */
const LEAST_PATCH = 6;

/** Times that a vector is moved to where it fits best. */
const ROUNDS = 2;

/**
 * Translations of the surroundings of an atom: atoms around −t/2 are repeated around +t/2. In a
 * crystal with a point defect these are vectors of its lattice. Across a stacking fault they hold
 * its shift, since what lies between the faces is not asked. Liquids have none.
 *
 * @param spacing distance of neighbours, in Å
 * @returns one of each pair t, −t
 */
export function translations(
  around: Surroundings,
  { spacing, shortest, longest }: Record<'spacing' | 'shortest' | 'longest', number>,
): Translation[] {
  const grid = new PointGrid(around.positions, spacing);
  const found: Translation[] = [];
  for (const first of candidates(around, spacing, shortest, longest)) {
    const vector = fitted(around, grid, first, spacing);
    if (vector === undefined) continue;
    const length = Math.sqrt(dot(vector, vector));
    if (length < shortest || length > longest) continue;
    const isKnown = found.some(({ vector: known }) =>
      [1, -1].some((sign) => distance(known, scaled(vector, sign)) < SAME * spacing),
    );
    if (!isKnown) found.push({ vector, length });
  }
  return found.sort((one, two) => one.length - two.length);
}

/** Vectors that several anchors have in common, the commonest first. */
function candidates(around: Surroundings, spacing: number, shortest: number, longest: number): Vector[] {
  const { species, atoms } = around;
  const boxes = new Map<string, { votes: number; sum: [number, number, number] }>();
  const edge = BOX * spacing;
  for (let anchor = 0; anchor < Math.min(ANCHORS, atoms.length); anchor++) {
    const from = placeOf(around, anchor);
    for (let other = 0; other < atoms.length; other++) {
      if (species !== undefined && species[other] !== species[anchor]) continue;
      const to = placeOf(around, other);
      const vector = upward([to[0] - from[0], to[1] - from[1], to[2] - from[2]], edge);
      const squared = dot(vector, vector);
      if (squared < shortest * shortest || squared > longest * longest) continue;
      const key = vector.map((x) => Math.round(x / edge)).join();
      const box = boxes.get(key) ?? { votes: 0, sum: [0, 0, 0] };
      boxes.set(key, box);
      box.votes++;
      vector.forEach((x, axis) => ((box.sum[axis] as number) += x));
    }
  }
  const chosen: Vector[] = [];
  for (const { votes, sum } of [...boxes.values()].sort((one, two) => two.votes - one.votes)) {
    if (votes < LEAST_VOTES) break;
    const vector = scaled(sum, 1 / votes);
    if (chosen.every((known) => distance(known, vector) >= SAME * spacing)) chosen.push(vector);
  }
  return chosen;
}

/** The translation next to a vector; undefined where the surroundings do not repeat by it. */
function fitted(around: Surroundings, grid: PointGrid, first: Vector, spacing: number): Vector | undefined {
  const { species } = around;
  let vector = first;
  for (let round = 0; round < ROUNDS; round++) {
    let [x, y, z, there] = [0, 0, 0, 0];
    for (const sign of [1, -1]) {
      const patch = grid.within(scaled(vector, -sign / 2), PATCH * spacing);
      let count = 0;
      for (const { point } of patch) {
        const from = placeOf(around, point);
        const to = sum(from, scaled(vector, sign));
        const match = grid.nearest(to, THERE * spacing, (other) => species?.[other] === species?.[point]);
        if (match === undefined) continue;
        const at = placeOf(around, match.point);
        x += sign * (at[0] - to[0]);
        y += sign * (at[1] - to[1]);
        z += sign * (at[2] - to[2]);
        count++;
      }
      if (patch.length < LEAST_PATCH || count < LEAST_MATCH * patch.length) return undefined;
      there += count;
    }
    vector = sum(vector, [x / there, y / there, z / there]);
  }
  return vector;
}

/** One of a vector and its opposite, the same for vectors that are nearly so. */
function upward(vector: Vector, tolerance: number): Vector {
  const first = [2, 1, 0].find((axis) => Math.abs(vector[axis] as number) > tolerance) ?? 0;
  return (vector[first] as number) < 0 ? scaled(vector, -1) : vector;
}

function scaled([x, y, z]: Vector, factor: number): Vector {
  return [factor * x, factor * y, factor * z];
}

function sum(one: Vector, two: Vector): Vector {
  return [one[0] + two[0], one[1] + two[1], one[2] + two[2]];
}

function distance(one: Vector, two: Vector): number {
  return Math.hypot(one[0] - two[0], one[1] - two[1], one[2] - two[2]);
}
