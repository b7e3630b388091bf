import { checkLabelledMethod, labelledGains, selectableRows } from './labelled-structures.js';
import { DEFAULTS } from '../base/defaults.js';
import { isLabelled } from '../base/species-mode.js';
import { COMPRESS_METHODS, type CompressMethod, SELECTION_METHODS } from './selection-methods.js';
import { firstByName, toldApart } from './told-apart.js';
import { PAPER_EPSILON } from '../base/constants.js';
import { QuestsError, inCore } from '../base/error.js';
import { runJob } from '../run/job.js';
import { type KernelOptions, kernelSums } from '../kernel/kernel-sums.js';
import { checkComparable, DescriptorMatrix } from '../model/descriptor-matrix.js';
import { backendOf } from '../run/run-options.js';
import { type Environments, withReference } from '../kernel/reference-set.js';

/**
 * How many structures to keep: a number, at most all; or a share, above 0 and up to 1, rounded half
 * to even, at least 1.
 */
export type CompressSize = { readonly count: number } | { readonly fraction: number };

/** Options of {@link compress}. */
export interface CompressOptions extends KernelOptions {
  /** Default: `msc`, and `msc_conditional` where there is a reference. */
  readonly method?: CompressMethod | undefined;
  /**
   * How many structures to keep. Default: half of them; for `atom_msc` as many as the target takes.
   */
  readonly size?: CompressSize | undefined;
  /**
   * Structures you already have: picks add to them. For `msc`, `msc_conditional` and `atom_msc`.
   * Default: none.
   */
  readonly reference?: Environments | undefined;
  /**
   * δH of each environment relative to the structures you already have, instead of `reference`; see
   * `deltaEntropy`.
   */
  readonly dH?: Float64Array | undefined;
  /**
   * Whether an environment of x, by its row, is new to the structures you already have, whatever
   * its δH is: where descriptors are per species, one of an element that these lack. Where there
   * may be several such elements, their names instead of true: then an environment stays new until
   * one with its own name is kept. Default: none is.
   */
  readonly novel?: ((row: number) => boolean | string) | undefined;
  /**
   * For `gradient_fps`, which needs them: the norm of the forces of each structure, in any unit, as
   * `forceNorms` gives them.
   */
  readonly forces?: ArrayLike<number> | undefined;
  /**
   * Seed of `mean_fps`, `gradient_fps`, `k_means`, `k_means_entropy` and `random`, a whole number
   * from 0 to 2⁵³ − 1. Default: 0.
   */
  readonly seed?: number | undefined;
  /**
   * Share of all environments that `atom_msc` covers before it stops, above 0 and up to 1. Default:
   * 0.99.
   */
  readonly targetOverlap?: number | undefined;
  /** ε of `atom_msc`, in nats, above 0: environments with δH below it are covered. Default: 1. */
  readonly epsilon?: number | undefined;
}

/** What {@link compress} picked. */
export interface Selection {
  readonly method: CompressMethod;
  /** Indices of the structures to keep, in the order in which they were picked. */
  readonly picks: Uint32Array;
  /**
   * What each pick added when it was picked, in a unit that goes with the method: see
   * {@link compress}. Infinite for a first pick that there was nothing to compare with, NaN for
   * `random`.
   */
  readonly gains: Float64Array;
  /** Entropy of every structure of the set, in nats; `null` for methods that do not look at it. */
  readonly entropies: Float64Array | null;
}

const NONE = new Float64Array(0);

