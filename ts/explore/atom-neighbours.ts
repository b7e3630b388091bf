import { bondsOf } from '../geometry/bonds.js';
import type { Structure } from '../model/structure.js';
import type { RunOptions } from '../run/run-options.js';

/** Å by which two distances of one shell, and tied neighbours, may differ. */
const SHELL_GAP = 0.25;
const TIED = 1e-6;

/** Neighbours that make the environment of an atom. */
export interface AtomNeighbours {
  readonly atom: number;
  /** By their distance: an atom stands once for each of its images that is a neighbour. */
  readonly atoms: Uint32Array;
  /** In Å, rising. */
  readonly distances: Float64Array;
  /** Neighbours at like distances, the nearest first; gaps between shells are above 0.25 Å. */
  readonly shells: readonly { readonly count: number; readonly from: number; readonly to: number }[];
}

/**
 * The k nearest neighbours of an atom within the cutoff, as its descriptor takes them, with all
 * that are tied at the k-th place.
 */
export async function atomNeighbours(
  structure: Structure,
  atom: number,
  { k, cutoff }: { readonly k: number; readonly cutoff: number },
  options: RunOptions,
): Promise<AtomNeighbours> {
  // Half of the cutoff for each atom of a pair.
  const radii = new Float64Array(structure.positions.length / 3).fill(cutoff / 2);
  const [pairs] = await bondsOf([structure], radii, { fraction: 1, cutoff, options });
  const found: { readonly atom: number; readonly distance: number }[] = [];
  pairs?.first.forEach((first, at) => {
    const second = pairs.second[at] as number;
    const [x = 0, y = 0, z = 0] = pairs.vectors.subarray(3 * at, 3 * at + 3);
    const distance = Math.hypot(x, y, z);
    if (first === atom) found.push({ atom: second, distance });
    // An image of its own is met in both directions.
    if (second === atom) found.push({ atom: first, distance });
  });
  found.sort((a, b) => a.distance - b.distance || a.atom - b.atom);
  const last = found[k - 1]?.distance ?? Infinity;
  const near = found.filter(({ distance }) => distance <= last + TIED);
  const shells: { count: number; from: number; to: number }[] = [];
  for (const { distance } of near) {
    const shell = shells.at(-1);
    if (shell === undefined || distance - shell.to > SHELL_GAP) {
      shells.push({ count: 1, from: distance, to: distance });
    } else Object.assign(shell, { count: shell.count + 1, to: distance });
  }
  return {
    atom,
    atoms: Uint32Array.from(near, (one) => one.atom),
    distances: Float64Array.from(near, ({ distance }) => distance),
    shells,
  };
}
