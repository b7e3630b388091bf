import { type Command, InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { DISTANCE_SHARE } from '../../base/constants.js';
import { QuestsError } from '../../base/error.js';
import type { Structure } from '../../faces/node/quests.js';
import type { ChainOptions } from '../../faces/node/analysis.js';
import { type DataSet, Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import { openSets, type OpenSet } from './open-sets.js';
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
  repeated,
  wholeTo,
} from './options.js';
import type { Session } from './session.js';

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
  /** Files of what is known; those of the structures where there are none. */
  readonly reference?: readonly string[];
}

/** Structures that chains begin with, and what is known: their environments, or a reference. */
export interface GrownSet extends Pick<DataSet, 'file' | 'files' | 'x'> {
  readonly structures: readonly Structure[];
  /** What JSON says of a reference; nothing where there is none. */
  readonly referenceKeys: Readonly<Record<string, unknown>>;
}

/** Adds the options of {@link ChainFlags}. */
export function addChainOptions(command: Command): Command {
  command
    .addOption(
      new Option(
        '-r, --reference <file>',
        'what new structures are to differ from, a stored reference or other files; repeat for several ' +
          '(default: the structures to start from)',
      ).argParser(repeated),
    )
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
  const { reference } = flags;
  const sets = await openSets(session, reference === undefined ? [files] : [files, reference], flags);
  const [opened, referenceSet] = sets as readonly [OpenSet, OpenSet | undefined];
  if (opened.opened.holds === 'matrix') {
    const problem = `${opened.file} holds descriptors, expected structures`;
    throw new QuestsError('INVALID_FILE', problem);
  }
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const { file, x: own, structures = [] } = await describer.load(opened, true);
  const known = referenceSet && (await describer.load(referenceSet, false));
  describer.noteBlindness();
  if (referenceSet !== undefined) describer.noteMissing(opened, [referenceSet]);
  return {
    file,
    files: opened.files,
    x: known?.x ?? own,
    structures,
    referenceKeys: known === undefined ? {} : referenceKeys(known),
  };
}

function referenceKeys({ file, files, x }: DataSet): Record<string, unknown> {
  const { k, cutoff } = x;
  return { reference_file: file, reference_files: files, ref_envs: x.rows, k, cutoff };
}

/** Reads a whole number from 0. */
export function index(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(value)) throw new InvalidArgumentError('Expected a whole number from 0.');
  return value;
}
