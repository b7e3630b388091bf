import { type Bonds, bonds, checkBondLength } from '../geometry/bonds.js';
import { graphBridges } from '../geometry/graph-bridges.js';
import { wrapped } from '../model/cell.js';
import { type Clusters, clusters } from '../geometry/clusters.js';
import { QuestsError } from '../base/error.js';
import type { RunOptions } from '../run/run-options.js';
import type { Structure } from '../model/structure.js';

/** Options of {@link nuclei}. */
export interface NucleusOptions extends RunOptions {
  /**
   * Atoms nearer than this are bonded, in Å, above 0; see `bondLength` for one that suits a
   * structure.
   */
  readonly length: number;
  /**
   * Whether graph bridges do not count: bonds without which a nucleus falls into two parts. A
   * nucleus is then 2-edge-connected. Default: false.
   */
  readonly removeBridges?: boolean | undefined;
  /** Selected atoms with fewer selected neighbours are of no nucleus. Default: 0. */
  readonly minCoordination?: number | undefined;
  /** Nuclei with fewer core atoms are left out. Default: 1. */
  readonly minSize?: number | undefined;
}

/**
 * A nucleus: its core of connected selected atoms, and its shell of atoms that are bonded to the
 * core.
 */
export interface Nucleus {
  /** Atoms of the core. */
  readonly size: number;
  /** Atoms of core and shell. */
  readonly sizeWithShell: number;
  /**
   * Centre of core and shell, x y z in the cell, in Å; `null` where the nucleus percolates and has
   * none.
   */
  readonly center: readonly [number, number, number] | null;
  /**
   * √(mean square of the distance from the centre) of core and shell, in Å; `null` where the
   * nucleus percolates.
   */
  readonly radiusOfGyration: number | null;
  /** Directions in which the core is bonded to its own image, 0 to 3. */
  readonly percolation: number;
}

/** What {@link nuclei} gives. */
export interface Nuclei {
  /** The largest core first; of equal ones that with the lowest atom. */
  readonly nuclei: readonly Nucleus[];
  /** For each atom the number of its nucleus, from 1 for the largest; 0 where it is in none. */
  readonly cluster: Int32Array;
  /** For each atom 2 in a core, 1 in a shell, 0 elsewhere. */
  readonly part: Int32Array;
}

/** What an atom can be of a nucleus. */
export const NUCLEUS_PART = { none: 0, shell: 1, core: 2 } as const;

/**
 * Nuclei: selected atoms that are connected by bonds, also across periodic boundaries. Atoms at the
 * surface of a crystallite have neighbours in the liquid and are not selected. A nucleus therefore
 * has a core of selected atoms and a shell: all atoms that are bonded to the core. An atom that is
 * bonded to two cores is in the shell of the nearer one. O(N).
 *
 * @param structure atoms in a cell
 * @param selected for each atom whether it is of the phase, as `phase[i] === 0` of {@link phases};
 *   0 or 1, or booleans
 * @throws {QuestsError} INVALID_ARGUMENT: a bond length not above 0 or not finite, another number
 *   of selected than of atoms, unusable minima; INVALID_STRUCTURE; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { phase } = await phases(await descriptors(structure), references, { thresholds });
 * const isSolid = Array.from(phase, (at) => at === 0);
 * const { nuclei: found } = await nuclei(structure, isSolid, { length: 3.4 });
 * console.log(found[0].size, found[0].sizeWithShell);
 */
export async function nuclei(
  structure: Structure,
  selected: ArrayLike<number> | ArrayLike<boolean>,
  options: NucleusOptions,
): Promise<Nuclei> {
  checkOptions(options);
  const atoms = structure.positions.length / 3;
  if (selected.length !== atoms) {
    throw new QuestsError('INVALID_ARGUMENT', `${selected.length} values of selected for ${atoms} atoms`);
  }
  const [graph] = await bonds(structure, options);
  return grouped(structure, graph as Bonds, Uint8Array.from(selected, Number), options);
}

function checkOptions({ length, minCoordination = 0, minSize = 1 }: NucleusOptions): void {
  checkBondLength(length);
  for (const [name, value, least] of [
    ['minCoordination', minCoordination, 0],
    ['minSize', minSize, 1],
  ] as const) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new QuestsError('INVALID_ARGUMENT', `${name} is ${value}, expected a whole number from ${least}`);
  }
}

