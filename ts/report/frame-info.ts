import type { InfoValue } from '../model/structure.js';

/** Values of a frame that are shown, and characters of all of them, and of one. */
const MOST_INFO = 4;
const MOST_CHARACTERS = 80;
const MOST_OF_VALUE = 40;

/** What values have in common is left out from so many characters on, but for the last of them. */
const LONG_PREFIX = 12;
const KEPT_OF_PREFIX = 4;

/**
 * Some values that files have for frames: first those in which the frames that are listed differ.
 * Of long values that begin alike the beginning is left out, never that in which they differ. What
 * does not fit is left out as a whole.
 */
export function infoTexts(infos: readonly Readonly<Record<string, InfoValue>>[]): string[] {
  const written = infos.map(
    (info) =>
      new Map(
        Object.entries(info).flatMap(([key, value]) =>
          typeof value === 'object' ? [] : [[key, String(value)] as const],
        ),
      ),
  );
  const keys = [...new Set(written.flatMap((info) => [...info.keys()]))];
  const valuesOf = (key: string): readonly string[] => written.flatMap((info) => info.get(key) ?? []);
  const differs = (key: string): boolean =>
    new Set(valuesOf(key)).size > 1 || valuesOf(key).length < written.length;
  const order = [...keys.filter(differs), ...keys.filter((key) => !differs(key))];
  const prefixes = new Map(order.map((key) => [key, commonPrefix(valuesOf(key))]));
  return written.map((info) => {
    const present = order.flatMap((key) => {
      const value = info.get(key);
      return value === undefined ? [] : `${key}=${shortened(value, prefixes.get(key) ?? 0)}`;
    });
    let text = '';
    let shown = 0;
    for (const one of present.slice(0, MOST_INFO)) {
      const longer = text === '' ? one : `${text}, ${one}`;
      if (text !== '' && longer.length > MOST_CHARACTERS) break;
      text = longer;
      shown += 1;
    }
    return shown < present.length ? `${text}, …` : text;
  });
}

/** Characters with which all begin; none of a value alone. */
function commonPrefix([first = '', ...others]: readonly string[]): number {
  if (others.every((other) => other === first)) return 0;
  let length = 0;
  while (length < first.length && others.every((other) => other[length] === first[length])) length += 1;
  return length;
}

function shortened(value: string, prefix: number): string {
  if (value.length <= MOST_OF_VALUE) return value;
  const rest = prefix < LONG_PREFIX ? value : `…${value.slice(prefix - KEPT_OF_PREFIX)}`;
  return rest.length > MOST_OF_VALUE ? `${rest.slice(0, MOST_OF_VALUE)}…` : rest;
}
