import type { Command } from 'commander';
import type { NovelLevelFlags } from './novel-level.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addReadOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type PrecisionFlags,
  type ReadFlags,
  type ToleranceFlags,
} from './options.js';
import { UsageError } from './usage-error.js';

/** Options of a command that compares a test set with a reference set. */
export interface PairFlags
  extends
    ReadFlags,
    DescriptorFlags,
    KernelFlags,
    NovelLevelFlags,
    Partial<ToleranceFlags>,
    Partial<PrecisionFlags> {
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

/** Adds the arguments and options of {@link PairFlags}. */
export function addPairOptions(command: Command, test: string, reference: string): Command {
  command
    .argument(`[${test}]`, FILES)
    .argument(`[${reference}]`, 'reference dataset, given likewise')
    .option('--test <file...>', 'files of the test set')
    .option('--reference <file...>', 'files of the reference set')
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
