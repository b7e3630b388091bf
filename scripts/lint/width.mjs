// No line is too wide to be read beside another. `fix` wraps comments; code is the formatters', and
// strings a person's.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

import { Missing } from '../build/stage.mjs';
import { COMMENT_WIDTH, commentLines, wrapComments } from './comments.mjs';

/** The widest line of a source or a document. */
const LINE_WIDTH = 110;

const SOURCE = /\.(ts|js|mjs|rs)$/;
const DOCUMENT = /\.md$/;

/** Made by a program: what it says is that program's affair. */
const MADE = /^(docs\/api\/|bench\/RESULTS\.md$)/;

/** Wraps the comments of all sources. */
export function wrapAll() {
  for (const file of files().filter((name) => SOURCE.test(name))) {
    const source = readFileSync(file, 'utf8');
    const wrapped = wrapComments(file, source);
    if (wrapped !== source) writeFileSync(file, wrapped);
  }
}

/** Fails where a line is too wide, naming all such lines. */
export function checkWidth() {
  const wide = files().flatMap((file) =>
    wideLines(file, readFileSync(file, 'utf8')).map(({ line, width, most }) => {
      return `${file}:${line}: ${width} columns, expected ${most} at most`;
    }),
  );
  if (wide.length > 0) throw new Missing([...wide, `${wide.length} lines are too wide`].join('\n'));
}

/** The lines of a file that are too wide, numbered from 1. */
export function wideLines(file, text) {
  const lines = text.split('\n');
  const limits = DOCUMENT.test(file) ? limitsOfDocument(lines) : limitsOfSource(file, text);
  return lines.flatMap((content, at) => {
    const width = [...content.replace(/\r$/, '')].length;
    const most = limits(at);
    return width > most && !isOneWord(content) ? [{ line: at + 1, width, most }] : [];
  });
}

function limitsOfSource(file, text) {
  const comments = commentLines(file, text);
  return (at) => (comments.has(at) ? COMMENT_WIDTH : LINE_WIDTH);
}

/**
 * What a command prints is shown as it is, in blocks marked `console`. A row of a table cannot be
 * broken: Markdown has no way to.
 */
function limitsOfDocument(lines) {
  let block;
  const limits = lines.map((line) => {
    const [, fence, language] = /^\s*(```+)\s*(\w*)/.exec(line) ?? [];
    if (fence !== undefined) block = block === undefined ? language : undefined;
    const isFree = block === 'console' || (block === undefined && line.trimStart().startsWith('|'));
    return isFree ? Infinity : LINE_WIDTH;
  });
  return (at) => limits[at];
}

/** An address, say: there is no place to break it. */
function isOneWord(line) {
  return /^\s*(\/\/[/!]?|\*|[-*]|>)?\s*\S+$/.test(line);
}

/** Everything in git, and what is not ignored. */
function files() {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  return execFileSync('git', args, { encoding: 'utf8' })
    .split('\0')
    .filter((file) => (SOURCE.test(file) || DOCUMENT.test(file)) && !MADE.test(file))
    .filter((file) => existsSync(file));
}
