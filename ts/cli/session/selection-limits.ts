import { type Command, InvalidArgumentError, Option } from 'commander';
import { significant } from '../../base/number-format.js';
import { QuestsError } from '../../base/error.js';
import * as analysis from '../../faces/node/analysis.js';
import * as quests from '../../faces/node/quests.js';
import type {
  CompressMethod,
  CompressOptions,
  DescriptorMatrix,
  KernelOptions,
  Selection,
  Structure,
} from '../../faces/node/quests.js';
import type { Enough } from '../../faces/node/analysis.js';
import { MOST_COUNT, real, repeated, wholeTo } from './options.js';
import { UsageError } from './usage-error.js';

/** What a selection must, and must not, contain. */
export interface LimitFlags {
  readonly keep?: readonly string[];
  readonly until?: UntilFlag;
  readonly spacing?: number;
  readonly rejectAbove?: number;
  readonly weights?: string;
}

/** When a selection is enough, as it was typed. */
type UntilFlag = { readonly text: string } & Enough;

/** Adds the options of {@link LimitFlags}. */
export function addLimitOptions(command: Command): void {
  command
    .addOption(
      new Option(
        '--keep <expression>',
        'keep these in any case: KEY=VALUE of a frame (* for any text), element=SYMBOL, or lowest=N, ' +
          'the N of lowest energy per atom of each composition; repeat for several',
      ).argParser(repeated),
    )
    .addOption(
      new Option(
        '--until <what>',
        'keep as many as it takes: max-dH=NATS, no environment of the set has a larger δH; or ' +
          'overlap=SHARE, that share has δH below 1',
      ).argParser(untilOf),
    )
    .addOption(
      new Option('--spacing <n>', 'frames between two picks of one file at least').argParser(
        wholeTo(MOST_COUNT),
      ),
    )
    .addOption(
      new Option(
        '--reject-above <nats>',
        'never pick structures with an environment whose δH relative to --reference is above this',
      ).argParser(real),
    )
    .option(
      '--weights <name>',
      'write how much of the set each kept structure stands for, as this value of its frame: config_weight',
    );
}

function untilOf(text: string): UntilFlag {
  const [, name, number = ''] = /^(max-dH|overlap)=(\S+)$/.exec(text) ?? [];
  const value = number === '' ? NaN : Number(number);
  if (name === 'max-dH' && Number.isFinite(value)) return { text, maxDH: value };
  if (name === 'overlap' && value > 0 && value <= 1) return { text, overlap: value };
  throw new InvalidArgumentError('Expected max-dH=NATS, or overlap=SHARE with a share above 0 and up to 1.');
}

/** Refuses what does not go together, before anything is read. */
export function checkLimits(
  flags: LimitFlags & {
    readonly method?: CompressMethod;
    readonly size?: unknown;
    readonly reference?: readonly string[];
    readonly chunkSize?: number;
    readonly species?: unknown;
  },
): void {
  const { keep, until, spacing, rejectAbove, weights, method = 'msc', size, reference } = flags;
  const given = { '--keep': keep, '--spacing': spacing, '--reject-above': rejectAbove };
  const limits = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  const [limit] = limits;
  if (limit !== undefined && !['msc', 'msc_conditional', 'random'].includes(method)) {
    throw new UsageError(`${limit} needs a method that adds to what is kept: msc or random`);
  }
  if (limit !== undefined && reference !== undefined && flags.species === 'blocks') {
    throw new UsageError(`${limit} with --reference cannot be combined with --species blocks`);
  }
  if (keep !== undefined && isOptimal(size)) {
    throw new UsageError('--keep cannot be combined with -s optimal, which may stop before all of these');
  }
  if (rejectAbove !== undefined && reference === undefined) {
    throw new UsageError('--reject-above needs --reference: δH is relative to it');
  }
  if (until !== undefined) {
    if (size !== undefined) throw new UsageError('--until and --size both say how many to keep');
    if (!analysis.SELECTION_METHODS[method].isNested || method === 'atom_msc') {
      throw new UsageError(`--until needs a method with nested selections that does not stop by itself`);
    }
  }
  const single = [...limits, ...(until ? ['--until'] : []), ...(weights === undefined ? [] : ['--weights'])];
  if (flags.chunkSize !== undefined && single.length > 0) {
    throw new UsageError(`${single[0] ?? ''} cannot be combined with --chunk-size`);
  }
}

function isOptimal(size: unknown): boolean {
  return typeof size === 'object' && size !== null && 'optimal' in size;
}

