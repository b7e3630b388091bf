import { tableLines } from '../../base/table.js';
import { fixed, percent, significant } from '../../base/number-format.js';
import { InvalidArgumentError, Option } from 'commander';
import { DEFAULTS } from '../../base/defaults.js';
import * as quests from '../../faces/node/quests.js';
import * as analysis from '../../faces/node/analysis.js';
import type { DescriptorMatrix, PredictionErrors, Structure, Uncertainty } from '../../faces/node/quests.js';
import type { Agreement, ErrorBar, PredictedProperty } from '../../faces/node/analysis.js';
import type { CliCommand } from '../session/command.js';
import { startDelta } from '../session/delta.js';
import { openSets } from '../session/open-sets.js';
import { checkColumns } from '../session/output-columns.js';
import {
  addOutputOptions,
  addPlotOption,
  addRunOptions,
  addSeedOption,
  type OutputFlags,
  type PlotFlags,
  positive,
  repeated,
  type RunFlags,
} from '../session/options.js';
import { missingKeys, missingLines } from '../session/missing-elements.js';
import { predictionKeys } from '../session/prediction-keys.js';
import { isReadTwice } from '../session/read-twice.js';
import { type Result, type ValuedBatch, writeEnvironments } from '../session/result.js';
import type { Session } from '../session/session.js';
import { Collected } from '../session/summary.js';
import { FORMATS } from '../../faces/node/io.js';
import { addSplitOptions, type SplitFlags } from '../session/split-options.js';
import { UsageError } from '../session/usage-error.js';
import { checkHolds, formatList, type Output, type OutputKind, outputOf } from '../session/output.js';
import { AppliedBars } from '../session/error-bar-lines.js';
import { checkComparison, comparedScores, spreadOf } from '../session/score-comparison.js';
import { addPairOptions, type PairFiles, pairFiles, type PairFlags } from '../session/pair-options.js';

interface Flags extends RunFlags, OutputFlags, PlotFlags, PairFlags, SplitFlags {
  readonly property: PredictedProperty;
  readonly truth?: string;
  readonly prediction?: string;
  readonly predictions?: readonly string[];
  readonly levels: readonly number[];
  readonly thresholds?: readonly number[];
  readonly apply?: readonly string[];
  readonly bars?: string;
  readonly level: number;
  readonly seed: number;
  readonly compare?: boolean;
  readonly spread?: readonly string[];
}

const KINDS: readonly OutputKind[] = ['json'];
const BARS: readonly OutputKind[] = ['environments'];

/** `quests uncertainty`: δH beside the errors that a model makes, and error bars from both. */
export const uncertaintyCommand: CliCommand<Flags> = {
  name: 'uncertainty',
  description:
    'relate the errors of a model to dH with respect to its training data; calibrated error bars, ' +
    'also for new structures',
  outputs: () => KINDS,
  check(flags, input) {
    pairFiles(input, flags);
    checkComparison(flags);
    if ((flags.apply === undefined) !== (flags.bars === undefined)) {
      throw new UsageError('--apply and --bars need each other: --apply FILE --bars FILE');
    }
  },
  bandwidthFiles: (input, flags) => pairFiles(input, flags).reference,
  declare(command) {
    addPairOptions(command, 'test', 'reference');
    command
      .addOption(
        new Option('--property <name>', 'predicted property').choices(['forces', 'energy']).default('forces'),
      )
      .option(
        '--truth <name>',
        'column or key of the true values (default: forces, REF_forces … or energy …)',
      )
      .option('--prediction <name>', 'column or key of the predicted values')
      .option(
        '--predictions <file...>',
        'files with the predictions for the test structures (default: the test set itself)',
      )
      .addOption(
        new Option('--levels <shares>', 'confidence levels of the error bars')
          .default(DEFAULTS.levels, DEFAULTS.levels.join(','))
          .argParser(shares),
      )
      .addOption(
        new Option(
          '--thresholds <errors>',
          'thresholds above which an error counts as large, e.g. 0.1,0.3 (default: quantiles 0.5, ' +
            '0.75, 0.9, 0.95 of the errors)',
        ).argParser((text) => text.split(',').map(positive)),
      )
      .option('--apply <file...>', 'new structures to predict error bars for')
      .option('--bars <path>', `write these error bars to this file: ${formatList(FORMATS, BARS)}`)
      .addOption(
        new Option('--level <share>', 'confidence level of the error bars for new structures')
          .default(DEFAULTS.level)
          .argParser((text) => shares(text)[0]),
      );
    command
      .option('--compare', 'hold dH against other scores: which of them tells these errors best')
      .addOption(
        new Option(
          '--spread <name>',
          'column or key with the spread of an ensemble, compared as well; repeat for several',
        ).argParser(repeated),
      );
    addSplitOptions(command);
    addPlotOption(command, 'mean error of what is left when the largest scores are taken away');
    addSeedOption(command, 'random seed of the split into fit, calibration and test');
    addOutputOptions(command, KINDS);
    addRunOptions(command);
  },
  run,
};

