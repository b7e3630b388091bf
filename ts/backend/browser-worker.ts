// A worker of the WebAssembly backend in a browser; started by browser-worker-port.ts. It answers
// who started it, or whoever is at the other end of a port that it was sent.
import type { FromWorker, ToWorker } from './remote-step.js';
import { remoteStepLoop } from './remote-step-loop.js';

interface Asker {
  postMessage(message: FromWorker, options: { transfer: ArrayBuffer[] }): void;
}

const answerTo = (asker: Asker): ((message: ToWorker) => void) =>
  remoteStepLoop((message, transfer) => {
    asker.postMessage(message, { transfer });
  });

const answer = answerTo(self);
self.onmessage = ({ data }: MessageEvent<ToWorker | MessagePort>) => {
  if (!(data instanceof MessagePort)) {
    answer(data);
    return;
  }
  const answerPort = answerTo(data);
  data.onmessage = ({ data: message }: MessageEvent<ToWorker>) => {
    answerPort(message);
  };
  data.onmessageerror = () => {
    data.postMessage({ failure: 'what it was sent cannot be read' } satisfies FromWorker);
  };
};
