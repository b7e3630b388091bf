import { type Command, InvalidArgumentError, Option } from 'commander';
import type { PlannedCommand, Work } from '../../faces/node/shards.js';
import type { Call, CallContext } from '../session/call.js';
import {
  MOST_COUNT,
  type OutputFlags,
  type PlotFlags,
  type PrecisionFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import {
  addBatchOptions,
  BATCH_FLAGS,
  batchOption,
  type BatchFlags,
  checkBatch,
  memoryOf,
  submit,
} from './sbatch.js';
import { Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';
import { folderBeside } from './folder-beside.js';
import type { OutputKind } from '../session/output.js';

/** Options of every command whose work can be done in shards. */
export interface ShardFlags extends BatchFlags {
  readonly shards?: number;
  readonly work?: string;
  readonly memory?: number;
}

/** Adds the options of {@link ShardFlags}. */
export function addShardOptions(command: Command): Command {
  command
    .addOption(
      new Option('--shards <n>', 'split the work into N cluster tasks instead of running it here').argParser(
        wholeTo(MOST_COUNT),
      ),
    )
    .option('--work <folder>', 'working folder of the shards (default: OUTPUT.shards or COMMAND.shards)')
    .addOption(memoryOption());
  return addBatchOptions(command);
}

/** How much memory a task may take. */
export function memoryOption(): Option {
  return sizeOption(
    'memory limit per task, e.g. 2G or 500M (default: none); without shards, what may be in memory of ' +
      'a reference, or of a set with --tolerance (default: a quarter of what is free)',
  );
}

/** The same option of a command that is not split. */
export function sizeOption(description: string): Option {
  return new Option('--memory <size>', description).argParser(bytes);
}

function bytes(text: string): number {
  const found = /^(\d+(?:\.\d+)?)([KMGT]?)B?$/i.exec(text);
  const power = '_KMGT'.indexOf(`_${found?.[2] ?? ''}`.toUpperCase().slice(-1));
  const value = Number(found?.[1] ?? NaN) * 1024 ** power;
  if (!(value > 0)) throw new InvalidArgumentError('Expected a size, as in 2G or 500M.');
  return value;
}

/** Runs a command; with `--shards` its work is planned only. */
export async function runSharded(
  flags: RunFlags & OutputFlags & PlotFlags & ShardFlags & Partial<PrecisionFlags>,
  kinds: readonly OutputKind[],
  context: CallContext,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const { shards, precision } = flags;
  if (precision === 'single' && (shards !== undefined || context.sharding !== undefined)) {
    throw new UsageError('--precision single cannot be combined with shards, which use double precision');
  }
  if (context.sharding?.mode === 'task') {
    // What is written is the merge's.
    await Session.run({ ...flags, output: undefined, plot: undefined }, kinds, context, work);
    return;
  }
  if (shards === undefined) {
    const needless = batchOption(flags);
    if (needless !== undefined) throw new UsageError(`${needless} needs --shards`);
    await Session.run(flags, kinds, context, work);
    return;
  }
  checkBatch(flags);
  const ofTask = memoryOf(flags);
  const command = plannedCommand(context.call);
  const folder = flags.work ?? folderBeside(flags.output ?? command.name, 'shards');
  const made: Work[] = [];
  const sharding = {
    mode: 'plan' as const,
    folder,
    shards,
    memory: flags.memory ?? (ofTask === undefined ? undefined : bytes(ofTask)),
    overwrite: flags.overwrite ?? false,
    command,
    planned: (plan: Work) => made.push(plan),
  };
  await Session.run(flags, kinds, { ...context, sharding }, work);
  // What is waited for is the one thing on standard output.
  const stream = flags.wait ? process.stderr : process.stdout;
  const say = (line: string): void => {
    if (!(flags.wait && flags.quiet)) stream.write(`${line}\n`);
  };
  for (const plan of made) {
    planLines(plan).forEach(say);
    if (batchOption(flags) === undefined) say(howToRun(plan));
    else process.stdout.write((await submit(plan, flags, context.signal, say)) ?? '');
  }
}

/** A command as its shards know it: without what concerns the shards. */
function plannedCommand({ name, input, flags, typed }: Call): PlannedCommand {
  const ofShards: ReadonlySet<string> = new Set(['shards', 'work', 'memory', ...BATCH_FLAGS]);
  const options = Object.entries(flags).filter(([option]) => !ofShards.has(option));
  return { name, input, options: { ...Object.fromEntries(options), given: [...flags.given] }, typed };
}

/** The call of a planned command. */
export function callOf({ name, input, options, typed }: PlannedCommand): Call {
  const given: ReadonlySet<string> = new Set(options.given as readonly string[]);
  return { name, input, flags: { ...options, given }, typed };
}

/** What is said of a plan. */
export function planLines({ folder, manifest }: Work): string[] {
  const { cost, shards, sets, sums, frames } = manifest;
  const queries = sums.reduce((count, { queries: set }) => count + (sets[set]?.rows ?? 0), 0);
  const pairs = sums.reduce(
    (count, { queries: set, over }) => count + (sets[set]?.rows ?? 0) * (sets[over]?.rows ?? 0),
    0,
  );
  return [
    `Plan: ${shards} shard${shards === 1 ? '' : 's'} in ${folder}`,
    frames === undefined ? `Environments: ${queries}, pairs: ${pairs.toExponential(2)}` : `Frames: ${frames}`,
    `Expected time on one core: ${hours(cost.coreSeconds)} in total, ` +
      `${hours(cost.coreSeconds / shards)} per shard`,
    `Memory: ${size(cost.taskBytes)} per task, ${size(cost.mergeBytes)} for the merge`,
    `Disk space: ${size(cost.diskBytes)}`,
  ];
}

/** What to type next, for any scheduler. */
export function howToRun({ folder, manifest }: Work): string {
  const numbers = `N = 0 to ${manifest.shards - 1}`;
  return `To run it: quests shard run ${folder} -i N for ${numbers}, then quests shard merge ${folder}`;
}

function hours(seconds: number): string {
  if (seconds < 120) return `${seconds.toPrecision(2)} s`;
  return seconds < 7200
    ? `${(seconds / 60).toPrecision(2)} minutes`
    : `${(seconds / 3600).toPrecision(3)} hours`;
}

function size(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toPrecision(3)} GB`;
}
