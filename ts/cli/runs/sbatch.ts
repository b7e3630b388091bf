import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Command, Option } from 'commander';
import { QuestsError } from '../../base/error.js';
import { systemCode } from '../../base/file-access.js';
import * as io from '../../faces/node/io.js';
import type { Work } from '../../faces/node/shards.js';
import { PACKAGE_ROOT } from '../package-root.js';
import { UsageError } from '../session/usage-error.js';

/** Options of commands that hand their shards to Slurm. */
export interface BatchFlags {
  readonly slurm?: string;
  readonly wait?: boolean;
  readonly dryRun?: boolean;
}

/** Names of these options. */
export const BATCH_FLAGS: readonly (keyof BatchFlags)[] = ['slurm', 'wait', 'dryRun'];

/** The first of these options that is given. */
export function batchOption({ slurm, wait, dryRun }: BatchFlags): string | undefined {
  if (slurm !== undefined) return '--slurm';
  if (wait) return '--wait';
  return dryRun ? '--dry-run' : undefined;
}

/** Adds the options of {@link BatchFlags}. */
export function addBatchOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--slurm <options>',
        'submit the shards to Slurm with these sbatch options: "--partition=cpu --time=02:00:00"',
      ),
    )
    .option('--wait', 'wait for the jobs and print the result')
    .option('--dry-run', 'write the job scripts without submitting them');
}

/**
 * Refuses options that do not go together.
 *
 * @throws {UsageError}
 */
export function checkBatch({ slurm, wait, dryRun }: BatchFlags): void {
  if (slurm !== undefined) {
    sbatchLines(slurm);
    if (wait && dryRun)
      throw new UsageError('--wait cannot be combined with --dry-run, which submits nothing');
    return;
  }
  if (wait) throw new UsageError('--wait needs --slurm');
  if (dryRun) throw new UsageError('--dry-run needs --slurm');
}

/**
 * The number of the task that this process is in an array of jobs; undefined where it is in none.
 */
export function taskNumber(): string | undefined {
  return process.env.SLURM_ARRAY_TASK_ID;
}

/** Options of sbatch, one to an element: `-p cpu` is one. */
export function sbatchLines(text: string): string[] {
  const tokens = text.match(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g) ?? [];
  const lines: string[] = [];
  for (const token of tokens) {
    if (token.startsWith('-')) lines.push(token);
    else if (lines.length === 0) throw new UsageError(`--slurm: expected options of sbatch, got ${token}`);
    else lines.push(`${lines.pop() ?? ''} ${token}`);
  }
  const own = lines.find((line) => /^(--(dependency|output|error|wait|parsable|wrap)\b|-[doe]\b)/.test(line));
  if (own !== undefined) throw new UsageError(`--slurm: ${own} is set by quests`);
  return lines;
}

/** Files for sbatch: a job for each shard, and one that merges. */
export function batchFiles({ folder, manifest }: Work, slurm: string): Record<string, string> {
  const place = resolve(folder);
  const given = sbatchLines(slurm);
  const limit =
    given.map((line) => /^(?:--array[= ]|-a ?)[\d,:-]*(%\d+)$/.exec(line)?.[1]).find(Boolean) ?? '';
  const options = given.filter((line) => !/^(--array\b|-a)/.test(line));
  const { command, shards, cost } = manifest;
  const head = (job: string, bytes: number, more: readonly string[]): string[] => [
    '#!/bin/bash',
    `# ${['quests', ...command.typed].map(quoted).join(' ')}`,
    ...[
      `--job-name=quests-${command.name}-${job}`,
      ...more,
      ...options,
      ...(memory(options, bytes) ?? []),
    ].map((line) => `#SBATCH ${line}`),
    '',
  ];
  const program = [process.execPath, fileURLToPath(new URL('bin/quests.js', PACKAGE_ROOT))];
  const run = (...args: string[]): string => [...program, 'shard', ...args].map(quoted).join(' ');
  const output = (file: string): string[] => [
    `--output=${join(place, file)}.out`,
    `--error=${join(place, file)}.err`,
  ];
  return {
    'shards.sbatch': [
      ...head('shards', cost.taskBytes, [`--array=0-${shards - 1}${limit}`, ...output('task-%a')]),
      `exec ${run('run', place)} -i "$SLURM_ARRAY_TASK_ID" -j "\${SLURM_CPUS_PER_TASK:-1}"`,
      '',
    ].join('\n'),
    'merge.sbatch': [
      ...head('merge', cost.mergeBytes, output('merge')),
      `exec ${run('merge', place)}`,
      '',
    ].join('\n'),
  };
}

