// node scripts/wrap-rust-comments.mjs [--fix]: whole-line comments of the Rust sources keep to 100 columns.
//
// rustfmt can wrap comments only in its nightly version. A paragraph with a line that is too long is filled anew;
// headings, lists, tables and code keep their lines. Without --fix the paragraphs are named, and the exit code is 1.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { globSync } from 'tinyglobby';

/** Columns of a comment, its indent included. */
const WIDTH = 100;

/** Columns of code, as in rustfmt.toml; a comment after code is held to it. */
const CODE_WIDTH = 110;

const COMMENT = /^(\s*)(\/\/[/!]?)(?: (.*)|$)/;

/** The text of a line, with what must stand before each line that continues it. */
function item(text) {
  const [, lead] = /^(\s*(?:[-*] |\d+\. )?)/.exec(text) ?? ['', ''];
  return { lead, isItem: lead.trim() !== '' };
}

const length = (text) => [...text].length;

/** Words in lines that fit; the first has the lead of the paragraph, the others are indented as far. */
function filled(words, prefix, lead) {
  const indent = ' '.repeat(lead.length);
  const lines = [];
  let line = `${prefix} ${lead}`;
  let isEmpty = true;
  for (const word of words) {
    if (!isEmpty && length(line) + 1 + length(word) > WIDTH) {
      lines.push(line);
      line = `${prefix} ${indent}`;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Words of a text; links and code with blanks in them stay whole. */
function words(text) {
  return text.match(/(?:`[^`]*`|\[[^\]]*\]|\S)+/g) ?? [];
}

/** The lines of a source, wrapped. */
export function wrapped(source) {
  const out = [];
  let paragraph;
  let isCode = false;
  const flush = () => {
    if (paragraph === undefined) return;
    const { prefix, lead, lines } = paragraph;
    const isLong = lines.some((line) => length(line) > WIDTH);
    const text = lines.map((line) => COMMENT.exec(line)?.[3] ?? '').join(' ');
    out.push(...(isLong ? filled(words(text.slice(lead.length)), prefix, lead) : lines));
    paragraph = undefined;
  };
  for (const line of source.split('\n')) {
    const [, indent, mark, text = ''] = COMMENT.exec(line) ?? [];
    if (mark !== undefined && text.trim().startsWith('```')) isCode = !isCode;
    const isText = mark !== undefined && !isCode && text.trim() !== '' && !/^\s*(?:```|#|\||={3})/.test(text);
    if (!isText) {
      flush();
      out.push(line);
      continue;
    }
    const prefix = `${indent}${mark}`;
    const { lead, isItem } = item(text);
    const goesOn = paragraph?.prefix === prefix && !isItem && lead.length === paragraph.lead.length;
    if (!goesOn) flush();
    paragraph ??= { prefix, lead, lines: [] };
    paragraph.lines.push(line);
  }
  flush();
  return out.join('\n');
}

function main() {
  const fix = process.argv.includes('--fix');
  const problems = [];
  for (const file of globSync('crates/**/*.rs')) {
    const source = readFileSync(file, 'utf8');
    const result = wrapped(source);
    if (result !== source && fix) writeFileSync(file, result);
    const lines = (fix ? result : source).split('\n');
    lines.forEach((line, at) => {
      const limit = COMMENT.test(line) ? WIDTH : CODE_WIDTH;
      if (length(line) > limit) problems.push(`${file}:${at + 1}: ${length(line)} columns, at most ${limit}`);
    });
  }
  process.stdout.write(problems.map((problem) => `${problem}\n`).join(''));
  if (problems.length > 0) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
