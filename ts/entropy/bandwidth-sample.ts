import { SAME_DISTANCE } from '../base/constants.js';
import { type Duplicates, duplicates } from '../descriptor/duplicates.js';
import { nearestDistances } from '../kernel/nearest.js';
import { numberSampler, rowsOf } from '../kernel/row-sample.js';
import { type DescriptorMatrix, frameAt } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { isLabelled } from '../base/species-mode.js';
import { intrinsicDimension, NEIGHBORS } from './intrinsic-dimension.js';

/** Different environments of a set, and the bandwidths between which its scales lie. */
export interface BandwidthSample {
  readonly x: DescriptorMatrix;
  /** The frame of each row. */
  readonly frames: Uint32Array;
  /** Rows that were drawn and are copies of others. */
  readonly copies: number;
  /** Dimension of the space that the rows lie in. */
  readonly dimension: number;
  /** h, rising by equal factors. */
  readonly bandwidths: Float64Array;
}

/** Fewest different environments that say anything. */
export const FEWEST_ROWS = 1 + NEIGHBORS[1];

/** Share of their length by which rows differ that were computed from the same atoms, rotated. */
const ROUNDING = 1e-9;

/** Bandwidths in a factor of 10. */
const PER_DECADE = 12;

/** The narrowest bandwidth, in distances to the nearest other row that one of 100 is below. */
const NARROWEST = 0.1;

/** The widest, in distances that rows are apart. */
const WIDEST = 10;

/**
 * Draws environments, leaves out copies, and finds the scales: from a tenth of the smallest
 * distances to ten times the largest, in whatever unit the descriptors have.
 */
export async function bandwidthSample(
  x: DescriptorMatrix,
  most: number,
  seed: number,
  options: RunOptions,
): Promise<BandwidthSample> {
  const drawn =
    numberSampler(seed)(x.rows, Math.min(most, x.rows)) ??
    Uint32Array.from({ length: x.rows }, (_, at) => at);
  const all = rowsOf(x, drawn);
  const { length, spread } = sizes(all);
  // Files are rounded, and so are sums: rows as near as that are copies whatever their unit is.
  const distances = [Math.max(SAME_DISTANCE * spread, ROUNDING * length)];
  const [same] = await duplicates(all, { ...options, distances });
  const firsts = (same as Duplicates).rows.filter((first, row) => first === row);
  const distinct = rowsOf(all, firsts);
  const frames = firsts.map((row) => frameAt(x.frameOffsets, drawn[row] as number));
  const copies = drawn.length - firsts.length;
  const found = { x: distinct, frames, copies };
  if (distinct.rows < FEWEST_ROWS) return { ...found, dimension: NaN, bandwidths: new Float64Array(0) };
  // The nearest row of all is the row itself.
  const [nearest, nearer, farther] = await Promise.all(
    [1, ...NEIGHBORS].map((rank) =>
      nearestDistances(distinct, distinct, { ...options, neighbors: 1 + rank }),
    ),
  );
  const sorted = (nearest as Float64Array).filter((distance) => distance < Infinity).sort();
  const smallest = sorted[Math.floor(sorted.length / 100)] ?? spread;
  return {
    ...found,
    dimension: intrinsicDimension(nearer as Float64Array, farther as Float64Array),
    bandwidths: byEqualFactors(NARROWEST * smallest, WIDEST * spread),
  };
}

function byEqualFactors(from: number, to: number): Float64Array {
  const steps = Math.max(1, Math.ceil(PER_DECADE * Math.log10(to / from)));
  return Float64Array.from({ length: steps + 1 }, (_, at) => from * (to / from) ** (at / steps));
}

/**
 * √⟨|x|²⟩ over rows, and √⟨|xᵢ − xⱼ|²⟩ over pairs of them, which is √2 times that from their mean.
 * Labels are no columns.
 */
function sizes({ data, width, rows, species }: DescriptorMatrix): { length: number; spread: number } {
  let sum = 0;
  let squares = 0;
  for (let column = isLabelled(species) ? 1 : 0; column < width; column++) {
    let mean = 0;
    for (let at = column; at < data.length; at += width) mean += (data[at] as number) / rows;
    for (let at = column; at < data.length; at += width) sum += ((data[at] as number) - mean) ** 2 / rows;
    squares += mean ** 2;
  }
  return { length: Math.sqrt(squares + sum), spread: Math.sqrt(2 * sum) };
}
