import { bufferOf, type FromWorker, type ToWorker } from './errand.js';

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

/** Something that a worker can do for a job. */
export interface Errand {
  /** The job, which the pool knows from `open` to `close`. */
  readonly job: object;
  readonly numbers: Float64Array;
  /** Data that the worker must have before: the same, by their number, for many errands of one job. */
  readonly shared: { readonly number: number; readonly numbers: () => Float64Array } | undefined;
}

/** An errand that waits or is under way. */
interface Task {
  readonly errand: Errand;
  readonly resolve: (result: Float64Array) => void;
  readonly reject: (error: Error) => void;
}

/** One worker: what is expected of it, answer by answer, and whose shared data it has. */
interface Member {
  readonly port: WorkerPort;
  readonly expected: ((message: FromWorker) => void)[];
  has: { readonly job: object; readonly number: number } | undefined;
}

/**
 * Workers that share one compiled module. Each has a memory of its own and gets what an errand needs, and no more, by
 * transfer: nothing depends on `SharedArrayBuffer`, so a page need not be cross-origin isolated. Workers are started as
 * there is work for them.
 */
export class WorkerPool {
  readonly size: number;
  readonly #module: WebAssembly.Module;
  readonly #start: StartWorker;
  readonly #jobs = new Set<object>();
  readonly #members: Member[] = [];
  readonly #waiting: Task[] = [];
  readonly #running = new Map<Member, Task>();
  #isRetired = false;
  #failure: Error | undefined;

  constructor(size: number, module: WebAssembly.Module, start: StartWorker) {
    this.size = size;
    this.#module = module;
    this.#start = start;
  }

  /** Whether a worker failed; the pool is then of no use any more. */
  get isBroken(): boolean {
    return this.#failure !== undefined;
  }

  /** Says that errands of a job will come: the workers stay until it is closed. */
  open(job: object): void {
    this.#jobs.add(job);
  }

  /** Says that no more errands of a job will come. Those that wait are dropped: their promises never settle. */
  close(job: object): void {
    this.#jobs.delete(job);
    const others = this.#waiting.filter(({ errand }) => errand.job !== job);
    this.#waiting.splice(0, this.#waiting.length, ...others);
    this.#endIfUnused();
  }

  /**
   * Has an errand done. Its numbers are handed over and are gone here afterwards.
   *
   * @throws Error `CODE: text`: what the core refused, or BACKEND_UNAVAILABLE where a worker cannot be had
   */
  run(errand: Errand): Promise<Float64Array> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) {
        reject(this.#failure);
        return;
      }
      this.#waiting.push({ errand, resolve, reject });
      this.#assign();
    });
  }

  /** Ends the workers once all open jobs are closed. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfUnused();
  }

  #assign(): void {
    for (;;) {
      const [next] = this.#waiting;
      if (next === undefined) return;
      const idle = this.#members.filter((member) => !this.#running.has(member));
      const member = idle.find((each) => hasShared(each, next.errand)) ?? idle[0] ?? this.#joined();
      if (member === undefined) return;
      this.#waiting.shift();
      this.#give(member, next);
    }
  }

  /** A new worker, where there may be one more. */
  #joined(): Member | undefined {
    if (this.#members.length >= this.size) return undefined;
    const expected: Member['expected'] = [];
    try {
      const port = this.#start(
        (message) => expected.shift()?.(message),
        (cause) => {
          this.#break(cause);
        },
      );
      const member: Member = { port, expected, has: undefined };
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
    const { errand } = task;
    try {
      if (errand.shared !== undefined && !hasShared(member, errand)) {
        const { number, numbers } = errand.shared;
        const data = numbers();
        port.send({ errand: data }, [bufferOf(data)]);
        member.has = { job: errand.job, number };
        expected.push((message) => {
          if (!('failure' in message)) return;
          member.has = undefined;
          // The errand itself will fail, too; this says why.
          task.reject(new Error(message.failure));
        });
      }
      port.send({ errand: errand.numbers }, [bufferOf(errand.numbers)]);
    } catch (thrown) {
      task.reject(thrown instanceof Error ? thrown : new Error(String(thrown)));
      return;
    }
    this.#running.set(member, task);
    port.hold();
    expected.push((message) => {
      this.#running.delete(member);
      port.release();
      if ('result' in message) task.resolve(message.result);
      else task.reject(new Error(message.failure));
      this.#assign();
    });
  }

  #break(cause: string): void {
    if (this.#failure !== undefined) return;
    const error = new Error(
      `BACKEND_UNAVAILABLE: a worker of the wasm backend failed: ${firstLine(cause)}; one thread (setThreads(1), --jobs 1) needs none`,
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

function hasShared({ has }: Member, { job, shared }: Errand): boolean {
  return shared !== undefined && has?.job === job && has.number === shared.number;
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
