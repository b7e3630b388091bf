import { fixed } from '../../base/number-format.js';
import { Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import { SATURATION } from '../../base/constants.js';
import * as analysis from '../../faces/node/analysis.js';
import * as figures from '../../faces/figure.js';
import type { EntropyDifference } from '../../node.js';
import type {
  BlockAverage,
  EnergyUnits,
  EntropyModelName,
  StateEntropy,
  Transition,
} from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import { fitted } from '../session/entropy-fits.js';
import { Describer, descriptorSettings, openSets } from '../session/input.js';
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
  positive,
  positives,
  type ReadFlags,
  type RunFlags,
  wholeTo,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { curveLines, type MeasuredState, type State, stateLines } from '../session/state-lines.js';
import { type Column, tableLines } from '../../base/table.js';
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

/** Temperatures nearer than this share of them are the same. */
const SAME_TEMPERATURE = 0.02;

/** `quests entropy_difference`: ΔS/k_B of two states, as a curve over the bandwidth; H(T) of several. */
export const entropyDifferenceCommand: CliCommand<Flags> = {
  name: 'entropy_difference',
  description:
    'difference of the entropies of two states, H(B) - H(A) per atom, over the bandwidth; of more states, H against temperature',
  outputs: () => KINDS,
  check(flags, input) {
    check(input, flags);
  },
  declare(command) {
    command
      .argument('<state...>', 'two states or more: each a file, a pattern, FILE@start:stop:step')
      .addOption(
        new Option('-b, --bandwidth <h>', 'bandwidth that the summary speaks of, in 1/Å')
          .default(DEFAULTS.bandwidth)
          .argParser(positive),
      )
      .addOption(
        new Option('--bandwidths <h,...>', 'bandwidths of the curve, in 1/Å')
          .default(DEFAULTS.curveBandwidths, DEFAULTS.curveBandwidths.join(','))
          .argParser(positives),
      )
      .addOption(
        new Option('--frames <n>', 'frames that make one sample').default(1).argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option(
          '--sample <n>',
          'environments of a sample, the same for all states (default: those of the smallest)',
        ).argParser(wholeTo(MOST_COUNT)),
      )
      .addOption(
        new Option(
          '--at <K>',
          'temperature that both states were heated or cooled through: all is taken from lines in T',
        ).argParser(positive),
      )
      .addOption(
        new Option(
          '--temperatures <K,...>',
          'temperature of each state (default: what frames or --log say)',
        ).argParser(positives),
      )
      .addOption(
        new Option('--units <style>', 'units of energy and pressure, by LAMMPS styles')
          .choices(['metal', 'real'])
          .default('metal'),
      )
      .addOption(new Option('--fit <model>', 'fit a model to H(T)').choices(['debye', 'einstein']))
      .option(
        '--lindemann',
        "Lindemann's ratio of each state: its frames are a trajectory of the same atoms",
      );
    addSeedOption(command, 'seed of what is drawn');
    addReadOptions(command);
    addDescriptorOptions(command);
    addLogsOption(command, 'of all states, or one for each, in their order');
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
    const { x, structures } = await describer.load(set, true);
    const frames = (structures ?? []).map((structure) => analysis.frameState(structure));
    const own = analysis.mean(frames.map(({ temperature }) => temperature ?? NaN));
    const temperature = flags.temperatures?.[index] ?? (Number.isFinite(own) ? own : null);
    states.push({
      name: input[index] ?? set.file,
      files: set.files,
      x,
      structures,
      frames,
      temperature,
    });
  }
  describer.noteBlindness();
  checkLindemann(states, flags);
  checkAt(states, flags);
  const bandwidths = [...new Set([...flags.bandwidths, flags.bandwidth])].sort((a, b) => a - b);
  const { value: found, seconds } = await session.timed(() =>
    analysis.stateEntropies(
      states.map(({ x }) => x),
      { ...session.options, bandwidths, frames: flags.frames, sample: flags.sample, seed: flags.seed },
    ),
  );
  session.note(`entropies computed in ${duration(seconds)} (${session.engine})`);
  const measured: MeasuredState[] = [];
  for (const [index, state] of states.entries()) {
    const lindemann =
      flags.lindemann === true
        ? await analysis.lindemannRatio(state.structures ?? [], session.options)
        : null;
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
  const curve =
    flags.at === undefined ? analysis.differenceOfStates(a.found, b.found) : curveAt(states, flags.at, flags);
  const temperatures = states.map(({ temperature }) => flags.at ?? temperature);
  const [Ta = null, Tb = null] = temperatures;
  const kinetic = kineticOf(Ta, Tb);
  const same = Ta !== null && Tb !== null && Math.abs(Tb - Ta) < SAME_TEMPERATURE * Ta;
  const transition = same ? transitionOf(states, (Ta + Tb) / 2, flags) : null;
  const fits = flags.fit === undefined ? undefined : await fitted(states, flags.fit);
  const one = curve.find(({ bandwidth }) => bandwidth === flags.bandwidth) as EntropyDifference;
  const saturated = curve.filter((point) => point.saturated).map(({ bandwidth }) => bandwidth);
  if (saturated.length > 0) {
    session.note(
      `note: saturated at h = ${saturated.join(', ')}: H / log N is above ${SATURATION}, and dH is too small there`,
    );
  }
  return {
    lines: [
      `dH = H(B) - H(A) per atom, in nats; N = ${a.found.environments} in both` +
        (flags.at === undefined ? '' : `; at ${flags.at} K`),
      ...curveLines(curve, a.found.environments),
      '',
      `At h = ${flags.bandwidth}: dS/k = ${fixed(one.difference, 3)}${plusMinus(one.error)} nats per atom` +
        (one.saturated ? ', saturated' : ''),
      ...(kinetic === null || Math.abs(kinetic) < 1e-12
        ? []
        : [
            `Kinetic, on top of it: 3/2 ln(${fixed(Tb, 1)} K / ${fixed(Ta, 1)} K) = ${fixed(kinetic, 3)} nats per atom`,
          ]),
      ...(transition === null
        ? []
        : [
            `At a transition it would be (dU + P dV)/kT = ${fixed(transition.energy + transition.work, 3)} ` +
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

/** The curve at one temperature, from lines in T through the samples of each state. */
function curveAt(
  states: readonly [MeasuredState, MeasuredState],
  at: number,
  flags: Flags,
): EntropyDifference[] {
  const [a, b] = states.map((state) => {
    const temperatures = sampleTemperatures(state, flags);
    return state.found.series.map((series, index): BlockAverage => {
      const { value, error } = analysis.valueAtTemperature(series, temperatures, at);
      return { ...(state.found.entropy[index] as BlockAverage), mean: value, error };
    });
  }) as [BlockAverage[], BlockAverage[]];
  return analysis.differenceOfStates({ ...states[0].found, entropy: a }, { ...states[1].found, entropy: b });
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
      `--at ${at}: ${state.name} has temperatures from ${fixed(low, 1)} to ${fixed(high, 1)} K, expected it to pass through that`,
    );
  }
}

/** The mean temperature of the frames of each sample. */
function sampleTemperatures(state: State, { frames }: Flags): number[] {
  const own = frameTemperatures(state);
  return Array.from({ length: Math.floor(own.length / frames) }, (_, at) => {
    return analysis.mean(own.slice(at * frames, (at + 1) * frames));
  });
}

function frameTemperatures({ name, frames }: State): number[] {
  return frames.map(({ temperature }) => {
    if (temperature === undefined) {
      throw new UsageError(
        `--at needs the temperature of every frame, which ${name} does not say: --log has it`,
      );
    }
    return temperature;
  });
}

function transitionOf(
  states: readonly [MeasuredState, MeasuredState],
  temperature: number,
  { at, units }: Flags,
): Transition | null {
  const means = states.map((state) => {
    const { frames, structures = [] } = state;
    const of = (key: 'potentialEnergy' | 'pressure' | 'volume'): number => {
      const values = frames.map((frame, index) => {
        const atoms = key === 'pressure' ? 1 : (structures[index]?.positions.length ?? NaN) / 3;
        return (frame[key] ?? NaN) / atoms;
      });
      if (values.length === 0 || values.some(Number.isNaN)) return NaN;
      if (at !== undefined) return analysis.valueAtTemperature(values, frameTemperatures(state), at).value;
      return analysis.mean(values);
    };
    return { potentialEnergy: of('potentialEnergy'), pressure: of('pressure'), volume: of('volume') };
  });
  const [a, b] = means as [(typeof means)[number], (typeof means)[number]];
  if (Number.isNaN(a.potentialEnergy) || Number.isNaN(b.potentialEnergy)) return null;
  return analysis.transitionEntropy(a, b, temperature, units);
}

function checkLindemann(states: readonly State[], { lindemann }: Flags): void {
  const bad = lindemann === true ? states.find(({ structures = [] }) => structures.length < 2) : undefined;
  if (bad === undefined) return;
  throw new UsageError(
    `--lindemann needs a trajectory: ${bad.name} has ${bad.structures?.length ?? 0} frames`,
  );
}

/** What momenta add to the difference: (3/2) ln(T₂/T₁). */
function kineticOf(first: number | null, second: number | null): number | null {
  return first === null || second === null ? null : 1.5 * Math.log(second / first);
}

function plusMinus(error: number): string {
  return Number.isNaN(error) ? '' : ` ± ${error.toFixed(3)}`;
}

function average({ mean, error, inefficiency, blocks }: BlockAverage): Record<string, number | null> {
  return { mean, error: Number.isNaN(error) ? null : error, inefficiency, blocks };
}
