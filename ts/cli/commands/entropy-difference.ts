import { counted, fixed } from '../../base/number-format.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { SATURATION } from '../../base/constants.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import type { EntropyDifference } from '../../faces/node/quests.js';
import type {
  BlockAverage,
  EnergyUnits,
  EntropyModelName,
  StateEntropy,
  Transition,
} from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import { fitted } from '../session/entropy-fits.js';
import { Describer } from '../session/describer.js';
import { descriptorSettings } from '../session/descriptor-settings.js';
import { openSets } from '../session/open-sets.js';
import {
  addDescriptorOptions,
  addLogsOption,
  addOutputOptions,
  addPlotOption,
  addReadOptions,
  addRunOptions,
  addSeedOption,
  type DescriptorFlags,
  MOST_COUNT,
  type OutputFlags,
  type PlotFlags,
  bandwidthOrAuto,
  positive,
  positives,
  type ReadFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { knownDifferences, knownLines, noteRange } from '../session/known-range.js';
import { duration, type Session } from '../session/session.js';
import { curveLines, type MeasuredState, type State, stateLines } from '../session/state-lines.js';
import { type Column, tableLines } from '../../base/table.js';
import { refuseForData } from '../session/option-effects.js';
import { UsageError } from '../session/usage-error.js';
import type { OutputKind } from '../session/output.js';

interface Flags extends RunFlags, OutputFlags, PlotFlags, ReadFlags, DescriptorFlags {
  readonly bandwidth: number;
  readonly bandwidths: readonly number[];
  readonly frames: number;
  readonly sample?: number;
  readonly seed: number;
  readonly at?: number;
  readonly temperatures?: readonly number[];
  readonly units: EnergyUnits;
  readonly fit?: EntropyModelName;
  readonly lindemann?: boolean;
}

const KINDS: readonly OutputKind[] = ['json', 'table'];

/**
 * `quests entropy_difference`: ΔS/k_B of two states, as a curve over the bandwidth; H(T) of
 * several.
 */
export const entropyDifferenceCommand: CliCommand<Flags> = {
  name: 'entropy_difference',
  description:
    'entropy difference of two states, H(B) - H(A) per atom, against the bandwidth; of more states, H ' +
    'against temperature',
  outputs: () => KINDS,
  check(flags, input) {
    check(input, flags);
  },
  declare(command) {
    command
      .argument('<state...>', 'two states or more: each a file, a pattern, FILE@start:stop:step')
      .addOption(
        new Option('-b, --bandwidth <h>', 'bandwidth of the summary, in 1/Å; auto: from the data')
          .default(DEFAULTS.bandwidth)
          .argParser(bandwidthOrAuto),
      )
      .addOption(
        new Option('--bandwidths <h,...>', 'bandwidths of the curve, in 1/Å')
          .default(DEFAULTS.curveBandwidths, DEFAULTS.curveBandwidths.join(','))
          .argParser(positives),
      )
      .addOption(
        new Option('--frames <n>', 'consecutive frames in one sample')
          .default(1)
          .argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option(
          '--sample <n>',
          'environments in a sample, the same for all states (default: as many as the smallest sample has)',
        ).argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option(
          '--at <K>',
          'compare at this temperature, by linear fits in T; both states must be heated or cooled through it',
        ).argParser(positive),
      )
      .addOption(
        new Option(
          '--temperatures <K,...>',
          'temperature of each state (default: from the frames or --log)',
        ).argParser(positives),
      )
      .addOption(
        new Option('--units <style>', 'LAMMPS units of energy and pressure')
          .choices(['metal', 'real'])
          .default('metal'),
      )
      .addOption(new Option('--fit <model>', 'fit a model to H(T)').choices(['debye', 'einstein']))
      .option(
        '--lindemann',
        'Lindemann ratio of each state, whose frames must be a trajectory of the same atoms',
      );
    addSeedOption(command, 'seed of the samples');
    addReadOptions(command);
    addDescriptorOptions(command);
    addLogsOption(command, 'of all states, or one for each, in the same order');
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'dH and the entropies of both states against the bandwidth');
    addRunOptions(command);
  },
  run,
};

