import type { DescriptorKind, DescriptorMatrix } from '../../faces/node/quests.js';
import { type DataSet, Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import { openSets, type OpenSet } from './open-sets.js';
import type { DescriptorFlags, ReadFlags, RunFlags } from './options.js';
import type { Session } from './session.js';

/** Reads all files of a command with one dataset, and makes its descriptors. */
export async function loadSet(
  session: Session,
  files: readonly string[],
  flags: ReadFlags & DescriptorFlags,
  keepStructures = false,
): Promise<DataSet> {
  const [opened] = await openSets(session, [files], flags);
  return loadOpened(session, opened, flags, keepStructures);
}

/** The same for a command that looks first at what its files hold. */
export async function loadOpened(
  session: Session,
  opened: OpenSet,
  flags: ReadFlags & DescriptorFlags,
  keepStructures = false,
): Promise<DataSet> {
  const describer = await Describer.of(session, [opened], descriptorSettings(flags), flags);
  const set = await describer.load(opened, keepStructures);
  describer.noteBlindness();
  return set;
}

/** What the JSON of a command with one dataset says of it. */
export function setKeys(
  session: Session,
  {
    file,
    files,
    x,
    seconds,
  }: Pick<DataSet, 'file' | 'files' | 'seconds'> & {
    readonly x: Pick<DescriptorMatrix, 'rows' | 'k' | 'cutoff' | 'species'>;
  },
  { jobs }: RunFlags,
  bandwidth: number,
): Record<string, unknown> {
  return {
    file,
    files,
    n_envs: x.rows,
    k: x.k,
    cutoff: x.cutoff,
    bandwidth,
    jobs: jobs ?? null,
    descriptor_time: seconds,
    species: x.species,
    skipped: session.skippedFrames.count,
    ...session.provenance,
  };
}
/** What a command with sums says of one of its datasets. */
export interface SetFacts {
  readonly file: string;
  readonly files: readonly string[];
  readonly holds: 'structures' | 'matrix';
  /** Seconds that making the descriptors took. */
  readonly seconds: number;
  readonly x: DescriptorKind & Pick<DescriptorMatrix, 'rows'>;
}
