import { SATURATION } from '../base/constants.js';

/**
 * log N: the largest entropy that N environments can have, reached where no two are alike; −log N
 * is the smallest δH with respect to them.
 *
 * @param environments N, at least 1
 * @returns in nats
 */
export function maxEntropy(environments: number): number {
  return Math.log(environments);
}

/**
 * H/log N, from 0 to 1: near 0 most environments are alike; near 1 the data are too few, or the
 * bandwidth too narrow, to tell them apart.
 *
 * @param entropy H, in nats
 * @param environments N, at least 1
 * @returns NaN for a single environment, whose H and log N are both 0
 *
 * @example
 * const share = efficiency(await entropy(x), x.rows);
 */
export function efficiency(entropy: number, environments: number): number {
  return entropy / maxEntropy(environments);
}

/** Whether H says more about N and h than about the data: H/log N above 0.9; not so for NaN. */
export function isSaturated(efficiency: number): boolean {
  return efficiency > SATURATION;
}

/**
 * H above which N environments are saturated: 0.9·log N.
 *
 * @returns in nats
 */
export function saturatedEntropy(environments: number): number {
  return SATURATION * maxEntropy(environments);
}
