import { describe, expect, it } from 'vitest';
import type { ReadNote } from '../../../../ts/io/structures/frames.js';
import { looksLikeLammpsDump, readLammpsDump } from '../../../../ts/io/structures/lammps-dump.js';
import { dump, readDump, readDumpFrame, ROWS } from '../../../support/data/dumps.js';
import { all, bytesOf, inPieces, rowReader } from '../../../support/data/reading.js';

/** Coordinates of {@link ROWS}. */
const POSITIONS = [0.5, 0.5, 0.5, 1.5, 1.5, 1.5];

describe('frames', () => {
  it('reads a frame', async () => {
    expect(await readDumpFrame(dump({ timestep: 100 }))).toEqual({
      positions: Float64Array.from(POSITIONS),
      cell: [4, 0, 0, 0, 5, 0, 0, 0, 6],
      pbc: [true, true, true],
      species: ['1', '2'],
      arrays: {
        id: { kind: 'I', width: 1, data: Int32Array.of(1, 2) },
        type: { kind: 'I', width: 1, data: Int32Array.of(1, 2) },
      },
      info: { timestep: 100 },
      source: { file: 'a.dump', frame: 0 },
    });
  });

  it('keeps frames in the order of the file', async () => {
    const frames = await readDump([300, 100, 100, 200].map((timestep) => dump({ timestep })).join(''));
    expect(frames.map(({ info, source }) => [info?.timestep, source?.frame])).toEqual([
      [300, 0],
      [100, 1],
      [100, 2],
      [200, 3],
    ]);
  });

  it('reads time and units; units stand before the first frame only', async () => {
    const text = `ITEM: UNITS\nmetal\nITEM: TIME\n0.5\n${dump()}ITEM: TIME\n1.5\n${dump({ timestep: 1 })}`;
    expect((await readDump(text)).map(({ info }) => info)).toEqual([
      { timestep: 0, time: 0.5, units: 'metal' },
      { timestep: 1, time: 1.5, units: 'metal' },
    ]);
  });

  it.each([
    ['electron', 'Bohr'],
    ['lj', 'σ'],
    ['nano', 'nm'],
  ])('says once that lengths of units %s are in %s', async (style, length) => {
    const notes: ReadNote[] = [];
    const text = `ITEM: UNITS\n${style}\n${dump()}${dump({ timestep: 1 })}`;
    const [first] = await all(
      readLammpsDump(bytesOf(text), { file: 'a.dump', rowReader, onNote: (note) => notes.push(note) }),
    );
    expect(Array.from(first?.positions ?? [])).toEqual(POSITIONS);
    expect(notes.map(({ kind, frame, text: said }) => [kind, frame, said])).toEqual([
      [
        'units',
        0,
        `lengths are in ${length} (units ${style}) and taken as they are: so are cutoff and bandwidth`,
      ],
    ]);
  });

  it.each(['metal', 'real'])('says nothing of units %s, whose lengths are in Å', async (style) => {
    const notes: ReadNote[] = [];
    const source = bytesOf(`ITEM: UNITS\n${style}\n${dump()}`);
    await all(readLammpsDump(source, { file: 'a.dump', rowReader, onNote: (note) => notes.push(note) }));
    expect(notes).toEqual([]);
  });

  it('reads frames whose columns and numbers of atoms differ', async () => {
    const other = dump({ columns: 'element z y x', rows: ['Cu 3 2 1'] });
    const frames = await readDump(dump() + other + dump());
    expect(frames.map(({ species }) => species)).toEqual([['1', '2'], ['Cu'], ['1', '2']]);
    expect(Array.from(frames[1]?.positions ?? [])).toEqual([1, 2, 3]);
  });

  it('passes over frames that are not wanted, whatever their columns hold', async () => {
    const bad = dump({ timestep: 1, columns: 'nothing', rows: ['x', 'y'] });
    const frames = { end: 3, wants: (frame: number) => frame === 2 };
    const source = bytesOf(dump() + bad + dump({ timestep: 2 }) + 'ITEM: garbage');
    const found = await all(readLammpsDump(source, { file: 'a.dump', rowReader, frames }));
    expect(found.map(({ info, source: { frame } = { frame: -1 } }) => [info?.timestep, frame])).toEqual([
      [2, 2],
    ]);
  });

  const plain = dump() + dump({ timestep: 1 });
  it.each([
    ['CRLF', plain.replaceAll('\n', '\r\n')],
    ['a byte order mark', `\ufeff${plain}`],
    ['tabs', plain.replace(/ (?=[\d.]+\b)/g, '\t')],
    ['many blanks', plain.replaceAll(' ', '   ')],
    ['blanks at the ends of lines', plain.replaceAll('\n', '  \t\n')],
    ['no final line end', plain.trimEnd()],
    [
      'blank lines between frames and at the ends',
      `\n${plain.replaceAll('ITEM: TIMESTEP', '\n \nITEM: TIMESTEP')}\n\n`,
    ],
    ['signs and exponents', plain.replaceAll('1.5', '+0.15E+01')],
    ['exponents of Fortran', plain.replaceAll('1.5', '0.15D+01').replaceAll('0 4\n', '0.0d0 0.4d+1\n')],
  ])('reads a file with %s', async (_, text) => {
    expect(await readDump(text)).toEqual(await readDump(plain));
  });

  it.each([1, 2, 3, 7, 64])('reads pieces of %d bytes', async (size) => {
    const pieces = inPieces(bytesOf(plain), size);
    expect(await all(readLammpsDump(pieces, { file: 'a.dump', rowReader }))).toEqual(await readDump(plain));
  });

  it('reads a line of 1 MB', async () => {
    const { positions } = await readDumpFrame(dump({ rows: [`1 1${' '.repeat(1e6)}0 0 0`] }));
    expect(Array.from(positions)).toEqual([0, 0, 0]);
  });

  it.each([
    ['ITEM: TIMESTEP\n', true],
    ['ITEM: UNITS\nmetal\n', true],
    ['\ufeff\n ITEM: TIMESTEP\r\n', true],
    ['2\nITEM: TIMESTEP\n', false],
    ['', false],
  ])('tells dumps by their beginning: %j', (head, expected) => {
    expect(looksLikeLammpsDump(head)).toBe(expected);
  });
});

