import type { Merged, PlannedCommand, ShardOutput, Work } from '../../faces/node/shards.js';

/** What becomes of a command whose work is done in shards. */
export type Sharding = PlanMode | TaskMode | MergeMode;

/** Its work is planned: descriptors are computed and stored. */
export interface PlanMode {
  readonly mode: 'plan';
  readonly folder: string;
  readonly shards: number;
  /** Bytes that a task may take. */
  readonly memory: number | undefined;
  readonly overwrite: boolean;
  /** What its shards do their part of; a bandwidth that is left to the data is filled in. */
  command: PlannedCommand;
  /** Told of the plan when it is there. */
  readonly planned: (work: Work) => void;
}

/** Some of its frames are computed. */
export interface TaskMode {
  readonly mode: 'task';
  readonly work: Work;
  /** First frame, and the one after the last. */
  readonly from: number;
  readonly to: number;
  /** Told of what was computed. */
  readonly computed: (output: ShardOutput) => void;
}

/** Its result is made from what shards computed. */
export interface MergeMode {
  readonly mode: 'merge';
  readonly work: Work;
  /** Sums; a plan of frames has none. */
  readonly merged: Merged | undefined;
}
