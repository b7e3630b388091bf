/** Decimals and significant digits that are taken for rounding, and no fewer, nor more. */
const DECIMALS = { fewest: 3, most: 12 } as const;
const DIGITS = { fewest: 6, most: 15 } as const;

/** What conversions of units and back leave, relative to the values. */
const CONVERSION = 1e-10;

/** Relative spacing of numbers of 32 bits. */
const SINGLE = 2 ** -23;

/**
 * Whether two lists hold the same numbers but for rounding: to decimals, to significant digits or
 * to 32 bits, as each of them shows in all its values, or to 32 bits and then to decimals.
 *
 * NaN is the same as NaN.
 *
 * @returns false for lists of different length, and for empty ones
 */
export function isRoundedCopy(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length || a.length === 0) return false;
  const [ofA, ofB] = [rounding(a), rounding(b)];
  let isCopy = true;
  const [isOfA, isOfB] = [new SinglePrecision(), new SinglePrecision()];
  for (let at = 0; at < a.length; at++) {
    const [one, other] = [a[at] as number, b[at] as number];
    if (Number.isNaN(one) && Number.isNaN(other)) continue;
    const [unitA, unitB] = [halfUnit(one, ofA), halfUnit(other, ofB)];
    isCopy &&= Math.abs(one - other) <= unitA + unitB;
    isOfA.add(one, other, unitA + unitB, unitB);
    isOfB.add(other, one, unitA + unitB, unitA);
    if (!isCopy && !isOfA.holds && !isOfB.holds) return false;
  }
  return isCopy || isOfA.isLikely || isOfB.isLikely;
}

/**
 * Whether values went through 32 bits before they were written to decimals, so that they show none
 * of it: they are off by a spacing of such numbers at most, and most lie on one.
 */
class SinglePrecision {
  holds = true;
  #told = 0;
  #on = 0;

  /**
   * @param own half units of both values
   * @param written that of the value that was written
   */
  add(value: number, copy: number, own: number, written: number): void {
    const off = Math.abs(copy - value);
    const spacing = Math.abs(value) * SINGLE;
    if (!(off <= own + spacing)) this.holds = false;
    // Where the spacing is below what is written, each value would lie on one.
    if (off <= own || spacing < 4 * written) return;
    this.#told++;
    if (Math.abs(copy - Math.fround(value)) <= written) this.#on++;
  }

  get isLikely(): boolean {
    return this.holds && this.#told > 0 && this.#on > 0.5 * this.#told;
  }
}

/** How the values of a list are rounded. */
interface Rounding {
  readonly decimals: number;
  readonly digits: number;
  readonly isSingle: boolean;
}

function rounding(values: ArrayLike<number>): Rounding {
  let decimals: number = DECIMALS.fewest;
  let digits: number = DIGITS.fewest;
  let isSingle = true;
  let isZero = true;
  for (const value of Array.from(values)) {
    if (value === 0 || !Number.isFinite(value)) continue;
    isZero = false;
    while (decimals < DECIMALS.most && !isWhole(value * 10 ** decimals)) decimals++;
    while (digits < DIGITS.most && Number(value.toPrecision(digits)) !== value) digits++;
    isSingle &&= Math.fround(value) === value;
    if (decimals === DECIMALS.most && digits === DIGITS.most && !isSingle) break;
  }
  // Zeros show no digits.
  return isZero
    ? { decimals: DECIMALS.most, digits: DIGITS.most, isSingle: false }
    : { decimals, digits, isSingle };
}

/** Half of what a value may have lost in rounding. */
function halfUnit(value: number, { decimals, digits, isSingle }: Rounding): number {
  const size = Math.abs(value);
  const place = size === 0 ? -Infinity : Math.floor(Math.log10(size)) - digits + 1;
  const units = [10 ** -decimals, 10 ** place, isSingle ? size * SINGLE : 0];
  return Math.max(...units) / 2 + size * CONVERSION;
}

function isWhole(value: number): boolean {
  return Math.abs(value - Math.round(value)) <= 1e-12 * Math.abs(value) + 1e-9;
}
