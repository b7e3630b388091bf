/**
 * Numbers from bytes, exactly as `Number()` reads them, mostly without making a string.
 *
 * A decimal of at most 15 digits is a whole number below 2^53 times a power of ten up to 10^22,
 * both exact in f64, so one multiplication or division rounds correctly (W. D. Clinger, PLDI 1990).
 * Up to 23 digits the same is done in double-double arithmetic, accepted only where its error bound
 * leaves no doubt about the rounding. The rest, rare in files, goes through `Number()`.
 */

/** Powers of ten that f64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/** Digits that always fit 53 bits. */
const EXACT_DIGITS = 15;

/** Digits after the first 15 that double-double arithmetic takes along. */
const MORE_DIGITS = 8;

/** Splits an f64 into two halves of 26 bits: T. J. Dekker, Numer. Math. 18, 224 (1971). */
const SPLITTER = 2 ** 27 + 1;

/**
 * Far above the error of the double-double quotient (about 2^-103), far below half a unit in the
 * last place.
 */
const DOUBT = 2 ** -90;

const ZERO = 48;
const POINT = 46;
const PLUS = 43;
const MINUS = 45;

/** Where the number ends that {@link scanNumber} read last. */
export const scanned = { end: 0 };

/**
 * The number that begins at `start` and ends before the next blank or control character;
 * `scanned.end` is then where. As {@link parseNumber}, and faster for plain decimals, because it
 * meets the end on its way.
 */
export function scanNumber(bytes: Uint8Array, start: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  const first = at;
  let mantissa = 0;
  let digit: number;
  while ((digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
    mantissa = mantissa * 10 + digit;
    at++;
  }
  let digits = at - first;
  let decimals = 0;
  if (bytes[at] === POINT) {
    at++;
    const fraction = at;
    while ((digit = (bytes[at] as number) - ZERO) >= 0 && digit <= 9) {
      mantissa = mantissa * 10 + digit;
      at++;
    }
    decimals = at - fraction;
    digits += decimals;
  }
  if ((bytes[at] as number) > 32 || digits === 0 || digits > EXACT_DIGITS) {
    while ((bytes[at] as number) > 32) at++;
    scanned.end = at;
    return parseNumber(bytes, start, at);
  }
  scanned.end = at;
  const value = mantissa / (POWERS[decimals] as number);
  return sign === MINUS ? -value : value;
}

/**
 * The number written in `bytes[start, end)`, to the last bit what `Number()` makes of the same
 * text. Fortran's exponent letter `D` is read as `E`.
 *
 * NaN stands for anything that is no decimal number, the words `nan` and `inf` included: ask
 * {@link wordNumber}. What is too large for f64 is infinite.
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  const sign = bytes[start];
  const first = sign === MINUS || sign === PLUS ? start + 1 : start;
  // The first 15 significant digits, those after them, and the power of ten that both are to be
  // scaled by.
  let head = 0;
  let tail = 0;
  let headDigits = 0;
  let tailDigits = 0;
  let scale = 0;
  let point = -1;
  let at = first;
  for (; at < end; at++) {
    const byte = bytes[at] as number;
    const digit = byte - ZERO;
    if (digit >= 0 && digit <= 9) {
      if (headDigits < EXACT_DIGITS) {
        head = head * 10 + digit;
        // Zeros before the first other digit are not significant.
        if (head > 0) headDigits++;
      } else {
        tail = tail * 10 + digit;
        tailDigits++;
      }
    } else if (byte === POINT && point === -1) point = at;
    else break;
  }
  if (at - first === (point === -1 ? 0 : 1)) return NaN;
  if (point !== -1) scale = point + 1 - at;
  const mantissaEnd = at;
  if (mantissaEnd < end) scale += parseExponent(bytes, mantissaEnd, end);
  if (Number.isNaN(scale)) return NaN;

  let value = NaN;
  if (scale >= -22 && scale <= 22 && tailDigits <= MORE_DIGITS) {
    if (tailDigits > 0) value = longNumber(head, tail, tailDigits, scale);
    else value = scale < 0 ? head / (POWERS[-scale] as number) : head * (POWERS[scale] as number);
  }
  if (Number.isNaN(value)) value = slowNumber(bytes, first, end);
  return sign === MINUS ? -value : value;
}

/**
 * The whole number written in `bytes[start, end)`; NaN for anything else, and beyond ±(2^53 − 1).
 */
export function parseWhole(bytes: Uint8Array, start: number, end: number): number {
  let at = start;
  const sign = bytes[at];
  if (sign === MINUS || sign === PLUS) at++;
  if (at === end) return NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    value = value * 10 + digit;
  }
  if (value > Number.MAX_SAFE_INTEGER) return NaN;
  return sign === MINUS ? -value : value;
}

/**
 * The number that a word stands for: `nan`, `inf`, `infinity` in any case, with or without a sign.
 */
export function wordNumber(text: string): number | undefined {
  const match = /^([+-]?)(nan|inf|infinity)$/i.exec(text);
  if (match === null) return undefined;
  if (match[2]?.toLowerCase() === 'nan') return NaN;
  return match[1] === '-' ? -Infinity : Infinity;
}

/** {@link parseNumber} and {@link wordNumber} for text; undefined where it is no number. */
export function textNumber(text: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)([ed][+-]?\d+)?$/i.test(text)
    ? Number(text.replace(/d/i, 'e'))
    : wordNumber(text);
}

/**
 * The shortest text that reads back as the same f64; `nan`, `inf` and `-inf` as C and Python write
 * them.
 */
export function numberText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0' : String(value);
  if (Number.isNaN(value)) return 'nan';
  return value > 0 ? 'inf' : '-inf';
}

/** The exponent in `bytes[start, end)`, its letter included; NaN for anything else. */
function parseExponent(bytes: Uint8Array, start: number, end: number): number {
  // Setting bit 5 makes a letter lower case: d or e.
  const letter = (bytes[start] as number) | 32;
  if (letter !== 101 && letter !== 100) return NaN;
  let at = start + 1;
  const sign = bytes[at];
  if (at < end && (sign === MINUS || sign === PLUS)) at++;
  if (at === end) return NaN;
  let exponent = 0;
  for (; at < end; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return NaN;
    exponent = exponent * 10 + digit;
  }
  return sign === MINUS ? -exponent : exponent;
}

/**
 * (head · 10^tailDigits + tail) · 10^scale in double-double arithmetic; NaN where that cannot tell
 * the rounding.
 */
function longNumber(head: number, tail: number, tailDigits: number, scale: number): number {
  // high + low is head · 10^tailDigits + tail with an error of at most 2^-106 of it.
  const shift = POWERS[tailDigits] as number;
  const product = head * shift;
  const high = product + tail;
  const low = productError(head, shift, product) + (tail - (high - product));
  const power = POWERS[Math.abs(scale)] as number;
  let value: number;
  let rest: number;
  if (scale < 0) {
    value = high / power;
    const back = value * power;
    rest = (high - back - productError(value, power, back) + low) / power;
  } else {
    value = high * power;
    rest = productError(high, power, value) + low * power;
  }
  const doubt = value * DOUBT;
  const rounded = value + (rest - doubt);
  return rounded === value + (rest + doubt) ? rounded : NaN;
}

/** a·b − fl(a·b), exactly (Dekker's product). */
function productError(a: number, b: number, product: number): number {
  const aScaled = a * SPLITTER;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * SPLITTER;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

function slowNumber(bytes: Uint8Array, start: number, end: number): number {
  let text = '';
  for (let at = start; at < end; at++) text += String.fromCharCode(bytes[at] as number);
  return Number(text.replace(/d/i, 'e'));
}
