import { QuestsError } from '../base/error.js';
import { SAME_ENERGY, SAME_FORCE } from '../base/constants.js';
import { energyOf, forcesOf, labelKey } from '../model/labels.js';
import type { Structure } from '../model/structure.js';
import { type StructurePlace, type ValueRange, valueRange } from './value-range.js';

/** Energies of a dataset, as {@link audit} finds them. */
export interface AuditedEnergy {
  readonly key: string;
  /** `null` where none of them is a number. */
  readonly perAtom: ValueRange | null;
  /** Structures that have none, or one that is not a number. */
  readonly missing: readonly StructurePlace[];
}

/** Forces of a dataset, as {@link audit} finds them. */
export interface AuditedForces {
  readonly key: string;
  /** Of the largest |F| of a structure; `null` where all have some that are not numbers. */
  readonly largest: ValueRange | null;
  /** Structures that have none, or some that are not numbers. */
  readonly missing: readonly StructurePlace[];
}

/** A duplicate whose energy or forces are not those of the structure that it is a copy of. */
export interface LabelContradiction extends StructurePlace {
  readonly of: StructurePlace;
  /** Energy per atom of both, this one first, as in the file; `null` where they agree. */
  readonly energyPerAtom: readonly [number, number] | null;
  /**
   * Largest difference of the forces on an atom, as in the file; `null` where they agree. Where
   * atoms lie elsewhere or in another order, of the lengths of forces, by species and in their
   * order.
   */
  readonly force: number | null;
}

type PlaceOf = (structure: Structure) => StructurePlace;

/** @param given the key, if it is not to be found by its name */
export function auditedEnergy(
  all: readonly Structure[],
  at: PlaceOf,
  given: string | undefined,
): AuditedEnergy | null {
  const key = given ?? labelKey(all, 'energy', { option: 'energy' });
  if (key === undefined) return null;
  if (!all.some(({ info }) => info?.[key] !== undefined)) {
    throw new QuestsError('INVALID_ARGUMENT', `no structure has an energy ${key}`);
  }
  const perAtom = valueRange(all, at, (structure) => perAtomOf(structure, key));
  const missing = all.filter((structure) => energyOf(structure, key) === undefined).map(at);
  return { key, perAtom, missing };
}

/** @param given the column, if it is not to be found by its name */
export function auditedForces(
  all: readonly Structure[],
  at: PlaceOf,
  given: string | undefined,
): AuditedForces | null {
  const key = given ?? labelKey(all, 'forces', { option: 'forces' });
  if (key === undefined) return null;
  if (!all.some((structure) => forcesOf(structure, key) !== undefined)) {
    throw new QuestsError('INVALID_ARGUMENT', `no structure has forces ${key}`);
  }
  const norms = new Map(all.map((structure) => [structure, largestForce(structure, key)]));
  const largest = valueRange(all, at, (structure) => norms.get(structure));
  const missing = all.filter((structure) => norms.get(structure) === undefined).map(at);
  return { key, largest, missing };
}

/**
 * Duplicates whose labels contradict those of the first of their kind that has some.
 *
 * @param firsts index of the first copy of each structure
 * @param keys names of energy and forces; undefined where there are none
 */
export function labelContradictions(
  structures: readonly Structure[],
  firsts: Uint32Array,
  at: PlaceOf,
  keys: { readonly energy: string | undefined; readonly forces: string | undefined },
): LabelContradiction[] {
  const withEnergy = new Map<number, Structure>();
  const withForces = new Map<number, Structure>();
  /** The first of a kind that has a label; a structure that has none says nothing. */
  const known = (of: Map<number, Structure>, kind: number, own: Structure): Structure => {
    const first = of.get(kind) ?? own;
    of.set(kind, first);
    return first;
  };
  const found: LabelContradiction[] = [];
  for (const [index, structure] of structures.entries()) {
    const kind = firsts[index] as number;
    const energy = keys.energy === undefined ? undefined : perAtomOf(structure, keys.energy);
    const ofEnergy = energy === undefined ? structure : known(withEnergy, kind, structure);
    const other = keys.energy === undefined ? undefined : perAtomOf(ofEnergy, keys.energy);
    const differs = energy !== undefined && other !== undefined && Math.abs(energy - other) > SAME_ENERGY;
    const hasForces = keys.forces !== undefined && largestForce(structure, keys.forces) !== undefined;
    const ofForces = hasForces ? known(withForces, kind, structure) : structure;
    const force = keys.forces === undefined ? 0 : forceDifference(structure, ofForces, keys.forces);
    if (!differs && !(force > SAME_FORCE)) continue;
    found.push({
      ...at(structure),
      of: at(differs ? ofEnergy : ofForces),
      energyPerAtom: differs ? [energy, other] : null,
      force: force > SAME_FORCE ? force : null,
    });
  }
  return found;
}