describe('atoms', () => {
  it('sorts them by id, with all that belongs to them', async () => {
    const columns = 'z name id c_pe type y x';
    const rows = ['3 c 30 0.3 1 3 3', '1 a 10 0.1 2 1 1', '2 b 20 0.2 3 2 2'];
    const { positions, species, arrays } = await readDumpFrame(dump({ columns, rows }));
    expect(Array.from(positions)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(species).toEqual(['2', '3', '1']);
    expect(arrays).toEqual({
      name: { kind: 'S', width: 1, data: ['a', 'b', 'c'] },
      id: { kind: 'I', width: 1, data: Int32Array.of(10, 20, 30) },
      c_pe: { kind: 'R', width: 1, data: Float64Array.of(0.1, 0.2, 0.3) },
      type: { kind: 'I', width: 1, data: Int32Array.of(2, 3, 1) },
    });
  });

  it('sorts ids beyond 32 bits and far apart', async () => {
    const rows = ['9000000000000000 1 3 3 3', '5 2 1 1 1', '4294967301 3 2 2 2'];
    const { positions, arrays, species } = await readDumpFrame(dump({ rows }));
    expect(Array.from(positions)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3]);
    expect(arrays?.id?.data).toEqual(Float64Array.from([5, 4294967301, 9000000000000000]));
    expect(species).toEqual(['2', '3', '1']);
  });

  it.each([0, 60, 99])('keeps ids where one among many is beyond 32 bits: row %i', async (row) => {
    const ids = Array.from({ length: 100 }, (_, at) => (at < row ? at : 4294967301 + at));
    const { arrays } = await readDumpFrame(dump({ rows: ids.map((id) => `${id} 1 0 0 0`) }));
    expect(arrays?.id?.data).toEqual(Float64Array.from(ids));
    expect(arrays?.type?.data).toEqual(new Int32Array(100).fill(1));
  });

  it('leaves atoms without ids, or with ids of 0, in their order', async () => {
    const zeros = await readDumpFrame(dump({ rows: ['0 2 2 2 2', '0 1 1 1 1'] }));
    expect(zeros.species).toEqual(['2', '1']);
    const none = await readDumpFrame(dump({ columns: 'type x y z', rows: ['2 2 2 2', '1 1 1 1'] }));
    expect(none.species).toEqual(['2', '1']);
  });

  it.each([
    ['element', 'id type element x y z', ['1 1 Cu 0 0 0', '2 2 Zr 1 1 1'], ['Cu', 'Zr']],
    ['element before typelabel', 'typelabel element x y z', ['Cu1 Cu 0 0 0', 'Zr1 Zr 1 1 1'], ['Cu', 'Zr']],
    ['typelabel', 'id typelabel x y z', ['1 c3 0 0 0', '2 oh 1 1 1'], ['c3', 'oh']],
    ['type as label', 'id type x y z', ['1 Cu 0 0 0', '2 Zr 1 1 1'], ['Cu', 'Zr']],
    ['type as number', 'id type x y z', ROWS, ['1', '2']],
    ['nothing', 'id x y z', ['1 0 0 0', '2 1 1 1'], undefined],
  ])('takes species from %s', async (_, columns, rows, expected) => {
    expect((await readDumpFrame(dump({ columns, rows }))).species).toEqual(expected);
  });

  it('keeps columns under their names: numbers, whole numbers, text', async () => {
    const columns = 'id x y z mol ix iy iz q vx c_s[1] f_a v_b i_n i2_m[2] d_r proc tag';
    const rows = ['1 0 0 0 7 -1 0 2 -0.8 nan 1e-300 3 4 5 6 7 0 a'];
    const { arrays = {} } = await readDumpFrame(dump({ columns, rows }));
    const kinds = Object.entries(arrays).map(
      ([name, { kind, data }]) => `${name} ${kind} ${String(data[0])}`,
    );
    expect(kinds).toEqual([
      ...['id I 1', 'mol I 7', 'ix I -1', 'iy I 0', 'iz I 2', 'q R -0.8', 'vx R NaN', 'c_s[1] R 1e-300'],
      ...['f_a R 3', 'v_b R 4', 'i_n I 5', 'i2_m[2] I 6', 'd_r R 7', 'proc I 0', 'tag S a'],
    ]);
  });

  it('keeps both of two columns of the same name', async () => {
    const { arrays } = await readDumpFrame(dump({ columns: 'q x y z q', rows: ['1 0 0 0 2'] }));
    expect(Object.keys(arrays ?? {})).toEqual(['q', 'q_2']);
    expect([arrays?.q?.data[0], arrays?.q_2?.data[0]]).toEqual([1, 2]);
  });
});

