import { fixed } from '../../base/number-format.js';
import { Option } from 'commander';
import { CONFIDENCE } from '../../base/constants.js';
import { DEFAULTS } from '../../base/defaults.js';
import * as quests from '../../faces/node/quests.js';
import * as figures from '../../faces/figure.js';
import * as analysis from '../../faces/node/analysis.js';
import * as shards from '../../faces/node/shards.js';
import type { LearningCurveFit, DescriptorMatrix, LearningCurve } from '../../faces/node/quests.js';
import type { FitParameter, GapAnswer, SampleEntropy, ValueOrRefusal } from '../../faces/node/analysis.js';
import type { ColumnTable } from '../../faces/node/io.js';
import type { PlannedSample, Planner } from '../../faces/node/shards.js';
import { fitOrRefusal } from '../../base/fit-or-refusal.js';
import type { CliCommand } from '../session/command.js';
import {
  addDescriptorOptions,
  addKernelOptions,
  addOutputOptions,
  addPlotOption,
  addReadOptions,
  addRunOptions,
  addRunsOption,
  addToleranceOptions,
  type DescriptorFlags,
  FILES,
  fractionsOf,
  type KernelFlags,
  type OutputFlags,
  type PlotFlags,
  positives,
  type ReadFlags,
  type RunFlags,
  type ToleranceFlags,
} from '../session/options.js';
import type { Result } from '../session/result.js';
import { duration, type Session } from '../session/session.js';
import { storedKeys } from '../session/delta.js';
import { loadWithinMemory } from '../session/set-within-memory.js';
import { loadSet, setKeys, type SetFacts } from '../session/load-set.js';
import { addShardOptions, runSharded, type ShardFlags } from '../runs/shard-options.js';
import { noteWide, sharded, type StoredSums, type SumPlan } from '../runs/sharding.js';
import { type Column, tableLines } from '../../base/table.js';
import { efficiencyKeys, entropyLines, interval, nats } from '../session/wording.js';
import type { OutputKind } from '../session/output.js';
import { noteSaturation } from '../session/notes.js';

interface Flags
  extends
    RunFlags,
    OutputFlags,
    PlotFlags,
    ReadFlags,
    DescriptorFlags,
    KernelFlags,
    ToleranceFlags,
    ShardFlags {
  readonly fractions: readonly number[];
  readonly numRuns: number;
  readonly seed: number;
  readonly gap: readonly number[];
}

/** What a fit says; or why there is none. */
interface Extrapolation {
  readonly fit: LearningCurveFit | null;
  readonly refusal: string | null;
  readonly gap: GapAnswer | null;
  /** 95 % interval of the gap, in nats, where it is given. */
  readonly interval: readonly [low: number, high: number] | null;
  /** The most that the gap can be, where that is known and the gap is not. */
  readonly atMost: number | null;
  readonly sizes: readonly { readonly gap: number; readonly answer: ValueOrRefusal }[];
}

const KINDS: readonly OutputKind[] = ['json', 'table'];
const DEFAULT_GAPS: readonly number[] = [0.1];

/**
 * `quests learning_curve`: how entropy grows with the number of environments, and where that ends.
 */
