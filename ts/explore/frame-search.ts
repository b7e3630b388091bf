import type { InfoValue } from '../model/structure.js';

/** A key, how it is compared, and a number. */
const COMPARED = /^([^<>=]+)(<=|>=|<|>|=)(-?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/i;

/** What signs mean. */
const SIGNS: Readonly<Record<string, (value: number, other: number) => boolean>> = {
  '<': (value, other) => value < other,
  '<=': (value, other) => value <= other,
  '>': (value, other) => value > other,
  '>=': (value, other) => value >= other,
  '=': (value, other) => value === other,
};

/** What a frame says of itself. */
export interface SearchedFrame {
  readonly file: string;
  readonly info: Readonly<Record<string, InfoValue>>;
}

/**
 * Whether frames are what is looked for: words, all of which a frame must have. `energy<-80` (also
 * `<=`, `>`, `>=`, `=`) compares a number of the frame; any other word must be part of the name of
 * its file or of one of its `key=value`, in capitals or not.
 *
 * @param text words with spaces between them; none for all frames
 */
export function frameSearch(text: string): (frame: SearchedFrame) => boolean {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return ({ file, info }) => {
    const said = [file, ...Object.entries(info).map(([key, value]) => `${key}=${String(value)}`)].map((one) =>
      one.toLowerCase(),
    );
    return words.every((word) => {
      const [, key, sign, number] = COMPARED.exec(word) ?? [];
      const entry = Object.entries(info).find(([name]) => name.toLowerCase() === key);
      if (entry !== undefined && typeof entry[1] === 'number') {
        return SIGNS[sign ?? '']?.(entry[1], Number(number)) === true;
      }
      return said.some((one) => one.includes(word));
    });
  };
}
