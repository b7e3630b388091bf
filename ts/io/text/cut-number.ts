/**
 * Notices a number that the end of a file cuts: one with fewer decimals, or fewer digits in its
 * exponent, than every other number of its column. A file that was written whole but without a
 * final newline passes.
 */
export class CutNumber {
  private decimals = Infinity;
  private exponentDigits = Infinity;
  private fewestDecimals = Infinity;
  private fewestExponentDigits = Infinity;

  /** Notes the number in `bytes[start, end)`; the one noted last is the one in question. */
  note(bytes: Uint8Array, start: number, end: number): void {
    let at = start;
    while (at < end && bytes[at] !== POINT && !isExponentLetter(bytes[at] as number)) at++;
    const fraction = bytes[at] === POINT ? at + 1 : at;
    at = fraction;
    while (at < end && !isExponentLetter(bytes[at] as number)) at++;
    this.decimals = at - fraction;
    let digits = 0;
    for (; at < end; at++) if (isDigit(bytes[at] as number)) digits++;
    this.exponentDigits = digits;
  }

  /** Makes the number noted last, if any, one of those that the last is compared with. */
  keep(): void {
    if (this.decimals < this.fewestDecimals) this.fewestDecimals = this.decimals;
    if (this.exponentDigits < this.fewestExponentDigits) this.fewestExponentDigits = this.exponentDigits;
  }

  /**
   * Adds numbers that were read elsewhere, of which these are the fewest decimals and digits of an
   * exponent.
   */
  keepAll(decimals: number, exponentDigits: number): void {
    this.fewestDecimals = Math.min(this.fewestDecimals, decimals);
    this.fewestExponentDigits = Math.min(this.fewestExponentDigits, exponentDigits);
  }

  /**
   * What is wrong with the number noted last; undefined where nothing is, or where there is none to
   * compare with.
   */
  problem(): string | undefined {
    if (this.fewestDecimals === Infinity) return undefined;
    if (this.decimals < this.fewestDecimals) {
      return (
        `the file ends with a number of ${this.decimals} decimals, the others of its column have ` +
        `${this.fewestDecimals} or more`
      );
    }
    if (this.exponentDigits < this.fewestExponentDigits) {
      return (
        `the file ends with an exponent of ${this.exponentDigits} digits, the others of its ` +
        'column have ' +
        `${this.fewestExponentDigits} or more`
      );
    }
    return undefined;
  }
}

const POINT = 46;

/** e, E, d or D: setting bit 5 makes a letter lower case. */
function isExponentLetter(byte: number): boolean {
  const letter = byte | 32;
  return letter === 101 || letter === 100;
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}
