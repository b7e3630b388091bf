import { quantile } from 'simple-statistics';
import { type Contact, contacts } from '../geometry/contacts.js';
import { DEFAULTS } from '../base/defaults.js';
import { CONTACT_FRACTION, NEAR_FRACTION, OUTER_FENCE, SAME_DISTANCE } from '../base/constants.js';
import { collect, describeFrames } from '../descriptor/batches.js';
import { type Duplicates, duplicates } from '../descriptor/duplicates.js';
import { QuestsError } from '../base/error.js';
import { speciesAlphabet } from '../model/flatten.js';
import { leaveOneOutDeltaEntropy } from '../kernel/leave-one-out.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { energyKey, energyOf, forcesKey, forcesOf } from '../model/labels.js';
import { referenceSet } from '../kernel/reference-set.js';
import type { Structure } from '../model/structure.js';
import { cellVolume } from '../model/cell.js';
import type { DescriptorOptions, Structures } from '../descriptor/descriptor-options.js';

/** Options of {@link audit}. */
export interface AuditOptions extends Omit<DescriptorOptions, 'onSkip'> {
  /** h: bandwidth of the Gaussian kernel, in 1/Å, above 0. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** Environments nearer than this many bandwidths are near duplicates. Default: 0.1. */
  readonly near?: number | undefined;
  /** Atoms closer than this times the sum of their covalent radii are too close. Default: 0.6. */
  readonly contactFraction?: number | undefined;
  /**
   * δH to all others above which an environment is an outlier, in nats. Default: three
   * interquartile ranges above the upper quartile, and never below 0.
   */
  readonly outlierThreshold?: number | undefined;
  /** Key of the energy. Default: what looks like one (`energy`, `REF_energy` …). */
  readonly energy?: string | undefined;
  /** Column of the forces. Default: what looks like them (`forces`, `REF_forces`, fx fy fz …). */
  readonly forces?: string | undefined;
}

/** The structure of a finding. */
export interface StructurePlace {
  /** Empty for a structure that was not read from a file. */
  readonly file: string;
  /** In its file; the number of the structure where it was not read from one. */
  readonly frame: number;
}

/** The atom of a finding. */
export interface AtomPlace extends StructurePlace {
  readonly atom: number;
  /** Species of the atom; empty where unknown. */
  readonly species: string;
}

/** Two atoms that are too close; see {@link contacts}. */
export interface ContactFinding extends AtomPlace, Pick<Contact, 'other' | 'distance' | 'allowed'> {
  readonly otherSpecies: string;
}

/** An environment unlike all others of its set. */
export interface Outlier extends AtomPlace {
  /** δH with respect to all others, in nats. */
  readonly dH: number;
}

/** A value that varies over structures. */
export interface ValueRange {
  readonly min: number;
  readonly mean: number;
  readonly max: number;
  /** Structures that have it. */
  readonly count: number;
  readonly minAt: StructurePlace;
  readonly maxAt: StructurePlace;
}

/** A finding with what it is a copy of. */
export type CopyOf<P extends StructurePlace> = P & { readonly of: P };

/**
 * Duplicates of structures and of environments, each with the first of its kind, which is not one
 * of them.
 */
export interface DuplicateFindings {
  /** Distance between descriptors, 1/Å, up to which. */
  readonly distance: number;
  readonly structures: readonly CopyOf<StructurePlace>[];
  readonly environments: readonly CopyOf<AtomPlace>[];
}

