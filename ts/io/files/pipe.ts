import { constants, open } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { systemCode } from '../../base/file-access.js';

/** How often a pipe is asked for its reader, in ms. */
const PATIENCE = 20;

const opened = promisify(open);

/**
 * Opens a named pipe for reading. Node's streams of files would wait for a writer, and then for
 * bytes, in calls of the system that nothing ends, not even the end of the process.
 */
export async function pipeReader(path: string): Promise<Socket> {
  const fd = await opened(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

/**
 * Opens a named pipe for writing, once it has a reader.
 *
 * @throws the signal's reason when cancelled
 */
export async function pipeWriter(path: string, signal: AbortSignal | undefined): Promise<Socket> {
  for (;;) {
    try {
      const fd = await opened(path, constants.O_WRONLY | constants.O_NONBLOCK);
      return new Socket({ fd, readable: false, writable: true });
    } catch (error) {
      // This is how the system says that nobody reads yet.
      if (systemCode(error) !== 'ENXIO') throw error;
    }
    signal?.throwIfAborted();
    await sleep(PATIENCE);
  }
}
