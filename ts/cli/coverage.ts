import { type Command, Option } from 'commander';
import { DEFAULT_EPSILON, PAPER_EPSILON } from '../defaults.js';
import type {
  ColumnTable,
  Coverage,
  DescriptorMatrix,
  NovelEnvironment,
  NovelStructure,
  NoveltySummary,
} from '../node.js';
import type { Context } from './context.js';
import { UsageError } from './failure.js';
import { Describer, descriptorSettings, openSets, type OpenSet } from './input.js';
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
} from './options.js';
import { emit, type OutputKind } from './result.js';
import { duration, Session } from './session.js';
import { type Column, tableLines } from './table.js';
import { percent, threshold } from './wording.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {
  readonly eps: readonly number[];
  readonly generations?: boolean;
  readonly top?: number;
}

/** A set of the command line. */
interface NamedSet {
  readonly name: string;
  readonly files: readonly string[];
  readonly x: DescriptorMatrix;
  /** Element of each central atom; undefined where the files do not say. */
  readonly elements: readonly string[] | undefined;
}

/** δH of one set with respect to another, or to several together. */
interface Comparison {
  readonly set: NamedSet;
  /** Its number, from 1. */
  readonly number: number;
  /** Numbers of the sets it is compared with. */
  readonly known: readonly number[];
  readonly summary: NoveltySummary;
  readonly byElement: ReadonlyMap<string, NoveltySummary>;
  readonly environments: readonly NovelEnvironment[];
  readonly structures: readonly NovelStructure[];
}

const KINDS: readonly OutputKind[] = ['json', 'table'];
/** How much of what is not covered is listed. */
const DEFAULT_TOP = 5;

