import type { Command } from 'commander';
import { repeated } from '../session/options.js';
import { UsageError } from '../session/usage-error.js';

/**
 * Has a command refuse an option that is given twice with different values: the last would win
 * without a word. Options that take several values may be repeated.
 */
export function refuseContradictions(command: Command): void {
  for (const option of command.options) {
    if (option.variadic || option.parseArg === repeated) continue;
    // The library's type says that a parser gives nothing.
    const parse = option.parseArg as ((text: string, before: unknown) => unknown) | undefined;
    const valueOf = (text: string): string =>
      JSON.stringify(parse === undefined ? text : parse(text, undefined));
    let first: string | undefined;
    command.on(`option:${option.name()}`, (text: unknown) => {
      // A flag has no value.
      if (typeof text !== 'string') return;
      first ??= text;
      if (valueOf(first) === valueOf(text)) return;
      throw new UsageError(`${option.long ?? option.flags} is given twice: ${first} and ${text}`);
    });
  }
}
