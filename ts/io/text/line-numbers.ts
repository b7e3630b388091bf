import type { LineReader } from './lines.js';
import { scanned, scanNumber } from './number.js';

/** A word as the bytes that stand for it. */
export function wordBytes(word: string): Uint8Array {
  return new TextEncoder().encode(word);
}

/** Where a word ends that stands on the present line; undefined where it does not. */
export function afterWord({ bytes, start, end }: LineReader, word: Uint8Array): number | undefined {
  const [first] = word;
  for (let at = start; at + word.length <= end; at++) {
    if (bytes[at] === first && standsAt(bytes, at, word)) return at + word.length;
  }
  return undefined;
}

/** Whether a word begins at a byte. */
export function standsAt(bytes: Uint8Array, at: number, word: Uint8Array): boolean {
  for (let index = 0; index < word.length; index++) if (bytes[at + index] !== word[index]) return false;
  return true;
}

/**
 * The next numbers of the present line, with blanks between them, without making a string;
 * undefined where one of them is missing, not finite or no decimal: the slow way may know what it
 * is.
 *
 * @param from where on the line they begin, blanks aside
 */
export function plainNumbers({ bytes, end }: LineReader, from: number, count: number): number[] | undefined {
  const numbers: number[] = [];
  let at = from;
  while (numbers.length < count) {
    while (at < end && (bytes[at] as number) <= 32) at++;
    if (at >= end) return undefined;
    const value = scanNumber(bytes, at);
    // False for NaN and both infinities.
    if (value - value !== 0) return undefined;
    at = scanned.end;
    numbers.push(value);
  }
  return numbers;
}
