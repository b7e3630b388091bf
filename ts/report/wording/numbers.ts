import { decimals } from '../../base/number-format.js';

/** What stands for a number that there is not. */
const NONE = '–';

/** Decimals of a number at the most, and its size; others are written with an exponent. */
const MOST_DECIMALS = 6;
const MOST_PLAIN = 1e6;

/** Digits of a number that is printed as it is: more are rounding. */
const DIGITS = 12;

/** A minus in place of the hyphen that programs write. */
function withMinus(text: string): string {
  return text.replace(/^-/, '−');
}

/** A count, with commas between thousands: 12,000. */
export function countText(count: number): string {
  return String(count).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** A number of things: 1 frame, 1,200 frames. */
export function countOf(count: number, thing: string): string {
  return `${countText(count)} ${thing}${count === 1 ? '' : 's'}`;
}

/** A number with so many decimals; a dash for NaN. */
export function decimalText(value: number, digits: number): string {
  if (Number.isNaN(value)) return NONE;
  // δH of an element that the reference lacks.
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  return withMinus(decimals(value, digits));
}

/** A number with so many digits that count. */
export function digitsText(value: number, digits: number): string {
  return withMinus(value.toPrecision(digits));
}

/** A number as a person would type it: 0.005, never 0.005000000000000001. */
export function plainText(value: number): string {
  return withMinus(String(Number(value.toPrecision(DIGITS))));
}

/** A threshold of δH, which may follow from the data: no more digits than one compares. */
export function thresholdText(value: number): string {
  return withMinus(String(Number(value.toPrecision(6))));
}

/** A share, in per cent. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

/** A place in an order: 1st, 2nd, 3rd, 4th, 11th, 21st. */
export function ordinalText(count: number): string {
  const teen = Math.floor(count / 10) % 10 === 1;
  return `${countText(count)}${teen ? 'th' : (['th', 'st', 'nd', 'rd'][count % 10] ?? 'th')}`;
}

/** δH of less than this is that of copies, in nats: the rest is rounding. */
export const LEAST_DELTA = 1e-6;

/**
 * The two ends of a scale, with as many decimals as the larger of them needs.
 *
 * @param least what is nearer to 0 than this is 0
 */
export function rangeTexts(range: readonly [number, number], least = 0): readonly [string, string] {
  const [low, high] = range.map((value) => (Math.abs(value) < least ? 0 : value)) as [number, number];
  const largest = Math.max(Math.abs(low), Math.abs(high));
  const digits = largest > 0 ? 2 - Math.floor(Math.log10(largest)) : 0;
  const text = (value: number): string =>
    digits > MOST_DECIMALS || largest >= MOST_PLAIN
      ? digitsText(value, 3)
      : decimalText(value, Math.max(0, digits));
  return [text(low), text(high)];
}
