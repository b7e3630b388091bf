import { type Command, Option } from 'commander';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogOption,
  addOverlapOptions,
  addReadOptions,
  addToleranceOptions,
  type KernelFlags,
  MOST_COUNT,
  type OverlapFlags,
  positive,
  type RunFlags,
  type ToleranceFlags,
  wholeTo,
} from './options.js';
import { addReferenceOptions, checkReferences, type ReferenceFlags } from './trajectory-references.js';
import { UsageError } from './usage-error.js';

/** Options that say which frames of a simulation count, and when they were. */
export interface TimeFlags {
  readonly every: number;
  readonly average: number;
  readonly timestep?: number;
}

/** Options of commands that go through a simulation frame by frame. */
export interface FrameFlags
  extends RunFlags, ReferenceFlags, KernelFlags, ToleranceFlags, OverlapFlags, TimeFlags {}

/** Adds the options of {@link FrameFlags}, but for those of every command. */
export function addFrameOptions(command: Command): Command {
  addTimeOptions(addReferenceOptions(command));
  addReadOptions(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  addToleranceOptions(command);
  addOverlapOptions(command);
  return addLogOption(command);
}

/** Adds the options of {@link TimeFlags}. */
export function addTimeOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--every <n>',
        'take each of so many frames (FILE@::n passes over others without reading them)',
      )
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('--average <n>', 'average positions over so many frames, moving on frame by frame')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option(
        '--timestep <ps>',
        'length of a step of the simulation (default: frames say their time)',
      ).argParser(positive),
    );
}

/** Refuses what does not go together, before anything is read. */
export function checkFrameFlags(
  files: readonly string[],
  flags: FrameFlags & { readonly atoms?: string; readonly resume?: boolean },
): void {
  checkReferences(flags);
  if (flags.atoms !== undefined && files.includes('-')) {
    throw new UsageError('--atoms reads the frames a second time, which standard input does not allow');
  }
  if (flags.resume === true && flags.onError === 'skip') {
    throw new UsageError('--resume needs frames to be where they were: it does not go with --on-error skip');
  }
}
