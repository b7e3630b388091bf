import type { StartWorker, WorkerPort } from './worker-pool.js';

/** Asks the thread of a page for a worker that speaks through `port`, or ends it. */
type ToLender = { readonly start: number; readonly port: MessagePort } | { readonly stop: number };

/** Says that a worker cannot be started, or has ended. */
interface FromLender {
  readonly failed: number;
  readonly cause: string;
}

let lender: MessagePort | undefined;
let borrowedSoFar = 0;
const failures = new Map<number, (cause: string) => void>();

/** Starts a worker in a browser. */
export const start: StartWorker = (onReply, onFailure) =>
  lender === undefined ? own(onReply, onFailure) : borrowed(lender, onReply, onFailure);

/**
 * Starts, on this thread, the workers that `worker` asks for when it computes with this package:
 * Firefox 153 now and then never returns from `new Worker` within a worker while the machine is
 * busy. Nothing else differs, and other browsers do not need it. In a page without an origin, which
 * was opened as a file, the worker starts its own as before.
 *
 * Sends the worker a message, a `MessagePort`, which it hands to {@link borrowWorkers}:
 *
 * ```ts
 * // In the page
 * const end = lendWorkers(worker);
 * // In the worker
 * self.onmessage = ({ data }) => {
 *   if (data instanceof MessagePort) borrowWorkers(data);
 * };
 * ```
 *
 * @returns ends the workers that were lent: they don't end with the worker that they work for
 * @category Backend and threads
 */
export function lendWorkers(worker: Worker): () => void {
  // A page that was opened as a file: there no port takes a compiled module.
  if (origin === 'null') return () => undefined;
  const { port1, port2 } = new MessageChannel();
  const lent = new Map<number, Worker>();
  port1.onmessage = ({ data }: MessageEvent<ToLender>) => {
    if ('stop' in data) {
      lent.get(data.stop)?.terminate();
      lent.delete(data.stop);
      return;
    }
    const tellFailure = (cause: string): void => {
      port1.postMessage({ failed: data.start, cause } satisfies FromLender);
    };
    try {
      const started = newWorker();
      lent.set(data.start, started);
      watchFailures(started, tellFailure);
      started.postMessage(data.port, [data.port]);
    } catch (thrown) {
      tellFailure(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  worker.postMessage(port2, [port2]);
  return () => {
    for (const started of lent.values()) started.terminate();
    lent.clear();
    port1.close();
  };
}

/**
 * Has the workers of this thread, itself a worker, started by the page; see {@link lendWorkers}. To
 * be called before anything is computed.
 *
 * @category Backend and threads
 */
export function borrowWorkers(port: MessagePort): void {
  lender = port;
  port.onmessage = ({ data: { failed, cause } }: MessageEvent<FromLender>) => {
    failures.get(failed)?.(cause);
  };
}

function own(...[onReply, onFailure]: Parameters<StartWorker>): WorkerPort {
  const worker = newWorker();
  watchFailures(worker, onFailure);
  worker.onmessage = ({ data }) => {
    onReply(data as Parameters<typeof onReply>[0]);
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
}

function borrowed(from: MessagePort, ...[onReply, onFailure]: Parameters<StartWorker>): WorkerPort {
  const { port1, port2 } = new MessageChannel();
  const number = ++borrowedSoFar;
  failures.set(number, onFailure);
  port1.onmessage = ({ data }) => {
    onReply(data as Parameters<typeof onReply>[0]);
  };
  port1.onmessageerror = () => {
    onFailure(UNREADABLE);
  };
  from.postMessage({ start: number, port: port2 } satisfies ToLender, [port2]);
  return {
    send: (message, transfer) => {
      port1.postMessage(message, transfer);
    },
    hold: () => undefined,
    release: () => undefined,
    stop: () => {
      port1.close();
      failures.delete(number);
      from.postMessage({ stop: number } satisfies ToLender);
    },
  };
}

const UNREADABLE = 'what it sent cannot be read';

function newWorker(): Worker {
  // In so many words, which is how bundlers find the file.
  return new Worker(new URL('../../dist/browser/browser-worker.js', import.meta.url), { type: 'module' });
}

function watchFailures(worker: Worker, onFailure: (cause: string) => void): void {
  worker.onerror = ({ message }) => {
    onFailure(message || 'its script cannot be loaded');
  };
  worker.onmessageerror = () => {
    onFailure(UNREADABLE);
  };
}