/**
 * Selects structures of a set: a smaller set that still covers the same environments. A structure
 * is a frame of the matrix.
 *
 * - `msc`, minimum set coverage: the structure of highest entropy first; then repeatedly the
 *   structure S with the largest max over its environments y of δH(y | kept) + H(S). The gain is
 *   that max, in nats: below 0, the remaining structures are covered. With a reference
 *   (`msc_conditional`), the reference is kept from the beginning.
 * - `atom_msc`: repeatedly the structure with the most environments that are not covered, δH(y |
 *   kept) ≥ ε, until a share `targetOverlap` of all is covered. The gain is their number.
 * - `fps`, farthest point sampling: the structure of highest entropy first; then repeatedly the one
 *   farthest from its nearest kept one, the distance of two structures being the mean of |x − y|
 *   over all pairs of their environments. The gain is that distance, in 1/Å.
 * - `mean_fps`: the same with the distance of the structures' mean environments, beginning with a
 *   random structure.
 * - `gradient_fps`: `mean_fps` guided by forces: the distance times the norm of the structure's
 *   forces, the distance alone, and the distance over that norm decide in turns, so that strained
 *   and relaxed structures are picked besides those that are far; norms below a tenth of their mean
 *   count as that. It begins with a structure drawn in proportion to the norms. The gain is the
 *   distance. The score is that of arXiv 2510.08906, the turns are ours.
 * - `log_det`: repeatedly the structure whose environments tell most of a linear model on the
 *   descriptor, ½ log det(I + Φ A⁻¹ Φᵀ), Φ its rows with a constant and with columns of mean 0 and
 *   deviation 1, A = λI + Σ ΦᵀΦ over what is kept, λ = 1e-4. The gain is that, in nats.
 * - `k_means`, `k_means_entropy`: as many clusters of the mean environments as are to be kept
 *   (k-means++, Lloyd's algorithm; a cluster that becomes empty takes the structure farthest from
 *   its own centre); of each a random structure, or that of highest entropy. The gain is the number
 *   of structures in the cluster.
 * - `random`: without replacement.
 *
 * The picks of all but the two `k_means` are nested: a smaller selection is the beginning of a
 * larger one. Everything is computed in the logarithm, so picks do not depend on the order of the
 * structures, however far they are apart; among structures that are worth the same, within 1e-10,
 * the first is picked. Pairs are computed once at most, and only where the decision depends on
 * them.
 *
 * @param x environments of structures, one frame each
 * @throws {QuestsError} INVALID_ARGUMENT: a size, method or seed out of range, a reference for a
 *   method that has no use for one, a frame without environments; MISMATCH: x and the reference
 *   were made differently; TOO_LARGE; BACKEND_UNAVAILABLE
 * @see arXiv 2511.10561
 *
 * @example
 * const { picks, gains } = await compress(x, { size: { fraction: 0.25 } });
 * const more = await compress(candidates, { reference: x, size: { count: 20 } });
 */
export async function compress(x: DescriptorMatrix, options: CompressOptions = {}): Promise<Selection> {
  const { bandwidth = DEFAULTS.bandwidth, seed = DEFAULTS.seed, reference, dH, size } = options;
  const { targetOverlap = DEFAULTS.targetOverlap, epsilon = PAPER_EPSILON, novel } = options;
  const isConditional = reference !== undefined || dH !== undefined;
  const method = options.method ?? (isConditional ? 'msc_conditional' : DEFAULTS.method);
  checkMethod(method, isConditional);
  checkLabelledMethod(x, method);
  const forces = checkedForces(x, method, options.forces);
  checkKnown(x, reference, dH);
  const toTarget = method === 'atom_msc' && size === undefined;
  const count = toTarget ? x.frames : keptCount(size ?? DEFAULTS.size, x.frames);
  const { core } = await backendOf(options);
  const sums =
    reference === undefined
      ? (dH?.map((value) => 0 - value) ?? NONE)
      : await knownSums(x, reference, options);
  const known = novel === undefined ? sums : sums.map((sum, row) => (novel(row) ? -Infinity : sum));
  const name = method === 'msc_conditional' ? 'msc' : method;
  // Rows with labels tell elements apart already.
  const told = isLabelled(x.species) ? undefined : novel && toldApart(x, novel, bandwidth);
  const { data, width } = told ?? selectableRows(x, bandwidth);
  const result = await runJob(
    () =>
      core.select(
        name,
        data,
        width,
        x.frameOffsets,
        known,
        count,
        bandwidth,
        seed,
        targetOverlap,
        epsilon,
        forces,
      ),
    options,
    'selection',
  );
  const picked = result[0] as number;
  const picks = Uint32Array.from(result.subarray(1, 1 + picked));
  const gains = result.slice(1 + picked, 1 + 2 * picked);
  const isInNats = name === 'msc';
  return {
    method,
    picks,
    gains: told !== undefined && isInNats ? firstByName(gains, picks, told.namesOf) : labelledGains(x, gains),
    entropies: result.length > 1 + 2 * picked ? result.slice(1 + 2 * picked) : null,
  };
}

