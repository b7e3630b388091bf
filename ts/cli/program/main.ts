import { readFileSync } from 'node:fs';
import { runCommand } from './commands.js';
import { EXIT, failureOf } from './failures.js';
import { cancelOnSignal } from './signals.js';
import { hyphenated, withSpeciesMode } from './option-spelling.js';
import { PACKAGE_ROOT } from '../package-root.js';

/**
 * Runs the command line.
 *
 * @param argv what follows the program's name: `['entropy', 'Si.xyz']`
 * @returns the exit code: 0 done, 1 bad input or refused, 2 wrong usage, 130 cancelled
 */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  endQuietlyWithoutReader();
  goOnWithoutNotes();
  const { signal, release } = cancelOnSignal();
  try {
    await runCommand({ signal, version: packageVersion(), argv: withSpeciesMode(hyphenated(argv)) });
    return EXIT.done;
  } catch (thrown) {
    const { code, line } = failureOf(thrown, signal);
    if (line !== undefined) process.stderr.write(`${line}\n`);
    return code;
  } finally {
    release();
  }
}

function packageVersion(): string {
  const text = readFileSync(new URL('package.json', PACKAGE_ROOT), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * Whoever reads our output may stop reading (`quests … | head`): then there is nobody left to write
 * for.
 */
function endQuietlyWithoutReader(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done);
    process.stderr.write(`quests: cannot write to standard output: ${error.message}\n`);
    process.exit(EXIT.refused);
  });
}

/** Notes that nobody can read, or that a full disk does not take, are no reason to stop. */
function goOnWithoutNotes(): void {
  process.stderr.on('error', () => undefined);
}
