import type { CoreJob } from './backend.js';
import type { RemoteStepJob } from './remote-step.js';

/** Where the results of remote steps go. */
export interface Results {
  /** Takes the result of step `index`; called in the order of the steps. */
  take(index: number, result: Float64Array): void;
  finish(): Float64Array;
}

/** Who computes the remote steps. */
export interface Crew {
  /** Remote steps to have on the way at a time. */
  readonly ahead: number;
  /** Says that steps of a job will come. */
  open(job: object): void;
  /**
   * Says that no more steps of a job will come. Those that wait are dropped: their promises never
   * settle.
   */
  close(job: object): void;
  /**
   * Has a step of a job computed. Its numbers are handed over and are gone here afterwards.
   *
   * @throws Error `CODE: text`: what the core refused, or BACKEND_UNAVAILABLE where a worker cannot
   *   be had
   */
  run(job: object, step: Float64Array): Promise<Float64Array>;
}

const NOTHING = new Float64Array(0);

/**
 * A job whose steps are computed by others. What a step is, and the order of the results, are those
 * of the job itself.
 */
export class DelegatedJob implements CoreJob {
  readonly steps: number;
  readonly #job: RemoteStepJob;
  readonly #crew: Crew;
  readonly #results: Results;
  readonly #away: Promise<Float64Array>[] = [];
  #handed = 0;

  constructor(job: RemoteStepJob, crew: Crew, results: Results) {
    this.steps = job.steps;
    this.#job = job;
    this.#crew = crew;
    this.#results = results;
    crew.open(this);
  }

  async step(index: number): Promise<void> {
    while (this.#handed < Math.min(this.steps, index + this.#crew.ahead)) {
      const result = this.#handOut(this.#handed);
      // Thrown when its turn comes, if it comes: the first step that fails is the one to speak of.
      result.catch(() => undefined);
      this.#away.push(result);
      this.#handed += 1;
    }
    const result = await this.#away.shift();
    if (result === undefined) throw new Error(`INTERNAL: step ${index} called out of order`);
    this.#results.take(index, result);
  }

  finish(): Float64Array {
    return this.#results.finish();
  }

  free(): void {
    this.#crew.close(this);
    this.#away.length = 0;
    this.#job.free();
  }

  async #handOut(index: number): Promise<Float64Array> {
    const step = this.#job.remoteStep(index);
    return step.length === 0 ? NOTHING : this.#crew.run(this, step);
  }
}

/** Results that the job itself adds up. */
export function summed(job: RemoteStepJob): Results {
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
