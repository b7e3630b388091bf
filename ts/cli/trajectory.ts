import { type Command, Option } from 'commander';
import { DEFAULT_QUANTILES, SATURATION } from '../defaults.js';
import type { FrameNovelty, Structure, TrajectoryFrame } from '../node.js';
import { AtomColumns } from './atom-columns.js';
import type { Context } from './context.js';
import { UsageError } from './failure.js';
import { columnOf, type FrameRow, rowOf, tableOf } from './frame-rows.js';
import { openSets, type OpenSet } from './input.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogOption,
  addOutputOptions,
  addOverlapOptions,
  addPlotOption,
  addReadOptions,
  addRunOptions,
  addToleranceOptions,
  type KernelFlags,
  MOST_COUNT,
  type OverlapFlags,
  type PlotFlags,
  positive,
  reals,
  type RunFlags,
  STRUCTURE_FILES,
  type ToleranceFlags,
  wholeTo,
} from './options.js';
import { emit, type OutputKind } from './result.js';
import { SavedFrames } from './saved-frames.js';
import { fingerprint, type ResumeFlags, SavedRun } from './saved-run.js';
import { duration, Session } from './session.js';
import { type Column, tableLines } from './table.js';
import {
  addReferenceOptions,
  checkReferences,
  openReferences,
  type ReferenceFlags,
  type References,
} from './trajectory-references.js';
import { percent } from './wording.js';
import { QuestsError } from '../error.js';

