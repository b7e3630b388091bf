import type { Command } from 'commander';
import type { AnyFlags, CliCommand } from '../session/command.js';
import type { Context } from '../session/context.js';
import { checkEffects } from '../session/option-effects.js';
import type { TypedFlags } from '../session/options.js';
import { emit } from '../session/result.js';
import { Session } from '../session/session.js';
import { refuseContradictions } from './repeated-options.js';

/** Adds a command to the program. */
export function addCommand(program: Command, context: Context, declared: CliCommand): void {
  const command = program.command(declared.name).description(declared.description);
  declared.declare(command);
  // A task and the merge add options to those of the plan, which was judged.
  const isPlanned = context.sharding !== undefined && context.sharding.mode !== 'plan';
  if (!isPlanned) refuseContradictions(command);
  command.action(async () => {
    const flags: AnyFlags & TypedFlags = { ...command.opts<AnyFlags>(), given: givenOptions(command) };
    const input = command.args;
    if (!isPlanned) checkEffects({ command: declared.name, input, flags: { ...flags }, given: flags.given });
    declared.check?.(flags, input);
    const ofSession = declared.sessionFlags?.(flags) ?? flags;
    const kinds = declared.outputs(flags);
    const work = async (session: Session): Promise<void> => {
      const result = await declared.run(input, flags, session);
      if (result !== undefined) await emit(session, flags, result);
    };
    if (declared.within === undefined) await Session.run(ofSession, kinds, context, work);
    else await declared.within(ofSession, kinds, context, work);
  });
}

/** Names of the options that were typed, not defaults. */
function givenOptions(command: Command): ReadonlySet<string> {
  const names = command.options.map((option) => option.attributeName());
  return new Set(names.filter((name) => command.getOptionValueSource(name) === 'cli'));
}
