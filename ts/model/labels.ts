import { QuestsError } from '../base/error.js';
import { isRoundedCopy } from '../statistics/rounded-copy.js';
import { labelName, type LabelName, type LabelQuantity } from './label-names.js';
import type { InfoValue, Structure } from './structure.js';

/** What a label is wanted for: as it is there, to be compared with, to be compared. */
export type LabelUse = 'any' | 'truth' | 'prediction';

/** Options of {@link labelKey}. */
export interface LabelChoice {
  /** Default: `any`. */
  readonly use?: LabelUse | undefined;
  /** Names that are not wanted. */
  readonly except?: ((name: string) => boolean) | undefined;
  /** Option that names a label, for the message. */
  readonly option: string;
}

/** Columns of dumps that make forces. */
const COMPONENTS = ['fx', 'fy', 'fz'] as const;

/** Names that fewer structures have than this share of the most are not the first to be meant. */
const COMMON = 0.5;

/**
 * What comes first, by use. Roles side by side are no order: which of them is meant is not known.
 * What is not named is never chosen: a prediction is no truth.
 */
const ORDER: Readonly<Record<LabelUse, readonly (readonly LabelName['role'][])[]>> = {
  any: [['exact'], ['truth'], ['other'], ['prediction']],
  truth: [['exact'], ['truth'], ['other']],
  prediction: [['prediction'], ['exact', 'other']],
};

/**
 * The key of the energy, or the column of the forces, of these structures: one rule for all that
 * reads labels. See {@link labelName} for the names.
 *
 * Names that have values anywhere come before those that have none, names of most structures before
 * those of a few, then those that are exact before those of a reference method, others and
 * predictions; of each, the quantity at the end of the name (`REF_energy`) before that at its
 * beginning. Where another name has values that the first lacks, or is more exact and differs,
 * either may be meant: `REF_energy` of most structures, `energy` of a few.
 *
 * @returns undefined where there is none
 * @throws {QuestsError} INVALID_ARGUMENT: several could be meant, and they differ
 */
export function labelKey(
  structures: readonly Structure[],
  quantity: LabelQuantity,
  choice: LabelChoice,
): string | undefined {
  const [first, ...others] = likeliestLabels(structures, quantity, choice);
  if (others.length === 0) return first;
  const what = choice.use === 'prediction' ? `the predicted ${quantity}` : `the ${quantity}`;
  const names = [first, ...others].join(', ');
  throw new QuestsError('INVALID_ARGUMENT', `${names}: each may be ${what}; name one (${choice.option})`);
}

/** All names that {@link labelKey} cannot decide between: none, one, or several that differ. */
export function likeliestLabels(
  structures: readonly Structure[],
  quantity: LabelQuantity,
  { use = 'any', except }: Pick<LabelChoice, 'use' | 'except'> = {},
): string[] {
  const wanted = ORDER[use].flat();
  const named = candidates(structures, quantity).filter(
    ({ name, role }) => wanted.includes(role) && except?.(name) !== true,
  );
  const own = named.filter(({ role }) => use === 'prediction' || role !== 'prediction');
  const some = own.length > 0 ? own : named;
  // Where none has a value, all are as common.
  const most = Math.max(...some.map(({ filled }) => filled));
  const common = some.filter(({ filled }) => filled >= COMMON * most);
  for (const roles of ORDER[use]) {
    const [first, ...rest] = roles.flatMap((role) => soonest(common.filter((one) => one.role === role)));
    if (first === undefined) continue;
    const values = labelValues(structures, first, quantity);
    const differs = (name: string): boolean =>
      !isRoundedCopy(values, labelValues(structures, name, quantity));
    const chosen = [first, ...rest.filter(differs)];
    if (use === 'prediction') return chosen;
    // What is there of a few structures only may still be what is meant.
    const places = ORDER[use].flat();
    const isSooner = ({ role }: Candidate): boolean =>
      places.indexOf(role) < places.indexOf(roles[0] as LabelName['role']);
    const rivals = some.filter((one) => one.name !== first && !rest.includes(one.name) && one.filled > 0);
    const isRival = (one: Candidate): boolean => {
      const own = labelValues(structures, one.name, quantity);
      return addsTo(values, own) || (isSooner(one) && !agrees(values, own));
    };
    return [...chosen, ...rivals.filter(isRival).map(({ name }) => name)];
  }
  return [];
}

