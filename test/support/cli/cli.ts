import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { simdOf } from '../backends/simd.js';

/** How a run of the command line ended. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The program, as a user starts it. */
export const BIN = fileURLToPath(new URL('../../../bin/quests.js', import.meta.url));

/** Starts the program in a folder. */
export function start(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    cwd,
    env: { ...process.env, QUESTS_BACKEND: '', ...simdOf(args), ...env },
  });
}

/** Waits until a program has said something on standard error: of what it is at. */
export async function said(child: ChildProcess, words: string): Promise<void> {
  let stderr = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (text: string) => {
      stderr += text;
      if (stderr.includes(words)) resolve();
    });
    child.on('close', () => {
      reject(new Error(`the program ended without saying "${words}": ${stderr}`));
    });
  });
}

/** Waits for a program's end and gathers what it says. */
export function ended(child: ChildProcess): Promise<Outcome> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

/** Runs the program to its end. */
export function quests(args: readonly string[], cwd: string, env?: NodeJS.ProcessEnv): Promise<Outcome> {
  return ended(start(args, cwd, env));
}

/** A folder for the tests of a file; it goes away with them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quests-cli-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Everything in a folder, to see that nothing was added. */
export function contents(folder: string): string[] {
  return readdirSync(folder).sort();
}
