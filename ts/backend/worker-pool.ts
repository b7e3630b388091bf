import type { Crew } from './delegated-job.js';
import { bufferOf, type FromWorker, type ToWorker } from './remote-step.js';

/** A worker, whatever the environment calls it. */
export interface WorkerPort {
  send(message: ToWorker, transfer: ArrayBuffer[]): void;
  /** Keeps the process alive while the worker has something to do; without meaning in browsers. */
  hold(): void;
  /** Lets the process end although the worker is there. */
  release(): void;
  stop(): void;
}

/** Starts a worker. `onFailure` says that it cannot be started, or has ended. */
export type StartWorker = (
  onReply: (message: FromWorker) => void,
  onFailure: (cause: string) => void,
) => WorkerPort;

/** A remote step that waits or is being computed. */
interface Task {
  readonly job: object;
  readonly step: Float64Array;
  readonly resolve: (result: Float64Array) => void;
  readonly reject: (error: Error) => void;
}

/** One worker, and what is expected of it, answer by answer. */
interface Member {
  readonly port: WorkerPort;
  readonly expected: ((message: FromWorker) => void)[];
}

/** Remote steps on the way for each worker: one that it computes, and one that waits for it. */
const AHEAD = 2;

/**
 * Workers that share one compiled module. Each has a memory of its own and gets what a remote step
 * needs, and no more, by transfer: nothing depends on `SharedArrayBuffer`, so a page need not be
 * cross-origin isolated. Workers are started as there is work for them.
 */
export class WorkerPool implements Crew {
  readonly #size: number;
  readonly #module: WebAssembly.Module;
  readonly #start: StartWorker;
  readonly #jobs = new Set<object>();
  readonly #members: Member[] = [];
  readonly #waiting: Task[] = [];
  readonly #running = new Map<Member, Task>();
  #isRetired = false;
  #failure: Error | undefined;

  constructor(size: number, module: WebAssembly.Module, start: StartWorker) {
    this.#size = size;
    this.#module = module;
    this.#start = start;
  }

  get ahead(): number {
    return AHEAD * this.#size;
  }

  /** Whether a worker failed; the pool is then of no use any more. */
  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  open(job: object): void {
    this.#jobs.add(job);
  }

  close(job: object): void {
    this.#jobs.delete(job);
    const others = this.#waiting.filter((task) => task.job !== job);
    this.#waiting.splice(0, this.#waiting.length, ...others);
    this.#endIfUnused();
  }

  run(job: object, step: Float64Array): Promise<Float64Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ job, step, resolve, reject });
      this.#assign();
    });
  }

  /** Ends the workers once all open jobs are closed. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfUnused();
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const member = this.#members.find((each) => !this.#running.has(each)) ?? this.#joined();
      if (member === undefined) return;
      const task = this.#waiting.shift();
      if (task === undefined) return;
      this.#give(member, task);
    }
  }

  /** A new worker, where there may be one more. */
  #joined(): Member | undefined {
    if (this.#members.length >= this.#size) return undefined;
    const expected: Member['expected'] = [];
    try {
      const port = this.#start(
        (message) => expected.shift()?.(message),
        (cause) => {
          this.#break(cause);
        },
      );
      const member: Member = { port, expected };
      this.#members.push(member);
      expected.push((message) => {
        if ('failure' in message) this.#break(message.failure);
      });
      port.send({ module: this.#module }, []);
      return member;
    } catch (thrown) {
      this.#break(messageOf(thrown));
      return undefined;
    }
  }

  #give(member: Member, task: Task): void {
    const { port, expected } = member;
    this.#running.set(member, task);
    port.hold();
    expected.push((message) => {
      this.#running.delete(member);
      port.release();
      if ('result' in message) task.resolve(message.result);
      else task.reject(new Error(message.failure));
      this.#assign();
    });
    port.send({ step: task.step }, [bufferOf(task.step)]);
  }

  #break(cause: string): void {
    if (this.#failure !== undefined) return;
    const error = new Error(
      `BACKEND_UNAVAILABLE: a worker of the wasm backend failed: ${firstLine(cause)}; one thread ` +
        '(setThreads(1), --jobs 1) needs none',
    );
    this.#failure = error;
    for (const { reject } of [...this.#running.values(), ...this.#waiting]) reject(error);
    this.#running.clear();
    this.#waiting.length = 0;
    this.#stop();
  }

  #endIfUnused(): void {
    if (this.#isRetired && this.#jobs.size === 0) this.#stop();
  }

  #stop(): void {
    for (const { port } of this.#members) port.stop();
  }
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