function shares(text: string): number[] {
  const values = text.split(',').map(positive);
  if (values.some((value) => value >= 1))
    throw new InvalidArgumentError('Expected shares above 0 and below 1.');
  return values;
}

async function run(input: readonly string[], flags: Flags, session: Session): Promise<Result | undefined> {
  const files = pairFiles(input, flags);
  const bars = outputOf(flags.bars, BARS);
  await session.claimOutputs(bars?.path);
  await checkApplied(session, flags, bars);
  const predictions = await predictedOf(session, flags);
  await checkErrors(session, files.test, flags, predictions);
  if (flags.compare === true) return comparedScores(session, files, flags, predictions);
  const { reference, test, batches, summary } = await startDelta(session, files, flags);
  if (test.holds === 'matrix') throw withoutErrors(test.file);
  const parts: DescriptorMatrix[] = [];
  const structures: Structure[] = [];
  const all = new Collected();
  for await (const batch of batches) {
    parts.push(batch.x);
    structures.push(...(batch.structures ?? []));
    all.add(batch.values);
  }
  const x = analysis.concatenated(parts);
  const dH = all.all();
  const { property, truth, prediction } = flags;
  const errors = quests.predictionErrors(structures, { property, truth, prediction, predictions });
  // The level of the bars for new structures is among those that are tried.
  const levels = [...new Set([...flags.levels, ...(bars === undefined ? [] : [flags.level])])].sort();
  const found = await quests.uncertainty(
    { x, dH, errors: errors.perAtom ?? errors.perStructure },
    {
      ...session.options,
      bandwidth: flags.bandwidth,
      levels,
      thresholds: flags.thresholds,
      seed: flags.seed,
    },
  );
  const bar = found.bars.find(({ level }) => level === flags.level);
  const toApply = { test: flags.apply ?? [], reference: files.reference };
  const applied =
    bars === undefined || bar === undefined
      ? undefined
      : await apply(session, toApply, flags, bars, { bar, x });
  const { rows, kind, seconds, missing, missingRows } = summary();
  return {
    lines: [
      ...uncertaintyLines(found, errors, { structures: x.frames, rows, reference: reference.x.rows }),
      ...missingLines(missing, missingRows, rows),
      ...(applied?.lines ?? []),
    ],
    json: {
      ...predictionKeys({ test, reference, x, errors }, flags),
      environments: found.environments && agreementJson(found.environments),
      structures_mean_dH: agreementJson(found.structures.mean),
      structures_max_dH: agreementJson(found.structures.max),
      split: {
        fit: found.split.fit,
        calibration: found.split.calibration,
        held_out: found.split.heldOut,
        seed: flags.seed,
      },
      zero_errors: found.zeros,
      error_bars: found.bars.map(({ coverageError, ...bar }) => ({
        ...bar,
        coverage_error: coverageError,
      })),
      held_out_errors: found.heldOut,
      held_out_dH: found.estimators && agreementJson(found.estimators.dH),
      held_out_kernel_mean: found.estimators && agreementJson(found.estimators.kernelMean),
      apply_files: flags.apply ?? null,
      bars_file: flags.bars ?? null,
      applied: applied?.record ?? null,
      computation_time: seconds,
      species: kind.species,
      ...missingKeys(missing, missingRows),
      skipped: session.skippedFrames.count,
      ...session.provenance,
    },
  };
}

