import { lendWorkers } from 'quests/workers';

/** The worker that computes, and those that it has work for it: all end together. */
export interface EngineWorker {
  readonly worker: Worker;
  end(): void;
}

/**
 * Starts the worker that computes. Workers of its own are started here: see {@link lendWorkers}.
 */
export function startEngine(): EngineWorker {
  const worker = new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module' });
  const endLent = lendWorkers(worker);
  return {
    worker,
    end: () => {
      worker.terminate();
      endLent();
    },
  };
}
