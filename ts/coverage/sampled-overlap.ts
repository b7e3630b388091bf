import { DEFAULTS } from '../base/defaults.js';
import { QuestsError } from '../base/error.js';
import { deltaEntropy } from '../entropy/entropy.js';
import type { Environments } from '../kernel/reference-set.js';
import { StoredReference } from '../kernel/stored-reference.js';
import { DescriptorMatrix, type DescriptorKind } from '../model/descriptor-matrix.js';
import { checkComparable } from '../model/descriptor-matrix.js';
import type { RunOptions } from '../run/run-options.js';
import { Reservoir } from '../statistics/reservoir.js';
import { sampleForShare, shareInterval } from '../statistics/share-interval.js';
import { countedDeltas } from './missing-elements.js';

/** Options of {@link sampledOverlap}. */
export interface SampledOverlapOptions extends RunOptions {
  /** h: bandwidth of the Gaussian kernel, in 1/Å, above 0. Default: 0.015. */
  readonly bandwidth?: number | undefined;
  /** ε: environments with δH below it count as covered, in nats. Default: 1e-5. */
  readonly epsilon?: number | undefined;
  /** How far the share may be from either end of its 95 % interval; above 0, a share, not nats. */
  readonly tolerance: number;
  /** Seed of the sample, a whole number from 0 to 2⁵³ − 1. Default: 0. */
  readonly seed?: number | undefined;
  /**
   * Elements whose environments count as novel, asked for once all batches are read. Default:
   * none.
   */
  readonly missing?: (() => readonly string[]) | undefined;
}

/** Environments of a set that comes in parts. */
export interface OverlapBatch {
  readonly x: DescriptorMatrix;
  /** Element of each. Default: they are not known. */
  readonly elements?: readonly string[] | undefined;
}

/** What {@link sampledOverlap} gives. */
export interface SampledOverlap {
  /** The share, from 0 to 1. */
  readonly value: number;
  /** The further of the two ends from it; 0 where all environments were summed. */
  readonly error: number;
  /** Ends of its 95 % interval. */
  readonly low: number;
  readonly high: number;
  /** Environments of y, and how many of them were drawn. */
  readonly environments: number;
  readonly drawn: number;
  /** The largest finite δH of those drawn, in nats; −∞ where there is none. */
  readonly largest: number;
}

/**
 * Overlap of a set y with a set x from a random sample of y: each environment drawn is summed over
 * all of x, and the interval is that of the share (Clopper and Pearson). The size of the sample
 * follows from the tolerance alone: 404 environments for 0.05, 2,451 for 0.02. A y of no more is
 * summed whole. What is in memory does not grow with y; of a stored x what is near is read.
 *
 * @param y environments, as a matrix, in batches, or in a file
 * @param x N rows, made as those of y
 * @throws {QuestsError} EMPTY: no environments; MISMATCH: y and x were made differently;
 *   INVALID_ARGUMENT: bandwidth or tolerance not above 0 or not finite, ε not a number, unusable
 *   seed; INVALID_FILE; FILE_ACCESS; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { value, low, high } = await sampledOverlap(test, train, { epsilon: 1, tolerance: 0.02 });
 */
export async function sampledOverlap(
  y: DescriptorMatrix | StoredReference | AsyncIterable<OverlapBatch>,
  x: Environments,
  options: SampledOverlapOptions,
): Promise<SampledOverlap> {
  const { tolerance, epsilon = DEFAULTS.epsilon, seed, missing, ...run } = options;
  checkEpsilon(epsilon);
  const { drawn, elements, environments } = await overlapSample(y, x, { tolerance, seed });
  const dH = countedDeltas(await deltaEntropy(drawn, x, run), elements, missing?.() ?? []);
  return overlapOfSample(dH, environments, epsilon);
}

/**
 * The overlap, from δH of the environments drawn.
 *
 * @param dH by which they count, in nats
 * @param environments those that they were drawn from
 * @throws {QuestsError} INVALID_ARGUMENT: ε is not a number
 */
export function overlapOfSample(
  dH: Float64Array,
  environments: number,
  epsilon: number = DEFAULTS.epsilon,
): SampledOverlap {
  checkEpsilon(epsilon);
  const covered = dH.reduce((count, value) => count + Number(value < epsilon), 0);
  const value = covered / dH.length;
  const { low, high } =
    dH.length === environments ? { low: value, high: value } : shareInterval(covered, dH.length);
  const error = Math.max(value - low, high - value);
  const largest = dH.reduce((most, one) => (one < Infinity ? Math.max(most, one) : most), -Infinity);
  return { value, error, low, high, environments, drawn: dH.length, largest };
}

function checkEpsilon(epsilon: number): void {
  if (Number.isNaN(epsilon)) throw new QuestsError('INVALID_ARGUMENT', 'epsilon is not a number');
}

/** Environments that were drawn from y, with their elements where these are known. */
export interface OverlapSample {
  readonly drawn: DescriptorMatrix;
  readonly elements: readonly string[];
  /** Environments of y. */
  readonly environments: number;
}

/**
 * The environments that {@link sampledOverlap} draws: the same ones, whether y is in memory, comes
 * in batches, or is in a file.
 *
 * @param x how the rows of the other set are made
 * @throws {QuestsError} EMPTY: no environments; MISMATCH: y and x were made differently;
 *   INVALID_ARGUMENT: tolerance not above 0 or not finite, unusable seed; INVALID_FILE; FILE_ACCESS
 */
export async function overlapSample(
  y: DescriptorMatrix | StoredReference | AsyncIterable<OverlapBatch>,
  x: DescriptorKind,
  { tolerance, seed = DEFAULTS.seed }: Pick<SampledOverlapOptions, 'tolerance' | 'seed'>,
): Promise<OverlapSample> {
  if (!(tolerance > 0 && tolerance < Infinity)) {
    const problem = `tolerance is ${tolerance}, expected a positive number: the half-width of a share`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  const size = sampleForShare(tolerance);
  const places = new Reservoir(size, seed);
  if (y instanceof StoredReference) {
    checkComparable(y, x);
    const rows = new Uint32Array(Math.min(size, y.rows));
    for (let row = 0; row < y.rows; row++) {
      const place = places.next();
      if (place !== undefined) rows[place] = row;
    }
    return { drawn: await y.rowsAt(rows), elements: [], environments: y.rows };
  }
  const rows: Float64Array[] = [];
  const elements: string[] = [];
  let kind: DescriptorMatrix | undefined;
  const batches = y instanceof DescriptorMatrix ? [{ x: y }] : y;
  for await (const batch of batches as AsyncIterable<OverlapBatch>) {
    const { data, width } = batch.x;
    kind ??= batch.x;
    checkComparable(batch.x, x);
    for (let row = 0; row < batch.x.rows; row++) {
      const place = places.next();
      if (place === undefined) continue;
      rows[place] = data.slice(row * width, (row + 1) * width);
      elements[place] = batch.elements?.[row] ?? '';
    }
  }
  if (kind === undefined) throw new QuestsError('EMPTY', 'there are no environments');
  const { width, k, cutoff, species } = kind;
  const data = new Float64Array(rows.length * width);
  for (const [at, row] of rows.entries()) data.set(row, at * width);
  return {
    drawn: new DescriptorMatrix(data, { width, k, cutoff, species }),
    elements,
    environments: places.seen,
  };
}
