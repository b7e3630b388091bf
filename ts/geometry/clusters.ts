import type { Bonds } from './bonds.js';
import { neighborLists } from './neighbor-lists.js';

/** Atoms that hang together. */
export interface Cluster {
  /** Their indices, rising. */
  readonly members: Uint32Array;
  /**
   * Number of directions in which it percolates, being bonded to its own image: 0 for a finite
   * cluster, 3 for one that is infinite in all directions.
   */
  readonly percolation: number;
}

/** What {@link clusters} gives. */
export interface Clusters {
  /** The largest first; of equal ones that with the lowest atom. */
  readonly clusters: readonly Cluster[];
  /** For each atom its cluster; −1 where it is in none. */
  readonly cluster: Int32Array;
  /**
   * Position of the image of each atom that is connected with the others of its cluster, relative
   * to the atom of lowest index: three numbers for each atom, in Å. One of several choices if the
   * cluster percolates.
   */
  readonly places: Float64Array;
}

/** Vectors shorter than this, in Å, are rounding errors: no lattice repeats within so little. */
const NO_VECTOR = 1e-3;

/**
 * Connected components of a graph of bonds, and the unwrapped positions of their atoms. A cluster
 * percolates if a closed path along its bonds leads to another image of its first atom. O(N).
 *
 * @param belongs for each atom whether it belongs to a cluster at all; bonds of others do not count
 * @param without for each bond whether it does not count. Default: all count
 */
export function clusters(graph: Bonds, belongs: ArrayLike<number>, without?: ArrayLike<number>): Clusters {
  const { atoms, first, vectors } = graph;
  const { starts, neighbors, bonds } = neighborLists(graph);
  const label = new Int32Array(atoms).fill(-1);
  const places = new Float64Array(3 * atoms);
  const found: Cluster[] = [];
  for (let root = 0; root < atoms; root++) {
    if (label[root] !== -1 || !belongs[root]) continue;
    const members = [root];
    const directions: Vector[] = [];
    label[root] = found.length;
    // It grows while it is gone through.
    for (const atom of members) {
      for (let at = starts[atom] as number; at < (starts[atom + 1] as number); at++) {
        const other = neighbors[at] as number;
        const bond = bonds[at] as number;
        if (!belongs[other] || without?.[bond]) continue;
        const sign = first[bond] === atom ? 1 : -1;
        const known = label[other] !== -1;
        const gap: [number, number, number] = [0, 0, 0];
        for (let axis = 0; axis < 3; axis++) {
          const there = (places[3 * atom + axis] as number) + sign * (vectors[3 * bond + axis] as number);
          if (known) gap[axis] = there - (places[3 * other + axis] as number);
          else places[3 * other + axis] = there;
        }
        if (known) addDirection(directions, gap);
        else {
          label[other] = found.length;
          members.push(other);
        }
      }
    }
    found.push({ members: Uint32Array.from(members).sort(), percolation: directions.length });
  }
  // Found by their lowest atom, which sorting keeps among equals.
  const order = Array.from(found.keys()).sort((a, b) => sizeOf(found, b) - sizeOf(found, a));
  const rank = new Int32Array(found.length);
  order.forEach((cluster, at) => (rank[cluster] = at));
  return {
    clusters: order.map((cluster) => found[cluster] as Cluster),
    cluster: label.map((cluster) => (cluster === -1 ? -1 : (rank[cluster] as number))),
    places,
  };
}

type Vector = readonly [number, number, number];

/** Keeps a vector that is not made of those that are there: unit vectors at right angles. */
function addDirection(directions: Vector[], vector: Vector): void {
  if (directions.length === 3 || !(Math.hypot(...vector) > NO_VECTOR)) return;
  let [x, y, z] = vector;
  for (const [u, v, w] of directions) {
    const along = x * u + y * v + z * w;
    [x, y, z] = [x - along * u, y - along * v, z - along * w];
  }
  const rest = Math.hypot(x, y, z);
  if (rest > NO_VECTOR) directions.push([x / rest, y / rest, z / rest]);
}

function sizeOf(found: readonly Cluster[], cluster: number): number {
  return (found[cluster] as Cluster).members.length;
}
