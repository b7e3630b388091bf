import type { Command } from 'commander';
import type { Context } from './context.js';
import { descriptorSettings, loadSets } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addRunOptions,
  type DescriptorFlags,
  type KernelFlags,
  type OutputFlags,
  type RunFlags,
} from './options.js';
import { emit, formatList, withColumn } from './result.js';
import { duration, Session } from './session.js';
import { entropyLines, nats, noteSaturation, shapeLine } from './wording.js';

interface Flags extends RunFlags, OutputFlags, DescriptorFlags, KernelFlags {}

const FORMATS = ['json', 'xyz', 'npy'] as const;

/** `quests metrics`: entropy, diversity, and the δH of every environment in its own data set. */
export function addMetrics(program: Command, context: Context): void {
  const command = program
    .command('metrics')
    .description('entropy, diversity and the δH of every environment within its data set')
    .argument('<file>', 'structures (extxyz, also .gz) or descriptors (.npy)')
    .action(async (file: string, flags: Flags) => {
      await Session.run(flags, FORMATS, context, (session) => run(session, file, flags, command));
    });
  addDescriptorOptions(command);
  addKernelOptions(command);
  addOutputOptions(command, formatList(FORMATS));
  addRunOptions(command);
}

async function run(session: Session, file: string, flags: Flags, command: Command): Promise<void> {
  const { bandwidth } = flags;
  const [set] = await loadSets(session, [file], descriptorSettings(flags, command), flags);
  const { x } = set;
  const { value: found, seconds } = await session.timed(() =>
    session.quests.metrics(x, { ...session.options, bandwidth }),
  );
  session.note(`metrics computed in ${duration(seconds)} (${session.engine})`);
  noteSaturation(session, found);
  const [entropyLine = '', ...rest] = entropyLines(found);
  await emit(session, flags, {
    lines: [
      shapeLine([x.rows, x.width]),
      entropyLine,
      `Dataset diversity: ${nats(found.diversity)}`,
      ...rest,
    ],
    json: {
      file,
      n_envs: x.rows,
      k: x.k,
      cutoff: x.cutoff,
      bandwidth,
      jobs: flags.jobs ?? null,
      entropy: found.entropy,
      diversity: found.diversity,
      max_entropy: found.maxEntropy,
      efficiency: found.efficiency,
      dH: found.dH,
      descriptor_time: set.seconds,
      entropy_time: seconds,
      species: x.species,
      ...session.provenance,
    },
    xyz: () => withColumn(set, 'dH', found.dH),
    npy: () => ({ data: found.dH, shape: [x.rows] }),
  });
}
