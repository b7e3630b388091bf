import { describe, expect, it } from 'vitest';
import { writeMatrixJson, writeStructuresJson } from '../../../../ts/io/matrices/json-write.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all } from '../../../support/data/reading.js';

describe('writeStructuresJson', () => {
  const parsed = async (...structures: Structure[]): Promise<unknown> =>
    JSON.parse((await all(writeStructuresJson(structures))).join(''));

  it('writes all that a structure holds', async () => {
    const structure: Structure = {
      positions: Float64Array.of(0, 0.1, 1 / 3, 1e-7, 5, 6),
      cell: [4, 0, 0, 0, 5, 0, 1, 0, 6],
      pbc: [true, true, false],
      species: ['Cu', 'O"'],
      arrays: {
        forces: { kind: 'R', width: 3, data: Float64Array.of(1, 2, NaN, 4, Infinity, 6) },
        fixed: { kind: 'L', width: 1, data: Uint8Array.of(1, 0) },
      },
      info: { energy: -1.5, stress: [1, NaN], name: 'a\nb', ok: true, tags: ['x', 'y'] },
      source: { file: 'a.xyz', frame: 2 },
    };
    expect(await parsed(structure, { positions: Float64Array.of(1, 2, 3) })).toEqual([
      {
        positions: [
          [0, 0.1, 1 / 3],
          [1e-7, 5, 6],
        ],
        cell: [
          [4, 0, 0],
          [0, 5, 0],
          [1, 0, 6],
        ],
        pbc: [true, true, false],
        species: ['Cu', 'O"'],
        arrays: {
          forces: [
            [1, 2, null],
            [4, null, 6],
          ],
          fixed: [true, false],
        },
        info: { energy: -1.5, stress: [1, null], name: 'a\nb', ok: true, tags: ['x', 'y'] },
        source: { file: 'a.xyz', frame: 2 },
      },
      {
        positions: [[1, 2, 3]],
        cell: null,
        pbc: [false, false, false],
        species: null,
        arrays: {},
        info: {},
        source: null,
      },
    ]);
  });

  it('writes an empty array of no structures', async () => {
    expect(await parsed()).toEqual([]);
  });

  it('hands out long frames in pieces', async () => {
    const positions = Float64Array.from({ length: 60_000 }, (_, index) => Math.sin(index));
    const pieces = await all(writeStructuresJson([{ positions }]));
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
    const [found] = JSON.parse(pieces.join('')) as [{ positions: number[][] }];
    expect(found.positions.flat()).toEqual(Array.from(positions));
  });
});

describe('writeMatrixJson', () => {
  const data = Float64Array.of(1, 2, NaN, 4);
  it('writes what is known, and null for what is not', () => {
    const known = { k: 2, cutoff: 5, species: ['Cu'], frameOffsets: [0, 2], sources: [undefined] };
    const unknown = { k: null, cutoff: null, species: null, frame_offsets: null, sources: null };
    const rows = [
      [1, 2],
      [null, 4],
    ];
    const parsed = (text: Iterable<string>): unknown => JSON.parse([...text].join(''));
    expect(parsed(writeMatrixJson({ data, shape: [2, 2] }))).toEqual({ shape: [2, 2], ...unknown, rows });
    expect(parsed(writeMatrixJson({ data, shape: [2, 2], ...known }))).toEqual({
      shape: [2, 2],
      k: 2,
      cutoff: 5,
      species: ['Cu'],
      frame_offsets: [0, 2],
      sources: [null],
      rows,
    });
  });
});
