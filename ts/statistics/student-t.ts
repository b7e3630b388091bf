import { QuestsError } from '../base/error.js';

/**
 * Degrees of freedom beyond which t changes by less than 1e-6: the sum takes a step for each two.
 */
const MOST_FREEDOM = 1e7;

/**
 * Half-width of an interval in units of the standard error: the t within which a variable of
 * Student's distribution lies with probability `confidence`.
 *
 * @param confidence above 0, below 1
 * @param freedom degrees of freedom, a whole number of at least 1
 * @throws {QuestsError} INVALID_ARGUMENT for anything else
 */
export function studentT(confidence: number, freedom: number): number {
  if (!(confidence > 0 && confidence < 1)) {
    throw new QuestsError('INVALID_ARGUMENT', `confidence is ${confidence}, expected above 0 and below 1`);
  }
  if (!(Number.isSafeInteger(freedom) && freedom >= 1)) {
    const problem = `there are ${freedom} degrees of freedom, expected a whole number of at least 1`;
    throw new QuestsError('INVALID_ARGUMENT', problem);
  }
  return quantileOf(confidence, Math.min(freedom, MOST_FREEDOM));
}

function quantileOf(confidence: number, freedom: number): number {
  let low = 0;
  let high = 1;
  while (within(high, freedom) < confidence) high *= 2;
  for (;;) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) return middle;
    if (within(middle, freedom) < confidence) low = middle;
    else high = middle;
  }
}

/**
 * Probability of |T| < t. For whole degrees of freedom it is a finite sum: M. Abramowitz, I. A.
 * Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
 */
function within(t: number, freedom: number): number {
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, square] = [Math.sin(angle), Math.cos(angle) ** 2];
  const odd = freedom % 2 === 1;
  let term = odd ? sine * Math.cos(angle) : sine;
  let sum = 0;
  for (let power = odd ? 3 : 2; power <= freedom; power += 2) {
    sum += term;
    term *= (square * (power - 1)) / power;
  }
  return odd ? (2 / Math.PI) * (angle + sum) : sum;
}
