import { quantileSorted } from 'simple-statistics';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { leakage } from '../kernel/leakage.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { perFrame } from '../model/frame-values.js';
import { checkGroups } from '../statistics/group-split.js';
import { mean } from '../statistics/moments.js';
import { WeightedRanking } from '../statistics/weighted-ranking.js';
import { type ScoreAgreement, scoreAgreements } from './score-agreement.js';
import { type BarParts, binBars, lineBars, type ScoreBars } from './score-bars.js';
import { modelFreeScores, type Score } from './scores.js';
import { splitStructures } from './split-structures.js';

/** Environments with known errors, and further scores of them. */
export interface ComparedErrors {
  /** Descriptors; frames are structures. */
  readonly x: DescriptorMatrix;
  /** Error of each row, or – energies – of each frame; 0 or more. */
  readonly errors: Float64Array;
  /**
   * Further scores by name, such as the spread of an ensemble: a value for each row or each frame.
   * Default: none.
   */
  readonly scores?: Readonly<Record<string, Float64Array>> | undefined;
}

/** Options of {@link compareUncertainties}. */
export interface UncertaintyComparisonOptions extends KernelOptions {
  /** What counts as a large error. Default: nine of ten errors are not. */
  readonly threshold?: number | undefined;
  /** τ: share of the errors that error bars are to hold. Default: 0.9. */
  readonly level?: number | undefined;
  /**
   * A number for each structure: those with the same are on one side of each split, those below 0
   * are left out; see `structureGroups`. Default: each is on its own.
   */
  readonly groups?: ArrayLike<number> | undefined;
  /** Resamples of structures that make intervals. Default: 200. */
  readonly resamples?: number | undefined;
  /** Seed of resamples, splits and mixtures, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** What one score tells of errors. */
export interface ComparedScore {
  readonly name: string;
  /** Seconds that it took; `null` for scores that were given. */
  readonly seconds: number | null;
  /** Of environments; `null` where errors are of structures only. */
  readonly environments: ScoreAgreement | null;
  /** Mean score of a structure against its error. */
  readonly structures: ScoreAgreement;
  /** Error bars from a line in the score; `null` where there are too few errors for them. */
  readonly lineBars: ScoreBars | null;
  /** Error bars from bins of the score; likewise. */
  readonly binBars: ScoreBars | null;
  /**
   * Mean error of what is left after the shares of {@link UncertaintyComparison.shares} with the
   * largest scores were taken away.
   */
  readonly sparsification: readonly number[];
}

/** What {@link compareUncertainties} finds. */
export interface UncertaintyComparison {
  /** δH first. */
  readonly scores: readonly ComparedScore[];
  /** Above which errors are large. */
  readonly threshold: number;
  readonly level: number;
  readonly resamples: number;
  readonly structures: number;
  /** Errors that were compared: those of environments, or of structures. */
  readonly count: number;
  /** Mean error. */
  readonly meanError: number;
  /**
   * Share of the structures that have near copies in the reference: each of their environments is
   * within h/10 of one there.
   */
  readonly leakage: number;
  /** Structures to fit, calibrate and try error bars. */
  readonly split: { readonly fit: number; readonly calibration: number; readonly heldOut: number };
  /** Shares that are taken away. */
  readonly shares: readonly number[];
  /** The same curve in the order of the errors themselves. */
  readonly oracle: readonly number[];
}

/** Share of the errors that are not large, unless a threshold is given. */
const NOT_LARGE = 0.9;

/** Points of a sparsification curve. */
const SHARES = Array.from({ length: 40 }, (_, at) => at / 40);

/**
 * Holds δH and other scores that need no model against known errors, on the same structures: rank
 * correlation, detection of large errors, sparsification, and error bars made of each. Intervals
 * are from resamples of whole structures, the same for all scores, and so are the differences to
 * δH: where that interval is above 0, the other score orders these errors better.
 *
 * @param reference environments that the model was trained on, made as x
 * @throws {QuestsError} INVALID_ARGUMENT: arrays of the wrong length, negative errors, level or
 *   seed unusable; MISMATCH: x and the reference were made differently; EMPTY: fewer than 12
 *   structures
 *
 * @example
 * const { perAtom } = predictionErrors(structures, { prediction: 'forces_mlip' });
 * const { scores } = await compareUncertainties({ x, errors: perAtom }, training);
 * for (const { name, environments } of scores) console.log(name, environments?.spearman.value);
 */
export async function compareUncertainties(
  known: ComparedErrors,
  reference: DescriptorMatrix,
  options: UncertaintyComparisonOptions = {},
): Promise<UncertaintyComparison> {
  const { groups: given, ...rest } = options;
  const { seed = DEFAULTS.seed, level = DEFAULTS.level, resamples = DEFAULTS.scoreResamples } = options;
  checkComparable(known.x, reference);
  check(known, level, resamples);
  checkGroups(given, known.x.frames);
  const { x, errors, scores = {}, groups } = grouped(known, given);
  const split = splitStructures(x.frames, seed, groups);
  const byStructure = errors.length !== x.rows;
  const input = { x, reference, groups, errors: byStructure ? undefined : errors };
  const found: readonly (Omit<Score, 'seconds'> & { seconds: number | null })[] = [
    ...(await modelFreeScores(input, { ...rest, seed })),
    ...givenScores(scores),
  ];
  const ofFrames = found.map(({ values }) => (values.length === x.rows ? perFrame(x, values, mean) : values));
  // A score of structures alone says the same of each of their environments.
  const ofRows = found.map(({ values }) => (values.length === x.rows ? values : spread(x, values)));
  const frameErrors = byStructure ? errors : perFrame(x, errors, mean);
  const frameOffsets = Uint32Array.from({ length: x.frames + 1 }, (_, at) => at);
  const trial = { resamples, seed };
  const thresholdOf = (values: Float64Array): number =>
    options.threshold ??
    quantileSorted(
      Array.from(values).sort((a, b) => a - b),
      NOT_LARGE,
    );
  const structures = scoreAgreements(
    { errors: frameErrors, scores: ofFrames, offsets: frameOffsets },
    { ...trial, threshold: thresholdOf(frameErrors) },
  );
  const environments = byStructure
    ? undefined
    : scoreAgreements(
        { errors, scores: ofRows, offsets: x.frameOffsets },
        { ...trial, threshold: thresholdOf(errors) },
      );
  const [points, offsets] = byStructure ? [ofFrames, frameOffsets] : [ofRows, x.frameOffsets];
  return {
    scores: found.map(({ name, seconds, isLog }, at) => {
      const values = points[at] as Float64Array;
      const parts = partsOf(values, errors, offsets, split);
      return {
        name,
        seconds,
        environments: environments?.[at] ?? null,
        structures: structures[at] as ScoreAgreement,
        lineBars: lineBars(parts, isLog, { ...trial, level }) ?? null,
        binBars: binBars(parts, { ...trial, level }) ?? null,
        sparsification: new WeightedRanking(values).sparsificationCurve(errors, SHARES),
      };
    }),
    threshold: thresholdOf(errors),
    level,
    resamples,
    structures: x.frames,
    count: errors.length,
    meanError: mean(errors),
    leakage: await leakage(x, reference, options),
    split: {
      fit: split.fit.length,
      calibration: split.calibration.length,
      heldOut: split.heldOut.length,
    },
    shares: SHARES,
    oracle: new WeightedRanking(errors).sparsificationCurve(errors, SHARES),
  };
}

/** What is compared, without the structures that belong to no group. */
function grouped(
  known: ComparedErrors,
  groups: ArrayLike<number> | undefined,
): ComparedErrors & { readonly groups: ArrayLike<number> | undefined } {
  const { x, errors, scores = {} } = known;
  const frames = Array.from(groups ?? []).flatMap((group, frame) => (group < 0 ? [] : [frame]));
  if (groups === undefined || frames.length === x.frames) return { ...known, groups };
  const left = (values: Float64Array): Float64Array =>
    values.length === x.rows
      ? Float64Array.from(
          frames.flatMap((frame) => [...values.subarray(x.frameOffsets[frame], x.frameOffsets[frame + 1])]),
        )
      : Float64Array.from(frames, (frame) => values[frame] as number);
  return {
    x: x.select(frames),
    errors: left(errors),
    scores: Object.fromEntries(Object.entries(scores).map(([name, values]) => [name, left(values)])),
    groups: frames.map((frame) => groups[frame] as number),
  };
}

function check({ x, errors, scores = {} }: ComparedErrors, level: number, resamples: number): void {
  const refuse = (problem: string): never => {
    throw new QuestsError('INVALID_ARGUMENT', problem);
  };
  const checkLength = (name: string, values: Float64Array): void => {
    if (values.length === x.rows || values.length === x.frames) return;
    const expected = `expected one for each of ${x.rows} environments or ${x.frames} structures`;
    refuse(`${values.length} ${name}, ${expected}`);
  };
  checkLength('errors', errors);
  const bad = errors.findIndex((error) => !(error >= 0 && error < Infinity));
  if (bad !== -1) refuse(`error ${bad} is ${errors[bad]}, expected a finite number, 0 or more`);
  for (const [name, values] of Object.entries(scores)) {
    checkLength(`values of ${name}`, values);
    const at = values.findIndex(Number.isNaN);
    if (at !== -1) refuse(`value ${at} of ${name} is not a number`);
  }
  if (!(level > 0 && level < 1)) refuse(`level is ${level}, expected a share above 0 and below 1`);
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    refuse(`${resamples} resamples, expected a whole number from 1`);
  }
}

