// A worker of the WebAssembly backend in a browser; started by browser-loaders.ts.
import type { ToWorker } from './remote-step.js';
import { remoteStepLoop } from './remote-step-loop.js';

const answer = remoteStepLoop((message, transfer) => {
  self.postMessage(message, { transfer });
});
self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  answer(data);
};
