import type { Context } from './context.js';
import type { AnyFlags, TypedFlags } from './options.js';

/** A command as it was called. */
export interface Call {
  readonly name: string;
  /** Arguments, as they were typed. */
  readonly input: readonly string[];
  readonly flags: AnyFlags & TypedFlags;
  /** What was typed after the program's name. */
  readonly typed: readonly string[];
}

/** What a command is given that was called. */
export interface CallContext extends Context {
  readonly call: Call;
}
