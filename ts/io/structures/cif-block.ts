import { invalidFile, type FilePlace, shown } from '../text/fault.js';
import type { LineReader } from '../text/lines.js';
import { textNumber } from '../text/number.js';
import { endsBefore } from './poscar-header.js';

/** A value, and the line it stands on. */
interface Token {
  readonly text: string;
  readonly line: number;
  /** Whether it stood in quotes, or between semicolons: then it is no keyword and no tag. */
  readonly isQuoted: boolean;
}

/** A table of a block: values by tag, one for each row. */
export interface CifLoop {
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** The line that each row begins on. */
  readonly lines: readonly number[];
}

/** A data block. Tags are in lower case, with `_` for the `.` of later dictionaries. */
export interface CifBlock {
  readonly name: string;
  /** The line that it begins on. */
  readonly line: number;
  readonly items: ReadonlyMap<string, string>;
  readonly loops: readonly CifLoop[];
}

export const BLOCK = /^\s*data_(\S*)/i;

const VALUE = /#.*$|'((?:[^']|'(?=\S))*)'(?=\s|$)|"((?:[^"]|"(?=\S))*)"(?=\s|$)|(\S+)/g;

/**
 * Reads the block that begins on the present line, up to the next one.
 *
 * @throws {QuestsError} INVALID_FILE for what is no CIF: a loop without values for all its columns,
 *   a tag without a value, a text that is not closed
 */
export async function readBlock(lines: LineReader, place: FilePlace): Promise<CifBlock> {
  const [begin = '', name = ''] = BLOCK.exec(lines.text()) ?? [];
  const { number: line } = lines;
  const tokens = tokensOf(lines.text().slice(begin.length), line);
  for (;;) {
    const [next] = await lines.peek(1);
    if (next === undefined ? !(await lines.next()) : BLOCK.test(next)) break;
    if (next !== undefined) await lines.next();
    if (lines.bytes[lines.start] === SEMICOLON && lines.end > lines.start)
      tokens.push(await textField(lines, place));
    else tokens.push(...tokensOf(lines.text(), lines.number));
  }
  return { name, line, ...partsOf(tokens, place) };
}

const SEMICOLON = 59;

function tokensOf(text: string, line: number): Token[] {
  const tokens: Token[] = [];
  for (const [whole, single, double, bare] of text.matchAll(VALUE)) {
    if (whole.startsWith('#')) break;
    const quoted = single ?? double;
    tokens.push({ text: quoted ?? bare ?? '', line, isQuoted: quoted !== undefined });
  }
  return tokens;
}

/** The text between a semicolon that begins a line and the next. */
async function textField(lines: LineReader, place: FilePlace): Promise<Token> {
  const { number: line } = lines;
  const parts = [lines.text().slice(1)];
  for (;;) {
    if (!(await lines.next())) throw endsBefore(lines, place, `";" after the text of line ${line}`);
    const text = lines.text();
    if (text.startsWith(';')) return { text: parts.join('\n').trim(), line, isQuoted: true };
    parts.push(text);
  }
}

function partsOf(tokens: readonly Token[], place: FilePlace): Pick<CifBlock, 'items' | 'loops'> {
  const items = new Map<string, string>();
  const loops: CifLoop[] = [];
  for (let at = 0; at < tokens.length;) {
    const token = tokens[at++] as Token;
    if (isTag(token)) {
      const value = tokens[at++];
      if (!isValue(value))
        throw invalidFile({ ...place, line: token.line }, `expected a value of ${shown(token.text)}`);
      items.set(tagOf(token.text), value?.text ?? '');
    } else if (!token.isQuoted && /^loop_$/i.test(token.text)) {
      const first = at;
      while (isTag(tokens[at])) at++;
      const tags = tokens.slice(first, at).map(({ text }) => tagOf(text));
      const begin = at;
      while (isValue(tokens[at])) at++;
      loops.push(loopOf(tags, tokens.slice(begin, at), token, place));
    } else if (isValue(token)) {
      throw invalidFile(
        { ...place, line: token.line },
        `expected a tag or loop_, found ${shown(token.text)}`,
      );
    }
  }
  return { items, loops };
}

function isTag(token: Token | undefined): boolean {
  return token?.isQuoted === false && token.text.startsWith('_');
}

function isValue(token: Token | undefined): boolean {
  if (token === undefined || isTag(token)) return false;
  return token.isQuoted || !/^(loop_|save_\S*|stop_|global_)$/i.test(token.text);
}

function loopOf(tags: readonly string[], values: readonly Token[], loop: Token, place: FilePlace): CifLoop {
  const width = tags.length;
  if (width === 0 || values.length % width !== 0) {
    const problem = `the loop has ${values.length} values for ${width} columns`;
    throw invalidFile({ ...place, line: values.at(-1)?.line ?? loop.line }, problem);
  }
  const every = (column: number): string[] =>
    values.filter((_, at) => at % width === column).map(({ text }) => text);
  return {
    columns: new Map(tags.map((tag, column) => [tag, every(column)])),
    lines: values.filter((_, at) => at % width === 0).map(({ line }) => line),
  };
}

function tagOf(text: string): string {
  return text.toLowerCase().replaceAll('.', '_');
}

/** A number, with or without its uncertainty: `5.640(1)`; undefined for anything else. */
export function cifNumber(text: string): number | undefined {
  return textNumber(text.replace(/\(\d+\)$/, ''));
}

/** Where a block begins. */
export function placeOf(block: CifBlock, place: FilePlace): FilePlace {
  return { ...place, line: block.line };
}
