// A worker of the WebAssembly backend under Node; started by node-loaders.ts.
import { parentPort } from 'node:worker_threads';

import type { ToWorker } from './remote-step.js';
import { remoteStepLoop } from './remote-step-loop.js';

const answer = remoteStepLoop((message, transfer) => parentPort?.postMessage(message, transfer));
parentPort?.on('message', (message: ToWorker) => {
  answer(message);
});
