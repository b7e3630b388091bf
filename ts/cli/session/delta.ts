import type { Command } from 'commander';
import * as quests from '../../node.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorKind, DescriptorMatrix, ReferenceSet } from '../../node.js';
import type { PartialMean } from '../../faces/node/analysis.js';
import { UsageError } from '../program/failures.js';
import { type Batch, Describer, descriptorSettings, known, openSets } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addReadOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type PrecisionFlags,
  type ReadFlags,
  type RunFlags,
  type ToleranceFlags,
} from './options.js';
import { checkHolds, type ValuedBatch } from './result.js';
import { duration, type Session } from './session.js';
import { type SetFacts, sharded, type StoredSums } from '../runs/sharding.js';

/** Options of a command that compares a test set with a reference set. */
export interface PairFlags
  extends ReadFlags, DescriptorFlags, KernelFlags, Partial<ToleranceFlags>, Partial<PrecisionFlags> {
  /** How many of the nearest environments are summed over, where not all are. */
  readonly uqNbrs?: number;
  readonly test?: readonly string[];
  readonly reference?: readonly string[];
}

/** The files of both sets, as arguments name them. */
export interface PairFiles {
  readonly test: readonly string[];
  readonly reference: readonly string[];
}

/** δH of a test set with respect to a reference set, computed while the test set is read. */
export interface Delta<One extends DeltaBatch = DeltaBatch> {
  readonly reference: Pick<SetFacts, 'file' | 'files' | 'seconds' | 'x'>;
  readonly test: {
    readonly file: string;
    readonly files: readonly string[];
    readonly holds: 'structures' | 'matrix';
  };
  /** The environments of the test set with their δH, batch by batch, in their order; to be gone through once. */
  readonly batches: AsyncGenerator<One, void, undefined>;
  /** What is known after the last batch. */
  readonly summary: () => DeltaSummary;
}

/** What is known of a test set that has been gone through. */
export interface DeltaSummary {
  readonly rows: number;
  /** How the descriptors were made. */
  readonly kind: DescriptorKind;
  readonly descriptorSeconds: number;
  readonly seconds: number;
  /** Half-width of the 95 % interval of the mean of δH; 0 where all is exact. */
  readonly meanError: number;
}

/** Environments, their δH, and half-widths of 95 % intervals where these were estimated. */
export interface DeltaBatch extends ValuedBatch {
  readonly errors?: Float64Array;
}