function grouped(
  structure: Structure,
  graph: Bonds,
  selected: Uint8Array,
  { removeBridges = false, minCoordination = 0, minSize = 1 }: NucleusOptions,
): Nuclei {
  const belongs = minCoordination > 0 ? coordinated(graph, selected, minCoordination) : selected;
  const found = clusters(graph, belongs, removeBridges ? graphBridges(only(graph, belongs)) : undefined);
  const kept = found.clusters.filter(({ members }) => members.length >= minSize);
  const cluster = found.cluster.map((at) => (at < kept.length ? at + 1 : 0));
  const part = cluster.map((at) => (at > 0 ? NUCLEUS_PART.core : NUCLEUS_PART.none));
  addShells(graph, cluster, part, found.places);
  const sums = kept.map(() => ({ count: 0, sum: [0, 0, 0], squares: 0 }));
  cluster.forEach((number, atom) => {
    const of = sums[number - 1];
    if (of === undefined) return;
    of.count++;
    for (let axis = 0; axis < 3; axis++) {
      const at = found.places[3 * atom + axis] as number;
      of.sum[axis] = (of.sum[axis] as number) + at;
      of.squares += at * at;
    }
  });
  const nuclei = kept.map(({ members, percolation }, index): Nucleus => {
    const { count, sum, squares } = sums[index] as (typeof sums)[number];
    const mean = sum.map((value) => value / count);
    const root = members[0] as number;
    const center = mean.map((value, axis) => value + (structure.positions[3 * root + axis] as number));
    const spread = squares / count - mean.reduce((total, value) => total + value * value, 0);
    const ends = percolation === 0;
    return {
      size: members.length,
      sizeWithShell: count,
      center: ends ? wrapped(center as [number, number, number], structure) : null,
      radiusOfGyration: ends ? Math.sqrt(Math.max(0, spread)) : null,
      percolation,
    };
  });
  return { nuclei, cluster, part };
}

/** Selected atoms with enough selected neighbours. */
function coordinated({ first, second }: Bonds, selected: Uint8Array, least: number): Uint8Array {
  const count = new Uint32Array(selected.length);
  first.forEach((one, bond) => {
    const two = second[bond] as number;
    if (!selected[one] || !selected[two]) return;
    count[one] = (count[one] as number) + 1;
    count[two] = (count[two] as number) + 1;
  });
  return selected.map((is, atom) => Number(is && (count[atom] as number) >= least));
}

/**
 * The graph with its bonds between atoms that belong; all others become loops, which connect
 * nothing.
 */
function only(
  { atoms, first, second }: Bonds,
  belongs: Uint8Array,
): Pick<Bonds, 'atoms' | 'first' | 'second'> {
  const counts = (bond: number): boolean =>
    belongs[first[bond] as number] === 1 && belongs[second[bond] as number] === 1;
  return { atoms, first, second: second.map((two, bond) => (counts(bond) ? two : (first[bond] as number))) };
}

/**
 * Puts atoms that are bonded to a core into its shell, and where they are beside it into `places`.
 */
function addShells(
  { first, second, vectors }: Bonds,
  cluster: Int32Array,
  part: Int32Array,
  places: Clusters['places'],
): void {
  const nearest = new Float64Array(cluster.length).fill(Infinity);
  const take = (core: number, other: number, bond: number, sign: number): void => {
    if (part[core] !== NUCLEUS_PART.core || part[other] === NUCLEUS_PART.core) return;
    const [x = 0, y = 0, z = 0] = vectors.subarray(3 * bond, 3 * bond + 3);
    const squared = x * x + y * y + z * z;
    if (squared >= (nearest[other] as number)) return;
    nearest[other] = squared;
    part[other] = NUCLEUS_PART.shell;
    cluster[other] = cluster[core] as number;
    [x, y, z].forEach((value, axis) => {
      places[3 * other + axis] = (places[3 * core + axis] as number) + sign * value;
    });
  };
  first.forEach((one, bond) => {
    take(one, second[bond] as number, bond, 1);
    take(second[bond] as number, one, bond, -1);
  });
}
