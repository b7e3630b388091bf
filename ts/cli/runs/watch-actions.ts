import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { QuestsError } from '../../base/error.js';
import * as io from '../../faces/node/io.js';
import type { Session } from '../session/session.js';

/** What is done where a simulation leaves known ground, or a frame is kept. */
export interface WatchActions {
  readonly stopFile?: string;
  readonly onStop?: string;
  readonly onSave?: string;
}

/**
 * Refuses a stop file that is there already: the simulation would stop, or has stopped, on it.
 *
 * @throws {QuestsError} FILE_ACCESS
 */
export async function checkStopFile({ stopFile }: WatchActions): Promise<void> {
  if (stopFile === undefined) return;
  if (existsSync(stopFile)) {
    throw new QuestsError(
      'FILE_ACCESS',
      `${stopFile} is there already: remove it before the simulation starts`,
    );
  }
  await io.checkOutput(stopFile);
}

/** Writes the stop file, whole or not at all, and runs the command for it. */
export async function stop(session: Session, actions: WatchActions, reason: string): Promise<void> {
  const { stopFile, onStop } = actions;
  if (stopFile !== undefined) {
    await io.writeOutput(stopFile, [`${reason}\n`], { overwrite: true });
    session.note(`stop file written: ${stopFile}`);
  }
  if (onStop !== undefined) await run(session, onStop);
}

/** Runs the command for frames that are kept, with the file of them behind it. */
export async function saved(session: Session, { onSave }: WatchActions, path: string): Promise<void> {
  if (onSave !== undefined) await run(session, onSave, path);
}

/** Runs a command in the shell; what goes wrong with it is noted, and no reason to end. */
async function run(session: Session, command: string, ...files: readonly string[]): Promise<void> {
  const isWindows = process.platform === 'win32';
  const child = isWindows
    ? spawn([command, ...files.map((file) => `"${file}"`)].join(' '), { shell: true, stdio: STDIO })
    : spawn('sh', ['-c', `${command}${files.length > 0 ? ' "$@"' : ''}`, 'sh', ...files], { stdio: STDIO });
  const how = await new Promise<string | undefined>((resolve) => {
    child.on('error', (error) => {
      resolve(error.message);
    });
    child.on('exit', (code, signal) => {
      resolve(code === 0 ? undefined : signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
  if (how !== undefined) session.note(`note: ${command}: ${how}`);
}

/** Standard output is for checks. */
const STDIO: ['ignore', 2, 2] = ['ignore', 2, 2];
