// Spelling by typos, a program of its own: its wheel from PyPI holds just that, and takes seconds
// where cargo takes minutes.
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { Missing, run } from '../build/stage.mjs';

const VERSION = '1.52.0';
const FOLDER = join('build/typos', VERSION);

/** Checks the spelling of all files, by what typos.toml says. */
export async function spelling() {
  await run(await typos(), ['--format', 'brief', '.']);
}

/** The program, fetched where it is not there yet. */
async function typos() {
  const program = join(FOLDER, 'bin', process.platform === 'win32' ? 'typos.exe' : 'typos');
  if (existsSync(program)) return program;
  const python = process.platform === 'win32' ? 'python' : 'python3';
  const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action', 'ignore'];
  try {
    await run(python, [
      '-m',
      'pip',
      'install',
      ...quiet,
      '--no-deps',
      '--target',
      FOLDER,
      `typos==${VERSION}`,
    ]);
  } catch (cause) {
    rmSync(FOLDER, { recursive: true, force: true });
    const [reason] = (cause.output || cause.message).trim().split('\n');
    throw new Missing(`pip, which fetches typos ${VERSION} for the spelling, failed: ${reason}`, { cause });
  }
  return program;
}
