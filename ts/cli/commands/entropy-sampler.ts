import { fixed } from '../../base/number-format.js';
import { CONFIDENCE } from '../../base/constants.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { QuestsError } from '../../base/error.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import type { DataSet } from '../session/describer.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  addRunsOption,
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
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { loadSet, setKeys } from '../session/load-set.js';
import { efficiencyKeys, interval, nats } from '../session/wording.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';
import { noteSaturation } from '../session/notes.js';
import { refuseForData } from '../session/option-effects.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {
  readonly estimateBw?: boolean;
  readonly sample: number;
  readonly numRuns: number;
  readonly seed: number;
}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests entropy_sampler`: entropy of random samples of one size. */
export const entropySamplerCommand: CliCommand<Flags> = {
  name: 'entropy_sampler',
  description:
    'entropy of random samples of equal size, to compare datasets of different sizes; ' +
    'for the entropy of a whole large dataset use entropy --tolerance',
  outputs: () => KINDS,
  check({ estimateBw, bandwidth }) {
    if (estimateBw === true && typeof (bandwidth as unknown) !== 'number') {
      throw new UsageError('--estimate-bw cannot be combined with another bandwidth from the data');
    }
  },
  takesElementBandwidths: () => true,
  declare(command) {
    command.argument('<file...>', FILES);
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    command
      .option(
        '--estimate-bw',
        'estimate the bandwidth from the volume per atom instead of -b (see quests bandwidth)',
      )
      .addOption(
        new Option('-s, --sample <n>', 'number of environments in a sample')
          .default(DEFAULTS.sampleSize)
          .argParser(wholeTo(MOST_COUNT)),
      );
    addRunsOption(command, 'number of samples', DEFAULTS.sampleRuns);
    addSeedOption(command, 'seed of the samples');
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { estimateBw = false, sample, numRuns: runs, seed } = flags;
  const set = await loadSet(session, input, flags, estimateBw);
  const { x } = set;
  if (flags.given.has('seed') && sample >= x.rows) refuseForData('seed', set.file);
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
  return {
    lines: [
      count === 1 ? `Entropy: ${nats(mean)}` : `Entropy: ${fixed(mean, 3)} ± ${fixed(spread, 3)} (nats)`,
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
      ...(Number.isFinite(low)
        ? { mean_entropy_interval: [low, high] }
        : { mean_entropy_interval: null, mean_entropy_interval_reason: 'there is a single sample' }),
      confidence: CONFIDENCE,
      max_entropy: maxEntropy,
      ...efficiencyKeys(efficiency),
      entropies_times: found.seconds,
    },
  };
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
  session.note(`bandwidth ${fixed(bandwidth, 5)} 1/Å, for ${fixed(volume, 2)} Å³ per atom`);
  return bandwidth;
}
