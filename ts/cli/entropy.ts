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
import { emit, formatList } from './result.js';
import { duration, Session } from './session.js';
import { entropyLines, noteSaturation, shapeLine } from './wording.js';

interface Flags extends RunFlags, OutputFlags, DescriptorFlags, KernelFlags {}

const FORMATS = ['json'] as const;

/** `quests entropy`: how diverse a data set is. */
export function addEntropy(program: Command, context: Context): void {
  const command = program
    .command('entropy')
    .description('information entropy of a data set')
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
  const [{ x, seconds: descriptorSeconds }] = await loadSets(
    session,
    [file],
    descriptorSettings(flags, command),
    flags,
  );
  const { value: found, seconds } = await session.timed(() =>
    session.quests.metrics(x, { ...session.options, bandwidth }),
  );
  session.note(`entropy computed in ${duration(seconds)} (${session.engine})`);
  noteSaturation(session, found);
  await emit(session, flags, {
    lines: [shapeLine([x.rows, x.width]), ...entropyLines(found)],
    json: {
      file,
      n_envs: x.rows,
      k: x.k,
      cutoff: x.cutoff,
      bandwidth,
      jobs: flags.jobs ?? null,
      entropy: found.entropy,
      max_entropy: found.maxEntropy,
      efficiency: found.efficiency,
      descriptor_time: descriptorSeconds,
      entropy_time: seconds,
      species: x.species,
      ...session.provenance,
    },
  });
}
