/** One `key=value` of a comment line; `value` is undefined for a key that stands alone. */
export interface Pair {
  readonly key: string;
  readonly value: string | undefined;
  /** Whether the value stood in quotes or brackets. */
  readonly delimited: boolean;
}

/** Opening delimiters of a value, with what closes them. */
const CLOSING: Readonly<Record<string, string>> = { '"': '"', "'": "'", '{': '}', '[': ']' };

const EQUALS = 61;

interface Token {
  readonly text: string;
  readonly next: number;
  readonly delimited: boolean;
}

/**
 * Splits the comment line of an extended xyz file into its pairs, in the order of the line. Values
 * may stand in quotes `"…"` `'…'` or brackets `{…}` `[…]`, keys in quotes; a backslash in quotes
 * protects a quote or a backslash; blanks around `=` are allowed. What ASE (`ase.io.extxyz`) reads
 * is read the same way, save that
 *
 * - a delimiter counts only where a key or a value begins: the apostrophe in `Bob's` opens nothing;
 * - an empty value is empty, and does not swallow the next key;
 * - brackets within brackets are kept as text: `[[1,2],[3,4]]` does not lose its rows;
 * - a backslash before any other character is a backslash.
 *
 * @returns undefined where the line cannot be pairs: a delimiter that is not closed, a `=` without
 *   a key
 */
export function splitPairs(line: string): Pair[] | undefined {
  const pairs: Pair[] = [];
  let at = skipBlanks(line, 0);
  while (at < line.length) {
    const key = readKey(line, at);
    if (key === undefined || key.text === '') return undefined;
    at = skipBlanks(line, key.next);
    if (line[at] !== '=') {
      pairs.push({ key: key.text, value: undefined, delimited: false });
      continue;
    }
    const value = readValue(line, skipBlanks(line, at + 1));
    if (value === undefined) return undefined;
    pairs.push({ key: key.text, value: value.text, delimited: value.delimited });
    at = skipBlanks(line, value.next);
  }
  return pairs;
}

/** The reverse of {@link splitPairs}: text for a key, or for a value, quoted where it has to be. */
export function quoteText(text: string): string {
  // U+0085 is a blank to Python, though not to JavaScript.
  return /^[^\s\u0085"'{}[\]=\\]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`;
}

function readKey(line: string, start: number): Token | undefined {
  const first = line[start];
  if (first === '"' || first === "'") return readQuoted(line, start + 1, first);
  let at = start;
  while (at < line.length && !isBlank(line, at) && line.charCodeAt(at) !== EQUALS) at++;
  return { text: line.slice(start, at), next: at, delimited: false };
}

function readValue(line: string, start: number): Token | undefined {
  const first = line[start] ?? '';
  const closing = CLOSING[first];
  let head: Token = { text: '', next: start, delimited: false };
  if (closing !== undefined) {
    const delimited =
      closing === first ? readQuoted(line, start + 1, first) : readBracketed(line, start, closing);
    if (delimited === undefined) return undefined;
    head = delimited;
  }
  let at = head.next;
  while (at < line.length && !isBlank(line, at)) at++;
  const tail = line.slice(head.next, at);
  return { text: head.text + tail, next: at, delimited: head.delimited && tail === '' };
}

function readQuoted(line: string, start: number, quote: string): Token | undefined {
  const end = line.indexOf(quote, start);
  if (end === -1) return undefined;
  const plain = line.slice(start, end);
  if (!plain.includes('\\')) return { text: plain, next: end + 1, delimited: true };

  let text = '';
  let from = start;
  for (let at = start; at < line.length; at++) {
    const letter = line[at];
    if (letter === quote) return { text: text + line.slice(from, at), next: at + 1, delimited: true };
    const following = line[at + 1];
    if (letter === '\\' && (following === '\\' || following === '"' || following === "'")) {
      text += line.slice(from, at);
      from = ++at;
    }
  }
  return undefined;
}

function readBracketed(line: string, start: number, closing: string): Token | undefined {
  const opening = line[start];
  let depth = 0;
  let deepest = 0;
  for (let at = start; at < line.length; at++) {
    if (line[at] === opening) deepest = Math.max(deepest, ++depth);
    else if (line[at] === closing && --depth === 0) {
      const text = deepest > 1 ? line.slice(start, at + 1) : line.slice(start + 1, at);
      return { text, next: at + 1, delimited: true };
    }
  }
  return undefined;
}

function skipBlanks(line: string, start: number): number {
  let at = start;
  while (at < line.length && isBlank(line, at)) at++;
  return at;
}

function isBlank(line: string, at: number): boolean {
  return line.charCodeAt(at) <= 32;
}
