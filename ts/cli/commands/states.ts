import { Option } from 'commander';
import { fixed } from '../../base/number-format.js';
import { type Column, tableLines } from '../../base/table.js';
import * as analysis from '../../faces/node/analysis.js';
import type { EnergyUnits, StateOfRun } from '../../faces/node/analysis.js';
import type { ColumnTable } from '../../faces/node/io.js';
import type { DescriptorMatrix, Structure } from '../../faces/node/quests.js';
import type { CliCommand } from '../session/command.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addLogsOption,
  addOutputOptions,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  type DescriptorFlags,
  type KernelFlags,
  MOST_COUNT,
  type OutputFlags,
  positives,
  type ReadFlags,
  reals,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import type { OutputKind } from '../session/output.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { UsageError } from '../session/usage-error.js';

interface Flags extends RunFlags, OutputFlags, ReadFlags, DescriptorFlags, KernelFlags {
  readonly temperatures?: readonly number[];
  readonly pressures?: readonly number[];
  readonly units: EnergyUnits;
  readonly frames: number;
  readonly sample?: number;
  readonly seed: number;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/** A phase, and the file of a run of it. */
const NAMED = /^([^=/]+)=(.+)$/;

/** A run, and what is known of its state. */
interface MeasuredRun extends StateOfRun {
  readonly file: string;
  readonly frames: number;
}

/** `quests states`: the table of `quests phase_line`, from runs. */
export const statesCommand: CliCommand<Flags> = {
  name: 'states',
  description: 'table of P, T, V, U and H of simulated states, with errors, for phase_line',
  outputs: () => KINDS,
  check,
  bandwidthFiles: (input) => input.map((argument) => argument.replace(NAMED, '$2')),
  declare(command) {
    command
      .argument('<phase=file...>', 'frames of one run each, at one P and T, with the name of its phase')
      .addOption(
        new Option(
          '--temperatures <K,...>',
          'of the thermostats: one for each run, or one (default: means)',
        ).argParser(positives),
      )
      .addOption(
        new Option(
          '--pressures <GPa,...>',
          'of the barostats: one for each run, or one (default: means)',
        ).argParser(reals),
      )
      .addOption(
        new Option('--units <style>', 'units of LAMMPS: metal (eV, bar) or real (kcal/mol, atm)')
          .choices(['metal', 'real'] satisfies EnergyUnits[])
          .default('metal'),
      )
      .addOption(
        new Option('--frames <n>', 'consecutive frames in one sample of H')
          .default(1)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option(
          '--sample <n>',
          'N: environments of a sample whose entropy is taken (default: as many as all samples have)',
        ).argParser(wholeTo(MOST_COUNT)),
      );
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    addLogsOption(command, 'of all runs, or one for each, in the same order');
    addSeedOption(command, 'seed of the samples');
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

function check({ temperatures, pressures }: Flags, input: readonly string[]): void {
  for (const run of input) {
    if (!NAMED.test(run)) throw new UsageError(`expected phase=file, as in solid=run.lammpstrj, got ${run}`);
  }
  for (const [name, values] of Object.entries({ temperatures, pressures })) {
    if (values === undefined || values.length === 1 || values.length === input.length) continue;
    throw new UsageError(`${values.length} ${name} for ${input.length} runs: expected one, or one for each`);
  }
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const named = input.map((argument) => (NAMED.exec(argument) ?? []).slice(1));
  const groups = named.map(([, file = '']) => [file]);
  const sets = await openSets(session, groups, flags, { logOf: { each: 'states' } });
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const loaded: { readonly x: DescriptorMatrix; readonly structures: readonly Structure[] }[] = [];
  for (const set of sets) {
    const { x, structures = [] } = await describer.load(set, true);
    if (structures.length === 0) {
      throw new UsageError(`${set.file} holds descriptors, expected the frames of a run`);
    }
    loaded.push({ x, structures });
  }
  describer.noteBlindness();
  const { value: entropies, seconds } = await session.timed(() =>
    analysis.stateEntropies(
      loaded.map(({ x }) => x),
      {
        ...session.options,
        bandwidths: [flags.bandwidth],
        frames: flags.frames,
        sample: flags.sample,
        seed: flags.seed,
      },
    ),
  );
  session.note(`entropies computed in ${duration(seconds)} (${session.engine})`);
  const own = <T>(values: readonly T[] | undefined, at: number): T | undefined =>
    values?.length === 1 ? values[0] : values?.[at];
  const runs = loaded.map(({ structures }, at): MeasuredRun => {
    const { entropy } = entropies[at] as (typeof entropies)[number];
    const state = analysis.stateOfRun(structures, entropy[0] as (typeof entropy)[number], {
      phase: named[at]?.[0] ?? '',
      temperature: own(flags.temperatures, at),
      pressure: own(flags.pressures, at),
      units: flags.units,
    });
    return { ...state, file: groups[at]?.[0] ?? '', frames: structures.length };
  });
  const environments = entropies[0]?.environments ?? 0;
  noteMeans(session, flags);
  if (runs.some(({ entropy }) => analysis.isSaturated(entropy.mean / analysis.maxEntropy(environments)))) {
    session.note(
      'note: H of a run is limited by N: a larger bandwidth (-b), more atoms, or more frames in a sample ' +
        '(--frames), tell states apart',
    );
  }
  if (!haveErrors(runs)) {
    session.note('note: no errors are written: a run has too few frames, or values that do not vary');
  }
  return {
    lines: [
      `N = ${environments} environments a ${flags.frames === 1 ? 'frame' : 'sample'}, ` +
        `h = ${flags.bandwidth} 1/Å`,
      ...tableLines(COLUMNS, runs),
    ],
    json: {
      states: runs.map(recordOf),
      k: loaded[0]?.x.k ?? null,
      cutoff: loaded[0]?.x.cutoff ?? null,
      species: loaded[0]?.x.species ?? null,
      bandwidth: flags.bandwidth,
      sample: environments,
      frames: flags.frames,
      units: flags.units,
      seed: flags.seed,
      computation_time: seconds,
      jobs: flags.jobs ?? null,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
    table: tableOf(runs),
  };
}

function noteMeans(session: Session, { temperatures, pressures }: Flags): void {
  const missing = [
    ...(temperatures === undefined ? ['T (--temperatures)'] : []),
    ...(pressures === undefined ? ['P (--pressures)'] : []),
  ];
  if (missing.length === 0) return;
  session.note(`note: means are taken for ${missing.join(' and ')}: settings of the run do not scatter`);
}

const plain = (value: number | undefined, digits: number): string => fixed(value, digits);

const COLUMNS: readonly Column<MeasuredRun>[] = [
  { title: 'phase', text: ({ point }) => point.phase, align: 'left' },
  { title: 'frames', text: ({ frames }) => String(frames) },
  { title: 'P (GPa)', text: ({ point }) => plain(point.pressure, 3) },
  { title: 'T (K)', text: ({ point }) => plain(point.temperature, 1) },
  { title: 'V (Å³)', text: ({ volume }) => plain(volume.mean, 4) },
  { title: '±', text: ({ volume }) => plain(volume.error, 4) },
  { title: 'U (eV)', text: ({ energy }) => plain(energy.mean, 5) },
  { title: '±', text: ({ energy }) => plain(energy.error, 5) },
  { title: 'H (nats)', text: ({ entropy }) => plain(entropy.mean, 4) },
  { title: '±', text: ({ entropy }) => plain(entropy.error, 4) },
  { title: 'file', text: ({ file }) => file, align: 'left' },
];

/** Whether each mean has an error: a table has them for all states or for none. */
function haveErrors(runs: readonly MeasuredRun[]): boolean {
  return runs.every(({ point: { volumeError, energyError, entropyError } }) =>
    [volumeError, energyError, entropyError].every((error) => error !== undefined),
  );
}

function tableOf(runs: readonly MeasuredRun[]): ColumnTable {
  const numbers = (name: string, of: (run: MeasuredRun) => number): ColumnTable['columns'][number] => ({
    name,
    data: Float64Array.from(runs, of),
  });
  return {
    rows: runs.length,
    columns: [
      { name: 'phase', data: runs.map(({ point }) => point.phase) },
      numbers('P', ({ point }) => point.pressure),
      numbers('T', ({ point }) => point.temperature),
      numbers('V', ({ point }) => point.volume),
      numbers('U', ({ point }) => point.energy),
      numbers('H', ({ point }) => point.entropy),
      ...(haveErrors(runs)
        ? [
            numbers('V_error', ({ volume }) => volume.error),
            numbers('U_error', ({ energy }) => energy.error),
            numbers('H_error', ({ entropy }) => entropy.error),
          ]
        : []),
      numbers('frames', ({ frames }) => frames),
      { name: 'file', data: runs.map(({ file }) => file) },
    ],
  };
}

function recordOf({ point, file, frames, ...means }: MeasuredRun): Record<string, unknown> {
  const error = (value: number | undefined): number | null =>
    value !== undefined && value >= 0 ? value : null;
  return {
    phase: point.phase,
    file,
    n_frames: frames,
    P: point.pressure,
    T: point.temperature,
    V: point.volume,
    U: point.energy,
    H: point.entropy,
    V_error: error(means.volume.error),
    U_error: error(means.energy.error),
    H_error: error(means.entropy.error),
    mean_T: means.temperature?.mean ?? null,
    mean_T_error: error(means.temperature?.error),
    mean_P: means.pressure?.mean ?? null,
    mean_P_error: error(means.pressure?.error),
  };
}
