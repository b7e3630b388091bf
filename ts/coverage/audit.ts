import { type Contact, contacts } from '../geometry/contacts.js';
import { DEFAULTS } from '../base/defaults.js';
import { CONTACT_FRACTION, NEAR_FRACTION, SAME_DISTANCE } from '../base/constants.js';
import { collect, describeFrames } from '../descriptor/batches.js';
import { type Duplicates, duplicates } from '../descriptor/duplicates.js';
import { QuestsError } from '../base/error.js';
import type { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { referenceSet } from '../kernel/reference-set.js';
import type { Structure } from '../model/structure.js';
import { cellVolume } from '../model/cell.js';
import {
  type DescriptorOptions,
  describedSpecies,
  type Structures,
} from '../descriptor/descriptor-options.js';
import {
  type AuditedEnergy,
  auditedEnergy,
  type AuditedForces,
  auditedForces,
  type LabelContradiction,
  labelContradictions,
} from './audited-labels.js';
import { deltaOfOutliers } from './delta-to-others.js';
import { type ElementsEffect, elementsEffect } from './elements-effect.js';
import { type StructurePlace, type ValueRange, valueRange } from './value-range.js';

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
  /**
   * Key of the energy. Default: what its name says: `energy`, then `REF_energy` or `dft_energy`,
   * then others, then those of a model; never `kinetic_energy`, `free_energy` or the like.
   */
  readonly energy?: string | undefined;
  /** Column of the forces. Default: as for the energy; fx, fy, fz together are `forces`. */
  readonly forces?: string | undefined;
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
  /** `null` where no structure has an energy. */
  readonly energy: AuditedEnergy | null;
  /** `null` where no structure has forces. */
  readonly forces: AuditedForces | null;
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
  /** Exact duplicates of structures whose energies or forces contradict each other. */
  readonly contradictions: readonly LabelContradiction[];
  /** Near duplicates; without the exact ones. */
  readonly near: DuplicateFindings;
  readonly outlierThreshold: number;
  /**
   * Environments whose quartiles made the threshold, 0 where it was given: of more than 50,000
   * environments, 5,000.
   */
  readonly quartilesOf: number;
  readonly outliers: readonly Outlier[];
  /**
   * δH of each row of `x` with respect to all others, in nats; empty where there are no others. Of
   * more than 50,000 environments, NaN where it is surely below 0 and no outlier's: see
   * `leaveOneOutDeltaEntropy`.
   */
  readonly dH: Float64Array;
  /**
   * What `full` would change, on a sample; `null` where one element is there, or descriptors tell
   * elements apart.
   */
  readonly elements: ElementsEffect | null;
  /** Descriptors of the structures that have some; `null` where none has. */
  readonly x: DescriptorMatrix | null;
}

/**
 * Checks a dataset for duplicates, atoms that are too close, isolated atoms, outliers, and missing
 * energies and forces; gives ranges of volume, energy and force, and the compositions.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: an option unusable, or several columns that may be the
 *   energy or the forces; EMPTY: no structures;
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

  // These first: which labels are meant is asked before anything is computed.
  const energy = auditedEnergy(all, at, options.energy);
  const forces = auditedForces(all, at, options.forces);
  const problems = new Map<Structure, string>();
  const onSkip = ({ error }: { error: QuestsError }, structure: Structure): void => {
    problems.set(structure, error.problem);
  };
  const close = await contacts(all, { ...options, cutoff, fraction: contactFraction, onSkip });
  const readable = all.filter((structure) => !problems.has(structure));
  const told = describedSpecies(species, readable);
  const { frames, x } = await describeFrames(readable, told, { ...options, cutoff, onSkip });
  const { firsts, ...found } = await compared(frames, x, [SAME_DISTANCE, near * bandwidth], at, options);
  const keys = { energy: energy?.key, forces: forces?.key };
  return {
    ...counted(all),
    volumePerAtom: valueRange(all, at, usableVolume),
    energy,
    forces,
    contradictions: labelContradictions(frames, firsts, at, keys),
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
    elements:
      told === null && x !== undefined
        ? await elementsEffect(frames, undefined, { ...options, cutoff })
        : null,
    x: x ?? null,
  };
}

/** What comes of comparing all environments with each other. */
interface Comparison extends Pick<
  Audit,
  'exact' | 'near' | 'outliers' | 'outlierThreshold' | 'quartilesOf' | 'dH'
> {
  /** Index of the first copy of each structure. */
  readonly firsts: Uint32Array;
}

async function compared(
  frames: readonly Structure[],
  x: DescriptorMatrix | undefined,
  distances: readonly [number, number],
  at: (structure: Structure) => StructurePlace,
  options: AuditOptions,
): Promise<Comparison> {
  const { outlierThreshold = NaN } = options;
  if (x === undefined) {
    const none = (distance: number): DuplicateFindings => ({ distance, structures: [], environments: [] });
    const [exact, near] = distances;
    return {
      exact: none(exact),
      near: none(near),
      outliers: [],
      outlierThreshold,
      quartilesOf: 0,
      dH: new Float64Array(0),
      firsts: new Uint32Array(0),
    };
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
    const { dH, threshold, quartilesOf } = await deltaOfOutliers(reference, options);
    const outliers = Array.from(dH, (value, row) => ({ value, row }))
      .filter(({ value }) => value > threshold)
      .sort((a, b) => b.value - a.value || a.row - b.row);
    return {
      exact: findings(same),
      near: findings(close, same),
      outliers: outliers.map(({ value, row }) => ({ ...place(row), dH: value })),
      outlierThreshold: threshold,
      quartilesOf,
      dH,
      firsts: same.frames,
    };
  } finally {
    reference.dispose();
  }
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
