import type { CoreJob } from '../backend/backend.js';
import { toQuestsError, inCore } from '../base/error.js';
import type { RunOptions } from './run-options.js';

/**
 * Longest time, in ms, between two turns of the event loop, so that signals and user interfaces
 * respond.
 */
export const BREATH = 20;

/**
 * Runs a job of the core to its end: step by step, reporting each, stopping between two when the
 * signal says so.
 *
 * @param start plans the job
 * @param phase what the steps are, for `onProgress`
 * @throws the signal's reason when cancelled; {@link QuestsError} from the core
 */
export async function runJob(
  start: () => CoreJob,
  options: RunOptions,
  phase: string,
): Promise<Float64Array> {
  const { signal, onProgress } = options;
  signal?.throwIfAborted();
  const job = inCore(start);
  try {
    const total = job.steps;
    let lastBreath = performance.now();
    for (let index = 0; index < total; index++) {
      try {
        await job.step(index);
      } catch (thrown) {
        throw toQuestsError(thrown);
      }
      // A step of WebAssembly returns at once and never lets the event loop turn; nor does a chain
      // of settled promises.
      if (performance.now() - lastBreath >= BREATH) {
        await breathe();
        lastBreath = performance.now();
      }
      signal?.throwIfAborted();
      onProgress?.({ done: index + 1, total, phase });
    }
    const result = inCore(() => job.finish());
    job.free();
    return result;
  } catch (thrown) {
    try {
      job.free();
    } catch {
      // A WebAssembly job that panicked in a step counts as in use for good; what it threw first
      // says more.
    }
    throw thrown;
  }
}

/** Lets the event loop turn once: a task, not a microtask. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof setImmediate === 'function') {
      setImmediate(resolve);
      return;
    }
    // In browsers a message is the task without the 4 ms that nested timers are held back.
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
