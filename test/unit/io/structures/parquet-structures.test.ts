import { readFileSync } from 'node:fs';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { writeParquet, writeStructuresParquet } from '../../../../ts/io/matrices/parquet-write.js';
import type { FrameOptions, ReadNote } from '../../../../ts/io/structures/frames.js';
import { parquetHolds, readParquetStructures } from '../../../../ts/io/structures/parquet-structures.js';
import { structureTable } from '../../../../ts/io/structures/structure-table.js';
import { rangesOf } from '../../../../ts/io/text/ranges.js';
import type { Structure } from '../../../../ts/node.js';
import { all, failure, read as readXyz } from '../../../support/data/reading.js';

const FILE = 'a.parquet';

function read(bytes: Uint8Array, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readParquetStructures(rangesOf(bytes), { file: FILE, ...options }));
}

async function written(structures: readonly Structure[]): Promise<Uint8Array> {
  return Buffer.concat(await all(writeStructuresParquet(structures)));
}

interface Values {
  species: string[];
  positions: number[];
  cell: number[];
  pbc: boolean[];
  energy: number;
  forces: number[] | null;
  stress: number[];
}

function beside(name: string): Buffer {
  return readFileSync(new URL(`parquet/${name}`, import.meta.url));
}

const VALUES = JSON.parse(beside('values.json').toString()) as Record<string, Values[]>;

function closeTo(found: ArrayLike<number>, expected: readonly number[]): void {
  expect(found.length).toBe(expected.length);
  expected.forEach((value, index) => expect(found[index]).toBeCloseTo(value, 12));
}

describe('structures in rows of Parquet, as pyarrow and ASE read them', () => {
  it.each(Object.keys(VALUES))('%s', async (name) => {
    expect(await parquetHolds(rangesOf(beside(name)), name)).toBe('structures');
    const structures = await read(beside(name));
    const expected = VALUES[name] ?? [];
    expect(structures).toHaveLength(expected.length);
    structures.forEach(({ positions, cell, pbc, species, arrays, info, source }, frame) => {
      const values = expected[frame] as Values;
      expect(species).toEqual(values.species);
      expect(Array.from(positions)).toEqual(values.positions);
      expect(cell).toEqual(values.cell);
      expect(pbc).toEqual(values.pbc);
      expect(info?.energy).toBe(values.energy);
      if (values.forces === null) expect(arrays?.forces).toBeUndefined();
      else expect(Array.from(arrays?.forces?.data as Float64Array)).toEqual(values.forces);
      // Of ColabFit's fourth row it was not divided by the volume.
      const isWhole = name === 'colabfit.parquet' && frame === 3;
      closeTo(info?.[isWhole ? 'cauchy_stress' : 'stress'] as number[], values.stress);
      expect(source).toEqual({ file: FILE, frame });
    });
  });

  it.each(['pages.parquet', 'pages2.parquet', 'words.parquet'])(
    'in pages of other kinds: %s',
    async (name) => {
      const structures = await read(beside(name));
      expect(structures).toHaveLength(40);
      for (const [frame, { positions, species }] of structures.entries()) {
        expect(species).toHaveLength(1 + (frame % 7));
        const expected = Array.from(
          { length: 3 + 3 * (frame % 7) },
          (_, at) => frame + Math.floor(at / 3) / 8,
        );
        expect(Array.from(positions)).toEqual(expected.map((value, at) => value + (at % 3) / 64));
      }
      const frames = { end: 31, wants: (frame: number) => frame === 30 };
      expect(await read(beside(name), { frames })).toEqual(structures.slice(30, 31));
    },
  );

  it('of which some lack a number, without these', async () => {
    const reasons: string[] = [];
    const onSkip = ({ error }: { error: Error }): void => void reasons.push(error.message);
    const structures = await read(beside('ragged.parquet'), { onSkip });
    expect(structures.map(({ source }) => source?.frame)).toEqual([0, 1, 2, 4, 5, 7, 8]);
    expect(structures.at(-1)?.arrays?.forces?.data).toEqual(structures.at(-1)?.positions);
    expect(reasons).toEqual([
      'a.parquet, frame 3, atom 0: expected three coordinates in positions, found 2',
      'a.parquet, frame 6, atom 1: expected numbers for positions, found no value',
    ]);
  });

  it('keep their other columns in info, and moments with the atoms', async () => {
    const [first] = await read(beside('colabfit.parquet'));
    expect(first?.info).toMatchObject({
      property_id: 'PO_0',
      last_modified: '2023-11-14T22:13:20.000Z',
      nsites: 1,
      names: ['a', 'b'],
    });
    expect(Object.keys(first?.info ?? {})).not.toContain('electronic_band_gap');
    const [, second] = await read(beside('lemat.parquet'));
    expect(second?.arrays?.magnetic_moments).toMatchObject({ kind: 'R', width: 1 });
    expect(second?.info).toMatchObject({ immutable_id: 'agm1', cross_compatibility: true });
  });

  it.each([
    ['colabfit.parquet', 3, 'cauchy_stress was not divided by the volume of the cell; it is kept'],
    ['lemat.parquet', 0, 'stress_tensor is taken to be in kBar, as in LeMaterial, and read as stress in'],
  ])('%s: a note says what became of the units', async (name, frame, text) => {
    const notes: ReadNote[] = [];
    await read(beside(name), { onNote: (note) => notes.push(note) });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatchObject({ file: FILE, frame, kind: 'units' });
    expect(notes[0]?.text.startsWith(text)).toBe(true);
  });

  it('are read where they are wanted only', async () => {
    const wants = (frame: number): boolean => frame >= 3;
    const structures = await read(beside('colabfit.parquet'), { frames: { end: Infinity, wants } });
    expect(structures.map(({ source }) => source?.frame)).toEqual([3, 4]);
  });
});

