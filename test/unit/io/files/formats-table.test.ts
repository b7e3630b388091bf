import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../../ts/io/files/formats.js';
import { formatsTable, withTable } from '../../../../ts/io/files/formats-table.js';

const page = readFileSync(new URL('../../../../docs/formats.md', import.meta.url), 'utf8');

describe('the table of formats', () => {
  it('in the documentation is the one that the code makes: npm run docs', () => {
    expect(page).toBe(withTable(page, formatsTable()));
  });

  it('has a row and an entry of the list for each format', () => {
    const lines = formatsTable().split('\n');
    const named = (start: string): (string | undefined)[] =>
      lines.filter((line) => line.startsWith(start)).map((line) => line.split('`')[1]);
    const names = FORMATS.map(({ name }) => name);
    expect(named('| `').slice(1)).toEqual(names);
    expect(named('- `')).toEqual(names);
  });

  it('needs its place', () => {
    expect(() => withTable('no marks', 'x')).toThrow('the page lacks the marks');
  });
});
