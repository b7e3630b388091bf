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
 * - an empty value is empty, and does not swallow the next key, also where blanks follow the `=`;
 * - brackets with brackets or quotes in them are kept as text: `[[1,2],[3,4]]` does not lose its
 *   rows, `{"a": 1}` not its braces;
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
    const start = skipBlanks(line, at + 1);
    const isEmpty = start > at + 1 && beginsPair(line, start);
    const value = isEmpty ? { text: '', next: at + 1, delimited: false } : readValue(line, start);
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

/** Whether a key that may be one, and its `=`, stand here: the value before them is empty. */
function beginsPair(line: string, start: number): boolean {
  const key = readKey(line, start);
  if (key === undefined || !(key.delimited || /^[A-Za-z_][\w.-]*$/.test(key.text))) return false;
  return line[skipBlanks(line, key.next)] === '=';
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
  // A quote that is not closed protects nothing.
  return bracketed(line, start, closing, true) ?? bracketed(line, start, closing, false);
}

/** @param protects whether brackets in quotes count for nothing */
function bracketed(line: string, start: number, closing: string, protects: boolean): Token | undefined {
  const opening = line[start];
  let depth = 0;
  let isKept = false;
  for (let at = start; at < line.length; at++) {
    const letter = line[at];
    if (letter === opening) {
      depth++;
      isKept ||= at > start;
    } else if (letter === closing && --depth === 0) {
      const text = isKept ? line.slice(start, at + 1) : line.slice(start + 1, at);
      return { text, next: at + 1, delimited: true };
    } else if (letter === '[' || letter === '{') isKept = true;
    else if (protects && letter === '"' && /[[{(,:\s]/.test(line[at - 1] ?? '')) {
      const text = readQuoted(line, at + 1, letter);
      if (text === undefined) return undefined;
      isKept = true;
      at = text.next - 1;
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
