import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import {
  framesOfShard,
  mergeShards,
  openWork,
  numberRangesText,
  runShard,
  shardStates,
  staleInputs,
  type ShardOutput,
  type Work,
} from '../../faces/node/shards.js';
import { QuestsError } from '../../base/error.js';
import type { Call } from '../session/call.js';
import type { Context } from '../session/context.js';
import { addRunOptions, type AnyFlags, MOST_COUNT, type RunFlags, wholeTo } from '../session/options.js';
import { Session } from '../session/session.js';
import { taskNumber } from '../runs/sbatch.js';
import { callOf, memoryOption } from '../runs/shard-options.js';
import { UsageError } from '../session/usage-error.js';
import type { Sharding } from '../session/sharding.js';

/** The commands whose work is done in shards. */
export interface OtherCommands {
  /** Runs a command line of the program with more options. */
  readonly run: (argv: readonly string[], more: Readonly<Record<string, unknown>>) => Promise<void>;
  /** Does a part of a command that was called before, in another folder perhaps. */
  readonly perform: (call: Call, folder: string, sharding: Sharding) => Promise<void>;
  /** All commands of the program. */
  readonly all: () => Promise<readonly Command[]>;
}

interface PlanFlags {
  readonly work?: string;
  /** The same, as it was called before. */
  readonly output?: string;
  readonly shards: number;
  readonly memory?: number;
  readonly overwrite?: boolean;
}

type MergeFlags = AnyFlags & { readonly atoms?: string };

interface TaskFlags extends RunFlags {
  readonly index?: number;
}

/** `quests shard`: the steps of work that is done in shards, for any scheduler. */
export function addShard(program: Command, context: Context, others: OtherCommands): void {
  const shard = program
    .command('shard')
    .description('split work into shards for clusters: plan, run, merge, status');
  addPlan(shard, others);
  addRun(shard, context, others);
  addMerge(shard, context, others);
  addStatus(shard, context);
}

function addPlan(shard: Command, others: OtherCommands): void {
  const command = shard
    .command('plan')
    .description('create a working folder with the descriptors and the plan of each shard')
    .usage('[options] <command> [its arguments and options]')
    .argument('<command...>', 'a command that takes --shards, without its output options')
    .option('--work <folder>', 'working folder')
    .option('-o, --output <folder>', 'the same as --work')
    .addOption(
      new Option('--shards <n>', 'number of tasks').argParser(wholeTo(MOST_COUNT)).makeOptionMandatory(),
    )
    .addOption(memoryOption())
    .option('--overwrite', 'replace an existing working folder')
    .allowUnknownOption()
    .action(async (argv: string[], flags: PlanFlags) => {
      checkSharded(await others.all(), argv[0]);
      const { shards, memory, overwrite } = flags;
      await others.run(argv, { work: workFolder(flags), shards, memory, overwrite });
    });
  // What it doesn't know is of the command; the help is its own.
  command.helpOption('-h, --help', 'show help');
}

/** The folder that either option names. */
function workFolder({ work, output }: PlanFlags): string {
  const folder = work ?? output;
  if (folder === undefined) throw new UsageError('the working folder is missing: --work FOLDER');
  if (output === undefined || output === folder) return folder;
  throw new UsageError(`--work and --output are the same: ${folder} and ${output} are given`);
}

/** Refuses a command whose work cannot be done in shards, before it does anything. */
function checkSharded(commands: readonly Command[], name = ''): void {
  const known = commands.find((each) => each.name() === name || each.aliases().includes(name));
  const takesShards = (command: Command): boolean => command.options.some(({ long }) => long === '--shards');
  // What is no command at all is refused where it is run.
  if (known === undefined || takesShards(known)) return;
  const names = commands.filter(takesShards).map((each) => each.name());
  throw new UsageError(`${name} cannot be split into shards: expected one of ${names.join(', ')}`);
}

function addRun(shard: Command, context: Context, others: OtherCommands): void {
  const command = shard
    .command('run')
    .description('compute one shard, unless it is done')
    .argument('<work>', 'working folder')
    .addOption(
      new Option('-i, --index <n>', 'index of the shard, from 0 (default: the array task ID)').argParser(
        indexOf,
      ),
    )
    .action(async (folder: string, flags: TaskFlags) => {
      const index = flags.index ?? indexOf(taskNumber() ?? noNumber());
      await Session.run(flags, [], context, async (session) => {
        const { options, backend } = session;
        const work = await openWork(resolve(folder), context.version);
        const ofFrames =
          work.manifest.frames === undefined
            ? undefined
            : (shard_: number) => framesOfTask(work, framesOfShard(work.manifest, shard_), flags, others);
        const { value: fresh, seconds } = await session.timed(() =>
          runShard(work, index, { ...options, backend }, ofFrames),
        );
        const how = fresh
          ? `computed in ${seconds.toFixed(1)} s (${session.engine})`
          : 'was already computed';
        session.note(`shard ${index} of ${work.manifest.shards} ${how}`);
      });
    });
  addRunOptions(command);
}

