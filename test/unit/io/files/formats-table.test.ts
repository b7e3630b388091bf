import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FORMATS } from '../../../../ts/io/files/formats.js';
import { formatsTable, withTable } from '../../../../ts/io/files/formats-table.js';

const page = readFileSync(new URL('../../../../docs/formats.md', import.meta.url), 'utf8');

describe('the table of formats', () => {
  it('in the documentation is the one that the code makes: npm run docs', () => {
    expect(page).toBe(withTable(page, formatsTable()));
  });

  it('has a row for each format', () => {
    const rows = formatsTable().split('\n').slice(2);
    expect(rows.map((row) => row.split('`')[1])).toEqual(FORMATS.map(({ name }) => name));
  });

  it('needs its place', () => {
    expect(() => withTable('no marks', 'x')).toThrow('the page lacks the marks');
  });
});
