import { type Command, Option } from 'commander';
import { fixed, percent, significant } from '../../base/number-format.js';
import { DEFAULTS } from '../../base/defaults.js';
import { tableLines } from '../../base/table.js';
import * as analysis from '../../faces/node/analysis.js';
import type { ComparedSelection, OverTrials, SelectionComparison } from '../../faces/node/analysis.js';
import type { CompressFlags } from './compressed.js';
import { Describer } from './describer.js';
import { descriptorSettings } from './descriptor-settings.js';
import { openSets } from './open-sets.js';
import { addSplitOptions, splitGroups, type SplitFlags } from './split-options.js';
import { MOST_COUNT, positives, wholeTo } from './options.js';
import type { Result } from './result.js';
import type { Session } from './session.js';
import { UsageError } from './usage-error.js';

/** What a comparison of methods asks for. */
export interface SelectionComparisonFlags extends SplitFlags {
  readonly compare?: boolean;
  readonly shares?: readonly number[];
  readonly trials?: number;
  readonly target?: string;
}

/** Adds the options of {@link SelectionComparisonFlags}. */
export function addComparisonOptions(command: Command): void {
  command
    .option('--compare', 'hold the methods against each other on these structures: which trains best')
    .addOption(
      new Option(
        '--shares <list>',
        `shares that a comparison keeps (default: ${DEFAULTS.selectionShares.join(',')})`,
      ).argParser(positives),
    )
    .addOption(
      new Option(
        '--trials <n>',
        `splits that a comparison is made on (default: ${DEFAULTS.selectionTrials})`,
      ).argParser(wholeTo(MOST_COUNT)),
    )
    .option('--target <name>', 'what the model of a comparison predicts (default: the energy per atom)');
  addSplitOptions(command);
}

/** Compares the methods of selection on a set. */
export async function comparedSelections(
  session: Session,
  input: readonly string[],
  flags: CompressFlags & SelectionComparisonFlags,
): Promise<Result> {
  const sets = await openSets(session, [input], flags);
  const [set] = sets;
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const { x, structures, seconds, file, files } = await describer.load(set, true);
  if (structures === undefined && flags.target !== undefined) {
    throw new UsageError(`--target needs structures: ${file} holds descriptors`);
  }
  describer.noteBlindness();
  const { bandwidth, seed, shares, target, trials } = flags;
  const { value: found, seconds: spent } = await session.timed(() =>
    analysis.compareSelections(x, structures, {
      ...session.options,
      bandwidth,
      seed,
      shares,
      target,
      trials,
      groups: splitGroups(structures, flags, file),
    }),
  );
  for (const note of found.notes) session.note(`note: ${note}`);
  return {
    lines: linesOf(found, x.rows, flags.split ?? 'random'),
    json: {
      file,
      files,
      structures: x.frames,
      envs: x.rows,
      k: x.k,
      cutoff: x.cutoff,
      bandwidth,
      jobs: flags.jobs ?? null,
      seed,
      target: target ?? null,
      split: flags.split ?? 'random',
      gap: flags.gap ?? null,
      leakage: found.leakage,
      pool: found.pool,
      test: found.test,
      trials: found.trials,
      whole_error: found.whole,
      selections: found.selections.map(keysOf),
      notes: found.notes,
      descriptor_time: seconds,
      computation_time: spent,
      species: x.species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

function keysOf(found: ComparedSelection): Record<string, unknown> {
  return {
    method: found.method,
    share: found.share,
    kept: found.kept,
    pool_covered: found.poolCovered,
    test_covered: found.testCovered,
    max_dH: found.maxDH,
    entropy: found.entropy,
    diversity: found.diversity,
    force_tail: found.forceTail,
    error: found.error,
    error_against_random: found.againstRandom,
  };
}

function linesOf(found: SelectionComparison, rows: number, split: string): string[] {
  const { selections, whole, pool, test, trials, leakage } = found;
  const number = (value: number): string => fixed(value, Number.isInteger(value) ? 0 : 1);
  const shares = [...new Set(selections.map(({ share }) => share))];
  const lines = [
    `Structures: ${number(pool.mean + test.mean)} (${rows} environments); ${trials} splits ${split}, ` +
      `${number(pool.mean)} to select from and ${number(test.mean)} to test`,
    `Leakage: ${percent(leakage.mean)} of the test structures have near copies among the others`,
    'Means over splits, with 95 % intervals. Covered: dH < 1. Forces: the largest 5 %.',
  ];
  for (const share of shares) {
    const own = selections.filter((one) => one.share === share);
    lines.push(`${percent(share)} kept:`, ...table(own).map((line) => `  ${line}`));
    if (whole !== null) lines.push(...verdict(own).map((line) => `  ${line}`));
  }
  if (whole !== null) {
    const error = withInterval(whole, (x) => significant(x, 3));
    lines.push(`Error of a model trained on all ${number(pool.mean)}: ${error}`);
  }
  return lines;
}

function table(own: readonly ComparedSelection[]): string[] {
  const share = (found: OverTrials): string => fixed(100 * found.mean, 1);
  const hasTail = own.some(({ forceTail }) => forceTail !== null);
  const hasError = own.some(({ error }) => error !== null);
  return tableLines(
    [
      { title: '', text: ({ method }: ComparedSelection) => method, align: 'left' },
      { title: 'kept', text: ({ kept }) => significant(kept.mean, 3) },
      { title: 'covered %', text: ({ poolCovered }) => share(poolCovered) },
      { title: 'of test %', text: ({ testCovered }) => share(testCovered) },
      { title: 'max dH', text: ({ maxDH }) => fixed(maxDH.mean, 1) },
      { title: 'H', text: ({ entropy }) => fixed(entropy.mean, 2) },
      { title: 'D', text: ({ diversity }) => fixed(diversity.mean, 2) },
      ...(hasTail
        ? [
            {
              title: 'forces %',
              text: ({ forceTail }: ComparedSelection): string => (forceTail ? share(forceTail) : ''),
            },
          ]
        : []),
      ...(hasError
        ? [
            {
              title: 'error',
              text: ({ error }: ComparedSelection): string =>
                error ? withInterval(error, (x) => significant(x, 2)) : '',
            },
          ]
        : []),
    ],
    own,
  );
}

/** Which methods train better than random picks, as far as that can be said. */
function verdict(own: readonly ComparedSelection[]): string[] {
  const others = own.flatMap(({ method, againstRandom }) =>
    againstRandom ? [{ method, againstRandom }] : [],
  );
  const named = (list: typeof others): string =>
    list.length === 0 ? 'none' : list.map(({ method }) => method).join(', ');
  const better = others.filter(({ againstRandom }) => againstRandom.high < 0);
  const worse = others.filter(({ againstRandom }) => againstRandom.low > 0);
  return [`smaller errors than with random picks: ${named(better)}; larger: ${named(worse)}`];
}

function withInterval({ mean, low, high }: OverTrials, text: (value: number) => string): string {
  return `${text(mean)} [${text(low)}, ${text(high)}]`;
}
