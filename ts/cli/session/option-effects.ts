import * as analysis from '../../faces/node/analysis.js';
import * as io from '../../faces/node/io.js';
import { longName } from './options.js';
import { UsageError } from './usage-error.js';

/** A command line, as far as it says which of its options do something. */
export interface TypedLine {
  readonly command: string;
  readonly input: readonly string[];
  /** Values of options by their names: those that were typed, and defaults. */
  readonly flags: Readonly<Record<string, unknown>>;
  /** Names of the options that were typed. */
  readonly given: ReadonlySet<string>;
}

/** A reason for which an option does nothing beside the others. */
interface Rule {
  /** Names of options, as flags have them; of all but a few where these are named. */
  readonly options: readonly string[] | { readonly allBut: readonly string[] };
  /** Commands to which it applies. Default: all that have the options. */
  readonly of?: readonly string[];
  /** What is said after the option's name; undefined where the option does something. */
  readonly idle: (line: TypedLine) => string | undefined;
}

/** Options that name a file or a folder to be written. */
const WRITTEN = ['output', 'plot', 'dropped', 'summary', 'atoms', 'bars', 'shards'] as const;

/** Methods of `compress` that draw. */
export const DRAWING: readonly unknown[] = analysis.COMPRESS_METHODS.filter(
  (name) => analysis.SELECTION_METHODS[name].draws,
);

/** Commands whose reference may be larger than memory; of `trajectory`, one that is named. */
const WITH_REFERENCE: readonly string[] = ['dH', 'overlap', 'trajectory'];

/** Commands that take a sample of a set which may be larger than memory, with `--tolerance`. */
const SAMPLED: readonly string[] = ['entropy', 'metrics', 'learning_curve', 'report'];

/**
 * When an option does nothing: all cases of all commands. Whoever types an option expects an
 * effect, so it is refused. Options of a scheduler are judged by what hands jobs to it.
 *
 * What the Python package's scripts pass goes on to be accepted, such as `--batch_size`, or `-b`
 * beside `--estimate_bw`: these are not here.
 */
const RULES: readonly Rule[] = [
  { options: ['work'], idle: without(['shards'], 'needs --shards') },
  {
    options: ['memory'],
    idle: memoryIdle,
  },
  { options: ['bandwidth'], of: ['build', 'add'], idle: without(['merge'], 'needs --merge') },
  { options: ['overwrite'], idle: without(WRITTEN, 'needs an output file') },
  {
    options: ['compare', 'full'],
    of: ['mcmc', 'active_learning'],
    idle: without(['output'], 'needs --output, where structures are written'),
  },
  {
    options: ['seed'],
    of: ['entropy', 'metrics', 'overlap', 'dH', 'trajectory', 'events'],
    idle: without(['tolerance'], 'needs --tolerance: nothing is drawn without it'),
  },
  {
    options: ['seed'],
    of: ['report'],
    idle: ({ flags }) => when(flags.tolerance === 0, 'has no effect with --tolerance 0: nothing is drawn'),
  },
  {
    options: ['seed'],
    of: ['compress'],
    idle: ({ flags }) =>
      when(
        flags.compare !== true && !DRAWING.includes(flags.method),
        `needs a method that draws: -m ${DRAWING.join(', ')}`,
      ),
  },
  {
    options: ['shares', 'trials', 'target', 'split'],
    of: ['compress', 'uncertainty'],
    idle: without(['compare'], 'needs --compare'),
  },
  {
    options: ['gap'],
    of: ['compress', 'uncertainty'],
    idle: ({ flags }) => when(flags.split !== 'by-time', 'needs --split by-time'),
  },
  {
    options: [
      ...['reference', 'size', 'method', 'targetOverlap', 'eps', 'chunkSize', 'dropped', 'summary'],
      ...['keep', 'until', 'spacing', 'rejectAbove', 'weights'],
    ],
    of: ['compress'],
    idle: beside('compare'),
  },
  {
    options: ['seed', 'numRuns'],
    of: ['learning_curve'],
    idle: ({ flags }) =>
      when(
        isAbsent(flags.tolerance) &&
          (flags.fractions as readonly number[]).every((fraction) => fraction === 1),
        'has no effect with --fractions 1: nothing is drawn',
      ),
  },
  {
    options: ['targetOverlap', 'eps'],
    of: ['compress'],
    idle: ({ flags }) =>
      when(flags.method !== 'atom_msc', 'has no effect: --target-overlap and --eps need -m atom_msc'),
  },
  { options: ['size'], of: ['compress'], idle: beside('targetOverlap') },
  {
    options: ['plot'],
    of: ['entropy'],
    idle: without(['bandwidthScan', 'bandwidths'], 'needs --bandwidth-scan'),
  },
  {
    options: ['level'],
    of: ['uncertainty'],
    idle: without(['apply', 'compare'], 'needs --apply or --compare: it is that of their error bars'),
  },
  {
    options: ['plot', 'spread'],
    of: ['uncertainty'],
    idle: without(['compare'], 'needs --compare'),
  },
  { options: ['levels'], of: ['uncertainty'], idle: beside('compare') },
  { options: ['heldOut'], of: ['nuclei'], idle: beside('thresholds') },
  {
    options: ['novelLevel'],
    of: ['trajectory', 'report'],
    idle: without(['reference'], 'needs --reference, whose own environments it goes by'),
  },
  {
    options: ['anyElement'],
    of: ['trajectory', 'events'],
    idle: without(['reference'], 'needs --reference: frames of the trajectory share its elements'),
  },
  { options: ['show'], of: ['audit'], idle: beside('json') },
  {
    options: ['units'],
    of: ['entropy_difference'],
    idle: ({ input }) =>
      when(input.length > 2, `has no effect with ${input.length} states: energies are compared of two`),
  },
  {
    options: { allBut: ['minLength', 'penalty', 'output', 'overwrite', 'json', 'plot', 'quiet'] },
    of: ['events'],
    idle: ({ input }) => {
      const table = input.find((path) => io.isTableName(path));
      return table === undefined
        ? undefined
        : `is for simulations: ${table} holds rows that were computed with their own settings`;
    },
  },
  {
    options: ['eps'],
    of: ['events'],
    idle: () => 'has no effect here: events are of H and of the mean dH',
  },
  {
    options: ['jobs', 'backend'],
    of: ['convert', 'phase_line'],
    idle: ({ command }) => `has no effect here: ${command} computes no descriptors and no kernels`,
  },
  {
    options: { allBut: ['cutoff', 'output', 'overwrite', 'json', 'quiet'] },
    of: ['bandwidth'],
    idle: ({ input }) => when(isNumber(input[0]), 'has no effect here: one number follows from a fit'),
  },
  {
    options: ['quantiles'],
    of: ['trajectory'],
    idle: without(
      ['output', 'json', 'shards'],
      'needs --output or --json: quantiles are not among the lines',
    ),
  },
  {
    options: ['reshape'],
    of: ['make_descriptors'],
    idle: ({ flags }) => {
      const output = typeof flags.output === 'string' ? flags.output : '';
      const { name = '', title = '' } = io.formatOfName(output) ?? {};
      const isTable = name === 'csv' || name === 'parquet';
      return when(isTable, `has no effect on ${output}: ${title} has a row for each environment`);
    },
  },
];

