import { type Command, Option } from 'commander';
import * as analysis from '../../faces/node/analysis.js';
import type { SplitKind } from '../../faces/node/analysis.js';
import type { Structure } from '../../faces/node/quests.js';
import { MOST_COUNT, wholeTo } from './options.js';
import { UsageError } from './usage-error.js';

/** How a comparison splits its structures. */
export interface SplitFlags {
  readonly split?: SplitKind;
  readonly gap?: number;
}

/** Adds the options of {@link SplitFlags}. */
export function addSplitOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--split <kind>',
        'what a comparison keeps on one side of a split: structures of one config_type, of one ' +
          'composition, or blocks of frames (default: random)',
      ).choices(analysis.SPLIT_KINDS),
    )
    .addOption(
      new Option(
        '--gap <frames>',
        'frames between two blocks that --split by-time leaves out (default: a tenth of a block)',
      ).argParser(wholeTo(MOST_COUNT)),
    );
}

/** The groups that a split keeps together, for a comparison. */
export function splitGroups(
  structures: readonly Structure[] | undefined,
  { split = 'random', gap }: SplitFlags,
  file: string,
): Int32Array | undefined {
  if (split === 'random') return undefined;
  if (structures !== undefined) return analysis.structureGroups(structures, split, gap);
  throw new UsageError(`--split ${split} needs structures: ${file} holds descriptors`);
}
