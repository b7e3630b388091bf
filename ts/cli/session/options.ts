import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BackendChoice, SpeciesMode } from '../../faces/node/quests.js';
import type { FormatName } from '../../faces/node/io.js';
import type { Precision } from '../../faces/node/analysis.js';
import { FORMATS } from '../../faces/node/io.js';
import { DEFAULTS } from '../../base/defaults.js';
import { MAX_K, SPECIES_MODES } from '../../base/constants.js';
import { formatList, type OutputKind } from './output.js';

/** Which options were typed: a default may give way to what a file says, these do not. */
export interface TypedFlags {
  readonly given: ReadonlySet<string>;
}

/** Options of every command. */
export interface RunFlags {
  readonly backend?: BackendChoice;
  readonly jobs?: number;
  readonly quiet?: boolean;
}

/** Options of every command that has a result to hand on. */
export interface OutputFlags {
  readonly output?: string | undefined;
  readonly overwrite?: boolean;
  readonly json?: boolean;
}

/** Options of every command that can draw its result. */
export interface PlotFlags {
  readonly plot?: string | undefined;
}

/** Options that a command may have, beside its own. */
export type AnyFlags = RunFlags & OutputFlags & PlotFlags;

/** Options of every command that reads files. */
export interface ReadFlags {
  readonly format?: FormatName;
  readonly elements?: readonly string[];
  readonly onError: 'fail' | 'skip';
  /** One, or one for each of several datasets. */
  readonly log?: string | readonly string[] | undefined;
  /** Bytes of a stored reference that may stay in memory. */
  readonly memory?: number;
}

/** Options of every command that makes descriptors. */
export interface DescriptorFlags extends TypedFlags {
  readonly cutoff: number;
  readonly nbrs: number;
  /** How elements are told apart; undefined where they are not. */
  readonly species?: ToldApart | undefined;
}

/** Options of every command that sums kernels. */
export interface KernelFlags {
  readonly bandwidth: number;
  /** h of each central element, in units of which descriptors are then, with a bandwidth of 1. */
  readonly elementBandwidths?: Readonly<Record<string, number>> | undefined;
  /** h of elements that are not among these; undefined where such an element is refused. */
  readonly otherBandwidth?: number | undefined;
  /** Labels of elements that were met. */
  readonly metLabels?: Set<number> | undefined;
}

/** Options of every command that can estimate in place of being exact. */
export interface ToleranceFlags {
  readonly tolerance?: number;
  readonly seed: number;
}

/** Options of every command that can sum kernels in single precision. */
export interface PrecisionFlags {
  readonly precision: Precision;
}

/** Options of `overlap` alone. */
export interface OverlapFlags {
  readonly eps: number;
}

/** What `--bandwidth` is where it is to follow from the data. */
export const AUTO = 'auto';

const MOST_JOBS = 1024;

/** What an option that counts something takes at most. */
export const MOST_COUNT = 2 ** 31 - 1;

