import { decimals } from '../../base/number-format.js';

/** What stands for a number that there is not. */
const NONE = '–';

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
  return Number.isNaN(value) ? NONE : withMinus(decimals(value, digits));
}

/** A number with so many digits that count. */
export function digitsText(value: number, digits: number): string {
  return withMinus(value.toPrecision(digits));
}

/** A number as a person would type it: 0.005, never 0.005000000000000001. */
export function plainText(value: number): string {
  return withMinus(String(Number(value.toPrecision(DIGITS))));
}

/** A share, in per cent. */
export function percentText(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
