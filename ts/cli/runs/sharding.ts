import { workingFolder } from '../../base/file-access.js';
import { significant } from '../../base/number-format.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorKind, DescriptorMatrix } from '../../faces/node/quests.js';
import {
  type Merged,
  mergedEstimates,
  mergedMetrics,
  type MetricFigures,
  type PlannedSample,
  Planner,
  type Work,
} from '../../faces/node/shards.js';
import { type Batch, Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import type { DescriptorFlags, KernelFlags, ReadFlags, ToleranceFlags } from '../session/options.js';
import type { ValuedBatch } from '../session/result.js';
import type { Session } from '../session/session.js';
import { checkReadTwice } from '../session/read-twice.js';
import { Collected, Queue } from '../session/summary.js';
import type { PlanMode } from '../session/sharding.js';
import type { SetFacts } from '../session/load-set.js';

/** Excess over the tolerance that is not spoken of: samples on one machine may have it, too. */
const WIDER = 1.05;

/** What is kept in the manifest for the merge. */
interface SumFacts {
  readonly sets: readonly SetFacts[];
  readonly skipped: readonly { readonly file: string; readonly frame?: number; readonly message: string }[];
  /** What the command itself wants to know again. */
  readonly own: unknown;
}

export type SumFlags = ReadFlags & DescriptorFlags & KernelFlags;

/** The environments of a dataset, batch by batch; `watch` sees each batch before it goes on. */
export type SetBatches = (
  set: number,
  watch?: (batch: Batch) => Promise<void>,
) => AsyncIterable<DescriptorMatrix>;

/** The datasets of a plan, and what is known of them so far. */
export interface PlannedSets {
  readonly describer: Describer;
  readonly sets: readonly OpenSet[];
}

/** Plans what a command has to sum; gives what it wants to know again when results are merged. */
export type SumPlan = (planner: Planner, batches: SetBatches, of: PlannedSets) => Promise<unknown>;

/**
 * Plans the work of a command, where it is to be planned, or gives what shards computed of it.
 *
 * @param groups arguments that name the files of each dataset
 * @param plan stores the sets, and says what is to be summed
 * @returns undefined where the command is to compute itself; `planned` where there is nothing more
 *   to do
 */
export async function sharded(
  session: Session,
  groups: readonly (readonly string[])[],
  flags: SumFlags,
  bandwidths: readonly number[],
  plan: SumPlan,
): Promise<'planned' | StoredSums | undefined> {
  const { sharding } = session;
  if (sharding === undefined || sharding.mode === 'task') return undefined;
  if (sharding.mode === 'merge') {
    const { work, merged } = sharding;
    return merged && new StoredSums(session, work, merged, groups, flags);
  }
  await checkReadTwice(session, groups.flat(), 'shards need files');
  await planSums(session, sharding, groups, flags, bandwidths, plan);
  return 'planned';
}

async function planSums(
  session: Session,
  mode: PlanMode,
  groups: readonly (readonly string[])[],
  flags: SumFlags,
  bandwidths: readonly number[],
  plan: SumPlan,
): Promise<void> {
  const { options, backend } = session;
  const { folder, memory, overwrite, shards } = mode;
  const sets = await openSets(session, groups, flags);
  const settings = descriptorSettings(flags);
  const describer = await Describer.of(session, sets, settings, flags, { species: 'twice' });
  const facts: SetFacts[] = [];
  const batches = async function* (
    at: number,
    watch?: (batch: Batch) => Promise<void>,
  ): AsyncGenerator<DescriptorMatrix, void, undefined> {
    const { file, files, opened } = sets[at] as OpenSet;
    const clock = { seconds: 0 };
    let rows = 0;
    let kind: DescriptorKind | undefined;
    for await (const batch of describer.batches(sets[at] as OpenSet, clock)) {
      const { x } = batch;
      await watch?.(batch);
      rows += x.rows;
      kind = x;
      yield x;
    }
    const { width = 0, k = null, cutoff = null, species = null } = kind ?? {};
    facts[at] = {
      file,
      files,
      holds: opened.holds,
      seconds: clock.seconds,
      x: { rows, width, k, cutoff, species },
    };
  };
  const planner = new Planner(folder, { ...options, backend, memory, overwrite });
  try {
    const own = await plan(planner, batches, { describer, sets });
    describer.noteBlindness();
    const { log } = flags;
    const work = await planner.finish({
      version: session.provenance.version,
      command: mode.command,
      folder: workingFolder(),
      bandwidths,
      shards,
      inputs: [...sets.flatMap(({ paths }) => paths), ...(log === undefined ? [] : [log].flat())],
      facts: { sets: facts, skipped: session.skippedFrames.all(), own } satisfies SumFacts,
    });
    mode.planned(work);
  } finally {
    planner.abandon();
  }
}

/** What shards computed of a command's sums. */
export class StoredSums {
  readonly sets: readonly SetFacts[];
  readonly seconds: number;
  /** What the plan of the command gave. */
  readonly own: unknown;
  readonly work: Work;
  readonly #session: Session;
  readonly merged: Merged;
  readonly #groups: readonly (readonly string[])[];
  readonly #flags: SumFlags;

  constructor(
    session: Session,
    work: Work,
    merged: Merged,
    groups: readonly (readonly string[])[],
    flags: SumFlags,
  ) {
    const { sets, skipped, own } = work.manifest.facts as unknown as SumFacts;
    this.sets = sets;
    this.own = own;
    this.work = work;
    this.seconds = merged.seconds;
    this.#session = session;
    this.merged = merged;
    this.#groups = groups;
    this.#flags = flags;
    for (const { file, frame, message } of skipped) {
      session.skippedFrames.add({ file, frame, error: new quests.QuestsError('INVALID_FILE', message) });
    }
    const instructions = merged.simd.join(', ');
    session.note(`${work.manifest.shards} shards, ${merged.seconds.toFixed(1)} s in all (${instructions})`);
    if (merged.simd.length > 1) {
      session.note('note: shards used different instruction sets; QUESTS_SIMD makes all tasks use one');
    }
  }

  /** δH of the rows of some sums under the first bandwidth, in parts. */
  async *deltas(sums: number): AsyncGenerator<Float64Array, void, undefined> {
    for await (const { logs } of this.merged.parts(sums)) yield analysis.negated(logs[0] as Float64Array);
  }

  /** The same, as one array. */
  async allDeltas(sums: number): Promise<Float64Array> {
    const all = new Collected();
    for await (const part of this.deltas(sums)) all.add(part);
    return all.all();
  }

  /**
   * The environments of a set again, with the δH of some sums for each: files are read, and
   * described, once more. One batch is in memory.
   */
  async *valued(at: number, sums: number): AsyncGenerator<ValuedBatch, void, undefined> {
    const session = this.#session;
    const sets = await openSets(session, this.#groups, this.#flags);
    const settings = descriptorSettings(this.#flags);
    const describer = await Describer.of(session, sets, settings, this.#flags, { species: 'twice' });
    const values = new Queue(this.deltas(sums));
    for await (const batch of describer.batches(sets[at] as OpenSet, { seconds: 0 }, false)) {
      yield { ...batch, values: await values.take(batch.x.rows) };
    }
  }
}

/** A set against itself, from shards. */
export interface StoredMetrics {
  readonly set: SetFacts;
  /** One for each bandwidth. */
  readonly all: readonly MetricFigures[];
  readonly seconds: number;
  readonly stored: StoredSums;
}

/** {@link sharded} for commands that hold one set against itself. */
export async function shardedMetrics(
  session: Session,
  arguments_: readonly string[],
  flags: SumFlags,
  bandwidths: readonly number[],
): Promise<'planned' | StoredMetrics | undefined> {
  const stored = await sharded(session, [arguments_], flags, bandwidths, async (planner, batches) => {
    const set = await planner.reference(batches(0));
    planner.sums(set, set);
  });
  if (typeof stored !== 'object') return stored;
  const { backend } = session;
  const [all = []] = await mergedMetrics(stored.merged, backend);
  return {
    set: stored.sets[0] as SetFacts,
    all,
    seconds: stored.seconds,
    stored,
  };
}

type EstimatedSet = Awaited<ReturnType<typeof mergedEstimates>>[number];

/** H and D of a set from a sample, from shards. */
export interface StoredEstimate extends EstimatedSet {
  readonly set: SetFacts;
  readonly seconds: number;
}

/** {@link sharded} for H and D of a set within a tolerance. */
export async function shardedEstimate(
  session: Session,
  arguments_: readonly string[],
  flags: SumFlags & ToleranceFlags,
  tolerance: number,
): Promise<'planned' | StoredEstimate | undefined> {
  const { bandwidth, seed } = flags;
  const plan: SumPlan = async (planner, batches) => {
    const set = await planner.reference(batches(0));
    return planner.estimate(set, { bandwidth, tolerance, seed });
  };
  const stored = await sharded(session, [arguments_], flags, [bandwidth], plan);
  if (typeof stored !== 'object') return stored;
  const [found] = await mergedEstimates(stored.merged, [stored.own as PlannedSample]);
  const { entropy, diversity } = found as EstimatedSet;
  noteWide(session, entropy.error, tolerance);
  return { entropy, diversity, set: stored.sets[0] as SetFacts, seconds: stored.seconds };
}

/** Says that a sample came out too small. */
export function noteWide(session: Session, error: number, tolerance: number): void {
  if (error <= WIDER * tolerance) return;
  session.note(
    `note: H is known to within ${significant(error)}: a smaller --tolerance plans a larger sample`,
  );
}
