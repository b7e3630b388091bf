import { beforeEach, describe, expect, it } from 'vitest';

import type { FromWorker, ToWorker } from '../../../ts/backend/remote-step.js';
import { type StartWorker, WorkerPool } from '../../../ts/backend/worker-pool.js';

const module = {} as WebAssembly.Module;
const numbers = (...values: number[]): Float64Array => Float64Array.from(values);

/** A worker that does what the test tells it. */
interface Fake {
  readonly sent: ToWorker[];
  answer(message: FromWorker): void;
  fail(cause: string): void;
  held: boolean;
  stopped: boolean;
}

let workers: Fake[];

const start: StartWorker = (answer, fail) => {
  const worker: Fake = { sent: [], answer, fail, held: false, stopped: false };
  workers.push(worker);
  return {
    send: (message) => worker.sent.push(message),
    hold: () => (worker.held = true),
    release: () => (worker.held = false),
    stop: () => (worker.stopped = true),
  };
};

/** The first number of each remote step that the worker was sent. */
const steps = (worker: Fake | undefined): (number | undefined)[] =>
  worker?.sent.flatMap((message) => ('step' in message ? [message.step[0]] : [])) ?? [];

/** What a promise has come to by now. */
async function state(promise: Promise<unknown>): Promise<unknown> {
  return Promise.race([promise.catch((thrown: unknown) => thrown), Promise.resolve('under way')]);
}

const job = {};
let pool: WorkerPool;
const run = (value: number, of: object = job): Promise<Float64Array> => pool.run(of, numbers(value));

beforeEach(() => {
  workers = [];
  pool = new WorkerPool(2, module, start);
  pool.open(job);
});

describe('work', () => {
  it('starts workers as there is something to do, and no more than there may be', () => {
    expect(workers).toHaveLength(0);
    void run(1);
    expect(workers).toHaveLength(1);
    void run(2);
    void run(3);
    expect(workers).toHaveLength(2);
    expect(workers.map((worker) => worker.sent[0])).toEqual([{ module }, { module }]);
    expect(workers.map(steps)).toEqual([[1], [2]]);
  });

  it('goes to the worker that is free, and its result to whom it is for', async () => {
    const results = [run(1), run(2), run(3)];
    for (const worker of workers) worker.answer({ result: numbers() });
    workers[1]?.answer({ result: numbers(20) });
    expect(steps(workers[1])).toEqual([2, 3]);
    workers[1]?.answer({ result: numbers(30) });
    workers[0]?.answer({ result: numbers(10) });
    expect(await Promise.all(results)).toEqual([numbers(10), numbers(20), numbers(30)]);
  });

  it('keeps the process alive as long as it lasts', () => {
    void run(1);
    expect(workers[0]?.held).toBe(true);
    workers[0]?.answer({ result: numbers() });
    workers[0]?.answer({ result: numbers(10) });
    expect(workers[0]?.held).toBe(false);
  });

  it('that the core refuses is thrown, and the next is done', async () => {
    const refused = run(1);
    workers[0]?.answer({ result: numbers() });
    workers[0]?.answer({ failure: 'INVALID_STRUCTURE: frame 0' });
    await expect(refused).rejects.toThrow('INVALID_STRUCTURE: frame 0');
    expect(pool.isBroken).toBe(false);
    void run(2);
    expect(steps(workers[0])).toEqual([1, 2]);
  });
});

describe('a worker that fails', () => {
  const unavailable = /^BACKEND_UNAVAILABLE: a worker of the wasm backend failed: no such file; one thread/;

  it('to start ends all work, what waits and what comes later', async () => {
    const results = [run(1), run(2), run(3)];
    workers[1]?.fail('no such file\n  at …');
    results.push(run(4));
    for (const result of results) await expect(result).rejects.toThrow(unavailable);
    expect(pool.isBroken).toBe(true);
    expect(workers.every((worker) => worker.stopped)).toBe(true);
  });

  it('at once ends all work as well', async () => {
    pool = new WorkerPool(2, module, () => {
      throw new Error('no such file');
    });
    await expect(run(1)).rejects.toThrow(unavailable);
    await expect(run(2)).rejects.toThrow(unavailable);
  });

  it('to compile the module ends all work as well', async () => {
    const result = run(1);
    workers[0]?.answer({ failure: 'no such file' });
    await expect(result).rejects.toThrow(unavailable);
  });
});

describe('the end of a job', () => {
  it('drops what waits, and lets others go on', async () => {
    const other = {};
    pool.open(other);
    const [first, , waiting] = [run(1), run(2), run(3)];
    const theirs = run(4, other);
    pool.close(job);
    for (const worker of workers) worker.answer({ result: numbers() });
    workers[0]?.answer({ result: numbers(10) });
    expect(await first).toEqual(numbers(10));
    expect(steps(workers[0])).toEqual([1, 4]);
    workers[0]?.answer({ result: numbers(40) });
    expect(await theirs).toEqual(numbers(40));
    expect(await state(waiting as Promise<unknown>)).toBe('under way');
  });

  it('ends the workers of a pool that is retired, and not before', () => {
    void run(1);
    pool.retire();
    expect(workers[0]?.stopped).toBe(false);
    workers[0]?.answer({ result: numbers() });
    workers[0]?.answer({ result: numbers(10) });
    expect(workers[0]?.stopped).toBe(false);
    void run(2);
    expect(steps(workers[0])).toEqual([1, 2]);
    pool.close(job);
    expect(workers[0]?.stopped).toBe(true);
  });
});
