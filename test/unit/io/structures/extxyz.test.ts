import { describe, expect, it } from 'vitest';
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
