import type { EngineFacts, Prepared, Task } from '../task.js';
import { CommandRuns } from './command.js';
import type { Engine } from './engine.js';
import { EngineProcess } from './process.js';

/** An engine at work on one case. */
export interface Contestant {
  readonly engine: Engine;
  facts(): Promise<EngineFacts>;
  /** Loads what the task needs, and does it once. */
  prepare(task: Task): Promise<Prepared>;
  /** Does it again, so many times; seconds of each. */
  time(iterations: number): Promise<readonly number[]>;
  stop(): void;
}

/** Starts an engine. */
export function contestant(engine: Engine): Contestant {
  return engine.kind === 'command' ? new CommandRuns(engine) : new EngineProcess(engine);
}
