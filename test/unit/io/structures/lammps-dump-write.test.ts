import { describe, expect, it } from 'vitest';
import { writeLammpsDump } from '../../../../ts/io/structures/lammps-dump-write.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { random } from '../../../support/data/random.js';
import { dump, readDump } from '../../../support/data/dumps.js';
import { all, failure } from '../../../support/data/reading.js';

const CELL = [4, 0, 0, 0, 5, 0, 0, 0, 6];

/** Two atoms in a box of 4 × 5 × 6 Å. */
const PAIR: Structure = { positions: Float64Array.of(0.5, 0.5, 0.5, 1.5, 1.5, 1.5), cell: CELL };

async function write(structures: readonly Structure[]): Promise<string> {
  return (await all(writeLammpsDump(structures))).join('');
}

/** What a structure is after it has been written and read. */
async function again(structure: Structure): Promise<Structure> {
  const [read] = await readDump(await write([structure]));
  if (read === undefined) throw new Error('no structure');
  return read;
}

describe('text', () => {
  it('is that of LAMMPS', async () => {
    const structure: Structure = {
      ...PAIR,
      species: ['Cu', 'Zr'],
      pbc: [true, false, true],
      arrays: {
        forces: { kind: 'R', width: 3, data: Float64Array.of(1, 2, 3, 4, 5, 6) },
        dH: { kind: 'R', width: 1, data: Float64Array.of(-0.25, NaN) },
        bulk: { kind: 'L', width: 1, data: Uint8Array.of(1, 0) },
        s: { kind: 'R', width: 2, data: Float64Array.of(1, 2, 3, 4) },
      },
      info: { timestep: 500, time: 0.5, units: 'metal', energy: -3 },
    };
    expect(await write([structure])).toBe(
      [
        'ITEM: UNITS\nmetal\nITEM: TIME\n0.5\nITEM: TIMESTEP\n500\nITEM: NUMBER OF ATOMS\n2',
        'ITEM: BOX BOUNDS pp ff pp\n0 4\n0 5\n0 6',
        'ITEM: ATOMS id type element x y z fx fy fz dH bulk s[1] s[2]',
        '1 1 Cu 0.5 0.5 0.5 1 2 3 -0.25 1 1 2',
        '2 2 Zr 1.5 1.5 1.5 4 5 6 nan 0 3 4\n',
      ].join('\n'),
    );
  });

  it('numbers species as they first occur in the file', async () => {
    const text = await write([
      { ...PAIR, species: ['Zr', 'Cu'] },
      { ...PAIR, species: ['Cu', 'O'] },
    ]);
    expect(text.match(/^\d \d [A-Z].*/gm)?.map((row) => row.slice(0, 6).trim())).toEqual([
      ...['1 1 Zr', '2 2 Cu', '1 2 Cu', '2 3 O'],
    ]);
  });

  it('leaves out elements that would repeat the type, and types where there is no species', async () => {
    const columns = async (structure: Structure): Promise<string | undefined> =>
      /ATOMS (.*)/.exec(await write([structure]))?.[1];
    expect(await write([{ ...PAIR, species: ['2', '1'] }])).toContain('ATOMS id type x y z\n1 2 0.5');
    expect(await columns(PAIR)).toBe('id x y z');
  });

  it('takes the index of the frame where there is no whole timestep', async () => {
    const steps = [undefined, 7, 0.5, -1, '8'].map((timestep) => ({
      ...PAIR,
      info: timestep === undefined ? {} : { timestep },
    }));
    expect((await write(steps)).match(/(?<=TIMESTEP\n).*/g)).toEqual(['0', '7', '2', '3', '4']);
  });

  it('says units where they change', async () => {
    const text = await write(
      ['metal', 'metal', 'real', 'a b'].map((units) => ({ ...PAIR, info: { units } })),
    );
    expect(text.match(/(?<=UNITS\n).*/g)).toEqual(['metal', 'real']);
  });

  it('is written in pieces', async () => {
    const atoms = 10_000;
    const positions = new Float64Array(3 * atoms).fill(1 / 3);
    const pieces = await all(writeLammpsDump([{ positions, cell: CELL }]));
    expect(pieces.length).toBeGreaterThan(5);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(70_000);
  });
});

