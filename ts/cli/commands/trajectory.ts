import { NO_EFFICIENCY } from '../../base/constants.js';
import { fixed, percent, significant } from '../../base/number-format.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import * as figures from '../../faces/figure.js';
import * as analysis from '../../faces/node/analysis.js';
import type { TrajectoryRow } from '../../faces/node/analysis.js';
import { AtomColumns } from '../runs/atom-columns.js';
import { computedFrames } from '../runs/computed-frames.js';
import { inFrames } from '../runs/frame-shards.js';
import { frameWork, knownFrames } from '../runs/trajectory-shards.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import type { CliCommand } from '../session/command.js';
import { addFrameOptions, checkFrameFlags, type FrameFlags } from '../session/frame-options.js';
import { columnOf, referenceNames, tableOf, valuesOf } from '../session/frame-rows.js';
import { missingFrameKeys, missingFrameLines } from '../session/missing-in-frames.js';
import {
  addOutputOptions,
  addPlotOption,
  addResumeOption,
  addRunOptions,
  MOST_COUNT,
  type PlotFlags,
  reals,
  STRUCTURE_FILES,
  wholeTo,
} from '../session/options.js';
import { checkReadTwice } from '../session/read-twice.js';
import type { Result } from '../session/result.js';
import { type ResumeFlags, SavedRun } from '../runs/saved-run.js';
import type { Session } from '../session/session.js';
import { type Column, tableLines } from '../../base/table.js';
import { referenceFiles } from '../session/trajectory-references.js';
import { UsageError } from '../session/usage-error.js';
import { addNovelLevelOption, refuseLevelInShards } from '../session/novel-level.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends FrameFlags, ResumeFlags, PlotFlags, ShardFlags {
  readonly window: number;
  readonly quantiles: readonly number[];
  readonly atoms?: string;
  readonly s2?: boolean;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/** Lines that are printed of a trajectory at most. */
const SHOWN = 50;

