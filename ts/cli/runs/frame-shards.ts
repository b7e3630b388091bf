import {
  checkFolder,
  frameShards,
  planFrames,
  type Manifest,
  type ShardOutput,
  type ShardResult,
} from '../../faces/node/shards.js';
import { workingFolder } from '../../base/file-access.js';
import { checkReadTwice } from '../session/read-twice.js';
import type { Session } from '../session/session.js';
import type { PlanMode } from '../session/sharding.js';

/** What a command that computes frame by frame does for shards. */
export interface FrameWork {
  /** Arguments that name its files. */
  readonly files: readonly string[];
  /** Goes through all frames, without computing. */
  readonly survey: () => Promise<Survey>;
  /** Computes frames from one to before another, counted as the survey does. */
  readonly compute: (from: number, to: number, facts: FrameFacts) => Promise<ShardOutput>;
}

/** What tasks and the merge must know of all frames. */
export type FrameFacts = Readonly<Record<string, unknown>>;

/** What is known of frames before any is computed. */
export interface Survey {
  /** Atoms of each frame. */
  readonly atoms: readonly number[];
  /** Where the files are. */
  readonly paths: readonly string[];
  readonly descriptors: Manifest['descriptors'];
  readonly facts: FrameFacts;
}

/** Results of shards, in the order of the frames. */
export interface FrameResults {
  /** Reads them; they can be read more than once. */
  readonly results: () => AsyncGenerator<ShardResult, void, undefined>;
  readonly facts: FrameFacts;
}

/**
 * Plans the work of a command, computes a shard of it, or gives what shards computed.
 *
 * @returns undefined where the command is to compute all itself; `done` where there is nothing more
 *   to do
 */
export async function inFrames(
  session: Session,
  work: FrameWork,
): Promise<'done' | FrameResults | undefined> {
  const { sharding } = session;
  switch (sharding?.mode) {
    case undefined:
      return undefined;
    case 'plan':
      await planFrameWork(session, sharding, work);
      return 'done';
    case 'task': {
      const { from, to, work: plan } = sharding;
      sharding.computed(from === to ? { parts: [] } : await work.compute(from, to, plan.manifest.facts));
      return 'done';
    }
    case 'merge':
      return { results: () => frameShards(sharding.work), facts: sharding.work.manifest.facts };
  }
}

async function planFrameWork(session: Session, mode: PlanMode, work: FrameWork): Promise<void> {
  await checkReadTwice(session, work.files, 'shards need files');
  const { options, backend } = session;
  const { folder, shards, memory, overwrite } = mode;
  checkFolder(folder, overwrite);
  const begun = process.cpuUsage();
  const { atoms, paths, descriptors, facts } = await work.survey();
  const reading = secondsSince(begun);
  const frames = atoms.length;
  const sample = await sampled(work, atoms, reading, facts);
  const all = sumOf(atoms);
  const plan = await planFrames(
    folder,
    {
      version: session.provenance.version,
      command: mode.command,
      folder: workingFolder(),
      inputs: paths,
      facts,
      descriptors,
      frames,
      shards,
      reading,
      computing: all * sample.atom + shards * sample.task,
      resultBytes: all * sample.bytes,
      usedBytes: process.memoryUsage().rss,
    },
    { ...options, backend, memory, overwrite },
  );
  mode.planned(plan);
}

/**
 * Seconds of one core for an atom, and for what each task does before its first frame; bytes of the
 * result of an atom.
 */
async function sampled(
  work: FrameWork,
  atoms: readonly number[],
  reading: number,
  facts: FrameFacts,
): Promise<{ atom: number; task: number; bytes: number }> {
  const frames = atoms.length;
  const timed = async (from: number, to: number): Promise<{ seconds: number; bytes: number }> => {
    const start = process.cpuUsage();
    const { parts, said } = await work.compute(from, to, facts);
    const numbers = parts.reduce((sum, { numbers: own, logs }) => sum + own.length + logs.length, 0);
    return { seconds: secondsSince(start), bytes: 8 * numbers + JSON.stringify(said ?? null).length };
  };
  const from = frames >> 1;
  const to = Math.min(frames, from + 8);
  // Once for what the first call sets up.
  await timed(from, from + 1);
  const one = await timed(from, from + 1);
  const some = to > from + 1 ? await timed(from, to) : one;
  const first = atoms[from] ?? 0;
  const rest = sumOf(atoms.slice(from + 1, to));
  const atom = rest > 0 ? Math.max(0, some.seconds - one.seconds) / rest : one.seconds / first;
  const task = Math.max(0, one.seconds - first * atom - (reading * from) / frames);
  return { atom, task, bytes: some.bytes / (first + rest) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}

function secondsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1e6;
}

/** Frames from one to before another; those before are passed over. */
export async function* between<T>(
  frames: AsyncGenerator<T, void, undefined>,
  [from, to]: readonly [number, number],
): AsyncGenerator<T, void, undefined> {
  let at = 0;
  for await (const frame of frames) {
    if (at >= from) yield frame;
    if (++at === to) return;
  }
}
