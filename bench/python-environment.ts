import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { platform } from 'node:process';

/** Virtual environment that `scripts/bench.mjs` makes from bench/requirements.txt. */
export const PYTHON_FOLDER = 'build/python';

const PROGRAMS = join(PYTHON_FOLDER, platform === 'win32' ? 'Scripts' : 'bin');

/** Its interpreter. */
export const PYTHON_PROGRAM = join(PROGRAMS, platform === 'win32' ? 'python.exe' : 'python');

/** The command line of the Python package. */
export const PYTHON_QUESTS = join(PROGRAMS, platform === 'win32' ? 'quests.exe' : 'quests');

/** Whether it is there; without it the engines written in Python sit out, by name. */
export function hasPython(): boolean {
  return existsSync(PYTHON_PROGRAM);
}
/** Settings that some machines carry around slow NumPy's matrix products down. */
export function pythonEnv(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return { ...env, OPENBLAS_CORETYPE: undefined, OPENBLAS_L2_SIZE: undefined, PYTHONWARNINGS: 'ignore' };
}
