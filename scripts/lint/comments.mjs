// Comments that stand on lines of their own, found and wrapped.
import tseslint from 'typescript-eslint';

import { wrapLines } from './paragraphs.mjs';

/** The widest line of a comment. */
export const COMMENT_WIDTH = 100;

/** @typedef {{ start: number, end: number, isBlock: boolean }} Comment */

/** The source with its comments wrapped. */
export function wrapComments(file, source) {
  let out = '';
  let at = 0;
  for (const { start, end, indent, text } of groupsOf(file, source)) {
    const before = source.slice(start, end);
    const after = text.startsWith('/*') ? wrappedBlock(text, indent) : wrappedLines(text, indent);
    out += source.slice(at, start) + (after ?? before);
    at = end;
  }
  return out + source.slice(at);
}

/** The numbers of lines, from 0, that belong to comments on lines of their own. */
export function commentLines(file, source) {
  const numbers = new Set();
  for (const { start, end } of groupsOf(file, source)) {
    const first = source.slice(0, start).split('\n').length - 1;
    const count = source.slice(start, end).split('\n').length;
    for (let i = 0; i < count; i++) numbers.add(first + i);
  }
  return numbers;
}

/**
 * Comments that have their lines for themselves; line comments below each other, with the same
 * marker, are one.
 */
function groupsOf(file, source) {
  const groups = [];
  for (const { start, end, isBlock } of commentsOf(file, source)) {
    const lineStart = source.lastIndexOf('\n', start - 1) + 1;
    const lineEnd = source.indexOf('\n', end) < 0 ? source.length : source.indexOf('\n', end);
    const indent = source.slice(lineStart, start);
    if (indent.trim() !== '' || source.slice(end, lineEnd).trim() !== '') continue;
    const text = source.slice(start, end);
    const last = groups.at(-1);
    const continues =
      !isBlock &&
      last !== undefined &&
      last.end + 1 === lineStart &&
      last.indent === indent &&
      markerOf(last.text) === markerOf(text);
    if (continues) {
      last.text += `\n${text}`;
      last.end = end;
    } else {
      groups.push({ start: lineStart, end, indent, text });
    }
  }
  return groups;
}

/** `//`, `///` or `//!`; `/*` for what is no line comment. */
function markerOf(text) {
  return /^(\/\/\/(?!\/)|\/\/!|\/\/|\/\*)/.exec(text)[1];
}

/** A group of line comments, wrapped. */
function wrappedLines(text, indent) {
  const marker = markerOf(text);
  // A reference of TypeScript, not a text.
  if (marker === '///' && /^\/\/\/\s*</.test(text)) return undefined;
  const lines = text.split('\n').map((line) => line.slice(marker.length));
  // Text without a space after the marker is code that was put aside, or a line drawn.
  if (lines.some((line) => line.trim() !== '' && !line.startsWith(' '))) return undefined;
  const width = COMMENT_WIDTH - indent.length - marker.length - 1;
  const wrapped = wrapLines(
    lines.map((line) => line.slice(1).trimEnd()),
    width,
  );
  return wrapped.map((line) => `${indent}${marker}${line === '' ? '' : ` ${line}`}`).join('\n');
}

/**
 * A block comment with a star at each line, or on one line, wrapped; undefined where nothing is too
 * wide.
 */
function wrappedBlock(text, indent) {
  const opening = /^\/\*\*?/.exec(text)[0];
  const isWide = text
    .split('\n')
    .some((line, at) => (at === 0 ? indent + line : line).length > COMMENT_WIDTH);
  if (!isWide) return undefined;
  const inner = text.slice(opening.length, -'*/'.length).split('\n');
  if (!inner.slice(1, -1).every((line) => /^\s*\*/.test(line))) return undefined;
  const lines = inner.map((line, at) => (at === 0 ? line : line.replace(/^\s*\*?/, '')));
  const body = lines.map((line) => line.replace(/^ /, '').trimEnd());
  if (body[0] === '') body.shift();
  if (body.at(-1) === '') body.pop();
  const wrapped = wrapLines(body, COMMENT_WIDTH - indent.length - ' * '.length);
  const stars = wrapped.map((line) => `${indent} *${line === '' ? '' : ` ${line}`}`);
  return [`${indent}${opening}`, ...stars, `${indent} */`].join('\n');
}

/** All comments of a source, in order. */
function commentsOf(file, source) {
  return file.endsWith('.rs') ? rustComments(source) : scriptComments(source);
}

/** @returns {Comment[]} */
function scriptComments(source) {
  const { ast } = tseslint.parser.parseForESLint(source, { comment: true, range: true });
  return ast.comments
    .filter(({ type }) => type !== 'Shebang')
    .map(({ type, range: [start, end] }) => ({ start, end, isBlock: type === 'Block' }));
}

/**
 * What can hold the beginning of a comment without being one, and comments; those of blocks may
 * hold others.
 */
const RUST = /\/\/[^\n]*|\/\*|b?r(#*)"[\s\S]*?"\1|b?"(?:[^"\\]|\\[\s\S])*"|b?'(?:[^'\\\n]|\\[^\n]{1,9}?)'/g;

/** @returns {Comment[]} */
function rustComments(source) {
  const found = [];
  RUST.lastIndex = 0;
  for (let match = RUST.exec(source); match !== null; match = RUST.exec(source)) {
    const start = match.index;
    if (match[0] === '/*') {
      const end = endOfBlock(source, start);
      found.push({ start, end, isBlock: true });
      RUST.lastIndex = end;
    } else if (match[0].startsWith('//')) {
      found.push({ start, end: start + match[0].length, isBlock: false });
    }
  }
  return found;
}

function endOfBlock(source, start) {
  let depth = 0;
  for (let at = start; at < source.length; at++) {
    const two = source.slice(at, at + 2);
    if (two === '/*') depth++;
    else if (two === '*/') depth--;
    else continue;
    at++;
    if (depth === 0) return at + 1;
  }
  return source.length;
}
