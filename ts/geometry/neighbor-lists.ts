import type { Bonds } from './bonds.js';

/** Bonds, seen from each of their atoms. */
export interface NeighborLists {
  /** The neighbours of atom i are those from `starts[i]` to `starts[i + 1]`. */
  readonly starts: Uint32Array;
  readonly neighbors: Uint32Array;
  /** The bond to each of them. */
  readonly bonds: Uint32Array;
}

/**
 * For each atom those it is bonded to, in the order of the bonds; an atom that is bonded to its own
 * image is there twice.
 */
export function neighborLists({
  atoms,
  first,
  second,
}: Pick<Bonds, 'atoms' | 'first' | 'second'>): NeighborLists {
  const starts = new Uint32Array(atoms + 1);
  const each = (visit: (atom: number, other: number, bond: number) => void): void => {
    first.forEach((one, bond) => {
      const two = second[bond] as number;
      visit(one, two, bond);
      visit(two, one, bond);
    });
  };
  each((atom) => (starts[atom + 1] = (starts[atom + 1] as number) + 1));
  for (let atom = 0; atom < atoms; atom++) {
    starts[atom + 1] = (starts[atom + 1] as number) + (starts[atom] as number);
  }
  const next = starts.slice();
  const neighbors = new Uint32Array(2 * first.length);
  const bonds = new Uint32Array(2 * first.length);
  each((atom, other, bond) => {
    const at = next[atom] as number;
    next[atom] = at + 1;
    neighbors[at] = other;
    bonds[at] = bond;
  });
  return { starts, neighbors, bonds };
}
