/** Lines that mean what they are: headings, tables, quotes, HTML, targets of links. */
const MARKDOWN = /^(#+ |\||>|<\/?\w|\[[^\]]+\]: )/;

/** Words for tools. */
const DIRECTIVE = /^(eslint-|prettier-|@ts-|@vitest-|@vite-|v8 ignore|SPDX-|#?(end)?region\b)/;

/** The start of an item of a list, or of a tag. */
const ITEM = /^\s*([-*+•] |\d+[.)] )/;
const TAG = /^@\w+/;

/** What a line cannot start with, since it would be read as markup there. */
const MARKUP = /^([-+*#>|=]+|\d+[.)]|@\w.*|```.*|~~~.*|•)$/;

const OPERATOR = /^[=<>≤≥≈±×·+−]$/;

/** Characters of a formula that is kept on one line. */
const LONGEST_FORMULA = 40;

/**
 * Wraps the text of a comment, without its markers, at a width. A paragraph without a wider line
 * stays as it is, and so does all that is no paragraph: code, tables, headings. A break that was
 * not for want of space stays.
 */
export function wrapLines(lines, width) {
  const out = [];
  for (const block of blocks(lines)) {
    const wide = block.lines.some((line) => line.length > width);
    out.push(...(block.isText && wide ? reflowed(block.lines, width) : block.lines));
  }
  return out;
}

/** Cuts lines into paragraphs of text, and what must stay as it is. */
function blocks(lines) {
  const found = [];
  let fence;
  let inExample = false;
  let open = false;
  for (const line of lines) {
    const text = line.trim();
    const mark = /^(```+|~~~+)/.exec(text)?.[1];
    if (TAG.test(line)) inExample = line.startsWith('@example');
    const first = found.at(-1)?.lines[0];
    const indent = indentOf(line);
    const verbatim =
      fence !== undefined ||
      mark !== undefined ||
      inExample ||
      text === '' ||
      MARKDOWN.test(text) ||
      DIRECTIVE.test(text) ||
      isAligned(text);
    if (mark !== undefined && fence === undefined) fence = mark;
    else if (fence !== undefined && text === fence) fence = undefined;
    if (verbatim) {
      found.push({ lines: [line], isText: false });
      open = false;
    } else if (!open) {
      // Markdown's indented code.
      const isText = indent < 4;
      found.push({ lines: [line], isText });
      open = isText;
    } else if (ITEM.test(line) || TAG.test(line) || indent < indentOf(first)) {
      found.push({ lines: [line], isText: true });
    } else {
      found.at(-1).lines.push(line);
    }
  }
  return found;
}

/** Whether columns are made with spaces. */
function isAligned(text) {
  return /[^\s.:;!?] {2,}\S/.test(text);
}

function reflowed(lines, width) {
  const [first] = lines;
  const lead = indentOf(first);
  const item = ITEM.exec(first)?.[0].length;
  // What follows the first line of an item or tag is indented, as it was or as is usual.
  const hanging = lines.length > 1 ? indentOf(lines[1]) : (item ?? (TAG.test(first) ? 2 : lead));
  const out = [];
  let current = ' '.repeat(lead);
  let isEmpty = true;
  lines.forEach((line, at) => {
    const tokens = tokensOf(line.trim());
    const isBreak = at > 0 && lines[at - 1].length + 1 + tokens[0].length <= width;
    if (isBreak) {
      out.push(current);
      current = ' '.repeat(hanging);
      isEmpty = true;
    }
    for (const token of tokens) {
      if (!isEmpty && current.length + 1 + token.length > width) {
        out.push(current);
        current = ' '.repeat(hanging);
        isEmpty = true;
      }
      current += isEmpty ? token : ` ${token}`;
      isEmpty = false;
    }
  });
  return [...out, current];
}

/**
 * Words; code between backticks, links and short formulas in one piece, and so what must not start
 * a line with what it follows.
 */
function tokensOf(text) {
  const pieces = text.match(/(?:`[^`]+`|\{@\w+[^}]*\}|\[[^\]]*\](?:\([^)]*\))?|\S)+/g) ?? [];
  const tokens = [];
  let last = '';
  for (const piece of pieces) {
    const before = tokens.at(-1);
    const isFormula = OPERATOR.test(last) && `${before} ${piece}`.length <= LONGEST_FORMULA;
    if (before !== undefined && (isFormula || MARKUP.test(piece) || OPERATOR.test(piece))) {
      tokens[tokens.length - 1] = `${before} ${piece}`;
    } else {
      tokens.push(piece);
    }
    last = piece;
  }
  return tokens;
}

function indentOf(line) {
  return line.length - line.trimStart().length;
}
