import { fixed, percent } from '../../base/number-format.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import * as quests from '../../faces/node/quests.js';
import type { Generation, Structure } from '../../faces/node/quests.js';
import { addChainOptions, type ChainFlags, chainOptions, grownSet } from '../session/chain-options.js';
import type { CliCommand } from '../session/command.js';
import {
  addOutputOptions,
  addRunOptions,
  MOST_COUNT,
  type RunFlags,
  STRUCTURE_FILES,
  wholeTo,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { type ResumeFlags, SavedRun } from '../runs/saved-run.js';
import { duration, type Session } from '../session/session.js';
import { type Column, tableLines } from '../../base/table.js';
import type { OutputKind } from '../session/output.js';
import { checkOneTable } from '../session/output-columns.js';
import { chainSettings, runSettings } from '../runs/chain-settings.js';

interface Flags extends RunFlags, ResumeFlags, ChainFlags {
  readonly structures?: number;
  readonly generations: number;
  readonly full?: boolean;
}

/** What is said of a generation. */
interface GenerationSummary {
  readonly gen: number;
  readonly structures: number;
  readonly acceptance: number;
  readonly too_close: number;
  readonly score: number;
  readonly mean_dH: number;
  readonly max_dH: number;
  /** Chains of which no step was accepted. */
  readonly stuck: number;
  /** Environments known after it. */
  readonly ref_envs: number;
}

const KINDS: readonly OutputKind[] = ['frames'];

/** `quests active_learning`: a dataset that grows by what it does not know. */
export const activeLearningCommand: CliCommand<Flags> = {
  name: 'active_learning',
  description: 'generate structures in generations; each generation is compared with all earlier ones',
  outputs: () => KINDS,
  check(flags) {
    SavedRun.check(flags);
  },
  declare(command) {
    command
      .argument('<reference...>', STRUCTURE_FILES)
      .addOption(
        new Option(
          '-s, --structures <n>',
          `number of start structures per generation (default: ${DEFAULTS.parents}, at most all)`,
        ).argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option('-g, --generations <n>', 'number of generations')
          .default(DEFAULTS.generations)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .option('--full', 'also write the reference structures, before the new ones');
    addChainOptions(command);
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { options, output } = session;
  checkOneTable(output, '--full', flags.full);
  const { file, files, x, structures, referenceKeys } = await grownSet(session, input, flags);
  const count = flags.structures ?? Math.min(DEFAULTS.parents, structures.length);
  const settings = await runSettings(session.provenance, flags, structures, { count, ...referenceKeys });
  const saved = await SavedRun.open(session, flags, settings);
  const made: Structure[][] = [];
  while (made.length < flags.generations && saved?.has(fileOf(made.length + 1))) {
    made.push(await structuresOf(saved.path(fileOf(made.length + 1))));
  }
  if (made.length > 0) session.note(`continuing after generation ${made.length}`);

  const generations: Pick<Generation, 'number' | 'structures'>[] = made.map((each, at) => ({
    number: at + 1,
    structures: each,
  }));
  const { seconds } = await session.timed(async () => {
    const loop = quests.activeLearning(structures, {
      ...options,
      ...chainOptions(flags),
      k: flags.nbrs,
      cutoff: flags.cutoff,
      species: flags.species,
      reference: flags.reference && x,
      structures: count,
      generations: flags.generations,
      done: made,
    });
    for await (const generation of loop) {
      generations.push(generation);
      if (saved === undefined) continue;
      const path = saved.path(fileOf(generation.number));
      await session.writeStructures(path, generation.structures, { overwrite: true });
      session.note(`generation ${generation.number} saved: ${generation.structures.length} structures`);
    }
  });
  session.note(`generations made in ${duration(seconds)} (${session.engine})`);
  const summaries = summarised(generations, x.rows);
  for (const { gen, stuck, structures: chains } of summaries) {
    if (stuck > 0) session.note(`note: generation ${gen}: ${stuck} of ${chains} chains accepted no step`);
  }
  if (output !== undefined && saved !== undefined) {
    const { overwrite } = flags;
    const names = generations.map(({ number }) => saved.path(fileOf(number)));
    await session.writeStructures(output.path, all(flags.full ? structures : [], names), {
      overwrite,
    });
    saved.remove();
    session.note(`result written to ${output.path}`);
  }
  const fresh = generations.reduce((sum, { structures }) => sum + structures.length, 0);
  return {
    lines: [
      flags.reference === undefined
        ? `Reference: ${structures.length} structures, ${x.rows} environments`
        : `Reference: ${x.rows} environments; structures to start from: ${structures.length}`,
      ...tableLines(GENERATION_COLUMNS, summaries),
      `New structures: ${fresh}`,
    ],
    json: {
      file,
      files,
      output: output?.path ?? null,
      structures: count,
      generations: flags.generations,
      full: flags.full ?? false,
      ref_envs: x.rows,
      ...chainSettings(flags),
      ...referenceKeys,
      jobs: flags.jobs ?? null,
      by_generation: summaries,
      new_structures: fresh,
      computation_time: seconds,
      species: x.species,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

const GENERATION_COLUMNS: readonly Column<GenerationSummary>[] = [
  { title: 'gen', text: ({ gen }) => String(gen) },
  { title: 'structures', text: ({ structures }) => String(structures) },
  { title: 'accepted', text: ({ acceptance }) => percent(acceptance) },
  { title: 'too close', text: ({ too_close }) => percent(too_close) },
  { title: 'score', text: ({ score }) => fixed(score, 3) },
  { title: 'mean dH', text: ({ mean_dH }) => fixed(mean_dH, 3) },
  { title: 'max dH', text: ({ max_dH }) => fixed(max_dH, 3) },
  { title: 'environments after', text: ({ ref_envs }) => String(ref_envs) },
];

function summarised(
  generations: readonly Pick<Generation, 'number' | 'structures'>[],
  rows: number,
): GenerationSummary[] {
  let known = rows;
  return generations.map(({ number, structures }) => {
    const values = (key: string): number[] => structures.map(({ info }) => Number(info?.[key]));
    const mean = (key: string): number =>
      values(key).reduce((sum, value) => sum + value, 0) / structures.length;
    known += structures.reduce((sum, { positions }) => sum + positions.length / 3, 0);
    return {
      gen: number,
      structures: structures.length,
      acceptance: mean('acceptance'),
      too_close: mean('too_close'),
      score: mean('score'),
      mean_dH: mean('mean_dH'),
      max_dH: Math.max(...values('max_dH')),
      stuck: values('acceptance').filter((value) => value === 0).length,
      ref_envs: known,
    };
  });
}

function fileOf(generation: number): string {
  return `generation-${generation}.xyz`;
}

async function structuresOf(path: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const structure of quests.readStructures(path)) structures.push(structure);
  return structures;
}

/**
 * Structures at hand, then those of files: read even where they are at hand, so that a pause leaves
 * no trace.
 */
async function* all(
  first: readonly Structure[],
  names: readonly string[],
): AsyncGenerator<Structure, void, undefined> {
  yield* first;
  for (const name of names) yield* quests.readStructures(name);
}
