import { perFrame } from '../model/frame-values.js';
import { agreement, type Agreement } from './agreement.js';
import {
  errorBarCoverage,
  type ErrorBar,
  errorBar,
  errorBarsAt,
  type ErrorPoints,
} from '../statistics/conformal.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { kernelMean, type KernelOptions } from '../kernel/kernel-sums.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import { mean } from '../statistics/moments.js';
import { splitStructures } from './split-structures.js';

/** Options of {@link uncertainty}. */
export interface UncertaintyOptions extends KernelOptions {
  /** τ: shares of the errors that the bars are to hold. Default: 0.5, 0.9, 0.95. */
  readonly levels?: readonly number[] | undefined;
  /** What counts as a large error, in their unit. Default: their quantiles 0.5, 0.75, 0.9, 0.95. */
  readonly thresholds?: readonly number[] | undefined;
  /** Seed of the split, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
}

/** Known errors, and the environments that they belong to. */
export interface KnownErrors {
  /** Descriptors; frames are structures. */
  readonly x: DescriptorMatrix;
  /** δH of each row with respect to the data a model was trained on, in nats. */
  readonly dH: Float64Array;
  /** Error of each row, or – energies – of each frame; 0 or more. */
  readonly errors: Float64Array;
}

/** Error bars of one level, and their test on held-out structures. */
export interface TestedErrorBar extends ErrorBar {
  /** Share of held-out errors at or below the bar. */
  readonly coverage: number;
  /** Its standard error, from how it differs between held-out structures; NaN for a single one. */
  readonly coverageError: number;
}

/** Errors of held-out environments, as two estimators predict them; see {@link kernelMean}. */
export interface EstimatorComparison {
  readonly count: number;
  readonly dH: Agreement;
  /** Mean of the known errors, weighted by kernels. */
  readonly kernelMean: Agreement;
}

/** What {@link uncertainty} finds. */
export interface Uncertainty {
  /** Environments: δH and error of each; `null` where errors are of structures only. */
  readonly environments: Agreement | null;
  /** Structures: error (mean over its atoms) against the mean and the largest δH. */
  readonly structures: { readonly mean: Agreement; readonly max: Agreement };
  /** Structures in each part of the split. */
  readonly split: { readonly fit: number; readonly calibration: number; readonly heldOut: number };
  /** Errors of 0, which have no logarithm: left out of the bars. */
  readonly zeros: number;
  /** Held-out errors that the coverage is of. */
  readonly heldOut: number;
  readonly bars: readonly TestedErrorBar[];
  /** `null` where errors are of structures only. */
  readonly estimators: EstimatorComparison | null;
}

/**
 * Compares δH with known errors. Correlations and detection of large errors use all environments.
 * Error bars are fitted to half of the structures, calibrated on a quarter and tested on the rest.
 * Whole structures are split, since atoms of one structure are not independent. A second estimator
 * predicts errors of held-out environments as the kernel-weighted mean of the errors of the others.
 *
 * @throws {QuestsError} INVALID_ARGUMENT: arrays of the wrong length, negative errors, level or
 *   seed unusable; EMPTY: too few structures or errors for what is asked
 * @see arXiv 2404.12367 for δH as an uncertainty; `errorBar` for the bars
 *
 * @example
 * const { perAtom } = predictionErrors(structures, { prediction: 'forces_mlip' });
 * const { bars } = await uncertainty({ x, dH: await deltaEntropy(x, training), errors: perAtom });
 * const bar = errorBarsAt(bars[1], await deltaEntropy(y, training));
 */
export async function uncertainty(
  known: KnownErrors,
  options: UncertaintyOptions = {},
): Promise<Uncertainty> {
  const { levels = DEFAULTS.levels, thresholds, seed = DEFAULTS.seed } = options;
  const { x, dH, errors } = known;
  check(known);
  const byStructure = errors.length !== x.rows;
  const ofFrames = framesOf(known);
  const { fit, calibration, heldOut } = splitStructures(x.frames, seed);
  const points = byStructure ? { dH: ofFrames.mean, errors } : { dH, errors };
  const offsets = byStructure ? Uint32Array.from({ length: x.frames + 1 }, (_, at) => at) : x.frameOffsets;
  const part = (frames: Uint32Array): StructurePoints => aboveZero(points, frames, offsets);
  const [fitted, calibrated, tested] = [part(fit), part(calibration), part(heldOut)];
  const bars = levels.map((level): TestedErrorBar => {
    const bar = errorBar(fitted, calibrated, level);
    const coverage = errorBarCoverage(bar, tested);
    return { ...bar, coverage, coverageError: coverageErrorOf(bar, tested, coverage) };
  });
  return {
    environments: byStructure ? null : agreement(dH, errors, thresholds),
    structures: {
      mean: agreement(ofFrames.mean, ofFrames.errors, thresholds),
      max: agreement(ofFrames.max, ofFrames.errors, thresholds),
    },
    split: { fit: fit.length, calibration: calibration.length, heldOut: heldOut.length },
    zeros: errors.reduce((count, error) => count + Number(error === 0), 0),
    heldOut: tested.errors.length,
    bars,
    estimators: byStructure ? null : await compared(known, [...fit, ...calibration], heldOut, options),
  };
}

function check({ x, dH, errors }: KnownErrors): void {
  const refuse = (problem: string): never => {
    throw new QuestsError('INVALID_ARGUMENT', problem);
  };
  if (dH.length !== x.rows) refuse(`${dH.length} values of δH for ${x.rows} environments`);
  if (errors.length !== x.rows && errors.length !== x.frames) {
    refuse(
      `${errors.length} errors, expected one for each of ${x.rows} environments or ${x.frames} structures`,
    );
  }
  const bad = errors.findIndex((error) => !(error >= 0 && error < Infinity));
  if (bad !== -1) refuse(`error ${bad} is ${errors[bad]}, expected a finite number, 0 or more`);
}

/** Points, and the structure that each is from. */
interface StructurePoints extends ErrorPoints {
  readonly structures: readonly number[];
}

/** Points of some structures whose error has a logarithm. */
function aboveZero({ dH, errors }: ErrorPoints, frames: Uint32Array, offsets: Uint32Array): StructurePoints {
  const structures: number[] = [];
  const kept: number[] = [];
  for (const frame of frames) {
    for (const row of rowsOf([frame], offsets)) {
      if (!((errors[row] as number) > 0)) continue;
      kept.push(row);
      structures.push(frame);
    }
  }
  return {
    dH: Float64Array.from(kept, (row) => dH[row] as number),
    errors: Float64Array.from(kept, (row) => errors[row] as number),
    structures,
  };
}

/**
 * Standard error of a share of points that come in structures: that of a ratio of sums over
 * structures.
 */
function coverageErrorOf(
  bar: ErrorBar,
  { dH, errors, structures }: StructurePoints,
  coverage: number,
): number {
  const excess = new Map<number, number>();
  errorBarsAt(bar, dH).forEach((value, at) => {
    const structure = structures[at] as number;
    const own = Number((errors[at] as number) <= value) - coverage;
    excess.set(structure, (excess.get(structure) ?? 0) + own);
  });
  const squares = [...excess.values()].reduce((sum, value) => sum + value ** 2, 0);
  const count = excess.size;
  return Math.sqrt((squares * count) / (count - 1)) / errors.length;
}

function rowsOf(frames: ArrayLike<number>, offsets: Uint32Array): number[] {
  const rows: number[] = [];
  for (const frame of Array.from(frames)) {
    for (let row = offsets[frame] as number; row < (offsets[frame + 1] as number); row++) rows.push(row);
  }
  return rows;
}

/** Mean and largest δH of each structure, and its error. */
function framesOf({ x, dH, errors }: KnownErrors): Record<'mean' | 'max' | 'errors', Float64Array> {
  return {
    mean: perFrame(x, dH, mean),
    max: perFrame(x, dH, (values) => values.reduce((max, value) => Math.max(max, value), -Infinity)),
    errors: errors.length === x.rows ? perFrame(x, errors, mean) : errors,
  };
}

/** Both estimators on held-out structures. */
async function compared(
  { x, dH, errors }: KnownErrors,
  known: readonly number[],
  heldOut: Uint32Array,
  options: UncertaintyOptions,
): Promise<EstimatorComparison> {
  const [knownRows, rows] = [rowsOf(known, x.frameOffsets), rowsOf(heldOut, x.frameOffsets)];
  const pick = (values: Float64Array, of: readonly number[]): Float64Array =>
    Float64Array.from(of, (row) => values[row] as number);
  const { mean } = await kernelMean(
    matrixOf(x, rows),
    matrixOf(x, knownRows),
    pick(errors, knownRows),
    options,
  );
  const own = pick(errors, rows);
  return {
    count: rows.length,
    dH: agreement(pick(dH, rows), own, options.thresholds),
    kernelMean: agreement(mean, own, options.thresholds),
  };
}

function matrixOf({ data, width, species }: DescriptorMatrix, rows: readonly number[]): DescriptorMatrix {
  const picked = new Float64Array(rows.length * width);
  rows.forEach((row, at) => picked.set(data.subarray(row * width, (row + 1) * width), at * width));
  return new DescriptorMatrix(picked, { width, species });
}
