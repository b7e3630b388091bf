// A worker of the WebAssembly backend under Node; started by node-loaders.ts.
import { parentPort } from 'node:worker_threads';

import type { ToWorker } from './errand.js';
import { errandLoop } from './errand-loop.js';

const answer = errandLoop((message, transfer) => parentPort?.postMessage(message, transfer));
parentPort?.on('message', (message: ToWorker) => {
  answer(message);
});
