import { CONFIDENCE } from '../../base/constants.js';
import { type Command, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../node.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Context } from '../program/context.js';
import type { DataSet } from '../session/input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  type DescriptorFlags,
  FILES,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  type ReadFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import { emit, type OutputKind } from '../session/result.js';
import { duration, Session } from '../session/session.js';
import { loadSet, setKeys } from '../session/load-set.js';
import { interval, nats, noteSaturation } from '../session/wording.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {
  readonly estimateBw?: boolean;
  readonly sample: number;
  readonly numRuns: number;
  readonly seed: number;
}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests entropy_sampler`: entropy of random samples of one size. */
export function addEntropySampler(program: Command, context: Context): void {
  const command = program
    .command('entropy_sampler')
    .description(
      'entropy of random samples of one size, to compare data sets of unlike sizes; ' +
        'for that of all of a large set: entropy --tolerance',
    )
    .argument('<file...>', FILES)
    .action(async (files: string[], flags: Flags) => {
      await Session.run(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addReadOptions(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  command
    .option('--estimate-bw', 'bandwidth from the volume per atom, in place of -b; see bandwidth')
    .addOption(
      new Option('-s, --sample <n>', 'environments in a sample')
        .default(DEFAULTS.sampleSize)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('-n, --num-runs <n>', 'samples').default(DEFAULTS.sampleRuns).argParser(wholeTo(MOST_COUNT)),
    );
  addSeedOption(command, 'seed of the samples');
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(
  session: Session,
  arguments_: readonly string[],
  flags: Flags,
  command: Command,
): Promise<void> {
  const { estimateBw = false, sample, numRuns: runs, seed } = flags;
  const set = await loadSet(session, arguments_, flags, command, estimateBw);
  const { x } = set;
  const bandwidth = estimateBw ? await estimatedBandwidth(session, set) : flags.bandwidth;
  const options = { ...session.options, bandwidth, sample, runs, seed };
  const { value: found, seconds } = await session.timed(() => quests.sampledEntropy(x, options));
  session.note(`entropies computed in ${duration(seconds)} (${session.engine})`);
  noteSaturation(session, found);
  const { size, entropies, mean, spread, maxEntropy, efficiency } = found;
  if (size < sample)
    session.note(`note: there are only ${size} environments, fewer than the ${sample} of a sample`);
  const [low, high] = found.interval;
  const count = entropies.length;
  await emit(session, flags, session.output, {
    lines: [
      count === 1 ? `Entropy: ${nats(mean)}` : `Entropy: ${mean.toFixed(3)} ± ${spread.toFixed(3)} (nats)`,
      `Computed from ${count} ${count === 1 ? 'run' : 'runs'} of ${size} of ${x.rows} environments`,
      Number.isFinite(low) ? `Mean, ${interval(low, high)}` : 'Mean: no interval from a single sample',
      `Max theoretical entropy: ${nats(maxEntropy)}`,
    ],
    json: {
      ...setKeys(session, set, flags, bandwidth),
      sample,
      num_runs: count,
      seed,
      entropies,
      mean_entropy: mean,
      std_entropy: spread,
      mean_entropy_interval: Number.isFinite(low) ? [low, high] : null,
      confidence: CONFIDENCE,
      max_entropy: maxEntropy,
      efficiency,
      entropies_times: found.seconds,
    },
  });
}

/** Bandwidth for the mean volume per atom of the structures. */
async function estimatedBandwidth(session: Session, set: DataSet): Promise<number> {
  const { backend } = session;
  const { structures, file } = set;
  if (structures === undefined) {
    throw new QuestsError(
      'INVALID_FILE',
      `${file} holds descriptors: they say no volume to estimate a bandwidth from`,
    );
  }
  const volume = analysis.meanVolumePerAtom(structures);
  const bandwidth = await quests.estimateBandwidth(volume, { backend });
  session.note(`bandwidth ${bandwidth.toFixed(5)} 1/Å, for ${volume.toFixed(2)} Å³ per atom`);
  return bandwidth;
}