/** Whether there are values where others have none. */
function addsTo(values: Float64Array, own: Float64Array): boolean {
  return own.some((value, at) => !Number.isNaN(value) && Number.isNaN(values[at]));
}

/** Whether values are copies of others where they are there. */
function agrees(values: Float64Array, own: Float64Array): boolean {
  const isThere = (_: number, at: number): boolean => !Number.isNaN(own[at]);
  return isRoundedCopy(values.filter(isThere), own.filter(isThere));
}

/** A name, and how many structures have values under it. */
interface Candidate extends LabelName {
  readonly name: string;
  readonly filled: number;
}

function soonest(candidates: readonly Candidate[]): string[] {
  const rank = Math.min(...candidates.map((one) => one.rank));
  return candidates.filter((one) => one.rank === rank).map(({ name }) => name);
}

function candidates(structures: readonly Structure[], quantity: LabelQuantity): Candidate[] {
  const names = new Map<string, LabelName | undefined>();
  const filled = new Map<string, number>();
  for (const structure of structures) {
    const found = quantity === 'energy' ? energyNames(structure) : forcesNames(structure);
    for (const name of found) {
      if (!names.has(name)) names.set(name, labelName(name, quantity));
      filled.set(name, (filled.get(name) ?? 0) + Number(hasValues(structure, name, quantity)));
    }
  }
  return [...filled].flatMap(([name, count]) => {
    const said = names.get(name);
    return said === undefined ? [] : [{ ...said, name, filled: count }];
  });
}

/** Keys that may hold an energy: numbers, and words that stand for none (`energy=None`). */
function energyNames({ info = {} }: Structure): string[] {
  return Object.keys(info).filter((key) => typeof info[key] === 'number' || isNone(info[key]));
}

function forcesNames({ arrays = {} }: Structure): string[] {
  const named = Object.keys(arrays).filter((key) => arrays[key]?.width === 3 && arrays[key].kind !== 'S');
  const isSplit = arrays.forces === undefined && COMPONENTS.every((name) => arrays[name] !== undefined);
  return isSplit ? [...named, 'forces'] : named;
}

function isNone(value: InfoValue | undefined): boolean {
  return typeof value === 'string' && /^(|none|null|n\/?a|-|\?)$/i.test(value);
}

/** Whether a structure has a value at all, so that it is not `nan` throughout. */
function hasValues(structure: Structure, name: string, quantity: LabelQuantity): boolean {
  if (quantity === 'energy') return energyOf(structure, name) !== undefined;
  const { arrays = {} } = structure;
  const data = (arrays[name] ?? arrays.fx)?.data as Float64Array | undefined;
  return data?.some(Number.isFinite) ?? false;
}

/** All values under a name, one structure after the other; NaN where a structure has none. */
export function labelValues(
  structures: readonly Structure[],
  name: string,
  quantity: LabelQuantity,
): Float64Array {
  if (quantity === 'energy') {
    return Float64Array.from(structures, (structure) => energyOf(structure, name) ?? NaN);
  }
  const parts = structures.map(
    (structure) => forcesOf(structure, name) ?? new Float64Array(structure.positions.length).fill(NaN),
  );
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Energy of a structure under a key; undefined where it has none that is a finite number. */
export function energyOf({ info }: Structure, key: string): number | undefined {
  const value = info?.[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/**
 * Forces on the atoms of a structure under the name of a column, 3 numbers per atom; `forces` may
 * be three columns fx, fy, fz. Undefined where there are none.
 */
export function forcesOf({ arrays }: Structure, key: string): Float64Array | undefined {
  const array = arrays?.[key];
  if (array !== undefined) {
    return array.width === 3 && array.kind !== 'S'
      ? Float64Array.from(array.data as Float64Array)
      : undefined;
  }
  if (key !== 'forces') return undefined;
  const parts = COMPONENTS.map((name) => arrays?.[name]?.data as Float64Array | undefined);
  const [x, y, z] = parts;
  if (x === undefined || y === undefined || z === undefined) return undefined;
  return Float64Array.from({ length: 3 * x.length }, (_, at) => Number(parts[at % 3]?.[Math.floor(at / 3)]));
}