function perAtomOf(structure: Structure, key: string): number | undefined {
  const energy = energyOf(structure, key);
  return energy === undefined ? undefined : (3 * energy) / structure.positions.length;
}

/** The largest |F|; undefined where there are none, or one is not a number. */
function largestForce(structure: Structure, key: string): number | undefined {
  const values = forcesOf(structure, key);
  if (values === undefined) return undefined;
  let largest = 0;
  for (let at = 0; at < values.length; at += 3) {
    const norm = Math.hypot(values[at] as number, values[at + 1] as number, values[at + 2] as number);
    if (!Number.isFinite(norm)) return undefined;
    if (norm > largest) largest = norm;
  }
  return largest;
}

/** Positions that differ by less, in Å, are the same. */
const SAME_PLACE = 1e-3;

/** Largest difference of the forces on an atom of two copies of a structure. */
function forceDifference(one: Structure, other: Structure, key: string): number {
  if (one === other) return 0;
  const [a, b] = [forcesOf(one, key), forcesOf(other, key)];
  if (a === undefined || b?.length !== a.length) return 0;
  const partners = atomsAtSamePlace(one, other);
  const [p, q] = partners
    ? [
        normsOf(
          a.map((value, i) => value - (b[3 * (partners[Math.floor(i / 3)] as number) + (i % 3)] as number)),
        ),
        new Float64Array(a.length / 3),
      ]
    : [sortedNorms(one, a), sortedNorms(other, b)];
  return p.reduce((most, norm, atom) => Math.max(most, Math.abs(norm - (q[atom] as number))), 0);
}

/**
 * For each atom of a structure the atom of the same species of another at the same place, whatever
 * their order; undefined where one has none.
 */
function atomsAtSamePlace(one: Structure, other: Structure): Int32Array | undefined {
  const found = new Int32Array(one.positions.length / 3);
  const isThere = (atom: number, partner: number): boolean =>
    [0, 1, 2].every((axis) => {
      const [x, y] = [one.positions[3 * atom + axis], other.positions[3 * partner + axis]] as [
        number,
        number,
      ];
      return Math.abs(x - y) <= SAME_PLACE;
    }) && one.species?.[atom] === other.species?.[partner];
  const x = (atom: number): number => other.positions[3 * atom] as number;
  // Sorted only where rows were moved.
  let byX: number[] | undefined;
  const taken = new Set<number>();
  for (const atom of found.keys()) {
    // Rows that were not moved are found at once.
    let partner = isThere(atom, atom) && !taken.has(atom) ? atom : undefined;
    if (partner === undefined) {
      byX ??= Array.from(found.keys()).sort((a, b) => x(a) - x(b));
      const least = (one.positions[3 * atom] as number) - SAME_PLACE;
      let [low, high] = [0, byX.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if (x(byX[middle] as number) < least) low = middle + 1;
        else high = middle;
      }
      for (let at = low; at < byX.length && x(byX[at] as number) <= least + 2 * SAME_PLACE; at++) {
        const candidate = byX[at] as number;
        if (taken.has(candidate) || !isThere(atom, candidate)) continue;
        partner = candidate;
        break;
      }
    }
    if (partner === undefined) return undefined;
    taken.add(partner);
    found[atom] = partner;
  }
  return found;
}

function normsOf(forces: Float64Array): number[] {
  return Array.from({ length: forces.length / 3 }, (_, atom) =>
    Math.hypot(...forces.subarray(3 * atom, 3 * atom + 3)),
  );
}

/** Lengths of forces by species, then by size: neither rotations nor the order of atoms matter. */
function sortedNorms({ species = [] }: Structure, forces: Float64Array): number[] {
  return normsOf(forces)
    .map((norm, atom) => ({ norm, species: species[atom] ?? '' }))
    .sort((a, b) => (a.species < b.species ? -1 : a.species > b.species ? 1 : a.norm - b.norm))
    .map(({ norm }) => norm);
}
