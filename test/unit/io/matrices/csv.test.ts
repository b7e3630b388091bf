import { describe, expect, it } from 'vitest';
import type { ColumnTable } from '../../../../ts/model/column-table.js';
import { csvLine, writeCsv, writeMatrixCsv, writeStructuresCsv } from '../../../../ts/io/matrices/csv.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, failure } from '../../../support/data/reading.js';

async function csv(...parts: ColumnTable[]): Promise<string> {
  return (await all(writeCsv(parts))).join('');
}

describe('writeCsv', () => {
  it('writes the names once, and numbers to the last digit', async () => {
    const part = (...values: number[]): ColumnTable => ({
      rows: values.length,
      columns: [{ name: 'dH', data: Float64Array.from(values) }],
    });
    expect(await csv(part(0.1, -0, 1 / 3), part(), part(NaN, -Infinity, 1e-300))).toBe(
      'dH\n0.1\n-0\n0.3333333333333333\nnan\n-inf\n1e-300\n',
    );
  });

  it('writes whole numbers, logicals and text, in quotes where it has to', async () => {
    const texts = ['a', 'b,c', 'say "x"', ' d', 'e\nf'];
    const table = {
      rows: 5,
      columns: [
        { name: 'a, b', data: texts },
        { name: 'n', data: Uint32Array.of(1, 2, 3, 4, 4294967295) },
        { name: 'l', data: Uint8Array.of(0, 1, 0, 1, 1) },
      ],
    };
    expect(await csv(table)).toBe(
      '"a, b",n,l\na,1,false\n"b,c",2,true\n"say ""x""",3,false\n" d",4,true\n"e\nf",4294967295,true\n',
    );
  });

  it('writes a single row as it does those of a table, and nothing for null', async () => {
    const line = csvLine([57, 0.1, -Infinity, 'say "x", or', true, null]);
    expect(line).toBe('57,0.1,-inf,"say ""x"", or",true,');
    const row = [57, 0.1, -Infinity].map((value, at) => ({ name: `c${at}`, data: Float64Array.of(value) }));
    const more = [
      { name: 't', data: ['say "x", or'] },
      { name: 'l', data: Uint8Array.of(1) },
    ];
    const [, written] = (await csv({ rows: 1, columns: [...row, ...more] })).split('\n');
    expect(line).toBe(`${written},`);
  });

  it('hands out long tables in pieces', async () => {
    const data = Float64Array.from({ length: 50_000 }, (_, index) => Math.sin(index));
    const pieces = await all(writeCsv([{ rows: 50_000, columns: [{ name: 'a', data }] }]));
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
    expect(pieces.join('').trim().split('\n').slice(1).map(Number)).toEqual(Array.from(data));
  });

  it.each<[string, ColumnTable, string]>([
    [
      'other columns',
      { rows: 0, columns: [{ name: 'b', data: new Float64Array(0) }] },
      'INVALID_ARGUMENT: part 1 of the table has the columns b; expected those of part 0: a',
    ],
    [
      'columns of another length',
      { rows: 2, columns: [{ name: 'a', data: Float64Array.of(1) }] },
      'INVALID_ARGUMENT: part 1 of the table: 1 values in a, expected 2',
    ],
  ])('refuses a part of %s', async (_, part, message) => {
    const first = { rows: 1, columns: [{ name: 'a', data: Float64Array.of(1) }] };
    expect(await failure(csv(first, part))).toBe(message);
  });

  it('writes a matrix', () => {
    const matrix = { data: Float64Array.of(1, 2, 0.5, NaN), shape: [2, 1, 2] };
    expect([...writeMatrixCsv(matrix)].join('')).toBe('d0,d1\n1,2\n0.5,nan\n');
  });
});

describe('structures as a table', () => {
  const write = async (...structures: Structure[]): Promise<string> =>
    (await all(writeStructuresCsv(structures))).join('');
  const atom: Structure = { positions: Float64Array.of(1, 2, 3) };

  it('have a row per atom', async () => {
    const first: Structure = {
      positions: Float64Array.of(0, 0.5, 1, 2, 3, 4),
      species: ['Cu', 'Zr'],
      arrays: {
        forces: { kind: 'R', width: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) },
        id: { kind: 'I', width: 1, data: Int32Array.of(7, 8) },
        fixed: { kind: 'L', width: 2, data: Uint8Array.of(1, 0, 0, 1) },
        tag: { kind: 'S', width: 2, data: ['a', 'b', 'c', 'd'] },
        x: { kind: 'R', width: 1, data: Float64Array.of(-1, -2) },
      },
      source: { file: 'a.xyz', frame: 4 },
    };
    expect(await write(first, { ...first, source: { file: 'b.xyz', frame: 0 } })).toBe(
      'file,frame,atom,species,x,y,z,forces_0,forces_1,forces_2,id,fixed_0,fixed_1,tag_0,tag_1,x_2\n' +
        'a.xyz,4,0,Cu,0,0.5,1,1,2,3,7,true,false,a,b,-1\n' +
        'a.xyz,4,1,Zr,2,3,4,4,5,6,8,false,true,c,d,-2\n' +
        'b.xyz,0,0,Cu,0,0.5,1,1,2,3,7,true,false,a,b,-1\n' +
        'b.xyz,0,1,Zr,2,3,4,4,5,6,8,false,true,c,d,-2\n',
    );
  });

  it('that come from nowhere are numbered', async () => {
    expect(await write(atom, atom)).toBe('file,frame,atom,x,y,z\n,0,0,1,2,3\n,1,0,1,2,3\n');
  });

  it('are refused where their columns differ or do not fit', async () => {
    const odd: Structure = { ...atom, arrays: { q: { kind: 'R', width: 1, data: new Float64Array(2) } } };
    expect(await failure(write(atom, { ...atom, species: ['Cu'] }))).toBe(
      'MISMATCH: frame 1: has the columns species, expected those of the first frame, none: all rows go ' +
        'into one table; .xyz has columns for each frame',
    );
    expect(await failure(write(odd))).toBe(
      'INVALID_ARGUMENT: frame 0: 2 values in q, expected 1 for each of 1 atoms',
    );
    expect(await failure(write({ ...atom, species: [] }))).toBe(
      'INVALID_ARGUMENT: frame 0: 0 values in species, expected 1 for each of 1 atoms',
    );
  });
});
