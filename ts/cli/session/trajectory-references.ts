import { type Command, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { QuestsError } from '../../base/error.js';
import * as analysis from '../../faces/node/analysis.js';
import type {
  DescriptorSpecies,
  NamedReference,
  Structure,
  TrajectoryReference,
} from '../../faces/node/quests.js';
import { Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import type { NovelLevelFlags } from './novel-level.js';
import { openSets } from './open-sets.js';
import { noteMissingElements } from './missing-elements.js';
import { type DescriptorFlags, MOST_COUNT, type ReadFlags, repeated, wholeTo } from './options.js';
import type { Session } from './session.js';
import { referenceWithinMemory } from './set-within-memory.js';
import { UsageError } from './usage-error.js';

/** Options that say what frames are held against. */
export interface ReferenceFlags extends ReadFlags, DescriptorFlags, NovelLevelFlags {
  readonly first?: number;
  readonly reference?: readonly string[];
  readonly previous?: boolean;
  readonly anyElement?: boolean;
}

/** What frames are held against, and the species that descriptors tell apart. */
export interface References {
  readonly reference: TrajectoryReference;
  readonly species: DescriptorSpecies;
  /** Neighbours and cutoff that descriptors are made with. */
  readonly k: number;
  readonly cutoff: number;
  /** Files of each reference, by its name. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Seconds that their descriptors took. */
  readonly seconds: number;
  /** Says, once all is read, that descriptors do not tell the species apart that were there. */
  readonly noteBlindness: (seen: ReadonlySet<string>) => void;
  /**
   * Elements that each reference which files hold lacks, of those that were there; says which.
   *
   * @returns by the name of the reference; only those that lack some
   */
  readonly noteMissing: (seen: ReadonlySet<string>) => ReadonlyMap<string, readonly string[]>;
}

/** `fcc=crystal.xyz`: a name, and what stands for files after it. */
const NAMED = /^([A-Za-z][\w.+-]*)=(.+)$/;

/** Adds the options of {@link ReferenceFlags}. */
export function addReferenceOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--first <n>',
        `use the first N frames as reference, skipping perfect lattices (default: ${DEFAULTS.firstFrames})`,
      ).argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option(
        '-r, --reference <[name=]file>',
        'reference to use instead of the first frames; repeat it for more files; give names for ' +
          'several references',
      ).argParser(repeated),
    )
    .option('--previous', 'compare each frame with all frames before it')
    .option('--any-element', 'allow a reference that shares no element (e.g. mislabelled files)');
}

/** Refuses several kinds of reference at once. */
export function checkReferences({ first, reference, previous }: ReferenceFlags): void {
  const given = [
    first !== undefined && '--first',
    reference && '--reference',
    previous && '--previous',
  ].filter(Boolean);
  if (given.length > 1) throw new UsageError(`expected one kind of reference, not ${given.join(' and ')}`);
}

/** The files of all references, without their names; undefined where none are named. */
export function referenceFiles({ reference }: ReferenceFlags): readonly string[] | undefined {
  return reference?.map((text) => text.replace(NAMED, '$2'));
}

/**
 * Reads the references that a command line names.
 *
 * @param example a frame of the trajectory, for the elements that references should be of
 * @param whole whether all environments are needed as matrices, also of stored references
 */
export async function openReferences(
  session: Session,
  flags: ReferenceFlags,
  example: Structure | undefined,
  whole = false,
): Promise<References> {
  const names = new Map<string, string[]>();
  for (const text of flags.reference ?? []) {
    const [, name = '', file = text] = NAMED.exec(text) ?? [];
    names.set(name, [...(names.get(name) ?? []), file]);
  }
  // The log is that of the trajectory.
  const sets = await openSets(session, [...names.values()], { ...flags, log: undefined }, { isPart: true });
  const elements = [...new Set(example?.species ?? [])];
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags, {
    also: elements,
    isPart: true,
  });
  const loaded: NamedReference[] = [];
  // A level needs all of the reference.
  const within = flags.novelLevel === undefined ? flags : { memory: Infinity };
  const clock = { seconds: 0 };
  for (const [at, name] of [...names.keys()].entries()) {
    const set = sets[at] as (typeof sets)[number];
    const { x, seconds } = whole
      ? await describer.load(set, false)
      : await referenceWithinMemory(session, describer, set, within);
    clock.seconds += seconds;
    const species = describer.elementsOf(set);
    if (flags.anyElement !== true) checkElements(set.file, species, elements);
    loaded.push({ name, x, elements: [...species] });
  }
  const { species: mode } = describer.settings;
  return {
    reference: referenceOf(flags, loaded),
    species: mode === 'blocks' ? describer.species : mode === 'ignore' ? null : mode,
    k: describer.settings.k,
    cutoff: describer.settings.cutoff,
    files: Object.fromEntries([...names.keys()].map((name, at) => [name, sets[at]?.files ?? []])),
    seconds: clock.seconds,
    noteBlindness: (seen) => {
      describer.noteBlindness(seen);
    },
    noteMissing: (seen) => {
      const found = loaded.map(({ name, elements: own }, at) => {
        const missing = analysis.missingElements(seen, [new Set(own)]);
        noteMissingElements(session, { missing, of: 'the trajectory', from: sets[at]?.file ?? name });
        return [name, missing] as const;
      });
      return new Map(found.filter(([, missing]) => missing.length > 0));
    },
  };
}

function referenceOf(
  { previous, first }: ReferenceFlags,
  loaded: readonly NamedReference[],
): TrajectoryReference {
  if (loaded.length > 0) return { sets: loaded };
  return previous ? { previous: true } : { first: first ?? DEFAULTS.firstFrames };
}

/**
 * Refuses a reference that has no element in common with the trajectory; where one does not say its
 * elements nothing is known.
 */
function checkElements(file: string, species: ReadonlySet<string>, own: readonly string[]): void {
  if (species.size === 0 || own.length === 0 || own.some((each) => species.has(each))) return;
  const problem =
    `of ${[...species].sort().join(', ')}, but the trajectory is of ` + [...own].sort().join(', ');
  throw new QuestsError('MISMATCH', `${file}: a reference ${problem}; --any-element allows it`);
}
