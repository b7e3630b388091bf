import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { env } from 'node:process';
import { Worker } from 'node:worker_threads';

import type { Loaders } from './choose.js';
import { loadNative } from './native.js';
import { loadWasm } from './wasm.js';
import type { StartWorker } from './worker-pool.js';

const MODULE = new URL('../../dist/wasm/quests_wasm_bg.wasm', import.meta.url);

/** The same address from ts/backend/ and from dist/backend/. */
const WORKER = new URL('../../dist/backend/node-worker.js', import.meta.url);

/** The backends under Node. */
export const nodeLoaders: Loaders = {
  load: {
    native: () => Promise.resolve(loadNative()),
    wasm: async () => loadWasm(await readFile(MODULE), { start, available: availableParallelism() }),
  },
  preference: () => ({ choice: env.QUESTS_BACKEND, from: 'QUESTS_BACKEND' }),
};

const start: StartWorker = (onReply, onFailure) => {
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
