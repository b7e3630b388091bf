import { significant } from '../../base/number-format.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { PAPER_EPSILON } from '../../base/constants.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { Coverage, DescriptorMatrix } from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import {
  DEFAULT_TOP,
  type Comparison,
  comparisonLines,
  environmentTable,
  matrixLines,
  missingElementLines,
  type NamedSet,
  novelLines,
  comparisonRecord,
  setLines,
} from '../session/coverage-lines.js';
import { comparison } from '../session/coverage-comparison.js';
import { planCoverage, storedCoverage, storedDeltas, storedSets } from '../runs/coverage-shards.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets, type OpenSet } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  type DescriptorFlags,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  type ReadFlags,
  reals,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import {
  addNovelLevelOption,
  noveltyThreshold,
  novelLevelKeys,
  type NovelLevelFlags,
  refuseLevelInShards,
} from '../session/novel-level.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { sharded, type StoredSums } from '../runs/sharding.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';

interface Flags
  extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags, NovelLevelFlags, ShardFlags {
  readonly eps: readonly number[];
  readonly generations?: boolean;
  readonly top?: number;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/** `quests coverage`: how far any number of datasets cover each other. */
export const coverageCommand: CliCommand<Flags> = {
  name: 'coverage',
  description: 'coverage of datasets by each other, and what is novel in each',
  outputs: () => KINDS,
  within: runSharded,
  check(_flags, input) {
    if (input.length < 2) throw new UsageError(`expected at least two datasets, got ${input.length}`);
  },
  bandwidthFiles: (input) => input.slice(0, 1),
  takesElementBandwidths: () => true,
  declare(command) {
    command.argument(
      '<set...>',
      'two datasets or more: each a file, a pattern, FILE@start:stop:step, - for standard input',
    );
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    command
      .addOption(
        new Option(
          '-e, --eps <nats,...>',
          'thresholds of coverage; environments at or above the first are listed as novel',
        )
          .default([DEFAULTS.epsilon, PAPER_EPSILON], `${significant(DEFAULTS.epsilon)},${PAPER_EPSILON}`)
          .argParser(reals),
      )
      .option('--generations', 'compare each set with all earlier sets together instead of pairwise')
      .addOption(
        new Option(
          '--top <n>',
          `number of novel structures and environments to list per comparison (default: ` +
            `${DEFAULT_TOP}; with more than two sets, none are printed)`,
        ).argParser(wholeTo(MOST_COUNT)),
      );
    addNovelLevelOption(command);
    addOutputOptions(command, KINDS);
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

/** Sets, what there is to say of each for one who knows others, and how long it took. */
interface CoverageFound {
  readonly sets: readonly NamedSet[];
  readonly overlap?: Coverage['overlap'];
  readonly comparisons: readonly Comparison[];
  readonly descriptorSeconds: number;
  readonly seconds: number;
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  refuseLevelInShards(session, flags);
  const groups = input.map((argument) => [argument]);
  const { eps, bandwidth, jobs, generations = false } = flags;
  const stored = await sharded(session, groups, flags, [bandwidth], (planner, batches) =>
    planCoverage(planner, batches, groups.length, generations),
  );
  if (stored === 'planned') return undefined;
  const { sets, overlap, comparisons, descriptorSeconds, seconds } =
    stored === undefined
      ? await computedCoverage(session, input, flags)
      : await coverageFromShards(session, input, stored, flags);
  const [first] = sets as [NamedSet];
  const shares = overlap && countedOverlap(overlap, comparisons);
  return {
    lines: [
      ...setLines(sets),
      ...(shares === undefined ? [] : matrixLines(shares, flags)),
      ...comparisonLines(comparisons, flags),
      ...missingElementLines(comparisons, first.x.species !== null),
      ...(sets.length === 2 || flags.top !== undefined ? novelLines(comparisons, flags) : []),
    ],
    json: {
      sets: sets.map(({ name, files, x }) => ({ name, files, n_envs: x.rows, n_frames: x.frames })),
      k: first.x.k,
      cutoff: first.x.cutoff,
      bandwidth,
      jobs: jobs ?? null,
      eps: flags.novelLevel === undefined ? eps : null,
      ...novelLevelKeys(flags),
      overlap: shares ?? null,
      comparisons: comparisons.map((one) => comparisonRecord(one, sets, flags)),
      descriptor_time: descriptorSeconds,
      computation_time: seconds,
      species: first.x.species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
    table: environmentTable(comparisons),
  };
}

/** Shares by which environments of elements that the other set lacks are not covered. */
function countedOverlap(
  overlap: Coverage['overlap'],
  comparisons: readonly Comparison[],
): Coverage['overlap'] {
  return overlap.map((matrix, at) =>
    matrix.map((shares, row) =>
      shares.map((share, column) => {
        const own = comparisons.find(({ number, known }) => number === row + 1 && known[0] === column + 1);
        return own?.summary.overlap[at] ?? share;
      }),
    ),
  );
}

async function computedCoverage(
  session: Session,
  input: readonly string[],
  flags: Flags,
): Promise<CoverageFound> {
  const groups = input.map((argument) => [argument]);
  const opened = await openSets(session, groups, flags);
  const describer = await Describer.of(session, opened, descriptorSettings(flags), flags);
  const clock = { seconds: 0 };
  const sets: (NamedSet & { readonly x: DescriptorMatrix })[] = [];
  for (const [index, set] of opened.entries()) {
    sets.push({ name: input[index] ?? set.file, ...(await loaded(describer, set, clock)) });
  }
  describer.noteBlindness();
  const matrices = sets.map(({ x }) => x);
  const options = { ...session.options, bandwidth: flags.bandwidth, epsilon: flags.eps };
  const { value, seconds } = await session.timed(async () => {
    if (flags.generations) {
      const found = await analysis.noveltyByGeneration(matrices, options);
      return {
        comparisons: await byGeneration(
          session,
          sets,
          found.map(({ dH }) => dH),
          await thresholds(
            session,
            matrices.slice(1).map((_, at) => matrices.slice(0, at + 1)),
            flags,
          ),
        ),
      };
    }
    const { overlap, dH } = await quests.coverage(matrices, options);
    const eps = await thresholds(
      session,
      matrices.map((x) => [x]),
      flags,
    );
    const own = flags.novelLevel === undefined ? overlap : [await levelOverlap(session, dH, eps)];
    return { overlap: own, comparisons: await byPair(session, sets, dH, eps) };
  });
  session.note(`coverage computed in ${duration(seconds)} (${session.engine})`);
  return { sets, ...value, descriptorSeconds: clock.seconds, seconds };
}

/** Thresholds of coverage by each of some sets, of one matrix or several. */
async function thresholds(
  session: Session,
  known: readonly (readonly DescriptorMatrix[])[],
  flags: Flags,
): Promise<(readonly number[])[]> {
  const all: (readonly number[])[] = [];
  for (const matrices of known) {
    const own =
      flags.novelLevel === undefined
        ? undefined
        : await noveltyThreshold(session, analysis.concatenated(matrices), flags);
    all.push(own === undefined ? flags.eps : [own]);
  }
  return all;
}

/** Shares that each set covers of each, by the threshold of the one that covers. */
function levelOverlap(
  { backend }: Session,
  dH: Coverage['dH'],
  eps: readonly (readonly number[])[],
): Promise<number[][]> {
  const share = (values: Float64Array, known: number): Promise<number> =>
    analysis.overlapOf(values, { backend, epsilon: eps[known]?.[0] });
  return Promise.all(dH.map((row) => Promise.all(row.map(share))));
}

async function coverageFromShards(
  session: Session,
  input: readonly string[],
  stored: StoredSums,
  flags: Flags,
): Promise<CoverageFound> {
  const found = await storedSets(stored);
  const sets = found.map((set, index) => ({ name: input[index] ?? '', ...set }));
  const descriptorSeconds = stored.sets.reduce((sum, one) => sum + one.seconds, 0);
  const { seconds } = stored;
  if (flags.generations) {
    const all = await storedDeltas(stored);
    return {
      sets,
      comparisons: await byGeneration(
        session,
        sets,
        all,
        all.map(() => flags.eps),
      ),
      descriptorSeconds,
      seconds,
    };
  }
  const { overlap, dH } = await storedCoverage(session, stored, flags.eps);
  const eps = sets.map(() => flags.eps);
  return {
    sets,
    overlap,
    comparisons: await byPair(session, sets, dH, eps),
    descriptorSeconds,
    seconds,
  };
}

async function loaded(
  describer: Describer,
  set: OpenSet,
  clock: { seconds: number },
): Promise<Pick<NamedSet, 'files' | 'elements'> & { readonly x: DescriptorMatrix }> {
  const parts: DescriptorMatrix[] = [];
  const elements: string[] = [];
  for await (const { x, structures = [] } of describer.batches(set, clock)) {
    parts.push(x);
    for (const { species = [] } of structures) elements.push(...species);
  }
  const x = analysis.concatenated(parts);
  return { files: set.files, x, elements: elements.length === x.rows ? elements : undefined };
}

/** What is to be said of each set for one who knows each other. */
async function byPair(
  session: Session,
  sets: readonly NamedSet[],
  dH: Coverage['dH'],
  eps: readonly (readonly number[])[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [row, values] of dH.entries()) {
    for (const [column, value] of values.entries()) {
      if (row === column) continue;
      const own = eps[column] as readonly number[];
      comparisons.push(await comparison(session, sets, row, [column + 1], value, own));
    }
  }
  return comparisons;
}

/** What is to be said of each set after the first for one who knows all before it. */
async function byGeneration(
  session: Session,
  sets: readonly NamedSet[],
  dH: readonly Float64Array[],
  eps: readonly (readonly number[])[],
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const [before, values] of dH.entries()) {
    const known = Array.from({ length: before + 1 }, (_, at) => at + 1);
    const own = eps[before] as readonly number[];
    comparisons.push(await comparison(session, sets, before + 1, known, values, own));
  }
  return comparisons;
}
