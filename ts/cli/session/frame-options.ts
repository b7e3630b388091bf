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
import type { NovelLevelFlags } from './novel-level.js';
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
  extends RunFlags, ReferenceFlags, KernelFlags, ToleranceFlags, OverlapFlags, NovelLevelFlags, TimeFlags {}

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
      new Option('--every <n>', 'use every n-th frame (FILE@::n does so without reading the others)')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('--average <n>', 'running average of the positions over n frames')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('--timestep <ps>', 'time step of the simulation (default: time from the frames)').argParser(
        positive,
      ),
    );
}

/** Refuses what does not go together, before anything is read. */
export function checkFrameFlags(flags: FrameFlags & { readonly resume?: boolean }): void {
  checkReferences(flags);
  if (flags.resume === true && flags.onError === 'skip') {
    throw new UsageError('--resume cannot be combined with --on-error skip: it counts frames');
  }
}