/** Has the command itself compute some of its frames. */
async function framesOfTask(
  work: Work,
  [from, to]: readonly [number, number],
  { jobs, backend, quiet }: TaskFlags,
  others: OtherCommands,
): Promise<ShardOutput> {
  const found: ShardOutput[] = [];
  const { command, folder } = work.manifest;
  const call = callOf(command);
  const flags = {
    ...call.flags,
    ...(jobs !== undefined && { jobs }),
    ...(backend !== undefined && { backend }),
    ...(quiet && { quiet }),
  };
  await others.perform({ ...call, flags }, folder, {
    mode: 'task',
    work,
    from,
    to,
    computed: (output) => found.push(output),
  });
  return found[0] ?? { parts: [] };
}

function noNumber(): never {
  throw new UsageError('the shard index is missing: use --index (array tasks take it from the scheduler)');
}

function indexOf(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number from 0.');
}

function addMerge(shard: Command, context: Context, others: OtherCommands): void {
  shard
    .command('merge')
    .description('merge finished shards into the result that the command gives on one machine')
    .usage('[options] <work> [output options of the command]')
    .argument('<work...>', 'working folder')
    .allowUnknownOption()
    .action(async ([folder = '', ...more]: string[]) => {
      const work = await openWork(resolve(folder), context.version);
      const merged = work.manifest.frames === undefined ? await mergeShards(work) : undefined;
      const call = await callOfMerge(work.manifest, more, others);
      await others.perform(call, work.manifest.folder, { mode: 'merge', work, merged });
    });
}

/** Options that a merge may be given, since they say what becomes of the result. */
const OF_MERGE: readonly string[] = [
  'output',
  'overwrite',
  'json',
  'plot',
  'atoms',
  'jobs',
  'backend',
  'quiet',
];

/**
 * The call of a plan with the options that its merge is given. Paths of the plan begin in the
 * folder where it was made, those given here where we are.
 */
async function callOfMerge(
  { command, folder }: Work['manifest'],
  typed: readonly string[],
  others: OtherCommands,
): Promise<Call> {
  const parser = new Command('merge').exitOverride().configureOutput({ outputError: () => undefined });
  parser.allowExcessArguments(false);
  const planned = (await others.all()).find((each) => each.name() === command.name);
  for (const option of planned?.options ?? []) {
    if (OF_MERGE.includes(option.attributeName())) parser.addOption(option);
  }
  parser.parse(typed, { from: 'user' });
  const call = callOf(command);
  const more = Object.entries(parser.opts<MergeFlags>()).filter(
    ([name]) => parser.getOptionValueSource(name) === 'cli',
  );
  const given: Partial<MergeFlags> = Object.fromEntries(more);
  const { output, plot } = call.flags;
  const place = (path: string | undefined): string | undefined =>
    path === undefined || folder === process.cwd() ? path : resolve(folder, path);
  const flags = { ...call.flags, output: place(output), plot: place(plot), ...given };
  return { ...call, flags: given.atoms === undefined ? flags : { ...flags, atoms: resolve(given.atoms) } };
}

function addStatus(shard: Command, context: Context): void {
  shard
    .command('status')
    .description('show which shards are done, missing, failed or damaged, and whether inputs have changed')
    .argument('<work>', 'working folder')
    .action(async (folder: string) => {
      const work = await openWork(folder, context.version);
      const states = await shardStates(work);
      const lines: string[] = [];
      for (const state of ['done', 'missing', 'damaged'] as const) {
        const shards = states.filter((one) => one.state === state).map((one) => one.shard);
        if (state !== 'done' && shards.length === 0) continue;
        const which = state === 'done' || shards.length === 0 ? '' : `: ${numberRangesText(shards)}`;
        lines.push(`${state}: ${shards.length} of ${states.length}${which}`);
      }
      for (const { shard: number, reason } of states.filter(({ state }) => state === 'failed')) {
        lines.push(`failed: ${number}: ${reason ?? ''}`);
      }
      const stale = await staleInputs(work);
      for (const problem of stale) lines.push(`stale: ${problem}`);
      process.stdout.write(`${lines.join('\n')}\n`);
      const undone = states.filter(({ state }) => state !== 'done').length;
      if (undone === 0 && stale.length === 0) return;
      // A script that waits for the shards goes by the exit code.
      const reasons = [
        ...(undone === 0 ? [] : [`${undone} of ${states.length} shards are not done`]),
        ...(stale.length === 0 ? [] : ['inputs have changed']),
      ];
      throw new QuestsError('MISMATCH', `${folder}: ${reasons.join(', and ')}`);
    });
}