/** What a selection with limits is made of. */
interface Limited {
  readonly x: DescriptorMatrix;
  readonly structures: readonly Structure[] | undefined;
  readonly file: string;
}

/** A selection that keeps to the limits. */
export async function limitedSelection(
  { x, structures, file }: Limited,
  flags: LimitFlags,
  options: CompressOptions & KernelOptions,
): Promise<Selection> {
  const { keep = [], spacing, rejectAbove, until } = flags;
  if (structures === undefined && keep.length > 0) {
    throw new UsageError(`--keep has no effect: ${file} holds descriptors`);
  }
  const always = keep.flatMap((expression) => analysis.structuresNamed(structures ?? [], expression));
  const never = await rejected(x, rejectAbove, options);
  const isLimited = keep.length > 0 || spacing !== undefined || rejectAbove !== undefined;
  const whole = until === undefined ? options : { ...options, size: { fraction: 1 } };
  const { method, seed, size } = whole;
  const selection = isLimited
    ? await analysis.compressWithin(x, {
        ...kernelOf(whole),
        seed,
        size,
        method: method as analysis.CompressWithinOptions['method'],
        always,
        never,
        spacing,
      })
    : await quests.compress(x, whole);
  if (until === undefined) return selection;
  const { picks, gains } = selection;
  const count = await analysis.picksUntil(x, picks, until, options, Math.max(1, new Set(always).size));
  if (count === undefined) {
    throw new QuestsError(
      'EMPTY',
      `--until ${until.text} is not reached with all ${picks.length} that may be picked`,
    );
  }
  return { ...selection, picks: picks.slice(0, count), gains: gains.slice(0, count) };
}

/** What kernel sums take of the options of a selection, and its reference. */
function kernelOf({
  backend,
  bandwidth,
  onProgress,
  reference,
  signal,
}: CompressOptions & KernelOptions): KernelOptions & Pick<CompressOptions, 'reference'> {
  return { backend, bandwidth, onProgress, reference, signal };
}

/** Structures with an environment that is too far from the reference. */
async function rejected(
  x: DescriptorMatrix,
  limit: number | undefined,
  { reference, ...options }: CompressOptions & KernelOptions,
): Promise<number[]> {
  if (limit === undefined || reference === undefined) return [];
  const dH = await quests.deltaEntropy(x, reference, options);
  const largest = analysis.perFrame(x, dH, (own) =>
    own.reduce((max, value) => Math.max(max, value), -Infinity),
  );
  return Array.from(largest.keys()).filter((frame) => (largest[frame] as number) > limit);
}

/** Facts of picks that were asked for, in JSON, and the structures with their weights. */
export async function pickRecord(
  x: DescriptorMatrix,
  { method, picks }: Selection,
  kept: readonly Structure[] | undefined,
  flags: LimitFlags,
  options: CompressOptions & KernelOptions,
): Promise<{
  readonly record: Record<string, unknown>;
  readonly lines: readonly string[];
  readonly structures: readonly Structure[] | undefined;
}> {
  const { reference, ...kernel } = kernelOf(options);
  const hasCauses = method === 'msc' || method === 'msc_conditional' || method === 'atom_msc';
  const causes = hasCauses ? await analysis.pickCauses(x, picks, { ...kernel, reference }) : null;
  const { weights: name } = flags;
  const found = name === undefined ? undefined : await analysis.pickWeights(x, picks, kernel);
  const limits = {
    ...(flags.keep && { keep: flags.keep }),
    ...(flags.until && { until: flags.until.text }),
    ...(flags.spacing !== undefined && { spacing: flags.spacing }),
    ...(flags.rejectAbove !== undefined && { reject_above: flags.rejectAbove }),
  };
  return {
    record: {
      ...limits,
      causes,
      ...(found && {
        weights: Array.from(found.weights),
        stands_for_envs: Array.from(found.environments),
        unlike_envs: found.unlike,
      }),
    },
    lines:
      found === undefined
        ? []
        : [
            `Weights (${name ?? ''}): ${significant(Math.min(...found.weights), 3)} to ` +
              `${significant(Math.max(...found.weights), 3)}, mean 1; ` +
              `${found.unlike} environments of the set are like none that is kept`,
          ],
    structures:
      found === undefined || name === undefined
        ? kept
        : kept?.map((structure, at) => ({
            ...structure,
            info: { ...structure.info, [name]: found.weights[at] as number },
          })),
  };
}
