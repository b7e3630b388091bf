import type { Command } from 'commander';
import type { Context } from './context.js';
import { openSets } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogOption,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type OutputFlags,
  type ReadFlags,
  type RunFlags,
} from './options.js';
import { checkHolds, emit, type OutputKind, writeEnvironments } from './result.js';
import { duration, Session } from './session.js';
import { loadOpened, setKeys } from './set.js';
import { entropyLines, nats, noteSaturation, shapeLine } from './wording.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {}

const KINDS: readonly OutputKind[] = ['json', 'environments', 'npy'];

/** `quests metrics`: entropy, diversity, and the δH of every environment in its own data set. */
export function addMetrics(program: Command, context: Context): void {
  const command = program
    .command('metrics')
    .description('entropy, diversity and the δH of every environment within its data set')
    .argument('<file...>', FILES)
    .action(async (files: string[], flags: Flags) => {
      await Session.run(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addReadOptions(command);
  addLogOption(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(
  session: Session,
  arguments_: readonly string[],
  flags: Flags,
  command: Command,
): Promise<void> {
  const { bandwidth } = flags;
  const { output } = session;
  const [opened] = await openSets(session, [arguments_], flags);
  const { holds } = opened.opened;
  checkHolds(output, opened.file, holds);
  const set = await loadOpened(session, opened, flags, command, output?.kind === 'environments');
  const { x, structures } = set;
  const { value: found, seconds } = await session.timed(() =>
    session.quests.metrics(x, { ...session.options, bandwidth }),
  );
  session.note(`metrics computed in ${duration(seconds)} (${session.engine})`);
  noteSaturation(session, found);
  if (output?.kind === 'environments') {
    await writeEnvironments(session, output, flags, 'dH', [{ x, structures, values: found.dH }], holds);
  }
  const [entropyLine = '', ...rest] = entropyLines(found);
  const result = {
    lines: [
      shapeLine([x.rows, x.width]),
      entropyLine,
      `Dataset diversity: ${nats(found.diversity)}`,
      ...rest,
    ],
    json: {
      ...setKeys(session, set, flags, bandwidth),
      entropy: found.entropy,
      diversity: found.diversity,
      max_entropy: found.maxEntropy,
      efficiency: found.efficiency,
      dH: found.dH,
      entropy_time: seconds,
    },
  };
  await emit(session, flags, output, result, { data: found.dH, shape: [x.rows] });
}
