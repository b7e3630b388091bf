import { resolve } from 'node:path';

import { beforeAll, expect, it } from 'vitest';

let wideLines: (file: string, text: string) => { line: number; width: number; most: number }[];

beforeAll(async () => {
  ({ wideLines } = (await import(resolve('scripts/lint/width.mjs'))) as { wideLines: typeof wideLines });
});

/** A line of words of exactly this many columns after a beginning. */
const filled = (beginning: string, columns: number) =>
  `${beginning}a b ${'c'.repeat(columns - beginning.length - 4)}`;

it('finds comments above 100 columns and code above 110', () => {
  const lines = [
    filled('// ', 100),
    filled('// ', 101),
    '/**',
    filled(' * ', 100),
    filled(' * ', 101),
    ' */',
    `${filled('f(`', 107)}\`);`,
    `${filled('f(`', 108)}\`);`,
    filled('f(); // ', 110),
    filled('f(); // ', 111),
  ];
  expect(wideLines('a.ts', lines.join('\n'))).toEqual([
    { line: 2, width: 101, most: 100 },
    { line: 5, width: 101, most: 100 },
    { line: 8, width: 111, most: 110 },
    { line: 10, width: 111, most: 110 },
  ]);
  expect(wideLines('a.rs', [filled('//! ', 101), filled('/// ', 100)].join('\n'))).toEqual([
    { line: 1, width: 101, most: 100 },
  ]);
});

it('counts characters, not units of UTF-16', () => {
  expect(wideLines('a.ts', `// a ${'𝛿'.repeat(95)}`)).toEqual([]);
  expect(wideLines('a.ts', `// a ${'𝛿'.repeat(96)}`)).toEqual([{ line: 1, width: 101, most: 100 }]);
});

it('finds lines of documents above 110, but for output of commands and rows of tables', () => {
  const lines = [
    filled('', 110),
    filled('', 111),
    '```console',
    filled('', 200),
    '```',
    filled('| ', 200),
    '```ts',
    filled('| ', 111),
    '```',
    `https://${'a'.repeat(200)}`,
  ];
  expect(wideLines('a.md', lines.join('\n'))).toEqual([
    { line: 2, width: 111, most: 110 },
    { line: 8, width: 111, most: 110 },
  ]);
});