/** Scores that were given; a spread is a size of errors. */
function givenScores(
  scores: NonNullable<ComparedErrors['scores']>,
): (Omit<Score, 'seconds'> & { seconds: null })[] {
  return Object.entries(scores).map(([name, values]) => ({
    name,
    values,
    isLog: values.every((value) => value >= 0),
    seconds: null,
  }));
}

function spread({ rows, frameOffsets }: DescriptorMatrix, values: Float64Array): Float64Array {
  const all = new Float64Array(rows);
  values.forEach((value, frame) => all.fill(value, frameOffsets[frame], frameOffsets[frame + 1]));
  return all;
}

/** The points of each part of a split whose error is above 0. */
function partsOf(
  scores: Float64Array,
  errors: Float64Array,
  offsets: Uint32Array,
  split: ReturnType<typeof splitStructures>,
): BarParts {
  const part = (frames: Uint32Array): BarParts['fit'] => {
    const structures: number[] = [];
    const rows: number[] = [];
    for (const frame of frames) {
      for (let row = offsets[frame] as number; row < (offsets[frame + 1] as number); row++) {
        if (!((errors[row] as number) > 0)) continue;
        rows.push(row);
        structures.push(frame);
      }
    }
    return {
      scores: Float64Array.from(rows, (row) => scores[row] as number),
      errors: Float64Array.from(rows, (row) => errors[row] as number),
      structures: Uint32Array.from(structures),
    };
  };
  return { fit: part(split.fit), calibration: part(split.calibration), heldOut: part(split.heldOut) };
}