/** What {@link audit} finds. Lists are in the order of the structures, outliers by falling δH. */
export interface Audit {
  readonly structures: number;
  readonly environments: number;
  /** Atoms of each species, sorted. */
  readonly species: Readonly<Record<string, number>>;
  /** Structures of each composition, the commonest first. */
  readonly compositions: readonly { readonly formula: string; readonly structures: number }[];
  /** Å³, of structures that are periodic in all directions. */
  readonly volumePerAtom: ValueRange | null;
  /** Name and range of the energy per atom, as in the file; `null` where no structure has one. */
  readonly energy: {
    readonly key: string;
    readonly perAtom: ValueRange;
    readonly missing: readonly StructurePlace[];
  } | null;
  /**
   * Name of the forces and range of the largest |F| of a structure; `null` where no structure has
   * them.
   */
  readonly forces: {
    readonly key: string;
    readonly largest: ValueRange;
    readonly missing: readonly StructurePlace[];
  } | null;
  /**
   * Structures that have no descriptors: atoms on top of each other, a singular cell. All else is
   * about the others.
   */
  readonly unusable: readonly (StructurePlace & { readonly problem: string })[];
  /** f: which contacts were looked for. */
  readonly contactFraction: number;
  readonly contacts: readonly ContactFinding[];
  /** Species that have no covalent radius: their contacts were not looked at. */
  readonly withoutRadius: readonly string[];
  /** Atoms without a neighbour within the cutoff. */
  readonly isolated: readonly AtomPlace[];
  /** Duplicates up to rounding. */
  readonly exact: DuplicateFindings;
  /** Near duplicates; without the exact ones. */
  readonly near: DuplicateFindings;
  readonly outlierThreshold: number;
  readonly outliers: readonly Outlier[];
  /** δH of each row of `x` with respect to all others, in nats; empty where there are no others. */
  readonly dH: Float64Array;
  /** Descriptors of the structures that have some; `null` where none has. */
  readonly x: DescriptorMatrix | null;
}

/**
 * Checks a dataset for duplicates, atoms that are too close, isolated atoms, outliers, and missing
 * energies and forces; gives ranges of volume, energy and force, and the compositions.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: an option unusable; EMPTY: no structures;
 *   BACKEND_UNAVAILABLE. Structures that can have no descriptors are a finding, not an error.
 *
 * @example
 * const { contacts, outliers } = await audit(readStructures('train.xyz'));
 */
export async function audit(structures: Structures, options: AuditOptions = {}): Promise<Audit> {
  const { bandwidth = DEFAULTS.bandwidth, near = NEAR_FRACTION, species = false } = options;
  const { cutoff = DEFAULTS.cutoff, contactFraction = CONTACT_FRACTION } = options;
  if (!(near > 0 && near * bandwidth < Infinity)) {
    throw new QuestsError('INVALID_ARGUMENT', `near is ${near}, expected a number of bandwidths above 0`);
  }
  const all = await collect(structures, options.signal);
  if (all.length === 0) throw new QuestsError('EMPTY', 'there are no structures');
  const places = new Map(all.map((structure, index) => [structure, structurePlace(structure, index)]));
  const at = (structure: Structure): StructurePlace => places.get(structure) as StructurePlace;

  const problems = new Map<Structure, string>();
  const onSkip = ({ error }: { error: QuestsError }, structure: Structure): void => {
    problems.set(structure, error.problem);
  };
  const close = await contacts(all, { ...options, cutoff, fraction: contactFraction, onSkip });
  const readable = all.filter((structure) => !problems.has(structure));
  const alphabet = species === false ? null : speciesAlphabet(readable, species);
  const { frames, x } = await describeFrames(readable, alphabet, { ...options, cutoff, onSkip });
  const found = await compared(frames, x, [SAME_DISTANCE, near * bandwidth], at, options);
  return {
    ...counted(all),
    volumePerAtom: range(all, at, usableVolume),
    energy: energies(all, at, options.energy),
    forces: forces(all, at, options.forces),
    unusable: [...problems].map(([structure, problem]) => ({ ...at(structure), problem })),
    contactFraction,
    contacts: close.contacts.map(({ structure, atom, other, distance, allowed }) => ({
      ...atomOf(structure, at(structure), atom),
      other,
      otherSpecies: structure.species?.[other] ?? '',
      distance,
      allowed,
    })),
    withoutRadius: close.withoutRadius,
    isolated: close.isolated.map(({ structure, atom }) => atomOf(structure, at(structure), atom)),
    ...found,
    x: x ?? null,
  };
}