export const learningCurveCommand: CliCommand<Flags> = {
  name: 'learning_curve',
  description: 'entropy against sample size, extrapolated to infinite data',
  outputs: () => KINDS,
  within: runSharded,
  takesElementBandwidths: () => true,
  declare(command) {
    command.argument('<file...>', FILES);
    addReadOptions(command);
    addDescriptorOptions(command);
    addKernelOptions(command);
    command
      .addOption(
        new Option('-f, --fractions <list>', 'sample sizes, as fractions of all environments')
          .default(DEFAULTS.fractions, DEFAULTS.fractions.join(','))
          .argParser(fractionsOf),
      )
      .addOption(
        new Option('--gap <nats,...>', 'information gaps for which to extrapolate the number of environments')
          .default(DEFAULT_GAPS, DEFAULT_GAPS.join(','))
          .argParser(positives),
      );
    addRunsOption(command, 'number of samples of each size', DEFAULTS.runs);
    addToleranceOptions(command, 'seed of the samples');
    addOutputOptions(command, KINDS);
    addPlotOption(command, 'the curve, its fit, and what it tends to');
    addShardOptions(command);
    addRunOptions(command);
  },
  run,
};

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const { bandwidth, fractions, numRuns: runs, seed } = flags;
  const plan: SumPlan = (planner, batches) => planSamples(planner, batches(0), flags);
  const stored = await sharded(session, [input], flags, [bandwidth], plan);
  if (stored === 'planned') return undefined;
  const { set, curve, seconds, read } =
    stored === undefined
      ? await computedCurve(session, input, flags)
      : await curveFromShards(session, stored, flags);
  noteSaturation(session, curve);
  const extrapolation = await extrapolated(curve, flags.gap);
  return {
    lines: [
      ...pointLines(curve),
      ...entropyLines(curve),
      ...(curve.error === undefined
        ? []
        : [interval(curve.entropy - curve.error, curve.entropy + curve.error)]),
      ...curveFitLines(extrapolation),
    ],
    json: {
      ...setKeys(session, set, flags, bandwidth),
      fractions,
      num_runs: runs,
      seed,
      learning_curve: curve.points.map(pointRecord),
      entropy: curve.entropy,
      ...estimateKeys(curve, flags),
      ...read,
      max_entropy: curve.maxEntropy,
      ...efficiencyKeys(curve.efficiency),
      ...curveFitRecord(extrapolation),
      computation_time: seconds,
    },
    table: pointTable(curve, extrapolation),
    figure: () => figures.learningCurveFigure(curve, extrapolation.fit),
  };
}

interface CurveFound {
  readonly set: Pick<SetFacts, 'file' | 'files' | 'seconds' | 'x'>;
  readonly curve: LearningCurve;
  readonly seconds: number;
  /** What was read of a file that holds the set. */
  readonly read?: Record<string, unknown>;
}

async function computedCurve(session: Session, input: readonly string[], flags: Flags): Promise<CurveFound> {
  const { bandwidth, fractions, numRuns: runs, seed } = flags;
  const options = { ...session.options, bandwidth, fractions, runs, seed };
  const { tolerance } = flags;
  if (tolerance !== undefined) {
    const set = await loadWithinMemory(session, input, flags);
    const found = await session.timed(() => quests.learningCurve(set.x, { ...options, tolerance }));
    session.note(`learning curve computed in ${duration(found.seconds)} (${session.engine})`);
    return { set, curve: found.value, seconds: found.seconds, read: storedKeys(set.x) };
  }
  const set = await loadSet(session, input, flags);
  const found = await session.timed(() => quests.learningCurve(set.x, options));
  session.note(`learning curve computed in ${duration(found.seconds)} (${session.engine})`);
  return { set, curve: found.value, seconds: found.seconds };
}

/** A point of the curve in JSON. */
function pointRecord(point: LearningCurve['points'][number]): Record<string, unknown> {
  const { fraction, size, entropies, errors, mean, spread, seconds } = point;
  return {
    fraction,
    n_envs: size,
    entropies: Array.from(entropies),
    ...(errors && { entropies_error: Array.from(errors) }),
    entropies_times: Array.from(seconds),
    mean_entropy: mean,
    std_entropy: spread,
  };
}

/** What is said of H of all environments where it was estimated. */
function estimateKeys({ entropy: H, error }: LearningCurve, { tolerance }: Flags): Record<string, unknown> {
  if (error === undefined) return {};
  return {
    entropy_error: error,
    entropy_interval: [H - error, H + error],
    confidence: CONFIDENCE,
    tolerance,
  };
}

/**
 * Every sample is a set of its own, as is the whole.
 *
 * @returns what was drawn of each, where there is a tolerance; else none
 */
async function planSamples(
  planner: Planner,
  batches: AsyncIterable<DescriptorMatrix>,
  { fractions, numRuns: runs, seed, tolerance, bandwidth }: Flags,
): Promise<PlannedSample[]> {
  const whole = await planner.reference(batches);
  const drawn: PlannedSample[] = [];
  for (const { rows, seed: own } of analysis.curveSamples(planner.rows(whole), { fractions, runs, seed })) {
    if (tolerance !== undefined) {
      const sampling = { bandwidth, tolerance, seed: own };
      drawn.push(
        rows === undefined
          ? await planner.estimate(whole, sampling)
          : await planner.estimateOf(whole, rows, sampling),
      );
    } else {
      const set = rows === undefined ? whole : await planner.sample(whole, rows);
      planner.sums(set, set);
    }
  }
  return drawn;
}

