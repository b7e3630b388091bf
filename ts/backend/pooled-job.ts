import type { CoreJob } from './backend.js';
import type { ErrandJob } from './errand.js';
import type { WorkerPool } from './worker-pool.js';

/** Where the results of errands go. */
export interface Results {
  /** Takes the result of step `index`; called in the order of the steps. */
  take(index: number, result: Float64Array): void;
  finish(): Float64Array;
}

/** Errands that are under way for each worker: one that it does, and one that waits for it. */
const AHEAD = 2;

const NOTHING = new Float64Array(0);

/** A job whose steps are done by workers. What a step is, and the order of the results, are those of the job itself. */
export class PooledJob implements CoreJob {
  readonly steps: number;
  readonly #job: ErrandJob;
  readonly #pool: WorkerPool;
  readonly #results: Results;
  readonly #away: Promise<Float64Array>[] = [];
  #handed = 0;

  constructor(job: ErrandJob, pool: WorkerPool, results: Results) {
    this.steps = job.steps;
    this.#job = job;
    this.#pool = pool;
    this.#results = results;
    pool.open(this);
  }

  async step(index: number): Promise<void> {
    while (this.#handed < Math.min(this.steps, index + AHEAD * this.#pool.size)) this.#handOut();
    const result = await this.#away.shift();
    if (result === undefined) throw new Error(`INTERNAL: step ${index} called out of order`);
    this.#results.take(index, result);
  }

  finish(): Float64Array {
    return this.#results.finish();
  }

  free(): void {
    this.#pool.close(this);
    this.#away.length = 0;
    this.#job.free();
  }

  #handOut(): void {
    const job = this.#job;
    const numbers = job.errand(this.#handed);
    const number = job.sharedBy(this.#handed);
    const shared = number === undefined ? undefined : { number, numbers: () => job.shared(number) };
    const result =
      numbers.length === 0 ? Promise.resolve(NOTHING) : this.#pool.run({ job: this, numbers, shared });
    // Thrown when its turn comes, if it comes.
    result.catch(() => undefined);
    this.#away.push(result);
    this.#handed += 1;
  }
}

/** Results that the job itself adds up. */
export function summed(job: ErrandJob): Results {
  return {
    take: (index, result) => {
      job.accept(index, result);
    },
    finish: () => job.finish(),
  };
}

/** Results that are rows of one matrix: placed here, so that the whole is in memory once. */
export function placed(rows: number, width: number): Results {
  const matrix = matrixOf(rows, width);
  return {
    take: (_, result) => {
      const count = result[0] ?? 0;
      const places = result.subarray(1, 1 + count);
      const values = result.subarray(1 + count);
      const first = places[0] ?? 0;
      if (places.every((place, at) => place === first + at)) {
        matrix.set(values, first * width);
        return;
      }
      places.forEach((place, at) => {
        matrix.set(values.subarray(at * width, (at + 1) * width), place * width);
      });
    },
    finish: () => matrix,
  };
}

function matrixOf(rows: number, width: number): Float64Array {
  try {
    return new Float64Array(rows * width);
  } catch {
    throw new Error(
      `TOO_LARGE: ${rows} × ${width} descriptors do not fit the memory; compute fewer frames at a time`,
    );
  }
}