describe('coordinates', () => {
  /** Box of 4 × 5 × 6 Å that begins at 1 2 3. */
  const box = 'pp pp pp\n1 5\n2 7\n3 9';

  it.each([
    ['x y z', '1.5 2.5 3.5'],
    ['z x y', '3.5 1.5 2.5'],
    ['x id y type z', '1.5 1 2.5 1 3.5'],
    ['xs ys zs', '0.125 0.1 0.08333333333333333'],
    ['zs ys xs', '0.08333333333333333 0.1 0.125'],
    ['xu yu zu', '1.5 2.5 3.5'],
    ['xsu ysu zsu', '0.125 0.1 0.08333333333333333'],
    ['xs ys zs x y z', '9 9 9 1.5 2.5 3.5'],
    ['xu yu zu xs ys zs', '9 9 9 0.125 0.1 0.08333333333333333'],
    ['xsu ysu zsu xu yu zu', '9 9 9 1.5 2.5 3.5'],
    ['x y xu yu zu', '9 9 1.5 2.5 3.5'],
  ])('reads %s', async (columns, row) => {
    const { positions, info } = await readDumpFrame(dump({ columns, box, rows: [row] }));
    [1.5, 2.5, 3.5].forEach((value, axis) => expect(positions[axis]).toBeCloseTo(value, 12));
    expect(info?.Origin).toEqual([1, 2, 3]);
  });

  it('leaves atoms outside the cell where they are', async () => {
    const unwrapped = await readDumpFrame(dump({ columns: 'xu yu zu', box, rows: ['-7 30 3'] }));
    expect(Array.from(unwrapped.positions)).toEqual([-7, 30, 3]);
    const scaled = await readDumpFrame(dump({ columns: 'xsu ysu zsu', box, rows: ['-2 3 1'] }));
    expect(Array.from(scaled.positions)).toEqual([-7, 17, 9]);
  });

  it('keeps coordinates of less preference as columns', async () => {
    const { arrays } = await readDumpFrame(dump({ columns: 'x y z xs ys zs', rows: ['1 2 3 4 5 6'] }));
    expect(Object.keys(arrays ?? {})).toEqual(['xs', 'ys', 'zs']);
  });

  it('scales by the vectors of a triclinic box', async () => {
    const tilted = 'xy xz yz pp pp pp\n0 7 1\n0 8 2\n0 6 3';
    const { cell, positions } = await readDumpFrame(
      dump({ columns: 'xs ys zs', box: tilted, rows: ['0.5 0.5 0.5'] }),
    );
    // Bounds less the reach of the tilt: 7 − max(0, 1, 2, 3), 8 − 3.
    expect(cell).toEqual([4, 0, 0, 1, 5, 0, 2, 3, 6]);
    expect(Array.from(positions)).toEqual([3.5, 4, 3]);
  });
});