/**
 * Refuses a test set without the errors that are asked for, before anything is computed: its labels
 * are read for that. Not where it can be read only once, or where frames may be left out.
 */
async function checkErrors(
  session: Session,
  files: readonly string[],
  flags: Flags,
  predictions: readonly Structure[] | undefined,
): Promise<void> {
  if (flags.onError === 'skip' || !(await isReadTwice(session, files))) return;
  const [{ file, opened }] = await openSets(session, [files], flags);
  if (opened.holds === 'matrix') throw withoutErrors(file);
  const structures: Structure[] = [];
  for await (const structure of opened.structures()) structures.push(structure);
  const { property, truth, prediction, spread = [] } = flags;
  quests.predictionErrors(structures, { property, truth, prediction, predictions });
  for (const name of spread) spreadOf(structures, name);
}

function withoutErrors(file: string): UsageError {
  return new UsageError(`expected structures with errors: ${file} holds descriptors`);
}

/**
 * Refuses new structures that are not there, or not fit for their file, before anything is
 * computed.
 */
async function checkApplied(session: Session, flags: Flags, bars: Output | undefined): Promise<void> {
  if (bars === undefined || flags.apply === undefined || !(await isReadTwice(session, flags.apply))) return;
  const [set] = await openSets(session, [flags.apply], flags);
  checkHolds(bars, set.file, set.opened.holds);
  await checkColumns(bars, set);
}

/** The structures that hold the predictions; undefined where the test set does. */
async function predictedOf(session: Session, flags: Flags): Promise<Structure[] | undefined> {
  const { predictions: files } = flags;
  if (files === undefined) return undefined;
  const [{ file, opened }] = await openSets(session, [files], flags);
  if (opened.holds === 'matrix')
    throw new UsageError(`expected structures with predictions: ${file} holds descriptors`);
  const structures: Structure[] = [];
  for await (const structure of opened.structures()) structures.push(structure);
  return structures;
}

/** What writing error bars for new structures found. */
interface Applied {
  readonly lines: readonly string[];
  readonly record: Record<string, unknown>;
}

/** Writes new structures with δH and error bars. */
async function apply(
  session: Session,
  files: PairFiles,
  flags: Flags,
  output: Output,
  { bar, x: known }: { readonly bar: ErrorBar; readonly x: DescriptorMatrix },
): Promise<Applied> {
  const { test, batches, summary } = await startDelta(session, files, flags);
  checkHolds(output, test.file, test.holds);
  const { bandwidth, seed } = flags;
  const range = await analysis.CalibrationRange.of(known, { ...session.options, bandwidth, seed });
  const applied = new AppliedBars();
  // With --species, an element that only one of the sets has makes other columns.
  const columns = { same: true };
  const byFrame = flags.property === 'energy';
  async function* barred(): AsyncGenerator<ValuedBatch, void, undefined> {
    for await (const batch of batches) {
      // What the reference cannot know has no error bar either.
      const { counted = batch.values } = batch;
      const values = byFrame ? analysis.perFrame(batch.x, counted, analysis.mean) : counted;
      const bars = analysis.supportedErrorBarsAt(bar, values);
      applied.add(batch.x, bars, byFrame);
      columns.same &&= String(batch.x.species) === String(known.species);
      if (columns.same) await range.add(batch.x);
      yield byFrame ? { ...batch, perFrame: { error_bar: bars } } : { ...batch, more: { error_bar: bars } };
    }
  }
  try {
    await writeEnvironments(session, output, flags, 'dH', barred(), test.holds);
    const comparison = columns.same ? range.comparison() : null;
    const point = byFrame ? 'structure' : 'environment';
    const { missing, missingRows, rows } = summary();
    return {
      lines: [
        ...applied.lines(bar, comparison, point, (missingRows ?? 0) > 0),
        ...missingLines(missing, missingRows, rows),
      ],
      record: { ...applied.record(bar, comparison), ...missingKeys(missing, missingRows) },
    };
  } finally {
    range.dispose();
  }
}

