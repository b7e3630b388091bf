import { spawn } from 'node:child_process';
import type { EngineFacts, Prepared, Task } from '../task.js';
import type { Command, Contestant } from './engine.js';
import { pythonEnv } from '../python-environment.js';

/** Runs of a command, each a process from its start to its end. */
export class CommandRuns implements Contestant {
  readonly engine: Command;
  #args: readonly string[] = [];

  constructor(engine: Command) {
    this.engine = engine;
  }

  facts(): Promise<EngineFacts> {
    return Promise.resolve({ versions: '', threads: 0, simd: '' });
  }

  async prepare(task: Task): Promise<Prepared> {
    if (task.kind !== 'command')
      throw new Error(`${this.engine.name} is a command, the task is ${task.kind}`);
    const { args, value, name } = this.engine;
    this.#args = value === undefined ? args : [...args, task.file];
    // The first run after an installation compiles what later ones find compiled.
    await this.#run();
    const { seconds, output } = await this.#run();
    const found = value?.exec(output)?.[1];
    if (value !== undefined && found === undefined)
      throw new Error(`${name} printed no ${String(value)}: ${output}`);
    return { values: found === undefined ? [] : [Number(found)], seconds, peak: 0, bytes: 0 };
  }

  async time(iterations: number): Promise<readonly number[]> {
    const seconds: number[] = [];
    for (let at = 0; at < iterations; at++) seconds.push((await this.#run()).seconds);
    return seconds;
  }

  stop(): void {
    // Every run has ended by itself.
  }

  #run(): Promise<{ seconds: number; output: string }> {
    const { program, name } = this.engine;
    return new Promise((resolve, reject) => {
      const start = performance.now();
      const child = spawn(program, this.#args, {
        env: pythonEnv(process.env),
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.on('data', (piece) => (output += String(piece)));
      child.stderr.on('data', (piece) => (output += String(piece)));
      child.on('error', reject);
      child.on('close', (code) => {
        const seconds = (performance.now() - start) / 1000;
        if (code === 0) resolve({ seconds, output });
        else reject(new Error(`${name}: exit ${String(code)}: ${output}`));
      });
    });
  }
}