/** `quests coverage`: how far any number of data sets cover each other. */
export function addCoverage(program: Command, context: Context): void {
  const command = program
    .command('coverage')
    .description('how far data sets cover each other, and what of each is new to the others')
    .argument(
      '<set...>',
      'two data sets or more: each a file, a pattern, FILE@start:stop:step, - for standard input',
    )
    .action(async (sets: string[], flags: Flags) => {
      if (sets.length < 2) throw new UsageError(`expected at least two data sets, got ${sets.length}`);
      await Session.run(flags, KINDS, context, (session) => run(session, sets, flags, command));
    });
  addReadOptions(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  command
    .addOption(
      new Option(
        '-e, --eps <nats,...>',
        'environments with δH below these are covered; those not below the first are listed',
      )
        .default([DEFAULT_EPSILON, PAPER_EPSILON], `${threshold(DEFAULT_EPSILON)},${PAPER_EPSILON}`)
        .argParser(reals),
    )
    .option('--generations', 'compare each set with all before it together, in place of each with each')
    .addOption(
      new Option(
        '--top <n>',
        `structures and environments to list for each comparison (default: ${DEFAULT_TOP}; lines only for two sets)`,
      ).argParser(wholeTo(MOST_COUNT)),
    );
  addOutputOptions(command, KINDS);
  addRunOptions(command);
}

async function run(
  session: Session,
  arguments_: readonly string[],
  flags: Flags,
  command: Command,
): Promise<void> {
  const groups = arguments_.map((argument) => [argument]);
  const opened = await openSets(session, groups, flags);
  const describer = await Describer.of(session, opened, descriptorSettings(flags, command), flags);
  const clock = { seconds: 0 };
  const sets: NamedSet[] = [];
  for (const [index, set] of opened.entries()) {
    sets.push({ name: arguments_[index] ?? set.file, ...(await loaded(session, describer, set, clock)) });
  }
  describer.noteBlindness();
  const { value, seconds } = await session.timed(() => compared(session, sets, flags));
  session.note(`coverage computed in ${duration(seconds)} (${session.engine})`);
  const { overlap, comparisons } = value;
  const { eps, bandwidth, jobs } = flags;
  const [first] = sets as [NamedSet];
  await emit(session, flags, session.output, {
    lines: [
      ...setLines(sets),
      ...(overlap === undefined ? [] : matrixLines(overlap, eps)),
      ...comparisonLines(comparisons, eps),
      ...(sets.length === 2 || flags.top !== undefined ? novelLines(comparisons, flags) : []),
    ],
    json: {
      sets: sets.map(({ name, files, x }) => ({ name, files, n_envs: x.rows, n_frames: x.frames })),
      k: first.x.k,
      cutoff: first.x.cutoff,
      bandwidth,
      jobs: jobs ?? null,
      eps,
      overlap: overlap ?? null,
      comparisons: comparisons.map((one) => record(one, sets, flags.top ?? DEFAULT_TOP)),
      descriptor_time: clock.seconds,
      computation_time: seconds,
      species: first.x.species,
      skipped: session.skips.count,
      ...session.provenance,
    },
    table: environmentTable(comparisons),
  });
}

async function loaded(
  { quests }: Session,
  describer: Describer,
  set: OpenSet,
  clock: { seconds: number },
): Promise<Pick<NamedSet, 'files' | 'x' | 'elements'>> {
  const parts: DescriptorMatrix[] = [];
  const elements: string[] = [];
  for await (const { x, structures = [] } of describer.batches(set, clock)) {
    parts.push(x);
    for (const { species = [] } of structures) elements.push(...species);
  }
  const x = quests.concatenated(parts);
  return { files: set.files, x, elements: elements.length === x.rows ? elements : undefined };
}

async function compared(
  session: Session,
  sets: readonly NamedSet[],
  { eps, bandwidth, generations = false }: Flags,
): Promise<{ overlap?: Coverage['overlap']; comparisons: Comparison[] }> {
  const { quests } = session;
  const options = { ...session.options, bandwidth, epsilon: eps };
  const matrices = sets.map(({ x }) => x);
  const several = new Set(sets.flatMap(({ elements }) => elements ?? [])).size > 1;
  const comparison = async (
    index: number,
    known: readonly number[],
    dH: Float64Array,
  ): Promise<Comparison> => {
    const set = sets[index] as NamedSet;
    const { elements } = set;
    return {
      set,
      number: index + 1,
      known,
      summary: await quests.noveltySummary(dH, options),
      byElement: several && elements ? await quests.noveltyByGroup(dH, elements, options) : new Map(),
      environments: quests.novelEnvironments(set.x, dH, { epsilon: eps[0] }),
      structures: quests.novelStructures(set.x, dH, { epsilon: eps[0] }),
    };
  };
  const comparisons: Comparison[] = [];
  if (generations) {
    const found = await quests.noveltyByGeneration(matrices, options);
    for (const [index, { dH }] of found.entries()) {
      comparisons.push(
        await comparison(
          index + 1,
          Array.from({ length: index + 1 }, (_, before) => before + 1),
          dH,
        ),
      );
    }
    return { comparisons };
  }
  const { overlap, dH } = await quests.coverage(matrices, options);
  for (const [row, values] of dH.entries()) {
    for (const [column, value] of values.entries()) {
      if (row !== column) comparisons.push(await comparison(row, [column + 1], value));
    }
  }
  return { overlap, comparisons };
}

function setLines(sets: readonly NamedSet[]): string[] {
  const columns: Column<[number, NamedSet]>[] = [
    { title: 'set', text: ([index]) => String(index + 1) },
    { title: 'environments', text: ([, { x }]) => String(x.rows) },
    { title: 'structures', text: ([, { x }]) => String(x.frames) },
    { title: 'name', text: ([, { name }]) => name, align: 'left' },
  ];
  return tableLines(columns, [...sets.entries()]);
}

function matrixLines(overlap: Coverage['overlap'], eps: readonly number[]): string[] {
  return overlap.flatMap((matrix, at) => {
    const columns: Column<[number, readonly number[]]>[] = [
      { title: 'set', text: ([row]) => String(row + 1) },
      ...matrix.map((_, column) => ({
        title: `in ${column + 1}`,
        text: ([, shares]: [number, readonly number[]]) => (shares[column] ?? NaN).toFixed(4),
      })),
    ];
    return ['', `Overlap (${below(eps[at])}):`, ...tableLines(columns, [...matrix.entries()])];
  });
}

function comparisonLines(comparisons: readonly Comparison[], eps: readonly number[]): string[] {
  interface Row {
    readonly of: Comparison;
    readonly group: string;
    readonly summary: NoveltySummary;
  }
  const rows = comparisons.flatMap((of): Row[] => [
    { of, group: 'all', summary: of.summary },
    // Of a single element it would say the same again.
    ...(of.byElement.size < 2 ? [] : [...of.byElement]).map(([group, summary]) => ({ of, group, summary })),
  ]);
  const columns: Column<Row>[] = [
    { title: 'set', text: ({ of }) => String(of.number) },
    { title: 'known', text: ({ of }) => numbers(of.known) },
    { title: 'element', text: ({ group }) => group, align: 'left' },
    { title: 'environments', text: ({ summary }) => String(summary.environments) },
    ...eps.map((value, at) => ({
      title: `dH < ${threshold(value)}`,
      text: ({ summary }: Row) => percent(summary.overlap[at] ?? NaN),
    })),
    { title: 'dH >= 0', text: ({ summary }) => percent(summary.novelty) },
    { title: 'mean dH', text: ({ summary }) => summary.mean.toFixed(3) },
    { title: 'max dH', text: ({ summary }) => summary.max.toFixed(3) },
  ];
  const shown = rows.some(({ group }) => group !== 'all')
    ? columns
    : columns.filter(({ title }) => title !== 'element');
  return ['', 'Each set for one who knows another (dH in nats):', ...tableLines(shown, rows)];
}

function novelLines(comparisons: readonly Comparison[], { eps, top = DEFAULT_TOP }: Flags): string[] {
  return comparisons.flatMap((comparison) => {
    const { set, number, known, environments, structures } = comparison;
    if (environments.length === 0) return [];
    const place = (of: NovelEnvironment | NovelStructure): [string, number] => placeOf(set, of);
    const ofStructure: Column<NovelStructure>[] = [
      { title: 'max dH', text: ({ max }) => max.toFixed(3) },
      { title: 'mean dH', text: ({ mean }) => mean.toFixed(3) },
      { title: 'uncovered', text: (one) => `${one.uncovered} of ${one.environments}` },
      { title: 'frame', text: (one) => String(place(one)[1]) },
      { title: 'file', text: (one) => place(one)[0], align: 'left' },
    ];
    const ofEnvironment: Column<NovelEnvironment>[] = [
      { title: 'dH', text: ({ dH }) => dH.toFixed(3) },
      { title: 'atom', text: ({ atom }) => String(atom) },
      { title: 'element', text: ({ row }) => set.elements?.[row] ?? '?', align: 'left' },
      { title: 'frame', text: (one) => String(place(one)[1]) },
      { title: 'file', text: (one) => place(one)[0], align: 'left' },
    ];
    const counts = (shown: number, all: number): string => (shown < all ? `${shown} of ${all}` : String(all));
    const first = structures.slice(0, top);
    const newest = environments.slice(0, top);
    const title = (what: string, shown: number, all: number): string =>
      `${what} of ${number} not in ${numbers(known)} (dH >= ${threshold(eps[0] ?? NaN)} nats), newest first: ${counts(shown, all)}`;
    return [
      '',
      title('Structures', first.length, structures.length),
      ...tableLines(ofStructure, first),
      '',
      title('Environments', newest.length, environments.length),
      ...tableLines(ofEnvironment, newest),
    ];
  });
}

/** Numbers of sets that follow each other. */
function numbers(sets: readonly number[]): string {
  const [first, last] = [sets.at(0), sets.at(-1)];
  return first === last ? String(first) : `${first}-${last}`;
}

function below(epsilon: number | undefined): string {
  return `dH < ${threshold(epsilon ?? NaN)} nats`;
}

/** File and frame of what stands in a set; where the file does not say, the set and the frame in it. */
function placeOf({ name }: NamedSet, { source, frame }: NovelEnvironment | NovelStructure): [string, number] {
  return [source?.file ?? name, source?.frame ?? frame];
}

function record(comparison: Comparison, sets: readonly NamedSet[], top: number): Record<string, unknown> {
  const { set, known, summary, byElement, environments, structures } = comparison;
  return {
    set: set.name,
    known: known.map((number) => sets[number - 1]?.name),
    ...figures(summary),
    by_element: Object.fromEntries([...byElement].map(([element, one]) => [element, figures(one)])),
    uncovered_envs: environments.length,
    uncovered_structures: structures.length,
    structures: structures.slice(0, top).map((one) => {
      const [file, frame] = placeOf(set, one);
      const { environments: envs, uncovered, mean, max } = one;
      return { file, frame, n_envs: envs, uncovered_envs: uncovered, mean_dH: mean, max_dH: max };
    }),
    environments: environments.slice(0, top).map((one) => {
      const [file, frame] = placeOf(set, one);
      return { file, frame, atom: one.atom, element: set.elements?.[one.row] ?? null, dH: one.dH };
    }),
  };
}

function figures({ environments, overlap, novelty, mean, max }: NoveltySummary): Record<string, unknown> {
  return { n_envs: environments, overlap: Array.from(overlap), novelty, mean_dH: mean, max_dH: max };
}

/** All environments that are not covered, comparison by comparison. */
function environmentTable(comparisons: readonly Comparison[]): ColumnTable {
  const rows = comparisons.flatMap((comparison) =>
    comparison.environments.map((one) => ({ comparison, one, place: placeOf(comparison.set, one) })),
  );
  return {
    rows: rows.length,
    columns: [
      { name: 'set', data: Int32Array.from(rows, ({ comparison }) => comparison.number) },
      { name: 'known', data: rows.map(({ comparison }) => numbers(comparison.known)) },
      { name: 'file', data: rows.map(({ place }) => place[0]) },
      { name: 'frame', data: Int32Array.from(rows, ({ place }) => place[1]) },
      { name: 'atom', data: Int32Array.from(rows, ({ one }) => one.atom) },
      { name: 'element', data: rows.map(({ comparison, one }) => comparison.set.elements?.[one.row] ?? '') },
      { name: 'dH', data: Float64Array.from(rows, ({ one }) => one.dH) },
    ],
  };
}