/** Adds the arguments and options of {@link PairFlags}. */
export function addPairOptions(command: Command, test: string, reference: string): Command {
  command
    .argument(`[${test}]`, FILES)
    .argument(`[${reference}]`, 'what to compare with, likewise')
    .option('--test <file...>', 'the test set, of several files')
    .option('--reference <file...>', 'the reference set, of several files')
    .allowExcessArguments();
  addReadOptions(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  return command;
}

/**
 * The files of both sets: positional arguments take the places that the options leave.
 *
 * @throws {UsageError} too few or too many arguments
 */
export function pairFiles(positional: readonly string[], flags: PairFlags): PairFiles {
  const rest = [...positional];
  const test = flags.test ?? rest.splice(0, 1);
  const reference = flags.reference ?? rest.splice(0, 1);
  if (rest.length > 0) {
    throw new UsageError(
      `expected a test set and a reference set, got ${positional.length} arguments; ` +
        'several files of one set: --test A B --reference C D, or a pattern in quotes',
    );
  }
  if (test.length === 0) throw new UsageError('the test set is missing');
  if (reference.length === 0) throw new UsageError('the reference set is missing');
  return { test, reference };
}

/**
 * Reads the reference set, and prepares to go through the test set; undefined where there is nothing more to do, since the work
 * was planned for shards.
 */
export async function pairDelta(
  session: Session,
  files: PairFiles,
  flags: PairFlags,
  command: Command,
): Promise<Delta | undefined> {
  const groups = [files.test, files.reference];
  const stored = await sharded(
    session,
    groups,
    flags,
    command,
    [flags.bandwidth],
    async (planner, batches) => {
      const reference = await planner.reference(batches(1));
      planner.sums(await planner.queries(batches(0), reference), reference);
    },
  );
  if (stored === 'planned') return undefined;
  return stored === undefined ? startDelta(session, files, flags, command) : storedDelta(session, stored);
}

/** δH that shards computed. Structures are read again where they are written. */
function storedDelta(session: Session, stored: StoredSums): Delta {
  const [test, reference] = stored.sets as readonly [SetFacts, SetFacts];
  checkHolds(session.output, test.file, test.holds);
  async function* all(): AsyncGenerator<DeltaBatch, void, undefined> {
    for await (const values of stored.deltas(0)) {
      const { length: rows } = values;
      yield {
        x: { ...test.x, rows, frames: 1, frameOffsets: Uint32Array.of(0, rows), sources: null },
        values,
      };
    }
  }
  return {
    reference,
    test,
    batches: session.output?.kind === 'environments' ? stored.valued(0, 0) : all(),
    summary: () => ({
      rows: test.x.rows,
      kind: test.x,
      descriptorSeconds: test.seconds,
      seconds: stored.seconds,
      meanError: 0,
    }),
  };
}

/** Reads the reference set, and prepares to go through the test set here. */
export async function startDelta(
  session: Session,
  files: PairFiles,
  flags: PairFlags,
  command: Command,
): Promise<Delta<DeltaBatch & Batch>> {
  const { backend } = session;
  const sets = await openSets(session, [files.test, files.reference], flags);
  const [test, referenceSet] = sets;
  const { holds } = test.opened;
  checkHolds(session.output, test.file, holds);
  const describer = await Describer.of(session, sets, descriptorSettings(flags, command), flags);
  const reference = await describer.load(referenceSet, false);
  const prepared = await quests.referenceSet(reference.x, { backend });

  const clock = { seconds: 0 };
  let rows = 0;
  let seconds = 0;
  let count = 0;
  // Batches are sampled independently of each other.
  const means: PartialMean[] = [];
  let kind: DescriptorKind | undefined;
  async function* batches(): AsyncGenerator<DeltaBatch & Batch, void, undefined> {
    for await (const batch of describer.batches(test, clock)) {
      const { value: found, seconds: spent } = await session.timed(() =>
        deltas(session, batch.x, prepared, flags, count++),
      );
      rows += batch.x.rows;
      means.push({ count: batch.x.rows, error: found.meanError });
      seconds += spent;
      kind = batch.x;
      yield { ...batch, ...found };
    }
    describer.noteBlindness();
    session.note(`dH computed in ${duration(seconds)} (${session.engine})`);
  }
  return {
    reference,
    test: { file: test.file, files: test.files, holds },
    batches: batches(),
    summary: () => ({
      rows,
      kind: kind ?? reference.x,
      descriptorSeconds: clock.seconds,
      seconds,
      meanError: analysis.errorOfCombinedMean(means),
    }),
  };
}

/** What the JSON of every command with a test set and a reference set says of them; after the last batch. */
export function pairKeys(
  session: Session,
  { reference, test, summary }: Delta,
  flags: PairFlags & RunFlags,
): Record<string, unknown> {
  const { rows, kind, descriptorSeconds } = summary();
  return {
    test_file: test.file,
    reference_file: reference.file,
    test_files: test.files,
    reference_files: reference.files,
    test_envs: rows,
    k: known(kind.k, reference.x.k),
    cutoff: known(kind.cutoff, reference.x.cutoff),
    bandwidth: flags.bandwidth,
    jobs: flags.jobs ?? null,
    descriptor_time: descriptorSeconds + reference.seconds,
    species: kind.species,
    skipped: session.skips.count,
    ...session.provenance,
  };
}

/** δH of the environments of batch number `index`, exactly or within the tolerance. */
async function deltas(
  { options }: Session,
  x: DescriptorMatrix,
  reference: ReferenceSet,
  { bandwidth, tolerance, seed = quests.DEFAULTS.seed, precision, uqNbrs }: PairFlags,
  index: number,
): Promise<{ values: Float64Array; errors?: Float64Array; meanError: number }> {
  if (uqNbrs !== undefined) {
    const nearest = { ...options, bandwidth, neighbors: uqNbrs };
    return { values: await analysis.nearestDeltaEntropy(x, reference, nearest), meanError: 0 };
  }
  if (tolerance === undefined) {
    return {
      values: await quests.deltaEntropy(x, reference, { ...options, bandwidth, precision }),
      meanError: 0,
    };
  }
  const own = analysis.seedOfPart(seed, index);
  const found = await quests.deltaEntropy(x, reference, { ...options, bandwidth, tolerance, seed: own });
  return { values: found.values, errors: found.errors, meanError: found.mean.error };
}