/** What comes of comparing all environments with each other. */
async function compared(
  frames: readonly Structure[],
  x: DescriptorMatrix | undefined,
  distances: readonly [number, number],
  at: (structure: Structure) => StructurePlace,
  options: AuditOptions,
): Promise<Pick<Audit, 'exact' | 'near' | 'outliers' | 'outlierThreshold' | 'dH'>> {
  const { outlierThreshold = NaN } = options;
  if (x === undefined) {
    const [exact, near] = distances.map((distance) => ({ distance, structures: [], environments: [] }));
    return { exact, near, outliers: [], outlierThreshold, dH: new Float64Array(0) } as Pick<
      Audit,
      'exact' | 'near' | 'outliers' | 'outlierThreshold' | 'dH'
    >;
  }
  const place = (row: number): AtomPlace => {
    const frame = x.frameOf(row);
    const structure = frames[frame] as Structure;
    return atomOf(structure, at(structure), row - (x.frameOffsets[frame] as number));
  };
  const reference = await referenceSet(x, options);
  try {
    const species = frames.flatMap(
      (frame) => frame.species ?? new Array<string>(frame.positions.length / 3).fill(''),
    );
    const [same, close] = (await duplicates(x, { ...options, distances, species }, reference)) as [
      Duplicates,
      Duplicates,
    ];
    const findings = (
      { distance, rows, frames: copies }: Duplicates,
      but?: Duplicates,
    ): DuplicateFindings => ({
      distance,
      structures: copied(copies, but?.frames, (frame) => at(frames[frame] as Structure)),
      environments: copied(rows, but?.rows, place),
    });
    const dH = x.rows < 2 ? new Float64Array(0) : await leaveOneOutDeltaEntropy(reference, options);
    const threshold = options.outlierThreshold ?? fence(dH);
    const outliers = Array.from(dH, (value, row) => ({ value, row }))
      .filter(({ value }) => value > threshold)
      .sort((a, b) => b.value - a.value || a.row - b.row);
    return {
      exact: findings(same),
      near: findings(close, same),
      outliers: outliers.map(({ value, row }) => ({ ...place(row), dH: value })),
      outlierThreshold: threshold,
      dH,
    };
  } finally {
    reference.dispose();
  }
}

/** Tukey's outer fence, and at least 0: what has something near is no outlier. */
function fence(dH: Float64Array): number {
  if (dH.length === 0) return 0;
  const [low, high] = quantile(Array.from(dH), [0.25, 0.75]) as [number, number];
  return Math.max(0, high + OUTER_FENCE * (high - low));
}

/** Those that are not the first of their kind, and not known to be copies already. */
function copied<P extends StructurePlace>(
  firsts: Uint32Array,
  known: Uint32Array | undefined,
  place: (index: number) => P,
): CopyOf<P>[] {
  const result: CopyOf<P>[] = [];
  firsts.forEach((first, index) => {
    if (first !== index && (known === undefined || known[index] === index)) {
      result.push({ ...place(index), of: place(first) });
    }
  });
  return result;
}

function structurePlace({ source }: Structure, index: number): StructurePlace {
  return { file: source?.file ?? '', frame: source?.frame ?? index };
}

function atomOf(structure: Structure, place: StructurePlace, atom: number): AtomPlace {
  return { ...place, atom, species: structure.species?.[atom] ?? '' };
}

function atomsOf({ positions }: Structure): number {
  return positions.length / 3;
}

