import { describe, expect, it } from 'vitest';
import type { ReadNote } from '../../../../ts/io/structures/frames.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import { all, bytesOf, inPieces, read, readOne, rowReader } from '../../../support/data/reading.js';

const CUBE = 'Lattice="4 0 0 0 4 0 0 0 4"';

/**
 * Frames with what a reader meets: columns of every kind, plain xyz, CRLF, tabs, blank lines, no
 * final newline.
 */
const VARIED = [
  '\ufeff2\r\n',
  `${CUBE} Properties=species:S:1:pos:R:3:forces:R:3:fixed:L:1:id:I:1 energy=-1.5 name="a \\"b\\" é" ` +
    'pbc="T T F"\r\n',
  'Cu 0.1 0.2 0.3 -1e-3 2.5D+01 nan T 7\r\n',
  'Zr\t1.12345678901234567 1 -2. .5 0 inf F 4294967297 \r\n',
  '\n',
  ' 1 \nplain é comment\nC 0.0 0.0 0.0\n',
  '1\n\nCu 1 2 3 0.25 8\n\n',
  '2\nProperties=pos:R:3:Z:I:1:label:S:1\n0 0 0 6 long-label-of-an-atom\n1 1 1 8 x',
].join('');

describe('readExtxyz', () => {
  it('reads columns of every kind, in any order, under their names', async () => {
    const { positions, species, arrays } = await readOne(
      '2\nProperties=id:I:1:vel:R:2:species:S:1:pos:R:3:fixed:L:2:tag:S:1\n' +
        '7 0.5 -1.5 Cu 1 2 3 T F left\n9 1e3 2 O 4 5 6 F T right\n',
    );
    expect(positions).toEqual(Float64Array.of(1, 2, 3, 4, 5, 6));
    expect(species).toEqual(['Cu', 'O']);
    expect(arrays).toEqual({
      id: { kind: 'I', width: 1, data: Int32Array.of(7, 9) },
      vel: { kind: 'R', width: 2, data: Float64Array.of(0.5, -1.5, 1000, 2) },
      fixed: { kind: 'L', width: 2, data: Uint8Array.of(1, 0, 0, 1) },
      tag: { kind: 'S', width: 1, data: ['left', 'right'] },
    });
  });

  it('keeps every key of the comment line', async () => {
    const { info, cell, pbc } = await readOne(
      `1\n${CUBE} Properties=species:S:1:pos:R:3 energy=-4.5 stress="1 2 3 4 5 6" virial={1 2 3 4 5 6 ` +
        '7 8 9} ' +
        'config_type=liquid converged have_forces=T note="two words" Origin="-1 -2 -3"\nCu 0 0 0\n',
    );
    expect(info).toEqual({
      energy: -4.5,
      stress: [1, 2, 3, 4, 5, 6],
      virial: [1, 2, 3, 4, 5, 6, 7, 8, 9],
      config_type: 'liquid',
      converged: true,
      have_forces: true,
      note: 'two words',
      Origin: [-1, -2, -3],
    });
    expect(cell).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
    expect(pbc).toEqual([true, true, true]);
  });

  it('knows file and frame of every structure, and lets frames differ in everything', async () => {
    const frames = await read(VARIED, 'varied.xyz');
    expect(frames.map(({ source }) => source)).toEqual(
      [0, 1, 2, 3].map((frame) => ({ file: 'varied.xyz', frame })),
    );
    const [first, second, third, fourth] = frames;
    expect(first).toEqual({
      positions: Float64Array.of(0.1, 0.2, 0.3, 1.1234567890123457, 1, -2),
      cell: [4, 0, 0, 0, 4, 0, 0, 0, 4],
      pbc: [true, true, false],
      species: ['Cu', 'Zr'],
      arrays: {
        forces: { kind: 'R', width: 3, data: Float64Array.of(-0.001, 25, NaN, 0.5, 0, Infinity) },
        fixed: { kind: 'L', width: 1, data: Uint8Array.of(1, 0) },
        id: { kind: 'I', width: 1, data: Float64Array.of(7, 4294967297) },
      },
      info: { energy: -1.5, name: 'a "b" é' },
      source: { file: 'varied.xyz', frame: 0 },
    });
    expect(second?.info).toEqual({ comment: 'plain é comment' });
    expect(second?.pbc).toEqual([false, false, false]);
    expect(third?.info).toEqual({});
    expect(third?.arrays).toEqual({ extra: { kind: 'R', width: 2, data: Float64Array.of(0.25, 8) } });
    expect(fourth?.species).toEqual(['C', 'O']);
    expect(fourth?.arrays?.label?.data).toEqual(['long-label-of-an-atom', 'x']);
  });

  it('reads the same however the bytes are cut', async () => {
    const bytes = bytesOf(VARIED);
    const expected = await read(bytes);
    for (let cut = 1; cut < bytes.length; cut++) {
      const pieces = [bytes.slice(0, cut), bytes.slice(cut)];
      expect(await all(readExtxyz(pieces, { file: 'a.xyz', rowReader }))).toEqual(expected);
    }
    for (let size = 1; size < 40; size++) {
      expect(await all(readExtxyz(inPieces(bytes, size), { file: 'a.xyz', rowReader }))).toEqual(expected);
    }
  });

  it.each([
    ['pbc="T T F"', [true, true, false]],
    ['pbc="1 1 0"', [true, true, false]],
    ['pbc="true True TRUE"', [true, true, true]],
    ['pbc="F f false"', [false, false, false]],
    ['pbc=T', [true, true, true]],
    ['pbc=false', [false, false, false]],
    ['pbc=0', [false, false, false]],
    ['pbc=[T,T,F]', [true, true, false]],
    ['pbc=[T, F, T]', [true, false, true]],
    ['pbc={F T T}', [false, true, true]],
    ["pbc='T T F'", [true, true, false]],
    ['pbc=T,T,F', [true, true, false]],
    ['pbc=TTF', [true, true, false]],
    ['pbc = "T T F"', [true, true, false]],
    ['PBC="T T F"', [true, true, false]],
    ['Pbc="F F F"', [false, false, false]],
    ['PBC="F F F" pbc="T T F"', [true, true, false]],
    ['pbc="T T F" pbc="T T F"', [true, true, false]],
    ['', [true, true, true]],
  ])('obeys %s', async (spelling, expected) => {
    const { pbc, info } = await readOne(`1\n${CUBE} ${spelling}\nCu 0 0 0\n`);
    expect(pbc).toEqual(expected);
    expect(info?.pbc).toBeUndefined();
  });

  it.each([
    ['Lattice="4 0 0 0 4 0 0 0 4"'],
    ['lattice="4 0 0 0 4 0 0 0 4"'],
    ['LATTICE={4.0 0 0, 0 4 0, 0 0 4}'],
    ["Lattice='4 0 0  0 4 0  0 0 4'"],
    ['Lattice=[4, 0, 0, 0, 4, 0, 0, 0, 4]'],
    ['Lattice="4.D0 0 0 0 4E+00 0 0 0 +4."'],
    ['Lattice=4,0,0,0,4,0,0,0,4'],
    ['lattice=fcc Lattice="4 0 0 0 4 0 0 0 4"'],
    ['Lattice=[[4,0,0],[0,4,0],[0,0,4]]'],
    ['label= Lattice = [ [4, 0, 0], [0, 4, 0] ,[0, 0, 4] ]'],
    ['Lattice={{4 0 0} {0 4 0} {0 0 4}}'],
  ])('reads the cell of %s', async (spelling) => {
    const { cell, pbc } = await readOne(`1\n${spelling}\nCu 0 0 0\n`);
    expect(cell).toEqual([4, 0, 0, 0, 4, 0, 0, 0, 4]);
    expect(pbc).toEqual([true, true, true]);
  });

  it.each([
    [
      'the words Lattice= in running text',
      'no Lattice= here, only words',
      { comment: 'no Lattice= here, only words' },
    ],
    ['Lattice= within quotes', 'note="Lattice=1 2 3" a=1', { note: 'Lattice=1 2 3', a: 1 }],
    ['a lattice that is a name', 'lattice=fcc a=1 Properties=species:S:1:pos:R:3', { lattice: 'fcc', a: 1 }],
    ['an unbalanced quote', 'so-called "liquid', { comment: 'so-called "liquid' }],
    ['an apostrophe', "Bob's run energy=1", { "Bob's": true, run: true, energy: 1 }],
    ['blanks', '   ', {}],
  ])('takes %s for no lattice', async (_, comment, info) => {
    const structure = await readOne(`1\n${comment}\nCu 0 0 0\n`);
    expect(structure.cell).toBeUndefined();
    expect(structure.pbc).toEqual([false, false, false]);
    expect(structure.info).toEqual(info);
  });

  it('takes the rows of a nested lattice for the cell vectors', async () => {
    const { cell } = await readOne('1\nLattice=[[4,0,0],[0,5,0],[1,2,6]]\nCu 0 0 0\n');
    expect(cell).toEqual([4, 0, 0, 0, 5, 0, 1, 2, 6]);
  });

  it('leaves empty values empty', async () => {
    const { info, pbc, arrays, cell } = await readOne(
      `1\nlabel= ${CUBE} config_type= Properties=species:S:1:pos:R:3:tag:I:1 ` +
        `note =\tenergy=-1.5 pbc="T T F"\n` +
        'Cu 0 0 0 7\n',
    );
    expect(info).toEqual({ label: '', config_type: '', note: '', energy: -1.5 });
    expect(pbc).toEqual([true, true, false]);
    expect(cell).toHaveLength(9);
    expect(arrays?.tag?.data[0]).toBe(7);
  });

  const BOHR = 0.529177210903;
  it.each<[string, string, number, number[]]>([
    ['Å', 'CELL(abcABC): 4 5 6 90 90 90 Step: 7 Bead: 2 positions{angstrom} cell{angstrom}', 1, [4, 5, 6]],
    ['bohr, unless it says otherwise', 'CELL(abcABC): 4 5 6 90 90 90', BOHR, [4, 5, 6].map((x) => x * BOHR)],
    [
      'bohr, the cell in Å',
      'CELL{abcABC}: 4 5 6 90 90 90 x_centroid{atomic_unit} cell{angstrom}',
      BOHR,
      [4, 5, 6],
    ],
    ['nm', 'CELL[H]: 4 0 0 0 5 0 0 0 6 Traj: positions{nanometer} cell{angstrom}', 10, [4, 5, 6]],
  ])('reads headers of i-PI in %s', async (_, comment, unit, lengths) => {
    const { cell = [], positions, pbc, species } = await readOne(`1\n# ${comment}\nCu 1 2 3\n`);
    expect(Array.from(positions)).toEqual([1, 2, 3].map((x) => x * unit));
    [0, 4, 8].forEach((at, index) => expect(cell[at]).toBeCloseTo(lengths[index] as number, 12));
    expect(pbc).toEqual([true, true, true]);
    expect(species).toEqual(['Cu']);
  });

  it('takes columns of H, rows of GENH, and angles for the cell of i-PI', async () => {
    const cellOf = async (comment: string): Promise<number[]> =>
      Array.from((await readOne(`1\n# ${comment} cell{angstrom}\nCu 1 2 3\n`)).cell ?? []);
    expect(await cellOf('CELL{H}: 4 1 2 0 5 3 0 0 6')).toEqual([4, 0, 0, 1, 5, 0, 2, 3, 6]);
    expect(await cellOf('CELL{GENH}: 4 1 2 0 5 3 0 0 6')).toEqual([4, 1, 2, 0, 5, 3, 0, 0, 6]);
    const [ax, ay, az, bx = 0, by = 0, bz, cx = 0, cy = 0, cz = 0] = await cellOf(
      'CELL(abcABC): 4 5 6 70 80 60',
    );
    expect([ax, ay, az, bz]).toEqual([4, 0, 0, 0]);
    expect(Math.hypot(bx, by)).toBeCloseTo(5, 12);
    expect(Math.hypot(cx, cy, cz)).toBeCloseTo(6, 12);
    expect(bx / 5).toBeCloseTo(0.5, 12);
    expect(cx / 6).toBeCloseTo(Math.cos((80 * Math.PI) / 180), 12);
    expect((bx * cx + by * cy) / 30).toBeCloseTo(Math.cos((70 * Math.PI) / 180), 12);
  });

  it('keeps step and bead of i-PI', async () => {
    const { info } = await readOne(
      '1\n# CELL(abcABC): 4 4 4 90 90 90 Step: 70 Bead: 3 positions{ase}\nCu 0 0 0\n',
    );
    expect(info).toEqual({ step: 70, bead: 3 });
  });

  it.each<[string, boolean]>([
    ['16.2 0 0 0 16.2 0 0 0 16.2', true],
    ['16.2 16.2 16.2', true],
    ['XYZ 10 10 10', true],
    ['frame 3 16.2 16.2 16.2 90 90 90', true],
    ['box size: 10.0 10.0 10.0', true],
    ['CRYST1 10.0 10.0 10.0 90 90 90', true],
    ['cell="10 0 0 0 10 0 0 0 10" energy=1', true],
    ['unit_cell = 10.0', true],
    ['a=10 b=10 c=10', true],
    ['Lattice="10 0 0 0 10 0 0 0 10" cell="1 2 3"', false],
    ['i = 0, time = 0.000, T = -1102.5', false],
    ['Atoms. Timestep: 100', false],
    ['gdb 1 157.7118 157.70997 157.70699 0. 13.21 -0.3877 0.1171 0.5048 35.3641 0.044749 -40.47893', false],
    ['energy -10.5', false],
    ['', false],
  ])('says that %j looks like a cell that was not read: %j', async (comment, expected) => {
    const notes: string[] = [];
    const onNote = ({ file, frame, text }: ReadNote): void => void notes.push(`${file} ${frame} ${text}`);
    const text = `1\n${comment}\nCu 0 0 0\n`.repeat(3);
    await all(readExtxyz(bytesOf(text), { file: 'a.xyz', rowReader, onNote }));
    expect(notes).toHaveLength(expected ? 1 : 0);
    if (expected)
      expect(notes[0]).toContain('a.xyz 0 no cell was read, but the comment line looks like one: ');
  });

  it('says once that a key or a column is given twice', async () => {
    const notes: string[] = [];
    const onNote = ({ frame, kind, text }: ReadNote): void => void notes.push(`${frame} ${kind} ${text}`);
    const once = `1\nProperties=species:S:1:pos:R:3 energy=-1 energy_2=-2\nCu 0 0 0\n`;
    const twice = `1\nProperties=species:S:1:pos:R:3:f:R:1:f:R:1 energy=-1 energy=-2\nCu 0 0 0 1 2\n`;
    const read = readExtxyz(bytesOf(once + twice + twice), { file: 'a.xyz', rowReader, onNote });
    expect((await all(read))[1]?.info).toEqual({ energy: -1, energy_2: -2 });
    expect(notes).toEqual([
      '1 repeated energy is given twice: the first counts, the other is kept as energy_2',
    ]);
  });

  describe('skips whole frames, and keeps the numbers of the others', () => {
    const good = `2\n${CUBE} Properties=species:S:1:pos:R:3\nCu 0 0 0.25\nCu 2 2 2.25\n`;
    const plain = '2\nsome words\nCu 0 0 0.25\nCu 2 2 2.25\n';
    it.each<[string, string, number[]]>([
      ['a row too many', good.replace('Cu 2', 'Cu 1 1 1\nCu 2'), [1]],
      ['a row too few', good.replace('Cu 0 0 0.25\n', ''), [1]],
      ['no row', good.replace(/Cu.*\n/g, ''), [1]],
      ['an end within a line', good.slice(0, -7), [1, 2]],
      ['an end within the last number', good.slice(0, -3), [1, 2]],
      ['an end within the comment', good.slice(0, 30), [1, 2]],
      ['a bad row', good.replace('0.25', 'x'), [1]],
      ['a plain frame with a row too many', plain.replace('Cu 2', 'Cu 1 1 1\nCu 2'), [1]],
      ['a plain frame with a row too few', plain.replace('Cu 0 0 0.25\n', ''), [1]],
    ])('%s', async (_, bad, left) => {
      const skipped: (number | undefined)[] = [];
      const onSkip = ({ frame }: Skipped): void => void skipped.push(frame);
      const options = { file: 'a.xyz', rowReader, onSkip };
      const text = good + bad + good.repeat(3);
      const numbers = [0, 1, 2, 3, 4].filter((frame) => !left.includes(frame));
      const found = await all(readExtxyz(bytesOf(text), options));
      expect(skipped).toEqual(left);
      expect(found.map(({ source }) => source?.frame)).toEqual(numbers);
      for (const { positions } of found) expect(positions).toEqual(Float64Array.of(0, 0, 0.25, 2, 2, 2.25));
      // Passing over frames counts the same.
      const frames = { end: Infinity, wants: (frame: number) => frame === 4 };
      const last = await all(readExtxyz(bytesOf(text), { ...options, frames }));
      expect(last.map(({ source }) => source?.frame)).toEqual([4]);
    });
  });

  it('reads frames with other lines after their atoms, as those of QM9, when asked to skip', async () => {
    const text =
      '3\ngdb 3\t799.58812\nO\t-0.0343\t0.9775\t0.0076\t-0.589706\nH\t0.0647\t0.0205\t0.0015\t0.294853\n' +
      'H\t0.8717\t1.3007\t0.0006\t0.294853\n1671.4222\t3803.6305\t3907.698\t\nO\tO\t\n' +
      'InChI=1S/H2O/h1H2\tInChI=1S/H2O/h1H2\n';
    const found = await all(readExtxyz(bytesOf(text), { file: 'a.xyz', rowReader, onSkip: () => undefined }));
    expect(found.map(({ species }) => species)).toEqual([['O', 'H', 'H']]);
    const frames = { end: 1, wants: () => true };
    expect(await all(readExtxyz(bytesOf(text), { file: 'a.xyz', rowReader, frames }))).toHaveLength(1);
  });

  it.each([
    ['CU', 'Cu'],
    ['cu', 'Cu'],
    ['X', 'X'],
    ['1', '1'],
    ['OW', 'OW'],
    ['water-oxygen', 'water-oxygen'],
  ])('spells the species %s as %s', async (label, expected) => {
    expect((await readOne(`1\n\n${label} 0 0 0\n`)).species).toEqual([expected]);
  });

  it.each([
    ['species', 'species:S:1:pos:R:3', 'Cu 1 2 3', ['Cu']],
    ['symbols', 'symbols:S:1:pos:R:3', 'Cu 1 2 3', ['Cu']],
    ['element', 'element:S:1:positions:R:3', 'Cu 1 2 3', ['Cu']],
    ['Species', 'Species:S:1:Pos:R:3', 'Cu 1 2 3', ['Cu']],
    ['species before Z', 'Z:I:1:species:S:1:pos:R:3', '13 H 1 2 3', ['H']],
    ['Z alone', 'pos:R:3:Z:I:1', '1 2 3 29', ['Cu']],
    ['whole numbers as labels', 'species:I:1:pos:R:3', '29 1 2 3', ['29']],
    ['none', 'pos:R:3', '1 2 3', undefined],
  ])('finds species and coordinates: %s', async (_, properties, row, expected) => {
    const { species, positions } = await readOne(`1\nProperties=${properties}\n${row}\n`);
    expect(species).toEqual(expected);
    expect(positions).toEqual(Float64Array.of(1, 2, 3));
  });

  it('keeps both of two columns, and of two keys, with the same name', async () => {
    const { arrays, info } = await readOne(
      '1\nProperties=species:S:1:pos:R:3:f:R:1:f:R:1:f:R:1 a=1 a=2 __proto__=3\nCu 0 0 0 4 5 6\n',
    );
    expect(Object.entries(arrays ?? {}).map(([name, { data }]) => [name, data[0]])).toEqual([
      ['f', 4],
      ['f_2', 5],
      ['f_3', 6],
    ]);
    expect(Object.entries(info ?? {})).toEqual([
      ['a', 1],
      ['a_2', 2],
      ['__proto__', 3],
    ]);
  });

  it('keeps further fields of plain xyz that are not all numbers as text', async () => {
    const { arrays } = await readOne('2\n\nCu 0 0 0 left 1\nCu 1 1 1 right 2\n');
    expect(arrays).toEqual({ extra: { kind: 'S', width: 2, data: ['left', '1', 'right', '2'] } });
  });

  it('reads a frame larger than any buffer, with lines of a megabyte in other frames', async () => {
    const atoms = 50_000;
    const rows = Array.from({ length: atoms }, (_, atom) => `Cu ${atom} ${atom / 8} -${atom}.5\n`).join('');
    const long = `note="${'x'.repeat(1 << 20)}" a=1`;
    const [first, second] = await read(`${atoms}\n\n${rows}1\n${long}\nO 1 2 3`);
    expect(first?.positions.length).toBe(3 * atoms);
    expect(Array.from(first?.positions.subarray(-3) ?? [])).toEqual([
      atoms - 1,
      (atoms - 1) / 8,
      -(atoms - 1) - 0.5,
    ]);
    expect(new Set(first?.species)).toEqual(new Set(['Cu']));
    expect(second?.info?.a).toBe(1);
  });

  it('stops in the middle when nobody wants more, and lets go of its source', async () => {
    let open = true;
    function* source(): Generator<Uint8Array> {
      try {
        for (;;) yield bytesOf('1\n\nCu 0 0 0\n');
      } finally {
        open = false;
      }
    }
    for await (const structure of readExtxyz(source(), { file: 'a.xyz', rowReader })) {
      if (structure.source?.frame === 3) break;
    }
    expect(open).toBe(false);
  });

  it('stops with the reason of the signal', async () => {
    const controller = new AbortController();
    function* source(): Generator<Uint8Array> {
      for (;;) yield bytesOf('1\n\nCu 0 0 0\n');
    }
    const frames = readExtxyz(source(), { file: 'a.xyz', rowReader, signal: controller.signal });
    await frames.next();
    controller.abort(new Error('enough'));
    await expect(all(frames)).rejects.toThrow('enough');
  });
});