/** The report for people. */
function uncertaintyLines(
  found: Uncertainty,
  { property, truth, prediction, perAtom, perStructure }: PredictionErrors,
  count: { structures: number; rows: number; reference: number },
): string[] {
  const { environments, structures, split, bars, estimators } = found;
  const errors = perAtom ?? perStructure;
  const what = property === 'forces' ? '|dF| of an atom' : '|dE|/N of a structure';
  const main = environments ?? structures.mean;
  const largest = errors.reduce((max, error) => Math.max(max, error), 0);
  const zeros = found.zeros === 0 ? '' : `; ${found.zeros} errors of 0 left out`;
  return [
    `Test: ${count.structures} structures, ${count.rows} environments; reference: ` +
      `${count.reference} environments`,
    `Error: ${what}, ${prediction} against ${truth}; mean ` +
      `${significant(analysis.mean(errors), 3)}, largest ${significant(largest, 3)}`,
    ...table([
      ['', 'Spearman', 'Pearson', 'Pearson, log10 error'],
      ...(environments ? [correlations('dH of environments', environments)] : []),
      correlations('mean dH of structures', structures.mean),
      correlations('largest dH of structures', structures.max),
    ]),
    `Detection of large errors by dH of ${environments ? 'environments' : 'structures'}:`,
    ...table([
      ['error above', 'quantile', 'AUROC'],
      ...main.detections.map(({ threshold, below, auroc }) => [
        significant(threshold, 3),
        percent(below),
        fixed(auroc, 3),
      ]),
    ]),
    'Errors by dH:',
    ...table([
      ['dH (nats)', 'count', 'mean error', 'median error'],
      ...main.bins.map(({ low, high, count: own, meanError, medianError }) => [
        `${fixed(low, 2)} to ${fixed(high, 2)}`,
        String(own),
        significant(meanError, 3),
        significant(medianError, 3),
      ]),
    ]),
    `Error bars: log10 bar = a + b dH, fitted to ${split.fit} structures, calibrated on ` +
      `${split.calibration}, ` +
      `tested on ${split.heldOut} (${found.heldOut} errors${zeros}):`,
    ...table([
      ['level', 'a', 'b', 'correction', 'held-out coverage'],
      ...bars.map(({ level, intercept, slope, correction, coverage, coverageError }) => [
        String(level),
        fixed(intercept, 3),
        fixed(slope, 3),
        fixed(correction, 3),
        `${fixed(100 * coverage, 1)} ± ${fixed(100 * coverageError, 1)} %`,
      ]),
    ]),
    ...(estimators === null
      ? []
      : [
          `Held-out environments (${estimators.count}), dH and the kernel-weighted mean of known errors:`,
          ...table([
            ['', 'Spearman', 'Pearson', 'Pearson, log10 error'],
            correlations('dH', estimators.dH),
            correlations('mean of known errors', estimators.kernelMean),
          ]),
        ]),
  ];
}

function correlations(name: string, { spearman, pearson, pearsonLog }: Agreement): string[] {
  return [name, fixed(spearman, 3), fixed(pearson, 3), fixed(pearsonLog, 3)];
}

/** Rows of text under their titles: the first column to the left, the others to the right. */
function table([titles = [], ...rows]: readonly (readonly string[])[]): string[] {
  const columns = titles.map((title, at) => ({
    title,
    text: (row: readonly string[]) => row[at] ?? '',
    align: at === 0 ? ('left' as const) : ('right' as const),
  }));
  return tableLines(columns, rows).map((line) => `  ${line}`);
}

function agreementJson({ pearsonLog, bins, ...rest }: Agreement): Record<string, unknown> {
  return {
    ...rest,
    pearson_log: pearsonLog,
    bins: bins.map(({ meanError, medianError, ...bin }) => ({
      ...bin,
      mean_error: meanError,
      median_error: medianError,
    })),
  };
}
