/** What stands where there is no number. */
export const NONE = '–';

/** A number with so many decimals; what rounds to 0 has no sign. */
export function decimals(value: number, digits: number): string {
  return value.toFixed(digits).replace(/^-(?=[0.]+$)/, '');
}

/** {@link decimals} of a number; {@link NONE} of NaN and of what is no number. */
export function fixed(value: unknown, digits: number): string {
  return typeof value === 'number' && !Number.isNaN(value) ? decimals(value, digits) : NONE;
}

/**
 * A number with so many significant digits at most, however small: 0.005, 1e-5; {@link NONE} of
 * NaN.
 */
export function significant(value: number, digits = 6): string {
  if (Number.isNaN(value)) return NONE;
  const rounded = Number(value.toPrecision(digits));
  return rounded !== 0 && Math.abs(rounded) < 1e-4 ? rounded.toExponential() : String(rounded);
}

/**
 * An upper bound with so many significant digits at most: never below the value, 0.0051 of 0.00501.
 */
export function bound(value: number, digits = 3): string {
  const rounded = Number(value.toPrecision(digits));
  if (!(rounded < value)) return significant(rounded, digits);
  const last = 10 ** (Math.floor(Math.log10(value)) + 1 - digits);
  return significant(rounded + last, digits);
}

/** A share, in per cent; {@link NONE} of NaN and of what is no number. */
export function percent(share: unknown): string {
  return typeof share === 'number' && !Number.isNaN(share) ? `${decimals(100 * share, 1)} %` : NONE;
}

/** A number of things: 1 frame, 2 frames. */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}