function check(states: readonly string[], { at, temperatures, plot }: Flags): void {
  if (states.length < 2) throw new UsageError(`expected at least two states, got ${states.length}`);
  if (temperatures !== undefined && temperatures.length !== states.length) {
    throw new UsageError(`${temperatures.length} temperatures for ${states.length} states`);
  }
  if (states.length === 2) return;
  if (at !== undefined) throw new UsageError(`--at compares two states, got ${states.length}`);
  if (plot !== undefined)
    throw new UsageError(`--plot draws the difference of two states, got ${states.length}`);
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const groups = input.map((argument) => [argument]);
  const sets = await openSets(session, groups, flags, { logOf: { each: 'states' } });
  const describer = await Describer.of(session, sets, descriptorSettings(flags), flags);
  const states: State[] = [];
  for (const [index, set] of sets.entries()) {
    const { x, structures = [] } = await describer.load(set, true);
    states.push({
      name: input[index] ?? set.file,
      files: set.files,
      x,
      structures,
      temperature: flags.temperatures?.[index] ?? analysis.stateTemperature(structures),
    });
  }
  describer.noteBlindness();
  checkLindemann(states, flags);
  checkAt(states, flags);
  const matrices = states.map(({ x }) => x);
  if (flags.given.has('seed') && !analysis.drawsSamples(matrices, flags)) {
    refuseForData('seed', input.join(', '));
  }
  const bandwidths = [...new Set([...flags.bandwidths, flags.bandwidth])].sort((a, b) => a - b);
  const { value: found, seconds } = await session.timed(() =>
    analysis.stateEntropies(matrices, {
      ...session.options,
      bandwidths,
      frames: flags.frames,
      sample: flags.sample,
      seed: flags.seed,
    }),
  );
  session.note(`entropies computed in ${duration(seconds)} (${session.engine})`);
  const measured: MeasuredState[] = [];
  for (const [index, state] of states.entries()) {
    const lindemann =
      flags.lindemann === true ? await analysis.lindemannRatio(state.structures, session.options) : null;
    measured.push({ ...state, found: found[index] as StateEntropy, lindemann });
  }
  const answer =
    measured.length === 2
      ? await ofTwo(session, measured as [MeasuredState, MeasuredState], flags)
      : await ofSeveral(measured, flags);
  return {
    ...answer,
    lines: [...stateLines(measured), '', ...answer.lines],
    json: {
      states: measured.map(({ name, files, x, temperature, found: own, lindemann }) => ({
        name,
        files,
        n_frames: x.frames,
        n_envs: x.rows,
        samples: own.series[0]?.length ?? 0,
        temperature,
        lindemann,
      })),
      k: measured[0]?.x.k ?? null,
      cutoff: measured[0]?.x.cutoff ?? null,
      species: measured[0]?.x.species ?? null,
      bandwidth: flags.bandwidth,
      sample: measured[0]?.found.environments ?? null,
      frames: flags.frames,
      seed: flags.seed,
      ...answer.json,
      computation_time: seconds,
      jobs: flags.jobs ?? null,
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

async function ofTwo(
  session: Session,
  states: readonly [MeasuredState, MeasuredState],
  flags: Flags,
): Promise<Result> {
  const [a, b] = states;
  const curve = analysis.differenceOfStates(entropyOf(a, flags), entropyOf(b, flags));
  const temperatures = states.map(({ temperature }) => flags.at ?? temperature);
  const [Ta = null, Tb = null] = temperatures;
  const kinetic = kineticOf(Ta, Tb);
  const same = Ta !== null && Tb !== null && analysis.sameTemperature(Ta, Tb);
  const transition = same ? transitionOf(states, (Ta + Tb) / 2, flags) : null;
  const fits = flags.fit === undefined ? undefined : await fitted(states, flags.fit);
  const one = curve.find(({ bandwidth }) => bandwidth === flags.bandwidth) as EntropyDifference;
  const saturated = curve.filter((point) => point.saturated).map(({ bandwidth }) => bandwidth);
  if (saturated.length > 0) {
    session.note(
      `note: saturated at h = ${saturated.join(', ')}: H / log N is above ${SATURATION}, so dH is too ` +
        'small there',
    );
  }
  noteRange(session, one);
  return {
    lines: [
      `dH = H(B) - H(A) per atom, in nats; N = ${a.found.environments} in both` +
        (flags.at === undefined ? '' : `; at ${flags.at} K`),
      ...curveLines(curve, a.found.environments),
      '',
      `At h = ${flags.bandwidth}: dS/k = ${fixed(one.difference, 3)}${plusMinus(one.error)} nats per atom` +
        (one.saturated ? ', saturated' : ''),
      ...knownLines(curve),
      ...(kinetic === null || Math.abs(kinetic) < 1e-12
        ? []
        : [
            `Kinetic part, to be added: 3/2 ln(${fixed(Tb, 1)} K / ${fixed(Ta, 1)} K) = ` +
              `${fixed(kinetic, 3)} nats per atom`,
          ]),
      ...(transition === null
        ? []
        : [
            'If this is a phase transition, dS/k is (dU + P dV)/kT = ' +
              `${fixed(transition.energy + transition.work, 3)} ` +
              `(dU/kT = ${fixed(transition.energy, 3)}, P dV/kT = ${fixed(transition.work, 4)})`,
          ]),
      ...(fits === undefined ? [] : ['', ...fits.lines]),
    ],
    json: {
      at: flags.at ?? null,
      curve: curve.map((point) => ({
        bandwidth: point.bandwidth,
        entropy_a: average(point.a),
        entropy_b: average(point.b),
        difference: point.difference,
        error: Number.isNaN(point.error) ? null : point.error,
        saturated: point.saturated,
      })),
      known: knownDifferences(curve),
      kinetic,
      transition,
      fits: fits?.json ?? null,
    },
    table: {
      rows: curve.length,
      columns: [
        { name: 'bandwidth', data: Float64Array.from(curve, ({ bandwidth }) => bandwidth) },
        { name: 'entropy_a', data: Float64Array.from(curve, (point) => point.a.mean) },
        { name: 'error_a', data: Float64Array.from(curve, (point) => point.a.error) },
        { name: 'entropy_b', data: Float64Array.from(curve, (point) => point.b.mean) },
        { name: 'error_b', data: Float64Array.from(curve, (point) => point.b.error) },
        { name: 'difference', data: Float64Array.from(curve, ({ difference }) => difference) },
        { name: 'error', data: Float64Array.from(curve, ({ error }) => error) },
      ],
    },
    figure: () => figures.entropyDifferenceFigure(curve, [`A: ${a.name}`, `B: ${b.name}`]),
  };
}

async function ofSeveral(states: readonly MeasuredState[], flags: Flags): Promise<Result> {
  const bandwidths = Array.from(states[0]?.found.bandwidths ?? []);
  const fits = flags.fit === undefined ? undefined : await fitted(states, flags.fit);
  const [first] = states as [MeasuredState];
  const columns: Column<[number, MeasuredState]>[] = [
    { title: 'state', text: ([index]) => String(index + 1) },
    { title: 'T', text: ([, { temperature }]) => fixed(temperature, 1) },
    {
      title: '3/2 ln(T / T1)',
      text: ([, { temperature }]) => fixed(kineticOf(first.temperature, temperature), 3),
    },
    ...bandwidths.map((h, at) => ({
      title: `h = ${h}`,
      text: ([, { found }]: [number, MeasuredState]) => fixed(found.entropy[at]?.mean, 3),
    })),
  ];
  const values = (of: (state: MeasuredState, at: number) => number): Float64Array =>
    Float64Array.from(states.flatMap((state) => bandwidths.map((_, at) => of(state, at))));
  return {
    lines: [
      `H in nats per atom, N = ${first.found.environments} in all states`,
      ...tableLines(columns, [...states.entries()]),
      ...(fits === undefined ? [] : ['', ...fits.lines]),
    ],
    json: {
      entropies: states.map(({ found, temperature }) => ({
        temperature,
        kinetic: kineticOf(first.temperature, temperature),
        curve: bandwidths.map((bandwidth, at) => ({
          bandwidth,
          ...average(found.entropy[at] as BlockAverage),
        })),
      })),
      fits: fits?.json ?? null,
    },
    table: {
      rows: states.length * bandwidths.length,
      columns: [
        { name: 'state', data: Int32Array.from(values((state) => states.indexOf(state) + 1)) },
        { name: 'temperature', data: values(({ temperature }) => temperature ?? NaN) },
        { name: 'bandwidth', data: values((_, at) => bandwidths[at] as number) },
        { name: 'entropy', data: values(({ found }, at) => found.entropy[at]?.mean ?? NaN) },
        { name: 'error', data: values(({ found }, at) => found.entropy[at]?.error ?? NaN) },
      ],
    },
  };
}

/** The entropies of a state; with `--at` those at that temperature. */
function entropyOf(state: MeasuredState, flags: Flags): StateEntropy {
  if (flags.at === undefined) return state.found;
  return analysis.stateEntropyAt(state.found, sampleTemperatures(state, flags), flags.at);
}

/** Refuses, before anything is computed, a temperature that a state did not pass through. */
function checkAt(states: readonly State[], flags: Flags): void {
  const { at } = flags;
  if (at === undefined) return;
  for (const state of states) {
    const own = sampleTemperatures(state, flags);
    const [low, high] = [Math.min(...own), Math.max(...own)];
    // Fewer frames than a sample has are refused where samples are made.
    if (own.length === 0 || (at >= low && at <= high)) continue;
    throw new UsageError(
      `--at ${at}: ${state.name} has temperatures from ${fixed(low, 1)} to ${fixed(high, 1)} K, ` +
        'expected a range that contains it',
    );
  }
}

function sampleTemperatures({ name, structures }: State, { frames }: Flags): number[] {
  if (structures.some((structure) => analysis.frameState(structure).temperature === undefined)) {
    throw new UsageError(
      `--at needs the temperature of every frame, which ${name} does not have: give its log with --log`,
    );
  }
  return analysis.sampleTemperatures(analysis.frameTemperatures(structures), frames);
}

/** (ΔU + PΔV)/kT of both states; null where a state has no energies. */
function transitionOf(
  states: readonly [MeasuredState, MeasuredState],
  temperature: number,
  { at, units }: Flags,
): Transition | null {
  const [a, b] = [
    analysis.stateMeans(states[0].structures, at),
    analysis.stateMeans(states[1].structures, at),
  ];
  if (Number.isNaN(a.potentialEnergy) || Number.isNaN(b.potentialEnergy)) return null;
  return analysis.transitionEntropy(a, b, temperature, units);
}

function checkLindemann(states: readonly State[], { lindemann }: Flags): void {
  const bad = lindemann === true ? states.find(({ structures }) => structures.length < 2) : undefined;
  if (bad === undefined) return;
  throw new UsageError(`--lindemann needs a trajectory: ${bad.name} has ${bad.structures.length} frames`);
}

/** What momenta add to the difference; null where a temperature is unknown. */
function kineticOf(first: number | null, second: number | null): number | null {
  return first === null || second === null ? null : analysis.kineticEntropy(first, second);
}

function plusMinus(error: number): string {
  return Number.isNaN(error) ? '' : ` ± ${error.toFixed(3)}`;
}

function average({ mean, error, inefficiency, blocks }: BlockAverage): Record<string, unknown> {
  const isKnown = !Number.isNaN(error);
  return {
    mean,
    error: isKnown ? error : null,
    ...(isKnown ? {} : { error_reason: `${counted(blocks, 'block')} of frames, expected two or more` }),
    inefficiency,
    blocks,
  };
}