async function curveFromShards(
  session: Session,
  stored: StoredSums,
  { fractions, tolerance }: Flags,
): Promise<CurveFound> {
  const [set] = stored.sets as readonly [SetFacts];
  const entropies =
    tolerance === undefined
      ? (await shards.mergedMetrics(stored.merged, session.backend)).map(([all]) => ({
          entropy: all?.entropy ?? NaN,
        }))
      : (await shards.mergedEstimates(stored.merged, stored.own as PlannedSample[])).map(
          ({ entropy: { value, error } }) => ({ entropy: value, error }),
        );
  const samples = entropies.map((one: Omit<SampleEntropy, 'seconds'>) => ({ ...one, seconds: NaN }));
  const whole = samples.pop() as SampleEntropy;
  if (tolerance !== undefined) {
    noteWide(session, Math.max(...[...samples, whole].map(({ error = 0 }) => error)), tolerance);
  }
  const curve = analysis.learningCurveOf(fractions, set.x.rows, samples, whole.entropy, whole.error);
  return { set, curve, seconds: stored.seconds };
}

async function extrapolated(curve: LearningCurve, gaps: readonly number[]): Promise<Extrapolation> {
  const { value: fit, refusal } = await fitOrRefusal(() => quests.fitLearningCurve(curve));
  if (fit === null) {
    return { fit, refusal, gap: null, interval: null, atMost: analysis.levelGap(curve), sizes: [] };
  }
  const sizes = gaps.map((gap) => ({ gap, answer: quests.sizeForGap(fit, gap) }));
  const gap = quests.informationGap(fit, curve.entropy);
  const atMost = gap.value === null ? (gap.atMost ?? analysis.levelGap(curve)) : null;
  const { low, high } = fit.a;
  const interval =
    gap.value === null ? null : ([Math.max(0, low - curve.entropy), high - curve.entropy] as const);
  return { fit, refusal: null, gap, interval, atMost, sizes };
}

function pointLines({ points, error }: LearningCurve): string[] {
  type Point = LearningCurve['points'][number];
  const columns: Column<Point>[] = [
    { title: 'fraction', text: ({ fraction }) => String(fraction) },
    { title: 'environments', text: ({ size }) => String(size) },
    { title: 'mean entropy', text: ({ mean }) => fixed(mean, 4) },
    { title: 'spread', text: ({ spread }) => fixed(spread, 4) },
    ...(error === undefined
      ? []
      : [{ title: '+/-', text: ({ errors }: Point) => fixed(Math.max(...(errors ?? [NaN])), 4) }]),
    { title: 'entropy / log n', text: ({ mean, size }) => fixed(analysis.efficiency(mean, size), 3) },
  ];
  return tableLines(columns, points);
}

function curveFitLines(found: Extrapolation): string[] {
  const { fit, refusal, sizes } = found;
  if (fit === null) return [`No fit: ${refusal ?? ''}`, ...gapLines(found)];
  const { points, rms } = fit;
  const [first, last] = [points[0], points.at(-1)];
  return [
    `Fit: H(n) = a - b exp(-c ln^2 n), ${points.length} points from ${first?.size} to ` +
      `${last?.size} environments, ` +
      `rms ${fixed(rms, 4)} (nats)`,
    ...parameterLines(fit),
    ...gapLines(found),
    ...sizes.map(
      ({ gap: left, answer }) =>
        `Environments for a gap of ${left} (nats): ${said(answer, (size) => fixed(size, 0))}`,
    ),
  ];
}