/**
 * The number of structures that a size means.
 *
 * @param structures how many there are
 * @throws {QuestsError} INVALID_ARGUMENT: a count that is no whole number from 1 to that, a
 *   fraction not above 0 or above 1
 */
export function keptCount(size: CompressSize, structures: number): number {
  if ('fraction' in size) {
    const { fraction } = size;
    if (!(fraction > 0 && fraction <= 1)) {
      throw new QuestsError('INVALID_ARGUMENT', `fraction is ${fraction}, expected above 0 and up to 1`);
    }
    return Math.max(1, halfToEven(fraction * structures));
  }
  const { count } = size;
  if (!(Number.isInteger(count) && count >= 1 && count <= structures)) {
    const expected = `expected a whole number from 1 to ${structures}, the number of structures`;
    throw new QuestsError('INVALID_ARGUMENT', `count is ${count}, ${expected}`);
  }
  return count;
}

function halfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}

/** What the first 1, 2, 3, … picks hold, and where to stop. */
export interface CompressionCurve {
  /** Environments of the first n picks. */
  readonly environments: Uint32Array;
  /** H of the first n picks, in nats. */
  readonly entropy: Float64Array;
  /** D of the first n picks, in nats. */
  readonly diversity: Float64Array;
  /** The number of picks for which H·D is largest; the smaller one of two that agree. */
  readonly optimal: number;
}

/**
 * Entropy and diversity of the first pick, the first two picks, …, from one pass over the pairs.
 * The size with the largest H·D is the optimal one: beyond it, further structures are mostly
 * redundant.
 *
 * @param x environments of structures, one frame each
 * @param picks indices of frames, each once, as {@link compress} gives them
 * @throws {QuestsError} INVALID_ARGUMENT: an index that is no frame or comes twice, bandwidth
 *   unusable; EMPTY: no picks; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { picks } = await compress(x, { size: { fraction: 1 } });
 * const { optimal } = await compressionCurve(x, picks);
 * const kept = picks.subarray(0, optimal);
 */
export async function compressionCurve(
  x: DescriptorMatrix,
  picks: Uint32Array,
  options: KernelOptions = {},
): Promise<CompressionCurve> {
  const { bandwidth = DEFAULTS.bandwidth } = options;
  const { core } = await backendOf(options);
  const { data, width } = selectableRows(x, bandwidth);
  const result = await runJob(
    () => core.nested(data, width, x.frameOffsets, picks, bandwidth),
    options,
    'entropies',
  );
  const entropy = result.slice(0, picks.length);
  const diversity = result.slice(picks.length);
  let rows = 0;
  const environments = picks.map((pick) => (rows += rowsOf(x, pick)));
  const products = entropy.map((value, at) => value * (diversity[at] as number));
  const optimal = products.reduce(
    (best, product, at) => (product > (products[best] as number) ? at : best),
    0,
  );
  return { environments, entropy, diversity, optimal: optimal + 1 };
}

/** Options of {@link compressionCoverage}. */
export interface CompressionCoverageOptions extends KernelOptions {
  /**
   * Whether an environment, by its row among all of x, is not covered, whatever its δH is: where
   * descriptors are per species, one of an element that the kept structures lack. Default: none is.
   */
  readonly novel?: ((row: number) => boolean) | undefined;
}

/** How much of a set its kept structures cover. */
export interface CompressionCoverage {
  /** Share of all environments with δH(y | kept) < ε, for each ε. */
  readonly overlap: Float64Array;
  /** Mean δH(y | kept) of all environments, in nats. */
  readonly meanDH: number;
  /** Largest δH(y | kept) of all environments, in nats. */
  readonly maxDH: number;
}

/**
 * How much of a set its kept structures cover: δH of every environment of the set, those of the
 * kept structures included, relative to the kept structures.
 *
 * @param x environments of the set; in parts, one after the other, if it does not fit into memory
 * @param kept environments of the structures that are kept, as `x.select(picks)` gives them
 * @param epsilon thresholds, in nats
 * @throws {QuestsError} MISMATCH: x and kept were made differently; INVALID_ARGUMENT: bandwidth
 *   unusable, a threshold that is not a number; EMPTY: no parts; TOO_LARGE; BACKEND_UNAVAILABLE
 *
 * @example
 * const { picks } = await compress(x, { size: { fraction: 0.25 } });
 * const { overlap, maxDH } = await compressionCoverage(x, x.select([...picks]), [1]);
 */
