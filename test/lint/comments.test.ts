import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { beforeAll, describe, expect, it } from 'vitest';

let wrapComments: (file: string, source: string) => string;

beforeAll(async () => {
  ({ wrapComments } = (await import(resolve('scripts/lint/comments.mjs'))) as {
    wrapComments: typeof wrapComments;
  });
});

const NINE = 'one two three four five six seven eight nine';
const TEN = `${NINE} tens`;

describe('comments that are too wide', () => {
  const cases: Record<string, { file?: string; before: string; after: string }> = {
    'lines are filled up to column 100': {
      before: `// ${TEN} ${TEN} ${TEN}`,
      after: `// ${TEN} ${NINE}\n// tens ${TEN}`,
    },
    'a comment on one line gets more': {
      before: `  /** ${TEN} ${TEN} */`,
      after: `  /**\n   * ${TEN} ${NINE}\n   * tens\n   */`,
    },
    'a wide line takes the rest of its paragraph along': {
      before: `// ${TEN} ${TEN} ${TEN}\n// end of it.`,
      after: `// ${TEN} ${NINE}\n// tens ${TEN} end of it.`,
    },
    'a break that was not for want of space stays': {
      before: `// Short\n// lines.\n// ${TEN} ${TEN}`,
      after: `// Short\n// lines.\n// ${TEN} ${NINE}\n// tens`,
    },
    'other paragraphs stay as they are': {
      before: `// Short\n// lines.\n//\n// ${TEN} ${TEN}\n//\n// Others.`,
      after: `// Short\n// lines.\n//\n// ${TEN} ${NINE}\n// tens\n//\n// Others.`,
    },
    'tags are paragraphs, their lines indented': {
      before: `/**\n * Says it.\n * @param x ${TEN} ${TEN}\n * @returns a number\n */`,
      after:
        `/**\n * Says it.\n * @param x ${TEN} one two three four five six seven\n` +
        ` *   eight nine tens\n * @returns a number\n */`,
    },
    'items of lists are paragraphs, their lines indented': {
      file: 'a.rs',
      before: `/// Either:\n/// - ${TEN} ${TEN}\n/// - short`,
      after: `/// Either:\n/// - ${TEN} ${NINE}\n///   tens\n/// - short`,
    },
    'code in backticks, links and formulas stay in one piece': {
      before: `// ${TEN} one two three four five six seven \`const x = y\` {@link some thing} a = b + c`,
      after: `// ${TEN} one two three four five six seven \`const x = y\`\n// {@link some thing} a = b + c`,
    },
    'no line starts with what would be markup there': {
      before: `// ${TEN} one two three four five six seven eight nine12 - two\n`,
      after: `// ${TEN} one two three four five six seven eight\n// nine12 - two\n`,
    },
    'Rust has comments of its own': {
      file: 'a.rs',
      before: `//! ${TEN} ${TEN}\n\n/// ${TEN} ${TEN}\nfn f<'a>() {}`,
      after: `//! ${TEN} ${NINE}\n//! tens\n\n/// ${TEN} ${NINE}\n/// tens\nfn f<'a>() {}`,
    },
  };
  for (const [name, { file = 'a.ts', before, after }] of Object.entries(cases)) {
    it(name, () => {
      expect(wrapComments(file, before)).toBe(after);
      expect(wrapComments(file, after)).toBe(after);
    });
  }
});

describe('what stays as it is', () => {
  const wide = `${TEN} ${TEN} ${TEN}`;
  const cases: Record<string, { file?: string; source: string }> = {
    'code between fences': { source: `/**\n * \`\`\`ts\n * ${wide}\n * \`\`\`\n */` },
    'an example': { source: `/**\n * Says it.\n * @example\n * f(${wide});\n */` },
    'a table': { source: `// | a | ${wide} |\n// | - | - |` },
    'columns made with spaces': { source: `// a    b\n// ${TEN}    ${wide}` },
    'a heading': { source: `/// # ${wide}`, file: 'a.rs' },
    'indented code': { source: `/// Says it.\n///\n///     ${wide}`, file: 'a.rs' },
    'words for a linter': { source: `// eslint-disable-next-line no-console -- ${wide}` },
    'code that was put aside': { source: `//${wide}` },
    'a reference to types': { source: `/// <reference types="${wide}" />` },
    'a comment after code': { source: `f(); // ${wide}` },
    'what looks like a comment in a string': { source: `const text = \`\n// ${wide}\n\`;` },
    'what looks like a comment in a raw string': { source: `let x = r#"\n// ${wide}\n"#;`, file: 'a.rs' },
    'what looks like a comment in a string of Rust': { source: `let x = "\\"\n// ${wide}\n";`, file: 'a.rs' },
  };
  for (const [name, { file = 'a.ts', source }] of Object.entries(cases)) {
    it(name, () => {
      expect(wrapComments(file, source)).toBe(source);
    });
  }
});

it('all words and all code of this repository stay, in their order', { timeout: 120_000 }, () => {
  const files = execFileSync('git', ['ls-files', '*.ts', '*.mjs', '*.rs'], { encoding: 'utf8' });
  const some = files.split('\n').filter((file, at) => file !== '' && at % 10 === 0);
  expect(some.length).toBeGreaterThan(10);
  for (const file of some) {
    const source = unwrapped(readFileSync(file, 'utf8'));
    const wrapped = wrapComments(file, source);
    expect(wordsOf(wrapped), file).toBe(wordsOf(source));
    expect(wrapComments(file, wrapped), file).toBe(wrapped);
  }
});

/**
 * Joins line comments below each other where the second goes on with a sentence: so there are many
 * wide ones.
 */
function unwrapped(source: string): string {
  return source.replaceAll(/^( *)(\/\/[/!]?) (\w.*)\n\1\2 (?=[a-z])/gm, '$1$2 $3 ');
}

/** A source without the markers of its comments, and with one space between its words. */
function wordsOf(source: string): string {
  return source
    .replaceAll(/^\s*(\/\/[/!]?|\*\/|\/\*\*?|\*)/gm, ' ')
    .replaceAll('*/', ' ')
    .replaceAll(/\s+/g, ' ');
}
