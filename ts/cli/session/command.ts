import type { Command } from 'commander';
import type { CallContext } from './call.js';
import type { AnyFlags, RunFlags } from './options.js';
import type { OutputKind } from './output.js';
import type { Result } from './result.js';
import type { Session } from './session.js';

/**
 * A command of the program: a function of its input and options, and what the command line says of
 * it.
 *
 * Its file has all of it: options in `declare`, JSON keys and lines in the {@link Result} of `run`.
 */
export interface CliCommand<Flags extends RunFlags = AnyFlags> {
  readonly name: string;
  /** What it does, for its help. */
  readonly description: string;
  /** What `--output` can be; nothing where the command writes its file itself. */
  outputs(flags: Flags): readonly OutputKind[];
  /** Adds its arguments and options. */
  declare(command: Command): void;
  /** Refuses what does not go together, before anything is loaded or read. */
  check?(flags: Flags, input: readonly string[]): void;
  /** Options of its session, where they are not those that were typed. */
  sessionFlags?(flags: Flags): AnyFlags;
  /**
   * Gives its work a session: {@link Session.run}, which is the default, or one that knows shards.
   */
  within?(
    flags: Flags,
    kinds: readonly OutputKind[],
    context: CallContext,
    work: (session: Session) => Promise<void>,
  ): Promise<void>;
  /**
   * The files that `--bandwidth auto` looks at. Default: those of `--reference`, else all
   * arguments.
   */
  bandwidthFiles?(input: readonly string[], flags: Flags): readonly string[];
  /**
   * Whether all descriptors are made here, so that each element may have its own bandwidth.
   * Default: no.
   */
  takesElementBandwidths?(flags: Flags): boolean;
  /**
   * Does the work.
   *
   * @param input arguments, as they were typed
   * @returns the result, for the shared writer; undefined where nothing is left to write
   */
  run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined>;
}
