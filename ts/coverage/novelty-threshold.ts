import { QuestsError } from '../base/error.js';
import type { KernelOptions } from '../kernel/kernel-sums.js';
import { leaveOneOutDeltaEntropy } from '../kernel/leave-one-out.js';
import type { Environments } from '../kernel/reference-set.js';

/** Options of {@link noveltyThreshold}. */
export interface NoveltyThresholdOptions extends KernelOptions {
  /** Share of environments like those of the reference that are to count as novel, from 0 to 1. */
  readonly level: number;
}

/**
 * ε at which an environment is stranger to a reference than all but a share of the reference's own
 * environments are to the others: δH ≥ ε. Its p-value is then at most the level: of environments
 * drawn as those of the reference were, independently, at most that share counts as novel, whatever
 * the bandwidth is. δH against 0 depends on the bandwidth.
 *
 * Environments of one structure are alike. Where new ones come in structures of their own, more of
 * them count as novel than the level says: they have no atoms of the same structure to be like.
 *
 * @param x the reference, N rows
 * @returns ε, in nats: above the ⌈(1 − level)(N + 1)⌉-th smallest δH of the reference's
 *   environments relative to all others, and not above the next
 * @throws {QuestsError} INVALID_ARGUMENT: a level not above 0 and below 1, or below 1/(N + 1),
 *   which so few environments cannot tell; bandwidth unusable; EMPTY: a single row;
 *   BACKEND_UNAVAILABLE
 *
 * @example
 * const epsilon = await noveltyThreshold(train, { level: 0.05 });
 * const novel = novelEnvironments(test, await deltaEntropy(test, train), { epsilon });
 */
export async function noveltyThreshold(
  x: Environments,
  { level, ...options }: NoveltyThresholdOptions,
): Promise<number> {
  if (!(level > 0 && level < 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `level is ${level}, expected a number above 0 and below 1`);
  }
  // A share such as 0.05 of 99 + 1 is meant to be whole.
  const rank = Math.ceil((1 - level) * (x.rows + 1) - 1e-9);
  if (rank > x.rows) {
    const problem = `expected at least 1/${x.rows + 1}: the reference has ${x.rows} environments`;
    throw new QuestsError('INVALID_ARGUMENT', `level is ${level}, ${problem}`);
  }
  const own = (await leaveOneOutDeltaEntropy(x, options)).sort();
  return nextAbove(own[rank - 1] as number);
}

/** The next larger number. */
function nextAbove(value: number): number {
  if (value === Infinity) return Infinity;
  if (value === 0) return Number.MIN_VALUE;
  const bits = new BigInt64Array(new Float64Array([value]).buffer);
  bits[0] = (bits[0] as bigint) + (value > 0 ? 1n : -1n);
  return new Float64Array(bits.buffer)[0] as number;
}
