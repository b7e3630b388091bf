import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ended, start } from './cli.js';

/** Names of whole files in a folder: those under way have names that begin with a dot. */
export function whole(path: string): string[] {
  return existsSync(path) ? readdirSync(path).filter((name) => !name.startsWith('.')) : [];
}

/**
 * Starts a run in a folder, and kills it with -9 once it has saved enough.
 *
 * @param saved whether this is enough: name of a file of the saved run, a line break, what it holds
 * @param run the folder of the saved run
 */
export async function killed(
  folder: string,
  args: readonly string[],
  saved: (text: string) => boolean,
  run: string,
): Promise<void> {
  const child = start(args, folder);
  const end = ended(child);
  const path = join(folder, run);
  const deadline = performance.now() + 300_000;
  while (!whole(path).some((name) => saved(`${name}\n${readFileSync(join(path, name), 'utf8')}`))) {
    if (performance.now() > deadline || child.exitCode !== null) throw new Error('nothing was saved in time');
    await sleep(5);
  }
  child.kill('SIGKILL');
  expect((await end).code).toBeNull();
}

/** Waits until a file is there. */
export async function appeared(path: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (!existsSync(path)) {
    if (performance.now() > deadline) throw new Error(`${path} did not appear in time`);
    await sleep(5);
  }
}
