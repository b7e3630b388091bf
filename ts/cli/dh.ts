import type { Command } from 'commander';
import type { Context } from './context.js';
import { descriptorSettings, known, loadSets } from './input.js';
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
import { summary } from './summary.js';
import { nats, percent } from './wording.js';

interface Flags extends RunFlags, OutputFlags, DescriptorFlags, KernelFlags {}

const FORMATS = ['json', 'xyz', 'npy'] as const;

/** `quests dH`: what each environment of one data set adds to another. */
export function addDH(program: Command, context: Context): void {
  const command = program
    .command('dH')
    .description('differential entropy of every environment of a test set with respect to a reference set')
    .argument('<test>', 'structures (extxyz, also .gz) or descriptors (.npy)')
    .argument('<reference>', 'structures or descriptors to compare with')
    .action(async (test: string, reference: string, flags: Flags) => {
      await Session.run(flags, FORMATS, context, (session) =>
        run(session, [test, reference], flags, command),
      );
    });
  addDescriptorOptions(command);
  addKernelOptions(command);
  addOutputOptions(command, formatList(FORMATS));
  addRunOptions(command);
}

async function run(
  session: Session,
  files: readonly [string, string],
  flags: Flags,
  command: Command,
): Promise<void> {
  const { bandwidth } = flags;
  const [test, reference] = await loadSets(session, files, descriptorSettings(flags, command), flags);
  const { value: dH, seconds } = await session.timed(() =>
    session.quests.deltaEntropy(test.x, reference.x, { ...session.options, bandwidth }),
  );
  session.note(`dH computed in ${duration(seconds)} (${session.engine})`);
  const { mean, min, max, novelty } = summary(dH);
  await emit(session, flags, {
    lines: [
      `Environments: ${test.x.rows}, reference: ${reference.x.rows}`,
      `Mean dH: ${nats(mean)}`,
      `Min dH: ${nats(min)}`,
      `Max dH: ${nats(max)}`,
      `Novel environments (dH >= 0): ${percent(novelty)}`,
    ],
    json: {
      reference_file: reference.file,
      test_file: test.file,
      test_envs: test.x.rows,
      ref_envs: reference.x.rows,
      k: known(test.x.k, reference.x.k),
      cutoff: known(test.x.cutoff, reference.x.cutoff),
      bandwidth,
      jobs: flags.jobs ?? null,
      mean_dH: mean,
      min_dH: min,
      max_dH: max,
      novelty,
      delta_entropy: dH,
      descriptor_time: test.seconds + reference.seconds,
      computation_time: seconds,
      species: test.x.species,
      ...session.provenance,
    },
    xyz: () => withColumn(test, 'dH', dH),
    npy: () => ({ data: dH, shape: [dH.length] }),
  });
}
