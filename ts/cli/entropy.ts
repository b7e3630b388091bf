import type { Command } from 'commander';
import type { DescriptorMatrix, Metrics } from '../node.js';
import type { Context } from './context.js';
import { Describer, descriptorSettings, openSets } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  addToleranceOptions,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  type OutputFlags,
  type ReadFlags,
  type RunFlags,
  type ToleranceFlags,
} from './options.js';
import { emit, type OutputKind, type Result } from './result.js';
import { duration, Session } from './session.js';
import { entropyLines, interval, noteSaturation, shapeLine } from './wording.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags, ToleranceFlags {}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests entropy`: how diverse a data set is. */
export function addEntropy(program: Command, context: Context): void {
  const command = program
    .command('entropy')
    .description('information entropy of a data set')
    .argument('<file...>', FILES)
    .action(async (files: string[], flags: Flags) => {
      await Session.run(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addReadOptions(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  addToleranceOptions(command);
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
  const sets = await openSets(session, [arguments_], flags);
  const describer = await Describer.of(session, sets, descriptorSettings(flags, command), flags);
  const { file, files, x, seconds: descriptorSeconds } = await describer.load(sets[0], false);
  describer.noteBlindness();
  const { value: found, seconds } = await session.timed(() => measured(session, x, flags));
  session.note(`entropy computed in ${duration(seconds)} (${session.engine})`);
  noteSaturation(session, found);
  await emit(session, flags, session.output, {
    lines: [shapeLine([x.rows, x.width]), ...entropyLines(found), ...found.lines],
    json: {
      file,
      files,
      n_envs: x.rows,
      k: x.k,
      cutoff: x.cutoff,
      bandwidth,
      jobs: flags.jobs ?? null,
      entropy: found.entropy,
      max_entropy: found.maxEntropy,
      efficiency: found.efficiency,
      ...found.json,
      descriptor_time: descriptorSeconds,
      entropy_time: seconds,
      species: x.species,
      skipped: session.skips.count,
      ...session.provenance,
    },
  });
}

/** An entropy, and what there is to say of its interval where it was estimated. */
type Measured = Pick<Metrics, 'entropy' | 'maxEntropy' | 'efficiency'> & Result;

async function measured(session: Session, x: DescriptorMatrix, flags: Flags): Promise<Measured> {
  const { quests } = session;
  const { bandwidth, tolerance, seed } = flags;
  const options = { ...session.options, bandwidth };
  if (tolerance === undefined) return { ...(await quests.metrics(x, options)), lines: [], json: {} };
  const { value, error, low, high } = await quests.entropy(x, { ...options, tolerance, seed });
  const maxEntropy = Math.log(x.rows);
  return {
    entropy: value,
    maxEntropy,
    efficiency: value / maxEntropy,
    lines: [interval(low, high)],
    json: {
      entropy_error: error,
      entropy_interval: [low, high],
      confidence: quests.CONFIDENCE,
      tolerance,
      seed,
    },
  };
}
