import { configTypeOf } from './config-type.js';
import type { LabelQuantity } from './label-names.js';
import { energyOf, forcesOf, likeliestLabels } from './labels.js';
import type { Structure } from './structure.js';

/** The smallest and the largest of some values. */
export interface LabelRange {
  readonly min: number;
  readonly max: number;
}

/** Names of the energy and of the forces; `null` where there are none. */
export interface LabelKeys {
  readonly energy: string | null;
  readonly forces: string | null;
  /** Names that each may be meant, and differ, so that none is taken; absent if there are none. */
  readonly undecided?: UndecidedLabels | undefined;
}

/** Names that each may be the energy, or the forces. */
export type UndecidedLabels = Readonly<Partial<Record<LabelQuantity, readonly string[]>>>;

/** What the labels of some structures range over. */
export interface LabelRanges {
  /** Names under which energies and forces were found. */
  readonly keys: LabelKeys;
  /** Energy per atom, in the file's unit; `null` where no structure has one. */
  readonly energyPerAtom: LabelRange | null;
  /** Length of the force on an atom, in the file's unit; `null` where no structure has forces. */
  readonly force: LabelRange | null;
  /** How many structures there are of each kind; those that say none are not counted. */
  readonly configTypes: Readonly<Record<string, number>>;
}

/**
 * The names of the energy and the forces of these structures; where several may be meant, none: a
 * range of one of them would be a guess.
 */
export function labelKeys(structures: readonly Structure[]): LabelKeys {
  const undecided: Partial<Record<LabelQuantity, readonly string[]>> = {};
  const only = (quantity: LabelQuantity): string | null => {
    const [first = null, ...others] = likeliestLabels(structures, quantity);
    if (first === null || others.length === 0) return first;
    undecided[quantity] = [first, ...others];
    return null;
  };
  const keys = { energy: only('energy'), forces: only('forces') };
  return Object.keys(undecided).length === 0 ? keys : { ...keys, undecided };
}

/** Names for two parts of a set: where these differ, it is not decided which is meant. */
function joinedLabelKeys(one: LabelKeys, other: LabelKeys): LabelKeys {
  const undecided: Partial<Record<LabelQuantity, readonly string[]>> = {};
  const only = (quantity: LabelQuantity): string | null => {
    const namesOf = (keys: LabelKeys): readonly string[] =>
      keys.undecided?.[quantity] ?? [keys[quantity] ?? []].flat();
    const [first = null, ...others] = new Set([...namesOf(one), ...namesOf(other)]);
    if (first === null || others.length === 0) return first;
    undecided[quantity] = [first, ...others];
    return null;
  };
  const keys = { energy: only('energy'), forces: only('forces') };
  return Object.keys(undecided).length === 0 ? keys : { ...keys, undecided };
}

/**
 * Ranges of energies and forces, and counts of the kinds of structures, to see what a selection
 * leaves out.
 *
 * @param keys names to look under. Default: those of these structures
 */
export function labelRanges(structures: Iterable<Structure>, keys?: LabelKeys): LabelRanges {
  const all = [...structures];
  const found = keys ?? labelKeys(all);
  const energies = new Extent();
  const forces = new Extent();
  const kinds = new Map<string, number>();
  for (const structure of all) {
    const { positions } = structure;
    const energy = found.energy === null ? undefined : energyOf(structure, found.energy);
    if (energy !== undefined) energies.add((3 * energy) / positions.length);
    const force = found.forces === null ? undefined : forcesOf(structure, found.forces);
    if (force !== undefined) addLengths(forces, force);
    const kind = configTypeOf(structure);
    if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    keys: found,
    energyPerAtom: energies.range,
    force: forces.range,
    configTypes: sorted(kinds),
  };
}

/** Ranges and counts of two sets together; of labels with other names in each, none. */
export function joinedLabelRanges(one: LabelRanges, other: LabelRanges): LabelRanges {
  const configTypes = new Map(Object.entries(one.configTypes));
  for (const [kind, count] of Object.entries(other.configTypes)) {
    configTypes.set(kind, (configTypes.get(kind) ?? 0) + count);
  }
  const keys = joinedLabelKeys(one.keys, other.keys);
  return {
    keys,
    energyPerAtom: keys.energy === null ? null : joined(one.energyPerAtom, other.energyPerAtom),
    force: keys.forces === null ? null : joined(one.force, other.force),
    configTypes: sorted(configTypes),
  };
}

/** What a selection leaves out: what {@link lostLabels} gives. */
export interface LostLabels {
  /**
   * The lowest energy per atom of the whole set, and of what is kept, which is higher or has none;
   * `null` where the lowest is kept.
   */
  readonly lowestEnergy: { readonly all: number; readonly kept: number | null } | null;
  /** Kinds of structures of which none is kept, with the number of structures there were. */
  readonly configTypes: Readonly<Record<string, number>>;
}

/**
 * Whether a selection lost the structures of lowest energy, or all structures of a kind.
 *
 * @param all ranges of the whole set
 * @param kept those of what is kept, under the same names
 */
export function lostLabels(all: LabelRanges, kept: LabelRanges): LostLabels {
  const [lowest, own = null] = [all.energyPerAtom?.min, kept.energyPerAtom?.min];
  const isLost = lowest !== undefined && (own === null || own > lowest);
  return {
    lowestEnergy: isLost ? { all: lowest, kept: own } : null,
    configTypes: Object.fromEntries(
      Object.entries(all.configTypes).filter(([kind]) => kept.configTypes[kind] === undefined),
    ),
  };
}

function joined(one: LabelRange | null, other: LabelRange | null): LabelRange | null {
  if (one === null || other === null) return one ?? other;
  return { min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) };
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function addLengths(lengths: Extent, forces: Float64Array): void {
  for (let at = 0; at < forces.length; at += 3) {
    lengths.add(Math.hypot(forces[at] as number, forces[at + 1] as number, forces[at + 2] as number));
  }
}

class Extent {
  #min = Infinity;
  #max = -Infinity;

  /** Takes in a value; one that is not finite says nothing. */
  add(value: number): void {
    if (!Number.isFinite(value)) return;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  get range(): LabelRange | null {
    return this.#min <= this.#max ? { min: this.#min, max: this.#max } : null;
  }
}