describe('written and read again', () => {
  it.each([
    ['an orthogonal box', dump()],
    ['flags', dump({ box: 'pp ff ss\n0 4\n0 5\n0 6' }).replace('ss', 'ff')],
    ['an origin', dump({ box: 'pp pp pp\n-1 3\n2 7\n0.5 6.5' })],
    ['tilts', dump({ box: 'xy xz yz pp pp pp\n-3 5 -1\n-3 7 -2\n1 7 -3' })],
    ['vectors', dump({ box: 'abc origin pp pp pp\n0 4 0 1\n5 0 0 2\n1 2 6 3' })],
    ['a left-handed cell', dump({ box: 'abc origin pp pp pp\n4 0 0 0\n0 5 0 0\n0 0 -6 0' })],
    ['elements', dump({ columns: 'id type element x y z', rows: ['1 2 Cu 0 0 0', '2 1 Zr 1 1 1'] })],
    ['labels', dump({ columns: 'id type typelabel x y z', rows: ['1 2 c3 0 0 0', '2 1 oh 1 1 1'] })],
    ['ids that are not 1, 2, …', dump({ rows: ['7 1 0 0 0', '3 1 1 1 1'] })],
    [
      'other columns',
      dump({ columns: 'id type x y z mol ix tag c_a[1] q', rows: ['1 1 0 0 0 5 -1 a nan -0.8'] }),
    ],
    ['scaled coordinates', dump({ columns: 'id type xs ys zs', rows: ['1 1 0.1 0.2 0.7'] })],
    ['time, units', `ITEM: UNITS\nreal\nITEM: TIME\n0.1\n${dump({ timestep: 5 })}ITEM: TIME\n0.2\n${dump()}`],
  ])('%s', async (_, text) => {
    const frames = await readDump(text);
    expect(await readDump(await write(frames))).toStrictEqual(frames);
  });

  it('keeps every bit of coordinates and columns, cells to the last digit', async () => {
    const next = random(7);
    for (let round = 0; round < 200; round++) {
      const number = (): number => (next() - 0.5) * 10 ** Math.floor(20 * next() - 10);
      const length = (): number => 1 + 9 * next();
      const tilt = (): number => (round % 3 === 0 ? 0 : next() - 0.5);
      const above = (): number => (round % 5 === 0 ? next() - 0.5 : 0);
      const structure: Structure = {
        positions: Float64Array.from({ length: 6 }, number),
        cell: [length(), above(), above(), tilt(), length(), above(), tilt(), tilt(), length()],
        pbc: [next() < 0.5, next() < 0.5, next() < 0.5],
        arrays: { dH: { kind: 'R', width: 1, data: Float64Array.from({ length: 2 }, number) } },
        info: round % 2 === 0 ? {} : { Origin: [number(), length(), -length()] },
      };
      const { positions, pbc, arrays, cell = [], info } = await again(structure);
      expect({ positions, pbc, dH: arrays?.dH }).toEqual({
        positions: structure.positions,
        pbc: structure.pbc,
        dH: structure.arrays?.dH,
      });
      const scale = Math.max(10, ...((structure.info?.Origin as number[] | undefined) ?? []).map(Math.abs));
      for (let at = 0; at < 9; at++) {
        expect(Math.abs((cell[at] as number) - (structure.cell?.[at] as number))).toBeLessThan(1e-15 * scale);
      }
      const origin = (info?.Origin ?? [0, 0, 0]) as number[];
      const expected = (structure.info?.Origin ?? [0, 0, 0]) as number[];
      origin.forEach((value, axis) => {
        expect(Math.abs(value - (expected[axis] as number))).toBeLessThan(1e-15 * scale);
      });
    }
  });

  it('keeps the bits of cells that begin at 0 without tilt, and of vectors', async () => {
    for (const cell of [
      [0.1 + 0.2, 0, 0, 0, 1 / 3, 0, 0, 0, 1e-7],
      [0.1, 0.2, 0.3, 1 / 3, 2 / 3, 1 / 7, 0, 0, 1 / 9],
    ]) {
      expect((await again({ ...PAIR, cell })).cell).toEqual(cell);
    }
  });

  it('puts a box around atoms without a cell, which is not periodic', async () => {
    const { cell, pbc, info, positions } = await again({ positions: Float64Array.of(0, 0, 0, 1, 2, 0) });
    expect({ cell, pbc, origin: info?.Origin }).toEqual({
      cell: [2, 0, 0, 0, 3, 0, 0, 0, 1],
      pbc: [false, false, false],
      origin: [-0.5, -0.5, -0.5],
    });
    expect(Array.from(positions)).toEqual([0, 0, 0, 1, 2, 0]);
  });
});

describe('refused', () => {
  const whole = (...data: number[]) => ({ kind: 'I', width: 1, data: Int32Array.from(data) }) as const;
  const text = (...data: string[]) => ({ kind: 'S', width: 1, data }) as const;

  it.each<[string, Partial<Structure>, string]>([
    ['no atoms', { positions: new Float64Array() }, 'no atoms'],
    ['a part of an atom', { positions: new Float64Array(4) }, 'positions are not three numbers per atom'],
    ['a cell of six numbers', { cell: [1, 2, 3, 4, 5, 6] }, '6 numbers in the cell, expected nine'],
    ['too few species', { species: ['Cu'] }, '1 species, expected one for each of 2 atoms'],
    ['too few values', { arrays: { q: whole(1) } }, '1 values in q, expected 1 for each of 2 atoms'],
    ['two atoms with one id', { arrays: { id: whole(3, 3) } }, 'atoms 0 and 1 have the same id, 3'],
    ['ids in words', { arrays: { id: text('a', 'b') } }, 'the column id must be one whole number per atom'],
    [
      'types that are fractions',
      { arrays: { type: { kind: 'R', width: 1, data: Float64Array.of(1, 1.5) } } },
      'the column type must be one whole number per atom',
    ],
    ['a name with a blank', { arrays: { 'a b': whole(1, 2) } }, 'a column cannot be named "a b"'],
    ['a name that is taken', { arrays: { x: whole(1, 2) } }, 'two columns are named x'],
    [
      'a species with a blank',
      { species: ['Cu 1', 'Zr'] },
      '"Cu 1" cannot be written as a field of element: it is empty or holds blanks',
    ],
    [
      'an empty text',
      { arrays: { tag: text('a', '') } },
      '"" cannot be written as a field of tag: it is empty or holds blanks',
    ],
  ])('%s', async (_, part, message) => {
    const found = await failure(write([PAIR, { ...PAIR, ...part }]));
    expect(found).toBe(`INVALID_ARGUMENT: frame 1: ${message}`);
  });

  it.each<[string, Partial<Structure>, string]>([
    [
      'coordinates that are not finite',
      { positions: Float64Array.of(0, 0, 0, 0, NaN, 0) },
      'frame 0, atom 1: the coordinates are not finite',
    ],
    ['a cell that is not finite', { cell: [Infinity, ...CELL.slice(1)] }, 'frame 0: the cell is not finite'],
  ])('%s', async (_, part, message) => {
    expect(await failure(write([{ ...PAIR, ...part }]))).toBe(`INVALID_STRUCTURE: ${message}`);
  });
});