const FRAMES = [
  '2\nLattice="4 0 0 0 4 0 0 0 4.1" Properties=species:S:1:pos:R:3:f:R:3:id:I:1:fix:L:1:structure:S:1 ',
  'e=-1.5 n="a b" v="1 2 nan" z=-0.0 w=inf flags=[T,F] pbc="T T F"\n',
  'Cu 0.125 1.5 -2.25 1e-3 1 -0 1 T a\nZr 0.1 1.25 2.0 nan 2 3 4 F b\n',
  '3\nProperties=species:S:1:pos:R:3:f:R:3:id:I:1:fix:L:1:structure:S:1 x=T\n',
  'Cu 0.3 1.5 -2.25 1e-3 1 -0 1 T a\nZr 0.5 1.25 2.0 inf 2 3 4 F b\nO 1e-300 2 3 4 5 6 7 T c\n',
].join('');

describe('structures that this package writes as Parquet', () => {
  it('are the same when read again, to the last digit', async () => {
    const structures = await readXyz(FRAMES, FILE);
    const bytes = await written(structures);
    expect(await parquetHolds(rangesOf(bytes), FILE)).toBe('structures');
    expect(await read(bytes)).toEqual(structures);
  });

  it('are the same without species, arrays, cells and values', async () => {
    const positions = Float64Array.of(1, 2, 3);
    const structures = [0, 1].map((frame) => ({ positions, source: { file: FILE, frame } }));
    expect(await read(await written(structures))).toEqual(structures);
  });

  it('may be larger than a row group', async () => {
    const sizes = [40_000, 30_000, 5, 70_000];
    const structures = sizes.map((atoms, frame) => ({
      positions: Float64Array.from({ length: 3 * atoms }, (_, index) => index + frame / 8),
      cell: [frame + 1, 0, 0, 0, 1, 0, 0, 0, 1],
      source: { file: FILE, frame },
    }));
    const found = await read(await written(structures));
    expect(found.map(({ cell }) => cell)).toEqual(structures.map(({ cell }) => cell));
    found.forEach(({ positions }, frame) => {
      expect(
        Buffer.from(positions.buffer).equals(
          Buffer.from(structures[frame]?.positions.buffer ?? new ArrayBuffer(0)),
        ),
      ).toBe(true);
    });
  });

  it('are read of files without records of frames, with a note', async () => {
    const structures = await readXyz(FRAMES, FILE);
    const bytes = Buffer.concat(await all(writeParquet(structureTable(structures))));
    const notes: ReadNote[] = [];
    const found = await read(bytes, { onNote: (note) => notes.push(note) });
    expect(found.map(({ positions }) => positions)).toEqual(structures.map(({ positions }) => positions));
    expect(found.map(({ species }) => species)).toEqual(structures.map(({ species }) => species));
    expect(found[0]?.cell).toBeUndefined();
    expect(Object.keys(found[0]?.arrays ?? {})).toEqual(['f_0', 'f_1', 'f_2', 'id', 'fix', 'structure']);
    expect(notes.map(({ kind }) => kind)).toEqual(['cell']);
  });

  it('a matrix stays one', async () => {
    const columns = ['frame', 'x', 'y', 'z'].map((name) => ({ name, data: Float64Array.of(1, 2) }));
    const bytes = Buffer.concat(await all(writeParquet([{ rows: 2, columns }])));
    expect(await parquetHolds(rangesOf(bytes), FILE)).toBe('matrix');
  });
});