export async function compressionCoverage(
  x: DescriptorMatrix | Iterable<DescriptorMatrix> | AsyncIterable<DescriptorMatrix>,
  kept: Environments,
  epsilon: readonly number[],
  options: CompressionCoverageOptions = {},
): Promise<CompressionCoverage> {
  const { novel } = options;
  return withReference(kept, options, async (reference) => {
    const { core } = reference.backend;
    const covered = new Float64Array(epsilon.length);
    let rows = 0;
    let total = 0;
    let max = -Infinity;
    for await (const part of x instanceof DescriptorMatrix ? [x] : x) {
      const { logSums } = await kernelSums(part, reference, null, options);
      const sums = logSums[0] as Float64Array;
      const first = rows;
      rows += sums.length;
      for (const sum of sums) {
        total -= sum;
        if (-sum > max) max = -sum;
      }
      const counted =
        novel === undefined ? sums : sums.map((sum, row) => (novel(first + row) ? -Infinity : sum));
      epsilon.forEach((threshold, at) => {
        const share = inCore(() => core.overlap(counted, threshold));
        covered[at] = (covered[at] as number) + share * sums.length;
      });
    }
    if (rows === 0) throw new QuestsError('EMPTY', 'there are no environments to cover');
    return { overlap: covered.map((count) => count / rows), meanDH: total / rows, maxDH: max };
  });
}

async function knownSums(
  x: DescriptorMatrix,
  reference: Environments,
  options: CompressOptions,
): Promise<Float64Array> {
  checkComparable(x, reference, ['the set', 'the reference set']);
  const { logSums } = await kernelSums(x, reference, null, options);
  return logSums[0] as Float64Array;
}

function checkKnown({ rows }: DescriptorMatrix, reference: unknown, dH: Float64Array | undefined): void {
  if (dH === undefined) return;
  if (reference !== undefined) {
    throw new QuestsError('INVALID_ARGUMENT', 'a reference and dH are given, expected one of them');
  }
  if (dH.length === rows) return;
  throw new QuestsError('INVALID_ARGUMENT', `${dH.length} values of dH for ${rows} environments`);
}

function checkedForces(
  { frames }: DescriptorMatrix,
  method: CompressMethod,
  forces: ArrayLike<number> | undefined,
): Float64Array {
  const isNeeded = SELECTION_METHODS[method].needsForces;
  if (forces === undefined) {
    if (!isNeeded) return NONE;
    throw new QuestsError('INVALID_ARGUMENT', `${method} needs forces: one norm per structure`);
  }
  if (!isNeeded) {
    throw new QuestsError('INVALID_ARGUMENT', `forces are given, which ${method} has no use for`);
  }
  if (forces.length !== frames) {
    throw new QuestsError('INVALID_ARGUMENT', `${forces.length} forces for ${frames} structures`);
  }
  const at = Array.from(forces).findIndex((force) => !(force >= 0 && force < Infinity));
  if (at === -1) return Float64Array.from(forces);
  const problem = `force ${at} is ${forces[at]}, expected a finite number, 0 or more`;
  throw new QuestsError('INVALID_ARGUMENT', problem);
}

function checkMethod(method: CompressMethod, isConditional: boolean): void {
  if (!COMPRESS_METHODS.includes(method)) {
    const expected = `expected ${COMPRESS_METHODS.join(', ')}`;
    throw new QuestsError('INVALID_ARGUMENT', `method is ${method as string}, ${expected}`);
  }
  if (!isConditional || SELECTION_METHODS[method].takesReference) return;
  throw new QuestsError('INVALID_ARGUMENT', `a reference is given, which ${method} has no use for`);
}

function rowsOf(x: DescriptorMatrix, frame: number): number {
  return (x.frameOffsets[frame + 1] as number) - (x.frameOffsets[frame] as number);
}
