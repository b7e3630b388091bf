import { CommandRuns } from './command.js';
import type { Engine, Contestant } from './engine.js';
import { EngineProcess } from './process.js';

/** Starts an engine. */
export function contestant(engine: Engine): Contestant {
  return engine.kind === 'command' ? new CommandRuns(engine) : new EngineProcess(engine);
}
