import type { CoreModule } from '../backend/backend.js';
import { DEFAULTS } from '../base/defaults.js';
import { QuestsError, inCore } from '../base/error.js';
import { type KernelOptions, kernelSums, mutualSums } from '../kernel/kernel-sums.js';
import { checkComparable, type DescriptorMatrix } from '../model/descriptor-matrix.js';
import { backendOf, inParts } from '../run/run-options.js';
import { type Environments, withReference } from '../kernel/reference-set.js';

/** One threshold ε, or several, in nats. */
export type OverlapThresholds = number | readonly number[] | Float64Array;

/** Options of {@link overlap}, with one threshold. */
export interface OverlapOptions extends KernelOptions {
  /**
   * ε: environments with δH below it count as covered, in nats. Default: 1e-5; the paper's tables
   * use 1.
   */
  readonly epsilon?: number | undefined;
}

/**
 * Options of {@link overlap}, with several thresholds: one result for each, in their order, from
 * one pass.
 */
export interface OverlapScanOptions extends KernelOptions {
  readonly epsilon: readonly number[] | Float64Array;
}

/** Options of {@link coverage}. */
export interface CoverageOptions extends KernelOptions {
  /**
   * ε: environments with δH below it count as covered, in nats; one or several. Default: 1e-5; the
   * paper's tables use 1.
   */
  readonly epsilon?: OverlapThresholds | undefined;
}

/** How far sets cover each other: what {@link coverage} gives. */
export interface Coverage {
  /** Each ε, in nats. */
  readonly epsilons: Float64Array;
  /**
   * For each ε a square matrix: `overlap[e][i][j]` is the share of the environments of set i that
   * set j covers, from 0 to 1. 1 on the diagonal for ε above 0; not symmetric.
   */
  readonly overlap: readonly (readonly (readonly number[])[])[];
  /** `dH[i][j]`: δH of each environment of set i with respect to set j, in nats. */
  readonly dH: readonly (readonly Float64Array[])[];
}

/**
 * Overlap of a set y with a set x: the share of the environments of y with δH(y|X) < ε, from 0
 * to 1.
 *
 * @param y M rows, made as those of x
 * @param x N rows
 * @returns the share for one ε; for several, one value each
 * @throws {QuestsError} MISMATCH: y and x were made differently; INVALID_ARGUMENT: bandwidth not
 *   above 0 or not finite, ε not a number; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 *
 * @example
 * const covered = await overlap(test, train, { epsilon: 1 });
 * console.log(`the training set covers ${100 * covered} % of the test set within 1 nat`);
 */
export function overlap(y: DescriptorMatrix, x: Environments, options?: OverlapOptions): Promise<number>;
export function overlap(
  y: DescriptorMatrix,
  x: Environments,
  options: OverlapScanOptions,
): Promise<Float64Array>;
export async function overlap(
  y: DescriptorMatrix,
  x: Environments,
  options: OverlapOptions | OverlapScanOptions = {},
): Promise<number | Float64Array> {
  const { core, logSums } = await kernelSums(y, x, null, options);
  return shares(core, logSums[0] as Float64Array, options.epsilon);
}

/**
 * Overlap from δH values that are known already; see {@link overlap}.
 *
 * @param dH δH of each environment of y with respect to x, as {@link deltaEntropy} gives them; at
 *   least one
 * @returns the share for one ε; for several, one value each
 * @throws {QuestsError} EMPTY: no values; INVALID_ARGUMENT: a value or ε is not a number;
 *   BACKEND_UNAVAILABLE
 */
export function overlapOf(
  dH: Float64Array,
  options?: Pick<OverlapOptions, 'backend' | 'epsilon'>,
): Promise<number>;
export function overlapOf(
  dH: Float64Array,
  options: Pick<OverlapScanOptions, 'backend' | 'epsilon'>,
): Promise<Float64Array>;
export async function overlapOf(
  dH: Float64Array,
  options: Pick<OverlapOptions, 'backend'> & { readonly epsilon?: OverlapThresholds | undefined } = {},
): Promise<number | Float64Array> {
  const { core } = await backendOf(options);
  const logSums = dH.map((value) => -value);
  return shares(core, logSums, options.epsilon);
}

/**
 * Overlap of every set with every other, and δH of every environment with respect to every set; see
 * {@link overlap}. The values of δH take 8 bytes for each environment and set. Each pair of
 * environments is computed once, for both.
 *
 * @param sets at least one, all made alike
 * @throws {QuestsError} EMPTY: no sets; MISMATCH: sets that were made differently;
 *   INVALID_ARGUMENT: bandwidth not above 0 or not finite, ε not a number; TOO_LARGE;
 *   BACKEND_UNAVAILABLE
 * @see arXiv 2404.12367
 *
 * @example
 * const { overlap } = await coverage([train, test], { epsilon: 1 });
 * console.log(overlap[0][1][0]); // share of the test set covered within 1 nat
 */
export async function coverage(
  sets: readonly DescriptorMatrix[],
  options: CoverageOptions = {},
): Promise<Coverage> {
  const [first] = sets;
  if (first === undefined) throw new QuestsError('EMPTY', 'there are no sets to compare');
  sets.forEach((set, index) => {
    checkComparable(set, first, [`set ${index}`, 'set 0']);
  });
  const { epsilon = DEFAULTS.epsilon } = options;
  const epsilons = typeof epsilon === 'number' ? Float64Array.of(epsilon) : Float64Array.from(epsilon);
  const overlap = Array.from(epsilons, () => sets.map(() => sets.map(() => NaN)));
  const dH = sets.map(() => sets.map(() => new Float64Array(0)));
  const part = inParts(
    options,
    // A set against itself is half a square of pairs.
    sets.flatMap((x, at) => sets.slice(at).map((y, further) => (further === 0 ? 0.5 : 1) * x.rows * y.rows)),
  );
  let parts = 0;
  for (const [at, x] of sets.entries()) {
    await withReference(x, options, async (reference) => {
      const { core } = reference.backend;
      const keep = (row: number, column: number, logSums: Float64Array): void => {
        (dH[row] as Float64Array[])[column] = logSums.map((value) => 0 - value);
        epsilons.forEach((threshold, index) => {
          const matrix = overlap[index] as number[][];
          (matrix[row] as number[])[column] = shares(core, logSums, threshold) as number;
        });
      };
      const own = await kernelSums(null, reference, null, part(parts++));
      keep(at, at, own.logSums[0] as Float64Array);
      for (const [further, y] of sets.slice(at + 1).entries()) {
        const other = at + 1 + further;
        const { ofY, ofX } = await mutualSums(y, reference, part(parts++));
        keep(other, at, ofY);
        keep(at, other, ofX);
      }
    });
  }
  return { epsilons, overlap, dH };
}

function shares(
  core: CoreModule,
  logSums: Float64Array,
  epsilon: OverlapThresholds = DEFAULTS.epsilon,
): number | Float64Array {
  const share = (threshold: number): number => inCore(() => core.overlap(logSums, threshold));
  return typeof epsilon === 'number' ? share(epsilon) : Float64Array.from(epsilon, share);
}
