import type { AtomArray, Structure } from './structure.js';

/** The smallest and the largest of some values. */
export interface LabelRange {
  readonly min: number;
  readonly max: number;
}

/** What the labels of some structures range over. */
export interface LabelRanges {
  /** Energy per atom, in the file's unit; `null` where no structure has one. */
  readonly energyPerAtom: LabelRange | null;
  /** Length of the force on an atom, in the file's unit; `null` where no structure has forces. */
  readonly force: LabelRange | null;
  /** How many structures there are of each kind; those that say none are not counted. */
  readonly configTypes: Readonly<Record<string, number>>;
}

/** Names under which files keep these, the usual one first. */
const ENERGY = /^(dft_|ref_)?(total_|free_|potential_)?energy$|^poteng$/i;
const FORCES = /^(dft_|ref_)?forces?$/i;
const CONFIG_TYPE = ['config_type', 'group'];

/**
 * Ranges of energies and forces, and counts of the kinds of structures, to see what a selection
 * leaves out.
 */
export function labelRanges(structures: Iterable<Structure>): LabelRanges {
  const energies = new Extent();
  const forces = new Extent();
  const kinds = new Map<string, number>();
  for (const { info = {}, arrays = {}, positions } of structures) {
    const energy = named(info, ENERGY);
    if (typeof energy === 'number') energies.add((3 * energy) / positions.length);
    const force = named(arrays, FORCES);
    if (force !== undefined) addLengths(forces, force);
    const key = CONFIG_TYPE.find((name) => info[name] !== undefined);
    const kind = key === undefined ? undefined : String(info[key]);
    if (kind !== undefined) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  return {
    energyPerAtom: energies.range,
    force: forces.range,
    configTypes: sorted(kinds),
  };
}

/** Ranges and counts of two sets together. */
export function joinedLabelRanges(one: LabelRanges, other: LabelRanges): LabelRanges {
  const configTypes = new Map(Object.entries(one.configTypes));
  for (const [kind, count] of Object.entries(other.configTypes)) {
    configTypes.set(kind, (configTypes.get(kind) ?? 0) + count);
  }
  return {
    energyPerAtom: joined(one.energyPerAtom, other.energyPerAtom),
    force: joined(one.force, other.force),
    configTypes: sorted(configTypes),
  };
}

function joined(one: LabelRange | null, other: LabelRange | null): LabelRange | null {
  if (one === null || other === null) return one ?? other;
  return { min: Math.min(one.min, other.min), max: Math.max(one.max, other.max) };
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function named<T>(record: Readonly<Record<string, T>>, pattern: RegExp): T | undefined {
  const name = Object.keys(record).find((key) => pattern.test(key));
  return name === undefined ? undefined : record[name];
}

function addLengths(forces: Extent, { data, width, kind }: AtomArray): void {
  if (width !== 3 || kind !== 'R') return;
  for (let at = 0; at < data.length; at += 3) {
    forces.add(Math.hypot(data[at] as number, data[at + 1] as number, data[at + 2] as number));
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
