import type { Bonds } from './bonds.js';
import { neighborLists } from './neighbor-lists.js';

/**
 * Bridges of a graph of bonds: a component without one of its bridges falls into two. Two atoms
 * that are bonded twice, to two images, have no bridge between them. O(N), by the lowest number
 * that a depth-first search reaches back to.
 *
 * @returns for each bond 1 for a bridge, else 0
 * @see R. Tarjan, Inf. Process. Lett. 2, 160 (1974)
 */
export function graphBridges(graph: Pick<Bonds, 'atoms' | 'first' | 'second'>): Uint8Array {
  const { atoms, first } = graph;
  const { starts, neighbors, bonds } = neighborLists(graph);
  const found = new Uint8Array(first.length);
  const number = new Uint32Array(atoms);
  const lowest = new Uint32Array(atoms);
  // The bond that each atom was reached by, and the next of its neighbours to look at.
  const cameBy = new Int32Array(atoms).fill(-1);
  const next = starts.slice(0, atoms);
  let count = 0;
  for (let root = 0; root < atoms; root++) {
    if (number[root] !== 0) continue;
    number[root] = lowest[root] = ++count;
    const path = [root];
    while (path.length > 0) {
      const atom = path[path.length - 1] as number;
      const at = next[atom] as number;
      if (at < (starts[atom + 1] as number)) {
        next[atom] = at + 1;
        const bond = bonds[at] as number;
        const other = neighbors[at] as number;
        if (bond === cameBy[atom]) continue;
        if (number[other] === 0) {
          number[other] = lowest[other] = ++count;
          cameBy[other] = bond;
          path.push(other);
        } else lowest[atom] = Math.min(lowest[atom] as number, number[other] as number);
        continue;
      }
      path.pop();
      const parent = path[path.length - 1];
      if (parent === undefined) continue;
      lowest[parent] = Math.min(lowest[parent] as number, lowest[atom] as number);
      if ((lowest[atom] as number) > (number[parent] as number)) found[cameBy[atom] as number] = 1;
    }
  }
  return found;
}
