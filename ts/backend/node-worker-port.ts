import { Worker } from 'node:worker_threads';

import type { StartWorker } from './worker-pool.js';

/** The same address from all folders that this module is built into. */
const WORKER = new URL('../../dist/node/node-worker.js', import.meta.url);

/** Starts a worker under Node, which keeps the process alive only while it has something to do. */
export const start: StartWorker = (onReply, onFailure) => {
  // What this process was started with (a loader of TypeScript, a debugger) is not for its workers.
  const worker = new Worker(WORKER, { execArgv: [] });
  worker.on('message', onReply);
  worker.on('error', (error) => {
    onFailure(error instanceof Error ? error.message : String(error));
  });
  worker.on('exit', (code) => {
    onFailure(`it ended with code ${code}`);
  });
  worker.unref();
  return {
    send: (message, transfer) => {
      worker.postMessage(message, transfer);
    },
    hold: () => {
      worker.ref();
    },
    release: () => {
      worker.unref();
    },
    stop: () => void worker.terminate(),
  };
};