function counted(
  all: readonly Structure[],
): Pick<Audit, 'structures' | 'environments' | 'species' | 'compositions'> {
  const species = new Map<string, number>();
  const compositions = new Map<string, number>();
  for (const structure of all) {
    const own = new Map<string, number>();
    for (const symbol of structure.species ?? []) own.set(symbol, (own.get(symbol) ?? 0) + 1);
    for (const [symbol, count] of own) species.set(symbol, (species.get(symbol) ?? 0) + count);
    const formula = sorted(own)
      // Types that are numbers would run into their counts.
      .map(([symbol, count]) => (/\d$/.test(symbol) ? `(${symbol})${count}` : `${symbol}${count}`))
      .join(' ');
    compositions.set(formula, (compositions.get(formula) ?? 0) + 1);
  }
  return {
    structures: all.length,
    environments: all.reduce((sum, structure) => sum + atomsOf(structure), 0),
    species: Object.fromEntries(sorted(species)),
    compositions: [...compositions]
      .map(([formula, structures]) => ({ formula, structures }))
      .sort((a, b) => b.structures - a.structures),
  };
}

function sorted(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** V/N; undefined for a structure that is not periodic in all directions. */
function usableVolume(structure: Structure): number | undefined {
  const volume = cellVolume(structure);
  const atoms = atomsOf(structure);
  return atoms > 0 && volume !== undefined && volume > 0 && volume < Infinity ? volume / atoms : undefined;
}

function energies(
  all: readonly Structure[],
  at: (structure: Structure) => StructurePlace,
  given: string | undefined,
): Audit['energy'] {
  const key = given ?? energyKey(all);
  if (key === undefined) return null;
  const perAtom = range(all, at, (structure) => {
    const energy = energyOf(structure, key);
    return energy === undefined ? undefined : energy / atomsOf(structure);
  });
  if (perAtom === null) throw new QuestsError('INVALID_ARGUMENT', `no structure has an energy ${key}`);
  const missing = all.filter((structure) => energyOf(structure, key) === undefined).map(at);
  return { key, perAtom, missing };
}

function forces(
  all: readonly Structure[],
  at: (structure: Structure) => StructurePlace,
  given: string | undefined,
): Audit['forces'] {
  const key = given ?? forcesKey(all);
  if (key === undefined) return null;
  const norms = new Map(all.map((structure) => [structure, largestForce(structure, key)]));
  const largest = range(all, at, (structure) => norms.get(structure));
  if (largest === null) throw new QuestsError('INVALID_ARGUMENT', `no structure has forces ${key}`);
  const missing = all.filter((structure) => norms.get(structure) === undefined).map(at);
  return { key, largest, missing };
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

/**
 * δH to all others above which an environment is isolated: near²/2, which a single near duplicate
 * keeps it below, since its kernel is exp(−near²/2).
 *
 * @param near distance of near duplicates, in bandwidths
 * @returns in nats
 */
export function isolationThreshold(near: number): number {
  return near ** 2 / 2;
}

/**
 * Number of environments that have no near duplicate among the others, nor several that are a
 * little farther: δH to all others is above {@link isolationThreshold}.
 *
 * @param dH δH of each environment with respect to all others of its set, in nats; see
 *   `leaveOneOutDeltaEntropy`
 * @param near distance of near duplicates, in bandwidths. Default: 0.1
 */
export function isolatedEnvironments(dH: Float64Array, near = NEAR_FRACTION): number {
  const least = isolationThreshold(near);
  return dH.reduce((count, value) => count + Number(value > least), 0);
}

/** The range of a value over the structures that have it; `null` where none has. */
function range(
  all: readonly Structure[],
  at: (structure: Structure) => StructurePlace,
  value: (structure: Structure) => number | undefined,
): ValueRange | null {
  let [min, max, sum, count] = [Infinity, -Infinity, 0, 0];
  let minAt: Structure | undefined;
  let maxAt: Structure | undefined;
  for (const structure of all) {
    const own = value(structure);
    if (own === undefined) continue;
    sum += own;
    count++;
    if (own < min) [min, minAt] = [own, structure];
    if (own > max) [max, maxAt] = [own, structure];
  }
  if (minAt === undefined || maxAt === undefined) return null;
  return { min, mean: sum / count, max, count, minAt: at(minAt), maxAt: at(maxAt) };
}
