import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { createInterface, type Interface } from 'node:readline';
import { PYTHON_PROGRAM, pythonEnv } from '../python-environment.js';
import type { Answer, EngineFacts, Prepared, Request, Task } from '../task.js';
import type { Ours, Python, Contestant } from './engine.js';

/** The process of one engine: asked one thing at a time, it answers with one line. */
export class EngineProcess implements Contestant {
  readonly engine: Ours | Python;
  readonly #child: ChildProcess;
  readonly #lines: Interface;
  readonly #ended: Promise<never>;

  constructor(engine: Ours | Python) {
    this.engine = engine;
    const [program, args, env] = command(engine);
    const child = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout });
    this.#ended = new Promise((_, reject) => {
      child.on('error', reject);
      child.on('exit', (code, signal) => {
        reject(new Error(`the process of ${engine.name} ended with ${signal ?? String(code)}`));
      });
    });
    // Heard where somebody waits for an answer; an end that was asked for is nobody's business.
    this.#ended.catch(() => undefined);
  }

  /** Versions, threads, instruction set. */
  facts(): Promise<EngineFacts> {
    return this.#ask({ do: 'facts' });
  }

  /** Loads what the task needs, and does it once. */
  prepare(task: Task): Promise<Prepared> {
    return this.#ask({ do: 'prepare', task });
  }

  /** Does the task again, so many times; seconds of each. */
  async time(iterations: number): Promise<readonly number[]> {
    const { seconds } = await this.#ask<{ seconds: readonly number[] }>({ do: 'time', iterations });
    return seconds;
  }

  /** Ends the process. */
  stop(): void {
    this.#child.kill();
  }

  async #ask<T extends Answer>(request: Request): Promise<T> {
    const line = new Promise<string>((resolve) => {
      this.#lines.once('line', resolve);
    });
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const answer = JSON.parse(await Promise.race([line, this.#ended])) as T | { error: string };
    if ('error' in answer) throw new Error(`${this.engine.name}: ${answer.error}`);
    return answer;
  }
}

function command(engine: Ours | Python): [string, string[], NodeJS.ProcessEnv] {
  const env: NodeJS.ProcessEnv = { ...process.env, QUESTS_BACKEND: '', QUESTS_SIMD: '' };
  if (engine.kind === 'ours') {
    const { backend, threads, simd, stored = false } = engine;
    if (simd !== undefined) env.QUESTS_SIMD = simd;
    const server = fileURLToPath(new URL('ours.js', import.meta.url));
    return [process.execPath, ['--expose-gc', server, backend, String(threads), String(stored)], env];
  }
  return [
    PYTHON_PROGRAM,
    ['bench/engines/engine.py', engine.package, String(engine.batch ?? 0)],
    pythonEnv(env),
  ];
}