/** Options that only data leave without an effect, and why. */
const BY_DATA = {
  timestep: 'no frame says its step',
  seed: 'each sample is all of its environments: nothing is drawn',
} as const;

/**
 * What descriptors leave no use for; a cutoff that a file says is compared with it, so that cutoffs
 * are judged where the file is read.
 */
const FOR_STRUCTURES: Readonly<Record<string, string>> = {
  elements: 'descriptors have no atom types',
  log: 'descriptors have no steps that a log could be joined to',
  cutoff: 'it says no cutoff that could be compared',
  onError: 'descriptors have no frames that could be left out',
};

/** Whether `--memory` limits nothing: neither tasks nor what is held of a set. */
function memoryIdle({ command, input, flags }: TypedLine): string | undefined {
  if (!isAbsent(flags.shards)) return undefined;
  const named = [input, flags.reference ?? []].flat();
  if (named.some((text) => typeof text === 'string' && /\.qref\b/i.test(text))) return undefined;
  if (WITH_REFERENCE.includes(command)) {
    const isWhole = !isAbsent(flags.novelLevel);
    if (isWhole) return 'has no effect with --novel-level, which needs all of the reference in memory';
    const hasNone = command === 'trajectory' && isAbsent(flags.reference);
    return when(hasNone, 'needs --shards, or --reference');
  }
  const isSampled = SAMPLED.includes(command);
  const otherwise = isSampled ? '--tolerance' : 'a stored reference (.qref)';
  // It is not split.
  const inShards = command === 'report' ? '' : '--shards, or ';
  const mayBeStored = isSampled && !isAbsent(flags.tolerance) && flags.tolerance !== 0;
  return when(!mayBeStored, `needs ${inShards}${otherwise}`);
}

/**
 * Refuses options that have no effect with the others.
 *
 * @throws {UsageError}
 */
export function checkEffects(line: TypedLine): void {
  for (const { options, of, idle } of RULES) {
    if (of !== undefined && !of.includes(line.command)) continue;
    const concerned = [...line.given].find((name) =>
      'allBut' in options ? !options.allBut.includes(name) : options.includes(name),
    );
    const reason = concerned === undefined ? undefined : idle(line);
    if (concerned !== undefined && reason !== undefined) {
      throw new UsageError(`${longName(concerned)} ${reason}`);
    }
  }
}

/**
 * Refuses an option that is for structures.
 *
 * @param file what holds descriptors only
 * @throws {UsageError}
 */
export function refuseForDescriptors(option: keyof typeof FOR_STRUCTURES, file: string): never {
  const reason = FOR_STRUCTURES[option] ?? '';
  throw new UsageError(`${longName(option)} has no effect: ${file} holds descriptors; ${reason}`);
}

/**
 * Refuses an option for which the data leave no use.
 *
 * @param data what they are in
 * @throws {UsageError}
 */
export function refuseForData(option: keyof typeof BY_DATA, data: string): never {
  throw new UsageError(`${longName(option)} has no effect on ${data}: ${BY_DATA[option]}`);
}

/** Words, where a condition holds. */
function when(holds: boolean, words: string): string | undefined {
  return holds ? words : undefined;
}

/** Words, where none of some options is there. */
function without(names: readonly string[], words: string): Rule['idle'] {
  return ({ flags }) =>
    when(
      names.every((name) => isAbsent(flags[name])),
      words,
    );
}

/** Words, where another option is there. */
function beside(name: string): Rule['idle'] {
  return ({ flags }) => when(!isAbsent(flags[name]), `has no effect with ${longName(name)}`);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === false;
}

/** Whether an argument of `bandwidth` is a volume: a file of such a name is `./12`. */
export function isNumber(text: string | undefined): boolean {
  return text !== undefined && /^[+-]?[\d.]+(e[+-]?\d*)?$/i.test(text);
}