interface Flags
  extends RunFlags, ResumeFlags, PlotFlags, ReferenceFlags, KernelFlags, ToleranceFlags, OverlapFlags {
  readonly every: number;
  readonly average: number;
  readonly window: number;
  readonly timestep?: number;
  readonly quantiles: readonly number[];
  readonly atoms?: string;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/** Lines that are printed of a trajectory at most. */
const SHOWN = 50;

/** `quests trajectory`: entropy of each frame of a simulation, and how new it is. */
export function addTrajectory(program: Command, context: Context): void {
  const command = program
    .command('trajectory')
    .description('frame by frame: entropy of a simulation, and how new its environments are to a reference')
    .argument('<file...>', STRUCTURE_FILES)
    .action(async (files: string[], flags: Flags) => {
      checkFlags(files, flags);
      SavedRun.check({ ...flags, output: savedFor(flags) });
      await Session.run(flags, KINDS, context, (session) => run(session, files, flags, command));
    });
  addReferenceOptions(command)
    .addOption(
      new Option(
        '--every <n>',
        'take each of so many frames (FILE@::n passes over others without reading them)',
      )
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('--average <n>', 'average positions over so many frames, moving on frame by frame')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option('--window <n>', 'add running means of H and of the mean dH over so many frames')
        .default(1)
        .argParser(wholeTo(MOST_COUNT)),
    )
    .addOption(
      new Option(
        '--timestep <ps>',
        'length of a step of the simulation (default: frames say their time)',
      ).argParser(positive),
    )
    .addOption(
      new Option('--quantiles <shares>', 'quantiles of dH to give for each frame')
        .default(DEFAULT_QUANTILES, DEFAULT_QUANTILES.join(','))
        .argParser(reals),
    )
    .option('--atoms <path>', 'structure file for the frames with dH of each atom, as .xyz or .lammpstrj')
    .option('--resume', 'go on with a run that was stopped, from what it saved beside the output');
  addReadOptions(command);
  addDescriptorOptions(command);
  addKernelOptions(command);
  addToleranceOptions(command);
  addOverlapOptions(command);
  addLogOption(command);
  addOutputOptions(command, KINDS);
  addPlotOption(command, 'H, dH and temperature against time');
  addRunOptions(command);
}

/** The output that a run is saved beside. */
function savedFor({ output, atoms }: Flags): string | undefined {
  return output ?? atoms;
}

function checkFlags(files: readonly string[], flags: Flags): void {
  checkReferences(flags);
  if (flags.atoms !== undefined && files.includes('-')) {
    throw new UsageError('--atoms reads the frames a second time, which standard input does not allow');
  }
  if (flags.resume === true && flags.onError === 'skip') {
    throw new UsageError('--resume needs frames to be where they were: it does not go with --on-error skip');
  }
}

async function run(
  session: Session,
  arguments_: readonly string[],
  flags: Flags,
  command: Command,
): Promise<void> {
  const { quests, backend, signal } = session;
  const atoms = await AtomColumns.of(session, flags);
  const late = { count: 0 };
  const [set] = await openSets(session, [arguments_], flags, () => late.count++);
  const frames = framesOf(session, set, flags, true);
  const first = await frames.next();
  const example = first.done === true ? undefined : first.value;
  const references = await openReferences(session, flags, command, example);
  const settings = await settingsOf(session, set, flags, references, example);
  const saved = await SavedRun.open(session, { ...flags, output: savedFor(flags) }, settings);
  const known = saved && new SavedFrames(saved);
  const from = known?.frames.length ?? 0;
  if (from > 0) session.note(`goes on after ${from} frame${from === 1 ? '' : 's'}`);

  const species = new Set<string>();
  const prints: string[] = [];
  async function* watched(): AsyncGenerator<Structure, void, undefined> {
    if (example === undefined) return;
    for await (const structure of following(example, frames)) {
      structure.species?.forEach((each) => species.add(each));
      if (known !== undefined) {
        const print = await fingerprint([structure]);
        const before = known.frames[prints.length]?.print ?? print;
        if (before !== print) throw otherFrame(structure, saved?.folder ?? '');
        prints.push(print);
      }
      yield structure;
    }
  }
  const rows: FrameRow[] = known?.frames.map(({ row }) => row) ?? [];
  const quantiles = flags.quantiles;
  const estimated = flags.tolerance !== undefined;
  const { seconds } = await session.timed(async () => {
    const found = quests.trajectory(watched(), {
      backend,
      signal,
      k: flags.nbrs,
      cutoff: flags.cutoff,
      species: references.species,
      onSkip: flags.onError === 'skip' ? session.skips.add : undefined,
      reference: references.reference,
      bandwidth: flags.bandwidth,
      epsilon: flags.eps,
      quantiles,
      tolerance: flags.tolerance,
      seed: flags.seed,
      timestep: flags.timestep,
      from,
    });
    for await (const frame of found) {
      const row = rowOf(frame, { quantiles, estimated });
      rows.push(row);
      known?.add(row, prints[frame.index] ?? '', atoms === undefined ? [] : valuesOf(frame));
    }
  });
  references.noteBlindness(species);
  session.note(`${rows.length - from} frames in ${duration(seconds)} (${session.engine})`);
  note(session, rows, late.count, flags);
  if (atoms !== undefined && known !== undefined) {
    const { reference } = references;
    const names = 'sets' in reference ? reference.sets.map(({ name }) => name) : [''];
    await atoms.write(framesOf(session, await set.reopen(), flags, false), known, names);
  }
  const all = withMeans(quests.runningMean, rows, flags.window);
  await emit(session, flags, session.output, {
    lines: frameLines(all),
    json: { ...settings, jobs: flags.jobs ?? null, skipped: session.skips.count, frames: all },
    table: tableOf(all),
    figure: () => quests.trajectoryFigure(all),
  });
  known?.close();
  saved?.remove();
}

/** Frames as they are computed on. */
function framesOf(
  session: Session,
  set: OpenSet,
  flags: Flags,
  speaks: boolean,
): AsyncGenerator<Structure, void, undefined> {
  const { every, average } = flags;
  return session.quests.trajectoryFrames(set.opened.structures(), {
    every,
    average,
    onRepeat: ({ file, frame }) => {
      if (speaks) session.note(`note: ${file}, frame ${frame} repeats the step before, and is left out`);
    },
  });
}

async function* following<T>(first: T, rest: AsyncGenerator<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  yield* rest;
}

function otherFrame({ source }: Structure, folder: string): QuestsError {
  const place = `${source?.file ?? ''}, frame ${source?.frame ?? 0}`;
  return new QuestsError(
    'MISMATCH',
    `${place} is another one than ${folder} was begun with; --overwrite begins anew`,
  );
}

/** What a run depends on; the same for the record of its result. */
async function settingsOf(
  session: Session,
  { file, files }: OpenSet,
  flags: Flags,
  references: References,
  example: Structure | undefined,
): Promise<Record<string, unknown>> {
  const { version, backend, simd } = session.provenance;
  const { reference } = references;
  const kind = 'sets' in reference ? { references: references.files } : reference;
  return {
    file,
    files,
    k: flags.nbrs,
    cutoff: flags.cutoff,
    bandwidth: flags.bandwidth,
    species: references.species === false ? null : references.species,
    ...kind,
    ref_envs: 'sets' in reference ? reference.sets.map(({ x }) => x.rows) : null,
    eps: flags.eps,
    quantiles: flags.quantiles,
    every: flags.every,
    average: flags.average,
    window: flags.window,
    timestep: flags.timestep ?? null,
    log: flags.log ?? null,
    tolerance: flags.tolerance ?? null,
    seed: flags.tolerance === undefined ? null : flags.seed,
    atoms: flags.atoms ?? null,
    version,
    backend,
    simd,
    structures: example === undefined ? null : await fingerprint([example]),
  };
}

function valuesOf({ novelty, environments }: TrajectoryFrame): Float64Array[] {
  // Frames that nothing is known of: one array of nothing for each reference there will be, which is one.
  if (novelty.length === 0) return [new Float64Array(environments).fill(NaN)];
  return novelty.map(({ dH }: FrameNovelty) => dH);
}

function note(session: Session, rows: readonly FrameRow[], late: number, flags: Flags): void {
  const ideal = rows.filter((row) => row.ideal === true).map(({ frame }) => String(frame));
  if (ideal.length > 0) {
    const [frames, are] =
      ideal.length === 1 ? ['frame', 'is a perfect lattice'] : ['frames', 'are perfect lattices'];
    session.note(
      `note: ${frames} ${ideal.slice(0, 5).join(', ')}${ideal.length > 5 ? ' …' : ''} ${are}: H is 0, or nearly`,
    );
  }
  const saturated = rows.filter(({ efficiency }) => Number(efficiency) > SATURATION).length;
  if (saturated > 0) {
    session.note(
      `note: saturated: H / log N is above ${SATURATION} in ${saturated} of ${rows.length} frames; ` +
        'too few environments, or too narrow a bandwidth, to tell them apart',
    );
  }
  if (late > 0)
    session.note(
      `note: ${late} frames come after the last step of ${flags.log ?? ''}, which has nothing of them`,
    );
}

/** Rows with running means behind what they are means of. */
function withMeans(
  runningMean: (values: ArrayLike<number>, window: number) => Float64Array,
  rows: readonly FrameRow[],
  window: number,
): readonly FrameRow[] {
  if (window === 1) return rows;
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const means = names
    .filter((name) => name === 'entropy' || /(^|:)mean_dH$/.test(name))
    .map((name) => {
      const values = rows.map((row) => (typeof row[name] === 'number' ? row[name] : NaN));
      return [`${name}_avg`, runningMean(values, window)] as const;
    });
  return rows.map((row, at) => {
    const added = means.map(([name, values]) => [name, values[at] as number] as const);
    return {
      ...row,
      ...Object.fromEntries(added.map(([name, value]) => [name, Number.isNaN(value) ? null : value])),
    };
  });
}

function frameLines(rows: readonly FrameRow[]): string[] {
  const has = (name: string): boolean => rows.some((row) => (row[name] ?? null) !== null);
  const several = new Set(rows.map(({ n_envs }) => n_envs)).size > 1;
  const column = (name: string, title: string, digits: number): Column<FrameRow>[] =>
    has(name) ? [{ title, text: (row) => fixed(row[name], digits) }] : [];
  const references = [...new Set(rows.flatMap((row) => Object.keys(row)))]
    .filter((name) => /(^|:)mean_dH$/.test(name))
    .map((name) => name.slice(0, -'mean_dH'.length).replace(/:$/, ''));
  const files = new Set(rows.map(({ file }) => file)).size > 1;
  const columns: Column<FrameRow>[] = [
    { title: 'frame', text: ({ frame }) => String(frame) },
    ...(has('time') ? column('time', 'ps', 3) : column('step', 'step', 0)),
    ...column('temperature', 'T', 1),
    ...(several ? column('n_envs', 'N', 0) : []),
    ...column('entropy', 'H', 3),
    ...column('entropy_avg', 'mean H', 3),
    ...column('efficiency', 'H / log N', 3),
    ...references.flatMap((name): Column<FrameRow>[] => [
      ...column(columnOf(name, 'mean_dH'), `mean dH${of(name)}`, 3),
      ...column(columnOf(name, 'mean_dH_avg'), `running mean${of(name)}`, 3),
      ...(references.length === 1 ? column(columnOf(name, 'max_dH'), 'max dH', 3) : []),
      ...(references.length === 1
        ? [{ title: 'dH >= 0', text: (row: FrameRow) => share(row[columnOf(name, 'novelty')]) }]
        : [{ title: `nearest${of(name)}`, text: (row: FrameRow) => share(row[columnOf(name, 'share')]) }]),
    ]),
    ...(files ? [{ title: 'file', text: ({ file }: FrameRow) => String(file), align: 'left' as const }] : []),
  ];
  const step = Math.ceil(rows.length / SHOWN);
  const shown = rows.filter((_, at) => at % step === 0);
  const lines = tableLines(columns, shown);
  return step === 1 ? lines : [...lines, `Shown: ${shown.length} of ${rows.length} frames; -o writes all`];
}

function of(reference: string): string {
  return reference === '' ? '' : ` ${reference}`;
}

function fixed(value: FrameRow[string] | undefined, digits: number): string {
  return typeof value === 'number' ? value.toFixed(digits).replace(/^-(?=[0.]+$)/, '') : '-';
}

function share(value: FrameRow[string] | undefined): string {
  return typeof value === 'number' ? percent(value) : '-';
}
