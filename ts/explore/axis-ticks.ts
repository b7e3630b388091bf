import { QuestsError } from '../base/error.js';
import { decimals } from '../base/number-format.js';

/** Steps between marks, times a power of ten. */
const STEPS = [1, 2, 5, 10];

/** Numbers of this size and more, and of this and less, are written with an exponent. */
const LARGE = 1e6;
const SMALL = 1e-5;

/** A value along an axis that is marked, and how it is written. */
export interface AxisTick {
  readonly value: number;
  readonly text: string;
}

/**
 * Round values along an axis: multiples of 1, 2 or 5 times a power of ten.
 *
 * @param low both ends, finite, in this order
 * @param most how many at the most, 2 or more
 * @throws {QuestsError} INVALID_ARGUMENT: ends that are not finite, or in the wrong order
 */
export function axisTicks(low: number, high: number, most: number): AxisTick[] {
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high && most >= 2)) {
    throw new QuestsError('INVALID_ARGUMENT', `no marks from ${low} to ${high}: expected two rising numbers`);
  }
  const rough = (high - low) / (most - 1);
  const power = Math.floor(Math.log10(rough));
  const factor = STEPS.find((step) => step * 10 ** power >= rough) ?? 10;
  // A quotient of whole numbers: 0.3, not 0.30000000000000004.
  const [up, down] = power < 0 ? [factor, 10 ** -power] : [factor * 10 ** power, 1];
  const at = (count: number): number => (count * up) / down;
  const step = at(1);
  const [first, last] = [Math.ceil(low / step), Math.floor(high / step)];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  // 10 × 10⁻² has one digit less.
  const digits = Math.max(0, -power - Number(factor === 10));
  const exponents = largest >= LARGE || step <= SMALL;
  const significant = Math.max(1, Math.ceil(Math.log10(largest / step)) + 1);
  const text = (value: number): string =>
    value === 0
      ? '0'
      : (exponents
          ? Number(value.toPrecision(significant)).toExponential()
          : decimals(value, digits)
        ).replace(/^-/, '−');
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => {
    const value = at(first + index);
    return { value, text: text(value) };
  });
}
