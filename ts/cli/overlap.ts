import type { Command } from 'commander';
import type { Context } from './context.js';
import { descriptorSettings, known, loadSets } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addOverlapOptions,
  addRunOptions,
  type DescriptorFlags,
  type KernelFlags,
  type OutputFlags,
  type OverlapFlags,
  type RunFlags,
} from './options.js';
import { emit, formatList } from './result.js';
import { duration, Session } from './session.js';
import { threshold } from './wording.js';

interface Flags extends RunFlags, OutputFlags, DescriptorFlags, KernelFlags, OverlapFlags {}

const FORMATS = ['json'] as const;

/** `quests overlap`: how much of one data set another covers. */
export function addOverlap(program: Command, context: Context): void {
  const command = program
    .command('overlap')
    .description('share of the environments of a test set that a reference set covers')
    .argument('<test_set>', 'structures (extxyz, also .gz) or descriptors (.npy)')
    .argument('<reference_set>', 'structures or descriptors to compare with')
    .action(async (test: string, reference: string, flags: Flags) => {
      await Session.run(flags, FORMATS, context, (session) =>
        run(session, [test, reference], flags, command),
      );
    });
  addDescriptorOptions(command);
  addKernelOptions(command);
  addOverlapOptions(command);
  addOutputOptions(command, formatList(FORMATS));
  addRunOptions(command);
}

async function run(
  session: Session,
  files: readonly [string, string],
  flags: Flags,
  command: Command,
): Promise<void> {
  const { bandwidth, eps } = flags;
  const [test, reference] = await loadSets(session, files, descriptorSettings(flags, command), flags);
  const { value: overlap, seconds } = await session.timed(() =>
    session.quests.overlap(test.x, reference.x, { ...session.options, bandwidth, epsilon: eps }),
  );
  session.note(`overlap computed in ${duration(seconds)} (${session.engine})`);
  await emit(session, flags, {
    lines: [`Overlap value: ${overlap.toFixed(4)}`, `Threshold: dH < ${threshold(eps)} (nats)`],
    json: {
      test_file: test.file,
      reference_file: reference.file,
      test_envs: test.x.rows,
      reference_envs: reference.x.rows,
      k: known(test.x.k, reference.x.k),
      cutoff: known(test.x.cutoff, reference.x.cutoff),
      bandwidth,
      jobs: flags.jobs ?? null,
      eps,
      overlap,
      descriptor_time: test.seconds + reference.seconds,
      computation_time: seconds,
      species: test.x.species,
      ...session.provenance,
    },
  });
}
