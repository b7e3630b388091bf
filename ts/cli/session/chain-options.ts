import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { DISTANCE_SHARE } from '../../base/constants.js';
import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../faces/node/quests.js';
import type { ChainOptions } from '../../faces/node/analysis.js';
import type { DataSet } from './describer.js';
import { openSets } from './open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addReadOptions,
  addResumeOption,
  addSeedOption,
  atLeastZero,
  type DescriptorFlags,
  type KernelFlags,
  MOST_COUNT,
  positive,
  type ReadFlags,
  real,
  wholeTo,
} from './options.js';
import type { Session } from './session.js';
import { loadOpened } from './load-set.js';

/** Options of commands that make structures by Monte Carlo chains. */
export interface ChainFlags extends ReadFlags, DescriptorFlags, KernelFlags {
  readonly nSteps: number;
  readonly target: number;
  readonly temperature: number;
  readonly stepSize: number;
  readonly atomsPerStep?: number;
  readonly cellStep: number;
  readonly minDistance?: number;
  readonly seed: number;
}

/** A dataset to grow, with its structures. */
export interface GrownSet extends DataSet {
  readonly structures: readonly Structure[];
}

/** Adds the options of {@link ChainFlags}. */
export function addChainOptions(command: Command): Command {
  command
    .addOption(
      new Option('-n, --n-steps <n>', 'number of Monte Carlo steps per chain')
        .default(DEFAULTS.steps)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(new Option('-t, --target <nats>', 'target dH').default(DEFAULTS.targetDelta).argParser(real))
    .addOption(
      new Option('--temperature <nats>', 'highest temperature of a chain, which cools down three times')
        .default(DEFAULTS.temperature)
        .argParser(atLeastZero),
    )
    .addOption(
      new Option('--step-size <length>', 'standard deviation of a displacement along each axis, in Å')
        .default(DEFAULTS.stepSize)
        .argParser(positive),
    )
    .addOption(
      new Option('--atoms-per-step <n>', 'number of atoms displaced per step (default: all)').argParser(
        wholeTo(MOST_COUNT),
      ),
    )
    .addOption(
      new Option('--cell-step <strain>', 'standard deviation of cell strains, tried in one step of ten')
        .default(0)
        .argParser(atLeastZero),
    )
    .addOption(
      new Option(
        '--min-distance <length>',
        `reject steps that bring atoms closer than this, in Å (default: ${DISTANCE_SHARE} of the ` +
          `shortest initial distance)`,
      ).argParser(atLeastZero),
    );
  addResumeOption(command);
  addSeedOption(command, 'random seed');
  addReadOptions(command);
  addDescriptorOptions(command);
  return addKernelOptions(command);
}

/** The flags as the library has them. */
export function chainOptions(flags: ChainFlags): ChainOptions {
  return {
    target: flags.target,
    steps: flags.nSteps,
    bandwidth: flags.bandwidth,
    temperature: flags.temperature,
    stepSize: flags.stepSize,
    movedAtoms: flags.atomsPerStep,
    cellStep: flags.cellStep,
    minDistance: flags.minDistance,
    seed: flags.seed,
  };
}

/** Reads the set to grow. */
export async function grownSet(
  session: Session,
  files: readonly string[],
  flags: ChainFlags,
): Promise<GrownSet> {
  const [opened] = await openSets(session, [files], flags);
  if (opened.opened.holds === 'matrix') {
    const problem = `${opened.file} holds descriptors, expected structures`;
    throw new QuestsError('INVALID_FILE', problem);
  }
  const set = await loadOpened(session, opened, flags, true);
  return { ...set, structures: set.structures ?? [] };
}

/** Reads a whole number from 0. */
export function index(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number from 0.');
  return value;
}