/** Memory to ask for, where the options do not. */
function memory(options: readonly string[], bytes: number): string[] | undefined {
  if (options.some((line) => line.startsWith('--mem'))) return undefined;
  return [`--mem=${Math.ceil(bytes / 2 ** 20)}M`];
}

/** A word as the shell takes it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** Bytes of memory that options of sbatch give to a task; undefined where they do not say. */
export function memoryOf({ slurm = '' }: BatchFlags): string | undefined {
  return sbatchLines(slurm)
    .map((line) => /^--mem[= ](\d+[KMGT]?)$/i.exec(line)?.[1])
    .map((size) => (size !== undefined && /\d$/.test(size) ? `${size}M` : size))
    .find(Boolean);
}

/**
 * Writes the files for sbatch and submits them.
 *
 * @param say told what was done, line by line
 * @returns the result, as it is printed, where it was waited for
 * @throws {QuestsError} FILE_ACCESS: there is no sbatch; MISMATCH: the cluster refuses, or the
 *   merge failed
 */
export async function submit(
  work: Work,
  { slurm = '', wait, dryRun }: BatchFlags,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<string | undefined> {
  const files = batchFiles(work, slurm);
  const paths = Object.keys(files).map((name) => join(work.folder, name));
  for (const [name, text] of Object.entries(files)) {
    await io.writeOutput(join(work.folder, name), [text], { overwrite: true });
  }
  say(`Written: ${paths.join(', ')}`);
  if (dryRun) return undefined;
  const [shards = '', merge = ''] = paths;
  await checkArray(work, signal);
  const array = (await called('sbatch', ['--parsable', shards], signal)).trim().split(';', 1)[0] ?? '';
  const after = ['--parsable', `--dependency=afterany:${array}`, merge];
  const submitted = (id: string): void => {
    say(`Submitted: job ${array} with ${work.manifest.shards} tasks, and job ${id}, which merges them`);
    say(
      `To follow: squeue -j ${array},${id}; quests shard status ${work.folder}; to stop: scancel ` +
        `${array} ${id}`,
    );
  };
  const out = join(work.folder, 'merge.out');
  if (!wait) {
    submitted((await called('sbatch', after, signal)).trim());
    say(`The result will be in ${out}`);
    return undefined;
  }
  let said = '';
  const ended = called('sbatch', ['--wait', ...after], signal, (text) => {
    if (said === '') submitted(text.trim());
    said += text;
  });
  const notes = join(work.folder, 'merge.err');
  const read = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  try {
    await ended;
  } catch (error) {
    signal.throwIfAborted();
    const last = read(notes).trimEnd().split('\n').at(-1) ?? '';
    if (last === '') throw error;
    throw new QuestsError('MISMATCH', last.replace(/^quests: /, ''), { cause: error });
  }
  read(notes).trimEnd().split('\n').filter(Boolean).forEach(say);
  return read(out);
}

/** Refuses more tasks than an array of jobs may have here. */
async function checkArray({ manifest }: Work, signal: AbortSignal): Promise<void> {
  const settings = await called('scontrol', ['show', 'config'], signal);
  const most = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(settings)?.[1] ?? Infinity);
  if (manifest.shards <= most) return;
  throw new QuestsError(
    'MISMATCH',
    `job arrays have at most ${most} tasks here, got ${manifest.shards} shards`,
  );
}

/** Runs a program of the cluster and gives what it prints. */
function called(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
  onOutput?: (text: string) => void,
): Promise<string> {
  return new Promise((resolve_, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], signal });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      onOutput?.(text);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', (error) => {
      const missing = systemCode(error) === 'ENOENT';
      const problem = missing
        ? `cannot find ${program}: is this machine part of the cluster?`
        : error.message;
      reject(new QuestsError('FILE_ACCESS', problem, { cause: error }));
    });
    child.on('close', (code) => {
      if (code === 0) resolve_(output);
      else reject(new QuestsError('MISMATCH', `${program}: ${errors.trim() || `exit ${code}`}`));
    });
  });
}
