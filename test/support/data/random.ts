import type { Structure } from '../../../ts/node.js';

/** Repeatable random numbers in [0, 1): mulberry32. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All eight mixes of boundary conditions. */
export const BOUNDARIES = Array.from({ length: 8 }, (_, bits): [boolean, boolean, boolean] => [
  (bits & 1) !== 0,
  (bits & 2) !== 0,
  (bits & 4) !== 0,
]);

/** Atoms on a rattled cubic lattice in a skewed cell: random, but never on top of each other. */
export function randomStructure(
  seed: number,
  pbc: readonly [boolean, boolean, boolean],
  edge = 3,
): Structure {
  const next = random(seed);
  const spacing = 2.6;
  const skew = (): number => (next() - 0.5) * spacing;
  const cell = [edge * spacing, skew(), 0, 0, edge * spacing, skew(), skew(), 0, edge * spacing];
  const positions: number[] = [];
  const species: string[] = [];
  for (let atom = 0; atom < edge ** 3; atom++) {
    const site = [atom % edge, Math.floor(atom / edge) % edge, Math.floor(atom / edge ** 2)].map(
      (step) => (step + 0.3 * (next() - 0.5)) / edge,
    );
    for (let axis = 0; axis < 3; axis++) {
      positions.push(site.reduce((sum, step, row) => sum + step * (cell[3 * row + axis] as number), 0));
    }
    species.push(next() < 0.5 ? 'Ni' : 'Al');
  }
  return { positions: Float64Array.from(positions), cell, pbc, species };
}

/**
 * A matrix of random rows about four centres, the same for every seed; like descriptors, some near,
 * some far.
 */
export function randomRows(seed: number, rows: number, width: number, spread: number): Float64Array {
  const next = random(seed);
  const centres = Array.from({ length: 4 * width }, random(0));
  const data = new Float64Array(rows * width);
  for (let row = 0; row < rows; row++) {
    const centre = row % 4;
    for (let column = 0; column < width; column++) {
      data[row * width + column] = (centres[centre * width + column] as number) + spread * (next() - 0.5);
    }
  }
  return data;
}

/** Repeatable random numbers with a normal distribution: Box and Muller. */
export function gaussian(seed: number): () => number {
  const next = random(seed);
  return () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}