/** The parameters of a fit; or, in their place, why they mean nothing. */
function parameterLines(fit: LearningCurveFit): string[] {
  const { a, b, c, undetermined } = fit;
  if (undetermined !== null) return [`  H_max is not determined: ${analysis.undeterminedText(undetermined)}`];
  const range = ({ low, high }: FitParameter, digits: number): string =>
    `95 %: ${low.toPrecision(digits)} to ${high.toPrecision(digits)}`;
  return [
    `  a = H_max = ${nats(a.value)}, ${range(a, 4)}; ${overWindows(fit)}`,
    ...(isShapeKnown(fit)
      ? [
          `  b = ${b.value.toPrecision(4)} (nats), ${range(b, 4)}`,
          `  c = ${c.value.toPrecision(4)}, ${range(c, 4)}`,
        ]
      : ['  b and c are not determined: the points do not show how H rose']),
  ];
}

/** Largest over smallest c of an interval that says something. */
const WIDEST_SHAPE = 100;

/** Whether b and c mean something: H_max is known of a level curve that says nothing of them. */
function isShapeKnown({ b, c, undetermined }: LearningCurveFit): boolean {
  return undetermined === null && b.low > 0 && c.high < WIDEST_SHAPE * c.low;
}

/** The gap, or the most that it can be with why it is not given; none where neither is known. */
function gapLines({ gap, interval, atMost }: Extrapolation): string[] {
  const title = 'Information gap H_max - H:';
  if (atMost === null) {
    const range = interval === null ? '' : `, 95 %: ${interval.map((end) => fixed(end, 3)).join(' to ')}`;
    return gap === null ? [] : [`${title} ${said(gap, nats)}${range}`];
  }
  const most = `${title} at most ${nats(atMost)}`;
  return gap === null ? [most] : [`${most}; a value is ${said(gap, nats)}`];
}

function overWindows({ spread, windows, error }: LearningCurveFit): string {
  const [low, high] = spread;
  const all = `${windows.length} windows`;
  if (Number.isNaN(low)) return `not determined by each of ${all}`;
  return `${fixed(low, 3)} to ${fixed(high, 3)} over ${all}; error ${fixed(error, 3)}`;
}

function said(answer: ValueOrRefusal, text: (value: number) => string): string {
  return answer.refusal === null ? text(answer.value) : `not given: ${answer.refusal}`;
}

function curveFitRecord({
  fit,
  refusal,
  gap,
  interval,
  atMost,
  sizes,
}: Extrapolation): Record<string, unknown> {
  const why = fit?.undetermined ?? null;
  const parameter = ({ value, low, high }: FitParameter, isKnown: boolean): Record<string, unknown> =>
    isKnown ? { value, interval: [low, high] } : { value: null, interval: null };
  const limit = (value: number): number | null => (why === null ? finite(value) : null);
  return {
    fit: fit && {
      undetermined: why && analysis.undeterminedText(why),
      a: { ...parameter(fit.a, why === null), window_range: fit.spread.map(limit), error: limit(fit.error) },
      b: parameter(fit.b, isShapeKnown(fit)),
      c: parameter(fit.c, isShapeKnown(fit)),
      rms: fit.rms,
      points: fit.points.map(({ size, entropy }) => ({ n_envs: size, entropy })),
      windows: fit.windows.map(({ from, to, a }) => ({ from, to, a: limit(a) })),
    },
    fit_refusal: refusal,
    information_gap: gap?.value ?? null,
    information_gap_interval: interval,
    information_gap_refusal: gap?.refusal ?? null,
    information_gap_at_most: atMost,
    gaps: sizes.map(({ gap: left, answer }) => ({
      gap: left,
      n_envs: answer.value,
      refusal: answer.refusal,
    })),
  };
}

/** A number that JSON can hold, else null. */
function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/** What a plot of the curve needs. */
function pointTable(curve: LearningCurve, { fit }: Extrapolation): ColumnTable {
  const { points } = curve;
  const all = [...points, { fraction: 1, size: curve.environments, mean: curve.entropy, spread: 0 }];
  return {
    rows: all.length,
    columns: [
      { name: 'fraction', data: Float64Array.from(all, ({ fraction }) => fraction) },
      { name: 'n_envs', data: Float64Array.from(all, ({ size }) => size) },
      { name: 'mean_entropy', data: Float64Array.from(all, ({ mean }) => mean) },
      { name: 'std_entropy', data: Float64Array.from(all, ({ spread }) => spread) },
      {
        name: 'fit',
        data: Float64Array.from(all, ({ size }) => (fit === null ? NaN : analysis.fittedEntropy(fit, size))),
      },
    ],
  };
}
