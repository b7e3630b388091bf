import { SAME_DISTANCE } from '../base/constants.js';
import { deltaEntropy } from '../entropy/entropy.js';
import { DescriptorMatrix } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import {
  fittedMixture,
  type GaussianMixture,
  mixtureLogs,
  mixtureStart,
} from '../statistics/gaussian-mixture.js';
import { activeSet, extrapolationGrades } from '../statistics/max-volume.js';
import { normalDensity, squaredDistance } from '../statistics/normal-density.js';
import {
  covariance,
  leadingAxes,
  meanRow,
  type PrincipalAxes,
  principalAxes,
  whitened,
} from '../statistics/principal-axes.js';
import type { ElementGroup } from './element-groups.js';

/** Spread along an axis, as a share of the largest, below which a reference does not vary. */
const LEAST_SPREAD = 1e-3;

/** Share of the variance that the axes hold in which densities are estimated, and how many. */
const HELD = 0.99;
const MOST_AXES = 10;

/** Components of a mixture, and rows that each must have. */
const COMPONENTS = 5;
const ROWS_EACH = 50;

/** Rows that a mixture is fitted to. */
const FITTED_ROWS = 20_000;

/** What the scores of one group share: the axes of its reference, and rows along the first ones. */
export interface PreparedGroup extends ElementGroup {
  readonly axes: PrincipalAxes;
  /** Standard deviations below it count as this. */
  readonly least: number;
  readonly plane: { readonly width: number; readonly reference: Float64Array; readonly test: Float64Array };
  readonly mixture: GaussianMixture;
}

/**
 * Prepares a group.
 *
 * @param seed where the components of the mixture begin
 */
export async function preparedGroup(group: ElementGroup, seed: number): Promise<PreparedGroup> {
  const { reference, test, width } = group;
  const axes = await principalAxes(reference, width);
  const least = Math.max(LEAST_SPREAD * Math.sqrt(axes.variances[0] as number), SAME_DISTANCE);
  const leading = leadingAxes(axes, HELD, MOST_AXES);
  const plane = {
    width: leading.variances.length,
    reference: whitened(reference, leading, least),
    test: whitened(test, leading, least),
  };
  const fitted = evenRows(plane.reference, plane.width);
  const count = Math.max(1, Math.min(COMPONENTS, Math.floor(fitted.length / plane.width / ROWS_EACH)));
  const mixture = fittedMixture(fitted, mixtureStart(fitted, plane.width, count, seed));
  return { ...group, axes, least, plane, mixture };
}

/**
 * −log of a kernel density in the space of the leading principal axes, each divided by its standard
 * deviation; Scott's bandwidth, n^(−1/(d + 4)).
 *
 * @see arXiv 2508.14613
 */
export async function kernelDensityScore(
  { plane }: PreparedGroup,
  options: RunOptions,
): Promise<Float64Array> {
  const { width } = plane;
  const rows = plane.reference.length / width;
  const bandwidth = rows ** (-1 / (width + 4));
  const matrix = (data: Float64Array): DescriptorMatrix => new DescriptorMatrix(data, { width });
  const quiet = { ...options, onProgress: undefined, bandwidth };
  const dH = await deltaEntropy(matrix(plane.test), matrix(plane.reference), quiet);
  const norm = Math.log(rows) + (width / 2) * Math.log(2 * Math.PI) + width * Math.log(bandwidth);
  return dH.map((value) => value + norm);
}

/** Distance from the mean of the reference in its own covariance, the square root of it. */
export function mahalanobisScore({ reference, test, width, least }: PreparedGroup): Float64Array {
  const mean = meanRow(reference, width);
  const square = covariance(reference, mean);
  for (let i = 0; i < width; i++) square[i * width + i] = (square[i * width + i] as number) + least ** 2;
  const normal = normalDensity(mean, square);
  return Float64Array.from({ length: test.length / width }, (_, row) =>
    Math.sqrt(squaredDistance(normal, test, row * width)),
  );
}

/** −log of the density of a mixture of normal distributions, along the same axes. */
export function mixtureScore({ plane, mixture }: PreparedGroup): Float64Array {
  return mixtureLogs(plane.test, mixture).logs.map((value) => 0 - value);
}

/**
 * Extrapolation grade of a linear model of the descriptor with a constant: D-optimality by MaxVol.
 * Along directions in which the reference does not vary, one point that is a thousandth of its
 * largest spread away counts as known; else every grade there would be infinite.
 */
export async function gradeScore(group: PreparedGroup): Promise<Float64Array> {
  const [reference, test] = [linearRows(group, group.reference), linearRows(group, group.test)];
  return extrapolationGrades(test, await activeSetOf(group, reference));
}

/**
 * The same with a model for each component of the mixture: that of the component that a row most
 * likely belongs to.
 *
 * @see arXiv 2508.03405
 */
export async function localGradeScore(group: PreparedGroup): Promise<Float64Array> {
  const { plane, mixture, axes } = group;
  const width = axes.variances.length + 1;
  const [known, own] = [mixtureLogs(plane.reference, mixture), mixtureLogs(plane.test, mixture)];
  const [reference, test] = [linearRows(group, group.reference), linearRows(group, group.test)];
  const grades = new Float64Array(test.length / width);
  for (let at = 0; at < mixture.components.length; at++) {
    const rows = rowsOf(own.likeliest, at);
    if (rows.length === 0) continue;
    const active = await activeSetOf(group, picked(reference, rowsOf(known.likeliest, at), width));
    const found = extrapolationGrades(picked(test, rows, width), active);
    rows.forEach((row, index) => (grades[row] = found[index] as number));
  }
  return grades;
}

/** Rows of a linear model: 1 and the coordinates along all axes. */
function linearRows({ axes, least }: PreparedGroup, data: Float64Array): Float64Array {
  const count = axes.variances.length;
  const along = whitened(data, axes, least);
  const rows = new Float64Array((along.length / count) * (count + 1));
  for (let from = 0, to = 0; from < along.length; from += count, to += count + 1) {
    rows[to] = 1;
    rows.set(along.subarray(from, from + count), to + 1);
  }
  return rows;
}

/**
 * The active set of some rows, and of one point along each axis that is barely away from the mean.
 */
function activeSetOf({ axes, least }: PreparedGroup, rows: Float64Array): ReturnType<typeof activeSet> {
  const width = axes.variances.length + 1;
  const all = new Float64Array(rows.length + width * width);
  all.set(rows);
  for (let axis = 0; axis < width; axis++) {
    const first = rows.length + axis * width;
    all[first] = 1;
    if (axis === 0) continue;
    const spread = Math.sqrt(axes.variances[axis - 1] as number);
    all[first + axis] = least / Math.max(least, spread);
  }
  return activeSet(all, width);
}

/** At most {@link FITTED_ROWS} rows, evenly among all. */
function evenRows(data: Float64Array, width: number): Float64Array {
  const count = data.length / width;
  if (count <= FITTED_ROWS) return data;
  const rows = Array.from({ length: FITTED_ROWS }, (_, at) => Math.floor((at * count) / FITTED_ROWS));
  return picked(data, rows, width);
}

function rowsOf(numbers: Uint32Array, number: number): number[] {
  return Array.from(numbers.keys()).filter((row) => numbers[row] === number);
}

function picked(data: Float64Array, rows: readonly number[], width: number): Float64Array {
  const own = new Float64Array(rows.length * width);
  rows.forEach((row, at) => own.set(data.subarray(row * width, (row + 1) * width), at * width));
  return own;
}
