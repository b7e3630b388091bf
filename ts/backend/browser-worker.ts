// A worker of the WebAssembly backend in a browser; started by browser-loaders.ts.
import type { ToWorker } from './errand.js';
import { errandLoop } from './errand-loop.js';

const answer = errandLoop((message, transfer) => {
  self.postMessage(message, { transfer });
});
self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  answer(data);
};
