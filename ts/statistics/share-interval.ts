import { CONFIDENCE } from '../base/constants.js';
import { QuestsError } from '../base/error.js';

/** Where the share of a whole lies, as far as a sample tells. */
export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}

/** Steps of a bisection: as many as halve 1 down to the last digit of small numbers. */
const HALVINGS = 60;

/** Counts at which the width of an interval is looked at. */
const PLACES = 8;

/** Part of a sum that further terms no longer change. */
const NEGLIGIBLE = 1e-17;

/**
 * The 95 % interval of a share of which a random sample has `count` in `size`: Clopper and
 * Pearson's (Biometrika 26, 404, 1934). It holds 95 of 100 or more, for samples of any size; more
 * for those that are drawn without replacement from few.
 *
 * @param count a whole number from 0 to `size`
 * @param size a whole number of at least 1
 * @throws {QuestsError} INVALID_ARGUMENT for anything else
 */
export function shareInterval(count: number, size: number): ShareInterval {
  if (!(
    Number.isSafeInteger(size) &&
    size >= 1 &&
    Number.isSafeInteger(count) &&
    count >= 0 &&
    count <= size
  )) {
    throw new QuestsError(
      'INVALID_ARGUMENT',
      `${count} of ${size} in a sample, expected 0 to all of 1 or more`,
    );
  }
  return { low: lowest(count, size), high: 1 - lowest(size - count, size) };
}

/**
 * Size of a sample that tells any share to within `tolerance`: the ends of its interval are no
 * further than that from what the sample has.
 *
 * @param tolerance above 0; 0.5 and more is that of a single one
 */
export function sampleForShare(tolerance: number): number {
  // Of a normal distribution, for a share of one half; exact intervals are a little wider.
  let size = Math.max(1, Math.floor((1.96 / (2 * tolerance)) ** 2));
  while (widest(size) > tolerance) size += Math.max(1, Math.floor(size / 1000));
  return size;
}

/**
 * The furthest that an end of an interval is from its share: about that of a half. Off a half, one
 * end is a little further than the other, by less than a standard deviation of the count.
 */
function widest(size: number): number {
  let most = 0;
  for (let step = 0; step <= PLACES; step++) {
    const count = Math.floor(size / 2 - (step / PLACES) * Math.sqrt(size / 4));
    const { low, high } = shareInterval(count, size);
    most = Math.max(most, count / size - low, high - count / size);
  }
  return most;
}

/** The least share with which `count` or more of `size` have a probability of 2.5 %. */
function lowest(count: number, size: number): number {
  if (count === 0) return 0;
  const logWays = logCombinations(size, count);
  let [low, high] = [0, count / size];
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (tail(count, size, middle, logWays) < (1 - CONFIDENCE) / 2) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Probability of `count` or more of `size`, each with probability `share`: below count/size. */
function tail(count: number, size: number, share: number, logWays: number): number {
  // log1p would be 0·∞ where all are counted and none is left.
  const left = size - count;
  let term = Math.exp(logWays + count * Math.log(share) + (left === 0 ? 0 : left * Math.log1p(-share)));
  let sum = 0;
  for (let at = count; at <= size && term > NEGLIGIBLE * sum; at++) {
    sum += term;
    term *= ((size - at) / (at + 1)) * (share / (1 - share));
  }
  return sum;
}

function logCombinations(size: number, count: number): number {
  let sum = 0;
  for (let at = 1; at <= Math.min(count, size - count); at++) sum += Math.log((size - at + 1) / at);
  return sum;
}
