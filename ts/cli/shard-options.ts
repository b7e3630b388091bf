import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Work } from '../node.js';
import type { Context } from './context.js';
import { UsageError } from './failure.js';
import { MOST_COUNT, type OutputFlags, type PlotFlags, type RunFlags, wholeTo } from './options.js';
import type { OutputKind } from './result.js';
import { Session } from './session.js';

/** Options of every command whose work can be done in shards. */
export interface ShardFlags {
  readonly shards?: number;
  readonly work?: string;
  readonly memory?: number;
}

/** The options of {@link ShardFlags} that take a value. */
const VALUED = ['--shards', '--work', '--memory'];

/** Adds the options of {@link ShardFlags}. */
export function addShardOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--shards <n>',
        'plan the work for so many tasks of a cluster, in place of doing it',
      ).argParser(wholeTo(MOST_COUNT)),
    )
    .option(
      '--work <folder>',
      'working folder of the shards (default: the name of the output or the command)',
    )
    .addOption(memoryOption());
}

/** How much memory a task may take. */
export function memoryOption(): Option {
  return new Option('--memory <size>', 'memory of a task, as in 2G or 500M (default: no limit)').argParser(
    bytes,
  );
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
  flags: RunFlags & OutputFlags & PlotFlags & ShardFlags,
  kinds: readonly OutputKind[],
  context: Context,
  work: (session: Session) => Promise<void>,
): Promise<void> {
  const { shards, memory } = flags;
  if (shards === undefined) {
    const needless = (['work', 'memory'] as const).find((name) => flags[name] !== undefined);
    if (needless !== undefined) throw new UsageError(`--${needless} goes with --shards`);
    await Session.run(flags, kinds, context, work);
    return;
  }
  if (context.sharding !== undefined) throw new UsageError('--shards is given twice');
  const arguments_ = without(context.argv);
  const folder = flags.work ?? `${flags.output ?? arguments_[0] ?? 'quests'}.shards`;
  const made: Work[] = [];
  const sharding = {
    mode: 'plan' as const,
    folder,
    shards,
    memory,
    overwrite: flags.overwrite ?? false,
    arguments: arguments_,
    planned: (plan: Work) => made.push(plan),
  };
  await Session.run(flags, kinds, { ...context, sharding }, work);
  for (const plan of made) process.stdout.write(planLines(plan).join('\n') + '\n');
}

/** A command without what concerns its shards: as it is typed on one machine. */
function without(argv: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < argv.length; at++) {
    const token = argv[at] as string;
    const name = token.split('=', 1)[0] as string;
    if (!VALUED.includes(name)) kept.push(token);
    else if (name === token) at++;
  }
  return kept;
}

/** What is said of a plan. */
export function planLines({ folder, manifest }: Work): string[] {
  const { cost, shards, sets, sums } = manifest;
  const queries = sums.reduce((count, { queries: set }) => count + (sets[set]?.rows ?? 0), 0);
  const pairs = sums.reduce(
    (count, { queries: set, over }) => count + (sets[set]?.rows ?? 0) * (sets[over]?.rows ?? 0),
    0,
  );
  return [
    `Plan: ${shards} shard${shards === 1 ? '' : 's'} in ${folder}`,
    `Environments to sum for: ${queries}, pairs: ${pairs.toExponential(2)}`,
    `Expected time: ${hours(cost.coreSeconds)} of one core, ${hours(cost.coreSeconds / shards)} for a shard`,
    `Memory of a task: ${size(cost.taskBytes)}`,
    `On the disk: ${size(cost.diskBytes)}`,
    `To run it: quests shard run ${folder} -i N for N = 0 to ${shards - 1}, then quests shard merge ${folder}`,
  ];
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
