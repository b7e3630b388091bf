import { CommanderError } from 'commander';
import { QuestsError } from '../../base/error.js';
import { SimulationStopped } from '../session/simulation-stopped.js';
import { UsageError } from '../session/usage-error.js';

/** Exit codes of the command line. */
export const EXIT = { done: 0, refused: 1, usage: 2, stopped: 3, cancelled: 130 } as const;

/** How a run ended: its exit code, and the line to print on standard error. */
export interface Failure {
  readonly code: number;
  /** Absent where all is said: after `--help` and `--version`. */
  readonly line?: string;
}

/** What JavaScript says of an array or a text that has no room. */
const NO_ROOM = /allocation failed|invalid (typed )?array (buffer )?length|invalid string length/i;

/** What to tell the user about whatever was thrown: one line, never a stack. */
export function failureOf(thrown: unknown, signal: AbortSignal): Failure {
  if (thrown instanceof CommanderError) {
    if (thrown.exitCode === 0) return { code: EXIT.done };
    // `commander.help` is a command line without a command: the help was printed in place of a
    // message.
    if (thrown.code === 'commander.help') return { code: EXIT.usage };
    return { code: EXIT.usage, line: `quests: ${oneLine(thrown.message.replace(/^error: /, ''))}` };
  }
  if (thrown instanceof SimulationStopped) return { code: EXIT.stopped };
  if (signal.aborted) return { code: EXIT.cancelled, line: 'cancelled' };
  if (thrown instanceof UsageError) return { code: EXIT.usage, line: `quests: ${oneLine(thrown.message)}` };
  if (thrown instanceof QuestsError) {
    const code = thrown.code === 'INVALID_ARGUMENT' ? EXIT.usage : EXIT.refused;
    const blame = thrown.code === 'INTERNAL' ? 'internal error: ' : '';
    return { code, line: `quests: ${blame}${oneLine(thrown.message)}` };
  }
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  if (thrown instanceof RangeError && NO_ROOM.test(text)) {
    const way = 'read fewer frames (FILE@::10), or write to a file instead';
    return { code: EXIT.refused, line: `quests: the data do not fit the memory (${oneLine(text)}); ${way}` };
  }
  return { code: EXIT.refused, line: `quests: internal error: ${oneLine(text)}` };
}

function oneLine(text: string): string {
  return text.trim().replace(/\s*\n\s*/g, ' ');
}