/** An option as it is typed: `--batch-size` of `batchSize`. */
export function longName(option: string): string {
  return `--${option.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Adds the options of {@link RunFlags}. */
export function addRunOptions(command: Command): Command {
  return command
    .addOption(new Option('-j, --jobs <n>', 'number of threads (default: all)').argParser(wholeTo(MOST_JOBS)))
    .addOption(
      new Option('--backend <name>', 'code to compute with (default: QUESTS_BACKEND, else auto)').choices([
        'native',
        'wasm',
        'auto',
      ]),
    )
    .option('--quiet', 'print no notes and no progress on standard error');
}

/** Adds the options of {@link OutputFlags}. */
export function addOutputOptions(command: Command, kinds: readonly OutputKind[]): Command {
  command.option('-o, --output <path>', `write the result to this file: ${formatList(FORMATS, kinds)}`);
  return addPrintOptions(command);
}

/** The same for commands whose result is their file. */
export function addRequiredOutputOptions(command: Command, description: string): Command {
  command.requiredOption('-o, --output <path>', description);
  return addPrintOptions(command);
}

function addPrintOptions(command: Command): Command {
  return command
    .option('--overwrite', 'replace existing output files')
    .option('--json', 'print the result as JSON instead of text');
}

/** Adds the option of commands that save what they have done so far. */
export function addResumeOption(command: Command): Command {
  return command.option('--resume', 'continue a stopped run from OUTPUT.run');
}

/** Adds the option of commands that take samples. */
export function addRunsOption(command: Command, description: string, runs: number): Command {
  return command.addOption(
    new Option('-n, --num-runs <n>', description).default(runs).argParser(wholeTo(MOST_COUNT)),
  );
}

/** Reads an option that is given again for each of several values. */
export function repeated(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text];
}

/**
 * Adds the option of {@link PlotFlags}.
 *
 * @param what what the picture shows
 */
export function addPlotOption(command: Command, what: string): Command {
  return command.option('--plot <path>', `draw a picture as SVG: ${what}`);
}

/** What an argument that names files can be. */
export const FILES =
  'structures or descriptors: files, patterns, FILE@start:stop:step for some frames, - for standard input';

/** What an argument that names files can be, where descriptors are not enough. */
export const STRUCTURE_FILES =
  'structures: files, patterns, FILE@start:stop:step for some frames, - for standard input';

/** Adds the options of {@link ReadFlags}. */
export function addReadOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '--format <name>',
        'format of the input files (default: from the name, else from the content)',
      ),
    )
    .addOption(
      new Option(
        '--elements <symbols>',
        'elements of atom types 1, 2, …, e.g. Cu,Zr (default: types stay numbers)',
      ).argParser(symbols),
    )
    .addOption(
      new Option('--on-error <action>', 'what to do with unreadable frames')
        .choices(['fail', 'skip'])
        .default('fail'),
    );
}

/** Adds the option that joins thermodynamic output, for commands that write structures. */
export function addLogOption(command: Command): Command {
  return command.option(
    '--log <path>',
    'LAMMPS log; adds Temp, PotEng, Press … to the frames of the same timestep',
  );
}

/**
 * The same for commands with several datasets, each of which may have its own.
 *
 * @param whose which sets a log is of
 */
export function addLogsOption(command: Command, whose: string): Command {
  return command.option(
    '--log <path...>',
    `LAMMPS log ${whose}; adds Temp, PotEng, Press … to the frames of the same timestep`,
  );
}

/**
 * Adds the options of {@link DescriptorFlags}.
 *
 * @param from what says them where they are not typed. Default: they have values of their own
 */
export function addDescriptorOptions(command: Command, from?: string): Command {
  command.addOption(
    new Option('-c, --cutoff <length>', 'cutoff of the descriptors, in Å')
      .default(DEFAULTS.cutoff, from)
      .argParser(positive),
  );
  addNeighborsOption(command, from);
  return addSpeciesOption(command, from);
}

/** Adds the option that says how many neighbours make an environment. */
export function addNeighborsOption(command: Command, from?: string): Command {
  return command.addOption(
    new Option('-k, --nbrs <k>', 'number of neighbours in an environment')
      .default(DEFAULTS.k, from)
      .argParser(wholeTo(MAX_K)),
  );
}

/** Adds the option that says how elements are told apart. */
export function addSpeciesOption(command: Command, from = 'ignore'): Command {
  return command.addOption(
    new Option(
      '--species [mode]',
      `distinguish elements: ${SPECIES_MODES.join(', ')} (default: ${from}; without a mode: blocks)`,
    ).argParser(speciesMode),
  );
}

/** Modes in which elements are told apart. */
export type ToldApart = Exclude<SpeciesMode, 'ignore'>;

/** `false` for `ignore`, since commander takes `undefined` for a flag. */
function speciesMode(text: string): ToldApart | false {
  const mode = SPECIES_MODES.find((each) => each === text);
  if (mode === undefined) throw new InvalidArgumentError(`Expected ${SPECIES_MODES.join(', ')}.`);
  return mode === 'ignore' ? false : mode;
}

/** Adds the options of {@link KernelFlags}. */
export function addKernelOptions(command: Command): Command {
  return command
    .addOption(
      new Option(
        '-b, --bandwidth <h>',
        'bandwidth of the kernel, in 1/Å; auto: from the data; Cu=0.02,Zr=0.03: by element',
      )
        .default(DEFAULTS.bandwidth)
        .argParser(bandwidthOrAuto),
    )
    .addOption(
      new Option('--batch-size <n>', 'has no effect; accepted for compatibility').argParser(
        wholeTo(MOST_COUNT),
      ),
    );
}

/** Adds the option that seeds what is random. */
export function addSeedOption(command: Command, description: string): Command {
  return command.addOption(
    new Option('--seed <n>', description).default(DEFAULTS.seed).argParser((text) => {
      const value = /^\d+$/.test(text) ? Number(text) : NaN;
      if (!Number.isSafeInteger(value)) {
        throw new InvalidArgumentError('Expected a whole number from 0 to 2^53 - 1.');
      }
      return value;
    }),
  );
}

/** Adds the options of {@link ToleranceFlags}. */
export function addToleranceOptions(command: Command, seed = 'seed of the sample'): Command {
  command.addOption(
    new Option(
      '--tolerance <nats>',
      'estimate by sampling, to within this many nats (95 % confidence; default: exact)',
    ).argParser(positive),
  );
  return addSeedOption(command, seed);
}

/** Adds the options of {@link ToleranceFlags} to a command whose result is a share. */
export function addShareToleranceOptions(command: Command): Command {
  command.addOption(
    new Option(
      '--tolerance <share>',
      'estimate from a sample of the test set, to within this share (95 % confidence; default: exact)',
    ).argParser(positive),
  );
  return addSeedOption(command, 'seed of the sample');
}

/** Adds the options of {@link PrecisionFlags}. */
export function addPrecisionOption(command: Command): Command {
  return command.addOption(
    new Option(
      '--precision <name>',
      'kernel precision; single takes 55 to 70 % of the time in a single phase, error below 1e-5 nats',
    )
      .choices(['double', 'single'] satisfies Precision[])
      .default('double')
      .conflicts('tolerance'),
  );
}

/** What the JSON of a command says of its precision: nothing where it is the usual one. */
export function precisionKeys({ precision = 'double' }: Partial<PrecisionFlags>): Record<string, unknown> {
  return precision === 'double' ? {} : { precision };
}

/** Adds the options of {@link OverlapFlags}. */
export function addOverlapOptions(command: Command): Command {
  return command.addOption(
    new Option('-e, --eps <nats>', 'environments with δH below this are covered')
      .default(DEFAULTS.epsilon)
      .argParser(real),
  );
}

/** Reads real numbers, as in `1e-5,1`. */
export function reals(text: string): number[] {
  return text.split(',').map((part) => real(part.trim()));
}

/** Reads real numbers above 0, as in `0.01,0.02`. */
export function positives(text: string): number[] {
  return text.split(',').map((part) => positive(part.trim()));
}

/** Reads fractions above 0 and up to 1, as in `0.1,0.5,1`. */
export function fractionsOf(text: string): number[] {
  const values = positives(text);
  if (values.some((value) => value > 1)) {
    throw new InvalidArgumentError('Expected fractions above 0 and up to 1.');
  }
  return values;
}

function symbols(text: string): string[] {
  return text.split(',').map((symbol) => symbol.trim());
}

/** Reads a real number above 0. */
export function positive(text: string): number {
  const value = real(text);
  if (value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}

/** Reads a bandwidth, one for each element, or that it is left to the data. */
export function bandwidthOrAuto(text: string): number | typeof AUTO | Record<string, number> {
  if (text === AUTO) return AUTO;
  if (!text.includes('=')) return positive(text);
  const found: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [, element = '', h = ''] = /^\s*([A-Za-z]\w*)=(.+)$/.exec(part) ?? [];
    if (element === '' || element in found) {
      throw new InvalidArgumentError('Expected a number, auto, or elements as in Cu=0.02,Zr=0.03.');
    }
    found[element] = positive(h.trim());
  }
  return found;
}

/** Reads a real number. */
export function real(text: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
  if (!Number.isFinite(value)) throw new InvalidArgumentError('Expected a finite number.');
  return value;
}

/** Reads a real number of at least 0. */
export function atLeastZero(text: string): number {
  const value = real(text);
  if (value < 0) throw new InvalidArgumentError('Expected a number of at least 0.');
  return value;
}

/** Reads a whole number from 1 to `most`. */
export function wholeTo(most: number): (text: string) => number {
  return (text) => {
    const value = /^\+?\d+$/.test(text) ? Number(text) : NaN;
    if (!(value >= 1 && value <= most)) {
      throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`);
    }
    return value;
  };
}
