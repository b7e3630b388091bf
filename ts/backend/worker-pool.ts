import type { FromWorker, Numbers, ToWorker } from './errand.js';

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

/** Data that a worker must have before it can do an errand: the same for many errands of one job. */
export interface SharedData {
  readonly job: object;
  readonly number: number;
  readonly data: () => Numbers;
}

/** An errand that waits or is under way. */
interface Task {
  readonly errand: Numbers;
  readonly shared: SharedData | undefined;
  readonly resolve: (result: Numbers) => void;
  readonly reject: (error: Error) => void;
}

/** One worker: what is expected of it, answer by answer, and what it knows. */
interface Member {
  readonly port: WorkerPort;
  readonly expected: ((message: FromWorker) => void)[];
  shared: SharedData | undefined;
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
  readonly #members: Member[] = [];
  readonly #waiting: Task[] = [];
  readonly #running = new Map<Member, Task>();
  #isRetired = false;
  #isBroken = false;

  constructor(size: number, module: WebAssembly.Module, start: StartWorker) {
    this.size = size;
    this.#module = module;
    this.#start = start;
  }

  /** Whether a worker failed; the pool is then of no use any more. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /**
   * Has an errand done. Its numbers are handed over and are gone here afterwards.
   *
   * @throws Error `CODE: text`: what the core refused, or BACKEND_UNAVAILABLE where a worker cannot be had
   */
  run(errand: Numbers, shared: SharedData | undefined): Promise<Numbers> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ errand, shared, resolve, reject });
      this.#assign();
    });
  }

  /** Ends the workers once all errands are done. */
  retire(): void {
    this.#isRetired = true;
    this.#endIfRetired();
  }

  #assign(): void {
    while (this.#waiting.length > 0 && !this.#isBroken) {
      const idle = this.#members.filter((member) => !this.#running.has(member));
      const wanted = this.#waiting[0]?.shared;
      const member = idle.find(({ shared }) => isSame(shared, wanted)) ?? idle[0] ?? this.#joined();
      if (member === undefined) return;
      this.#give(member, this.#waiting.shift() as Task);
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
      const member: Member = { port, expected, shared: undefined };
      this.#members.push(member);
      expected.push((message) => {
        if ('failure' in message) this.#break(message.failure);
      });
      port.send({ module: this.#module }, []);
      return member;
    } catch (thrown) {
      this.#break(thrown instanceof Error ? thrown.message : String(thrown));
      return undefined;
    }
  }

  #give(member: Member, task: Task): void {
    const { port, expected } = member;
    this.#running.set(member, task);
    port.hold();
    if (task.shared !== undefined && !isSame(member.shared, task.shared)) {
      const data = task.shared.data();
      expected.push((message) => {
        if (!('failure' in message)) return;
        member.shared = undefined;
        task.reject(new Error(message.failure));
      });
      port.send({ errand: data }, [data.buffer]);
      member.shared = task.shared;
    }
    expected.push((message) => {
      this.#running.delete(member);
      port.release();
      if ('result' in message) task.resolve(message.result);
      else task.reject(new Error(message.failure));
      this.#assign();
      this.#endIfRetired();
    });
    port.send({ errand: task.errand }, [task.errand.buffer]);
  }

  #break(cause: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    const line = cause.split('\n', 1)[0] ?? '';
    const error = new Error(
      `BACKEND_UNAVAILABLE: a worker of the wasm backend failed: ${line}; one thread (setThreads(1), --jobs 1) needs none`,
    );
    for (const { reject } of [...this.#running.values(), ...this.#waiting]) reject(error);
    this.#running.clear();
    this.#waiting.length = 0;
    for (const { port } of this.#members) port.stop();
  }

  #endIfRetired(): void {
    if (!this.#isRetired || this.#running.size > 0 || this.#waiting.length > 0) return;
    for (const { port } of this.#members) port.stop();
  }
}

function isSame(a: SharedData | undefined, b: SharedData | undefined): boolean {
  return a?.job === b?.job && a?.number === b?.number;
}
