import type { CoreJob } from '../backend/backend.js';

/** Jobs of the core that are run one after the other, as one. */
export class CompositeJob implements CoreJob {
  readonly steps: number;
  readonly #parts: readonly CoreJob[];
  readonly #combined: (results: readonly Float64Array[]) => Float64Array;

  /** @param combined the result of all, from those of the parts */
  constructor(parts: readonly CoreJob[], combined: (results: readonly Float64Array[]) => Float64Array) {
    this.#parts = parts;
    this.#combined = combined;
    this.steps = parts.reduce((sum, { steps }) => sum + steps, 0);
  }

  step(index: number): Promise<void> | void {
    let first = 0;
    for (const part of this.#parts) {
      if (index < first + part.steps) return part.step(index - first);
      first += part.steps;
    }
    throw new Error(`INTERNAL: step ${index} of ${this.steps}`);
  }

  finish(): Float64Array {
    return this.#combined(this.#parts.map((part) => part.finish()));
  }

  free(): void {
    for (const part of this.#parts) part.free();
  }
}

/** Plans several jobs; those that were planned are freed if one cannot be. */
export function plannedJobs<T>(items: readonly T[], plan: (item: T) => CoreJob): CoreJob[] {
  const jobs: CoreJob[] = [];
  try {
    for (const item of items) jobs.push(plan(item));
  } catch (thrown) {
    for (const job of jobs) job.free();
    throw thrown;
  }
  return jobs;
}
