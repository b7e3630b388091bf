import type { StartWorker } from './worker-pool.js';

/** Starts a worker in a browser. */
export const start: StartWorker = (onReply, onFailure) => {
  // In so many words, which is how bundlers find the file.
  const worker = new Worker(new URL('../../dist/browser/browser-worker.js', import.meta.url), {
    type: 'module',
  });
  worker.onmessage = ({ data }) => {
    onReply(data as Parameters<typeof onReply>[0]);
  };
  worker.onerror = ({ message }) => {
    onFailure(message || 'its script cannot be loaded');
  };
  worker.onmessageerror = () => {
    onFailure('what it sent cannot be read');
  };
  return {
    send: (message, transfer) => {
      worker.postMessage(message, transfer);
    },
    hold: () => undefined,
    release: () => undefined,
    stop: () => {
      worker.terminate();
    },
  };
};