describe('boxes', () => {
  it.each([
    ['pp pp pp', [true, true, true]],
    ['pp ff pp', [true, false, true]],
    ['ss mm fs', [false, false, false]],
    ['p f s', [true, false, false]],
    ['ff pp sm', [false, true, false]],
    ['', [true, true, true]],
  ])('flags %j', async (flags, expected) => {
    const { pbc, cell } = await readDumpFrame(dump({ box: `${flags}\n0 4\n0 5\n0 6` }));
    expect(pbc).toEqual(expected);
    expect(cell).toEqual([4, 0, 0, 0, 5, 0, 0, 0, 6]);
  });

  it.each([
    ['with tilts', 'xy xz yz pp pp ff\n0 7 1\n0 8 2\n0 6 3', [4, 0, 0, 1, 5, 0, 2, 3, 6], undefined],
    [
      'with tilts in another order',
      'yz xz xy pp pp ff\n0 7 3\n0 8 2\n0 6 1',
      [4, 0, 0, 1, 5, 0, 2, 3, 6],
      undefined,
    ],
    ['with tilts without labels', 'pp pp ff\n0 7 1\n0 8 2\n0 6 3', [4, 0, 0, 1, 5, 0, 2, 3, 6], undefined],
    [
      'with tilts below 0',
      'xy xz yz pp pp ff\n-3 5 -1\n-3 7 -2\n1 7 -3',
      [5, 0, 0, -1, 7, 0, -2, -3, 6],
      [0, 0, 1],
    ],
    [
      'with tilts of both signs',
      'xy xz yz pp pp ff\n-1 6 -1\n2 7 2\n0 6 0',
      [4, 0, 0, -1, 5, 0, 2, 0, 6],
      [0, 2, 0],
    ],
    [
      'with vectors',
      'abc origin pp pp ff\n0 4 0 1\n5 0 0 2\n1 2 6 3',
      [0, 4, 0, 5, 0, 0, 1, 2, 6],
      [1, 2, 3],
    ],
    ['from -0.5', 'pp pp ff\n-0.5 3.5\n0 5\n0 6', [4, 0, 0, 0, 5, 0, 0, 0, 6], [-0.5, 0, 0]],
  ])('%s', async (_, box, expected, origin) => {
    const { cell, info, pbc } = await readDumpFrame(dump({ box }));
    expect(cell).toEqual(expected);
    expect(info?.Origin).toEqual(origin);
    expect(pbc).toEqual([true, true, false]);
  });
});
