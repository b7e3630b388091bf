import type { Sharding } from './sharding.js';

/** What a run of the command line is given from outside. */
export interface Context {
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Version of the package. */
  readonly version: string;
  /** What was typed after the program's name. */
  readonly argv: readonly string[];
  /**
   * Whether a command plans its work for shards, or takes what shards computed; absent where it
   * computes.
   */
  readonly sharding?: Sharding | undefined;
  /** The folder that relative paths of inputs begin in. Default: the working folder. */
  readonly folder?: string | undefined;
}