/** `quests trajectory`: entropy of each frame of a simulation, and how new it is. */
export const trajectoryCommand: CliCommand<Flags> = {
  name: 'trajectory',
  description:
    'entropy of a simulation frame by frame, and novelty of its environments relative to a reference',
  outputs: () => KINDS,
  within: runSharded,
  check(flags) {
    checkFrameFlags(flags);
    SavedRun.check(savedBeside(flags));
    checkShards(flags);
  },
  bandwidthFiles: (input, flags) => referenceFiles(flags) ?? input,
  declare(command) {
    command.argument('<file...>', STRUCTURE_FILES);
    addFrameOptions(command)
      .addOption(
        new Option('--window <n>', 'also give running means of H and mean dH over n frames')
          .default(1)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option('--quantiles <shares>', 'quantiles of dH to report per frame')
          .default(DEFAULTS.quantiles, DEFAULTS.quantiles.join(','))
          .argParser(reals),
      )
      .option('--atoms <path>', 'write the frames with dH of each atom to this file (.xyz, .lammpstrj)')
      .option(
        '--s2',
        'also give the pair entropy S2, in k_B per atom, of each frame (and atom, with --atoms): ' +
          `pairs to ${DEFAULTS.pairCutoff} Å, Gaussians of ${DEFAULTS.pairWidth} Å`,
      );
    addNovelLevelOption(command);
    addResumeOption(command);
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'H, dH and temperature against time');
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

/** Refuses what shards cannot do, or need not. */
function checkShards({ shards, resume, onError }: Flags): void {
  if (shards === undefined) return;
  if (resume)
    throw new UsageError('--resume cannot be combined with shards: finished shards are kept anyway');
  if (onError === 'skip') {
    throw new UsageError('--on-error skip cannot be combined with shards, which count frames');
  }
}

/** The run is saved beside its first output. */
function savedBeside(flags: Flags): ResumeFlags {
  return { ...flags, output: flags.output ?? flags.atoms };
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { skippedFrames } = session;
  refuseLevelInShards(session, flags);
  const { quantiles, window } = flags;
  // A task writes no file: the merge does.
  const isPart = session.sharding?.mode === 'task' || session.sharding?.mode === 'plan';
  if (flags.atoms !== undefined) await checkReadTwice(session, input, '--atoms reads the frames twice');
  const atoms = isPart ? undefined : await AtomColumns.of(session, flags);
  const wishes = { quantiles, save: savedBeside(flags), atoms, more: { window, atoms: flags.atoms ?? null } };
  const shared = await inFrames(session, frameWork(session, input, flags, wishes));
  if (shared === 'done') return undefined;
  const { rows, settings, eps, done } = await computedFrames(session, input, flags, {
    ...wishes,
    ...(shared && { save: {}, known: await knownFrames(shared.results) }),
  });
  const all = withMeans(rows, window);
  const toldApart = settings.species !== null;
  return {
    lines: [...trajectoryLines(all, eps), ...missingFrameLines(all, toldApart)],
    json: {
      ...settings,
      ...missingFrameKeys(all, toldApart),
      jobs: flags.jobs ?? null,
      skipped: skippedFrames.count,
      ...(all.some(({ efficiency }) => efficiency === null) && { efficiency_reason: NO_EFFICIENCY }),
      frames: all,
    },
    table: tableOf(all),
    figure: () => figures.trajectoryFigure(all),
    written: done,
  };
}

/** Rows with running means behind what they are means of. */
function withMeans(rows: readonly TrajectoryRow[], window: number): readonly TrajectoryRow[] {
  if (window === 1) return rows;
  const names = ['entropy', ...referenceNames(rows).map((name) => columnOf(name, 'mean_dH'))];
  const means = names.map(
    (name) => [`${name}_avg`, analysis.runningMean(valuesOf(rows, name), window)] as const,
  );
  return rows.map((row, at) => {
    const added = means.map(([name, values]) => [name, values[at] as number] as const);
    const known = added.map(([name, value]) => [name, Number.isNaN(value) ? null : value] as const);
    return { ...row, ...Object.fromEntries(known) };
  });
}

function trajectoryLines(rows: readonly TrajectoryRow[], eps: number): string[] {
  const has = (name: string): boolean => rows.some((row) => (row[name] ?? null) !== null);
  const several = new Set(rows.map(({ n_envs }) => n_envs)).size > 1;
  const column = (name: string, title: string, digits: number): Column<TrajectoryRow>[] =>
    has(name) ? [{ title, text: (row) => fixed(row[name], digits) }] : [];
  const references = referenceNames(rows);
  const files = new Set(rows.map(({ file }) => file)).size > 1;
  const columns: Column<TrajectoryRow>[] = [
    { title: 'frame', text: ({ frame }) => String(frame) },
    ...(has('time') ? column('time', 'ps', 3) : column('step', 'step', 0)),
    ...column('temperature', 'T', 1),
    ...(several ? column('n_envs', 'N', 0) : []),
    ...column('entropy', 'H', 3),
    ...column('entropy_avg', 'mean H', 3),
    ...column('efficiency', 'H / log N', 3),
    ...column('s2', 'S2', 3),
    ...references.flatMap((name): Column<TrajectoryRow>[] => [
      ...column(columnOf(name, 'mean_dH'), `mean dH${of(name)}`, 3),
      ...column(columnOf(name, 'mean_dH_avg'), `running mean${of(name)}`, 3),
      ...(references.length === 1 ? column(columnOf(name, 'max_dH'), 'max dH', 3) : []),
      ...(references.length === 1
        ? [
            {
              title: `dH >= ${significant(eps)}`,
              text: (row: TrajectoryRow) => percent(row[columnOf(name, 'novelty')]),
            },
          ]
        : [
            {
              title: `nearest${of(name)}`,
              text: (row: TrajectoryRow) => percent(row[columnOf(name, 'share')]),
            },
          ]),
    ]),
    ...(files
      ? [{ title: 'file', text: ({ file }: TrajectoryRow) => String(file), align: 'left' as const }]
      : []),
  ];
  const step = Math.ceil(rows.length / SHOWN);
  const shown = rows.filter((_, at) => at % step === 0);
  const lines = tableLines(columns, shown);
  return step === 1 ? lines : [...lines, `Shown: ${shown.length} of ${rows.length} frames; -o writes all`];
}

function of(reference: string): string {
  return reference === '' ? '' : ` ${reference}`;
}
