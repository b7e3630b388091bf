import type { Command } from 'commander';
import type { DescriptorKind } from '../node.js';
import { UsageError } from './failure.js';
import { type DataSet, Describer, descriptorSettings, openSets } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addReadOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type ReadFlags,
} from './options.js';
import { checkHolds, type ValuedBatch } from './result.js';
import { duration, type Session } from './session.js';

/** Options of a command that compares a test set with a reference set. */
export interface PairFlags extends ReadFlags, DescriptorFlags, KernelFlags {
  readonly test?: readonly string[];
  readonly reference?: readonly string[];
}

/** The files of both sets, as arguments name them. */
export interface PairFiles {
  readonly test: readonly string[];
  readonly reference: readonly string[];
}

/** δH of a test set with respect to a reference set, computed while the test set is read. */
export interface Delta {
  readonly reference: DataSet;
  readonly test: {
    readonly file: string;
    readonly files: readonly string[];
    readonly holds: 'structures' | 'matrix';
  };
  /** The environments of the test set with their δH, batch by batch, in their order; to be gone through once. */
  readonly batches: AsyncGenerator<ValuedBatch, void, undefined>;
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

/** Reads the reference set, and prepares to go through the test set. */
export async function startDelta(
  session: Session,
  files: PairFiles,
  flags: PairFlags,
  command: Command,
): Promise<Delta> {
  const { quests, backend } = session;
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
  let kind: DescriptorKind | undefined;
  async function* batches(): AsyncGenerator<ValuedBatch, void, undefined> {
    for await (const batch of describer.batches(test, clock)) {
      const { value: values, seconds: spent } = await session.timed(() =>
        quests.deltaEntropy(batch.x, prepared, { ...session.options, bandwidth: flags.bandwidth }),
      );
      rows += batch.x.rows;
      seconds += spent;
      kind = batch.x;
      yield { ...batch, values };
    }
    describer.noteBlindness();
    session.note(`dH computed in ${duration(seconds)} (${session.engine})`);
  }
  return {
    reference,
    test: { file: test.file, files: test.files, holds },
    batches: batches(),
    summary: () => ({ rows, kind: kind ?? reference.x, descriptorSeconds: clock.seconds, seconds }),
  };
}
