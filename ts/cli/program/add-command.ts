import type { Command } from 'commander';
import { noteElements, withBandwidth, withChosen } from '../session/auto-bandwidth.js';
import type { Call } from '../session/call.js';
import type { CliCommand } from '../session/command.js';
import type { Context } from '../session/context.js';
import { checkEffects } from '../session/option-effects.js';
import type { AnyFlags } from '../session/options.js';
import { emit } from '../session/result.js';
import { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import { refuseContradictions } from './repeated-options.js';

/** Options that a command is given from outside, by their names. */
export type MoreFlags = Readonly<Record<string, unknown>>;

/**
 * Adds a command to the program.
 *
 * @param more options that another command chose for it, which must not be typed as well
 */
export function addCommand(program: Command, context: Context, declared: CliCommand, more?: MoreFlags): void {
  const command = program.command(declared.name).description(declared.description);
  declared.declare(command);
  refuseContradictions(command);
  command.action(async () => {
    const given = givenOptions(command);
    const { species, ...others } = command.opts<AnyFlags & { readonly species?: unknown }>();
    // `--species ignore` is as if it were not there.
    const flags = { ...others, ...(species === false ? {} : { species }), given };
    if (more !== undefined && given.has('shards')) throw new UsageError('--shards is given twice');
    checkEffects({ command: declared.name, input: command.args, flags: { ...flags, ...more }, given });
    const call: Call = { name: declared.name, input: command.args, flags, typed: context.argv };
    await perform(declared, call, context, more);
  });
}

/** Does what a command was called for. */
export async function perform(
  declared: CliCommand,
  call: Call,
  context: Context,
  more?: MoreFlags,
): Promise<void> {
  const { input } = call;
  const flags = { ...call.flags, ...more };
  declared.check?.(flags, input);
  const ofSession = declared.sessionFlags?.(flags) ?? flags;
  const kinds = declared.outputs(flags);
  const work = async (session: Session): Promise<void> => {
    const chosen = await withBandwidth(session, declared, input, flags);
    const result = await declared.run(input, chosen.flags, session);
    noteElements(session, chosen);
    if (result !== undefined) await emit(session, flags, withChosen(result, chosen));
  };
  if (declared.within === undefined) await Session.run(ofSession, kinds, context, work);
  else await declared.within(ofSession, kinds, { ...context, call }, work);
}

/** Names of the options that were typed, not defaults. */
export function givenOptions(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}