type Columns = Parameters<typeof parquetWriteBuffer>[0]['columnData'];

/** A file of rows, whose nested values are JSON text. */
function rows(columns: Record<string, readonly unknown[]>, kind?: string): Uint8Array {
  const columnData = Object.entries(columns).map(([name, data]) => ({
    name,
    data: data.map((value) => (typeof value === 'object' && value !== null ? JSON.stringify(value) : value)),
    ...(kind !== undefined && { type: kind }),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData: columnData as Columns }));
}

const GOOD = { positions: [[[0, 0, 0]], [[1, 1, 1]]], atomic_numbers: [[29], [29]] };

describe('rows of Parquet that are no structures', () => {
  it.each<[string, Record<string, readonly unknown[]>, string]>([
    [
      'two coordinates',
      { positions: [[[0, 0]]] },
      'frame 0, atom 0: expected three coordinates in positions, found 2',
    ],
    ['no atoms', { positions: [[]] }, 'frame 0: no atoms'],
    [
      'text among them',
      { positions: [[[0, 'a', 0]]] },
      'frame 0, atom 0: expected numbers for positions, found "a"',
    ],
    ['text that is no JSON', { positions: ['[0'] }, 'frame 0: the text of positions is no JSON: "[0"'],
    ['too few species', { ...GOOD, atomic_numbers: [[29], []] }, ''],
    [
      'too many species',
      { ...GOOD, atomic_numbers: [[29, 29], [29]] },
      'frame 0: 2 values in atomic_numbers, expected 1: one for each atom',
    ],
    [
      'no element',
      { ...GOOD, atomic_numbers: [[29], [200]] },
      'frame 1, atom 0: expected an atomic number in atomic_numbers, found "200"',
    ],
    [
      'a cell of four',
      { ...GOOD, cell: [[1, 2, 3, 4], [1]] },
      'frame 0: expected nine numbers for cell, found 4',
    ],
    [
      'pbc of two',
      { ...GOOD, pbc: [[true, true], [true]] },
      'frame 0: expected three logicals for pbc, found 2',
    ],
    [
      'forces of another',
      {
        ...GOOD,
        forces: [
          [
            [1, 2, 3],
            [1, 2, 3],
          ],
          [[1, 2, 3]],
        ],
      },
      'frame 0: 2 values in forces, expected 1: one for each atom',
    ],
    [
      'forces of two numbers',
      { ...GOOD, forces: [[[1, 2]], [[1, 2, 3]]] },
      'frame 0, atom 0: 2 values in forces, expected 3',
    ],
    [
      'a site of two elements',
      {
        cartesian_site_positions: [[[0, 0, 0]]],
        species_at_sites: [['M']],
        species: [[{ name: 'M', chemical_symbols: ['Cu', 'Zr'], concentration: [0.5, 0.5] }]],
      },
      'frame 0: the site M is not of one element alone',
    ],
  ])('%s', async (_, columns, message) => {
    if (message === '') expect((await read(rows(columns)))[1]?.species).toBeUndefined();
    else expect(await failure(read(rows(columns)))).toMatch(new RegExp(`^[A-Z_]+: ${FILE}, `));
    if (message !== '') expect(await failure(read(rows(columns)))).toContain(`: ${FILE}, ${message}`);
  });

  it('are left out where that is asked for', async () => {
    const skipped: (number | undefined)[] = [];
    const onSkip = ({ frame }: { frame?: number | undefined }): number => skipped.push(frame);
    const bytes = rows({ positions: [[[0, 0]], [[1, 1, 1]], 'x'], atomic_numbers: [[1], [1], [1]] });
    const structures = await read(bytes, { onSkip });
    expect(structures.map(({ source }) => source?.frame)).toEqual([1]);
    expect(skipped).toEqual([0, 2]);
  });

  it('and coordinates that are not finite', async () => {
    const bytes = Buffer.concat(
      await all(writeStructuresParquet([{ positions: Float64Array.of(1, NaN, 3) }])),
    );
    expect(await failure(read(bytes))).toBe(
      `INVALID_STRUCTURE: ${FILE}, frame 0, atom 0: y must be finite, found NaN`,
    );
  });

  it('and files that are cut, or something else', async () => {
    const bytes = await written(await readXyz(FRAMES));
    expect(await failure(read(bytes.slice(0, -3)))).toMatch(
      /^INVALID_FILE: a.parquet: damaged or unreadable/,
    );
    expect(await failure(read(bytes.slice(0, 2)))).toMatch(/not a Parquet file/);
    expect(await failure(read(new Uint8Array(0)))).toBe(`EMPTY: ${FILE}: the file is empty`);
  });
});
