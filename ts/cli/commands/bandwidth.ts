import { existsSync } from 'node:fs';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { fixed } from '../../base/number-format.js';
import * as figures from '../../faces/figure.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { RecommendBandwidthOptions } from '../../faces/node/quests.js';
import { hasSeveral } from '../session/auto-bandwidth.js';
import {
  adviceKeys,
  adviceLines,
  elementAdviceKeys,
  elementAdviceLines,
} from '../session/bandwidth-lines.js';
import type { CliCommand } from '../session/command.js';
import { isNumber } from '../session/option-effects.js';
import { loadSet, setKeys } from '../session/load-set.js';
import {
  addNeighborsOption,
  addOutputOptions,
  addPlotOption,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  addSpeciesOption,
  type DescriptorFlags,
  FILES,
  MOST_COUNT,
  type OutputFlags,
  type PlotFlags,
  positive,
  type ReadFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import type { OutputKind } from '../session/output.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

/** As for descriptors, but that `--cutoff` chooses a fit here, as in the Python package. */
interface Flags extends RunFlags, OutputFlags, PlotFlags, ReadFlags, Omit<DescriptorFlags, 'cutoff'> {
  readonly cutoff?: boolean;
  readonly trajectory?: boolean;
  readonly sample: number;
  readonly seed: number;
}

const KINDS: readonly OutputKind[] = ['json'];

/** `quests bandwidth`: the kernel's bandwidth that suits a material, or a set. */
export const bandwidthCommand: CliCommand<Flags> = {
  name: 'bandwidth',
  description: 'suggested bandwidth for a material, from its volume per atom, or for a set, from its data',
  outputs: () => KINDS,
  check(_, input) {
    const [first = ''] = input;
    // A word that is no file, either, was meant as a number.
    if (isNumber(first) || (/^[a-z]+$/i.test(first) && !existsSync(first))) volumeOf(input);
  },
  declare(command) {
    command
      .argument('<atomic_volume_or_file...>', `volume in Å^3 per atom; or ${FILES}`)
      .option('-c, --cutoff', 'use the fit for the cutoff weight function instead of the Gaussian');
    addReadOptions(command);
    addNeighborsOption(command);
    addSpeciesOption(command);
    command
      .option(
        '--trajectory',
        'frames are one simulation, in their order (default: if their atoms are the same)',
      )
      .addOption(
        new Option('--sample <n>', 'number of environments that are looked at, at most')
          .default(DEFAULTS.adviceSample)
          .argParser(wholeTo(MOST_COUNT)),
      );
    addSeedOption(command, 'seed of the sample');
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'H and the likelihood against the bandwidth');
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  return isNumber(input[0]) ? ofVolume(volumeOf(input), flags, session) : ofSet(input, flags, session);
}

function volumeOf(input: readonly string[]): number {
  const [text = '', ...others] = input;
  if (others.length > 0)
    throw new UsageError(`too many arguments: a volume is one number, got ${input.length}`);
  try {
    return positive(text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`argument '${text}' is invalid for atomic_volume. ${problem}`);
  }
}

async function ofVolume(volume: number, flags: Flags, session: Session): Promise<Result> {
  const { backend } = session;
  const method = flags.cutoff ? 'cutoff' : 'gaussian';
  const bandwidth = await quests.estimateBandwidth(volume, { backend, method });
  return {
    lines: [`V = ${fixed(volume, 2)} Å^3/atom -> h = ${fixed(bandwidth, 5)}`],
    json: { atomic_volume: volume, method, bandwidth, ...session.provenance },
  };
}

async function ofSet(input: readonly string[], flags: Flags, session: Session): Promise<Result> {
  const { cutoff = false, sample, seed, trajectory } = flags;
  // The option of that name is about the fit; descriptors have the usual cutoff.
  const given = new Set([...flags.given].filter((name) => name !== 'cutoff'));
  const set = await loadSet(session, input, { ...flags, given, cutoff: DEFAULTS.cutoff }, true);
  const { x, structures } = set;
  const options: RecommendBandwidthOptions = {
    ...session.options,
    structures,
    method: cutoff ? 'cutoff' : 'gaussian',
    sample,
    seed,
    trajectory,
  };
  const { value: found, seconds } = await session.timed(async () => {
    if (hasSeveral(x)) return analysis.recommendElementBandwidths(x, options);
    return { all: await quests.recommendBandwidth(x, options) };
  });
  const advice = found.all;
  session.note(`bandwidths found in ${duration(seconds)} (${session.engine})`);
  if (advice.scan.length === 0)
    session.note('note: nearly all environments are copies: only their volume is left');
  return {
    lines: [...adviceLines(advice), ...('elements' in found ? elementAdviceLines(found) : [])],
    json: {
      ...setKeys(session, set, flags, advice.bandwidth),
      ...adviceKeys(advice),
      ...('elements' in found && elementAdviceKeys(found)),
      seed,
      computation_time: seconds,
    },
    ...(advice.scan.length > 0 && { figure: () => figures.bandwidthAdviceFigure(advice) }),
  };
}
