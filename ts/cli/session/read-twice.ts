import { statSync } from 'node:fs';
import * as io from '../../faces/node/io.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/**
 * Refuses, before anything is opened, inputs that can be read only once.
 *
 * @param why what reads them twice: `--chunk-size reads the files twice`
 * @throws {UsageError} standard input, or a pipe
 */
export async function checkReadTwice(
  session: Session,
  arguments_: readonly string[],
  why: string,
): Promise<void> {
  for (const { path, name = path } of await io.findFiles(arguments_, session)) {
    if (path === '-') throw new UsageError(`${why}; standard input can be read only once`);
    // Whether it is there is seen when it is read.
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isFIFO()) throw new UsageError(`${why}; the pipe ${name} can be read only once`);
  }
}

/** Whether all inputs are files, which can be read twice: no pipe, standard input or address. */
export async function isReadTwice(session: Session, arguments_: readonly string[]): Promise<boolean> {
  const found = await io.findFiles(arguments_, session);
  return found.every(({ path }) => {
    if (path === '-' || /^https?:/i.test(path)) return false;
    // That it is not there is said when it is opened.
    const status = statSync(path, { throwIfNoEntry: false });
    return status === undefined || status.isFile() || status.isDirectory();
  });
}
