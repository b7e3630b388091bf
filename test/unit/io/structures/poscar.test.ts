import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { looksLikePoscar, readPoscar } from '../../../../ts/io/structures/poscar.js';
import { writePoscar } from '../../../../ts/io/structures/poscar-write.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

const CELL = '4 0 0\n0 5 0\n1 0 6';

function read(text: string): Promise<Structure[]> {
  return all(readPoscar(bytesOf(text), { file: 'POSCAR', rowReader }));
}

async function readOne(text: string): Promise<Structure> {
  const [structure, ...others] = await read(text);
  if (structure === undefined || others.length > 0) throw new Error('expected one structure');
  return structure;
}

describe('readPoscar', () => {
  it('reads direct coordinates', async () => {
    expect(await readOne(`salt\n1.0\n${CELL}\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n`)).toEqual({
      positions: Float64Array.of(0, 0, 0, 2.5, 2.5, 3),
      cell: Float64Array.of(4, 0, 0, 0, 5, 0, 1, 0, 6),
      pbc: [true, true, true],
      species: ['Na', 'Cl'],
      arrays: {},
      info: { comment: 'salt' },
      source: { file: 'POSCAR', frame: 0 },
    });
  });

  it.each([
    ['one factor, of cell and Cartesian coordinates', '2', [8, 10, 12], [2, 4, 6]],
    ['one factor, with a comment', '2 Angstrom', [8, 10, 12], [2, 4, 6]],
    ['three factors', '1 2 3', [4, 10, 18], [1, 4, 9]],
    ['a volume', '-960', [8, 10, 12], [2, 4, 6]],
    ['a number of Fortran', '0.2D1', [8, 10, 12], [2, 4, 6]],
  ])('scales by %s', async (_, scale, lengths, position) => {
    const { cell = [], positions } = await readOne(`\n${scale}\n${CELL}\nCu\n1\nCart\n1 2 3\n`);
    [0, 4, 8].forEach((at, index) => expect(cell[at]).toBeCloseTo(lengths[index] as number, 12));
    position.forEach((value, index) => expect(positions[index]).toBeCloseTo(value, 12));
  });

  it.each([
    ['Cartesian', true],
    ['  cartesian', true],
    ['K', true],
    ['Direct', false],
    [' d', false],
    ['Fractional', false],
  ])('tells the kind of coordinates from %j', async (mode, isCartesian) => {
    const { positions } = await readOne(`\n1\n${CELL}\nCu\n1\n${mode}\n0.5 0 0\n`);
    expect(positions[0]).toBe(isCartesian ? 0.5 : 2);
  });

  it.each<[string, string, string[]]>([
    ['elements', 'x\n1\n#\nCu Al\n1 2', ['Cu', 'Al', 'Al']],
    ['a species that comes back', 'x\n1\n#\nCu Al Cu\n1 1 1', ['Cu', 'Al', 'Cu']],
    ['potentials', 'x\n1\n#\nAl_pv O/1234abcd H1.25\n1 1 1', ['Al', 'O', 'H']],
    ['labels that are no elements', 'x\n1\n#\nOW CU\n2 1', ['OW', 'OW', 'Cu']],
    ['a group without atoms', 'x\n1\n#\nCu Al\n0 3', ['Al', 'Al', 'Al']],
    ['the comment, where there is no line of them', 'Cu Al\n1\n#\n2 1', ['Cu', 'Cu', 'Al']],
    ['the comment of another program', 'Al2_Cu made by x\n1\n#\n2 1', ['1', '1', '2']],
    ['no comment of as many elements: types', 'Cu alloy\n1\n#\n2 1', ['1', '1', '2']],
    ['numbers with a comment', 'x\n1\n#\nCu Al\n1 2 ! of each', ['Cu', 'Al', 'Al']],
  ])('takes species from %s', async (_, header, species) => {
    const text = `${header.replace('#', CELL)}\nDirect\n0 0 0 a\n0 0 0.1 b\n0 0 0.2 c\n`;
    expect((await readOne(text)).species).toEqual(species);
  });

  it('takes elements after the coordinates where nothing else names any', async () => {
    const rows = 'Direct\n0 0 0 Cu\n0 0 0.5 Al\n';
    expect((await readOne(`x\n1\n${CELL}\n1 1\n${rows}`)).species).toEqual(['Cu', 'Al']);
    expect((await readOne(`x\n1\n${CELL}\nO N\n1 1\n${rows}`)).species).toEqual(['O', 'N']);
  });

  it('keeps the flags of selective dynamics', async () => {
    const text = `x\n1\n${CELL}\nCu\n2\nSelective\nDirect\n0 0 0 T F T\n0 0 .5 F F F Cu\n`;
    expect((await readOne(text)).arrays).toEqual({
      selective_dynamics: { kind: 'L', width: 3, data: Uint8Array.of(1, 0, 1, 0, 0, 0) },
    });
  });

  const lattice = 'Lattice velocities and vectors\n1\n0 0 0\n0 0 0\n0 0 0\n4 0 0\n0 5 0\n1 0 6\n';
  it.each([
    ['after a blank line', '\n0.1 0.2 0.3\n', 'velocities'],
    ['after Cartesian', 'Cartesian\n0.1 0.2 0.3\n', 'velocities'],
    ['in direct coordinates', 'Direct\n0.1 0.2 0.3\n', 'velocities_direct'],
    ['before a predictor and corrector', '\n0.1 0.2 0.3\n\n1\n0.5\n0 0 0 0\n1 2 3\n1 2 3\n', 'velocities'],
    ['after velocities of the lattice', `${lattice}\n0.1 0.2 0.3\n`, 'velocities'],
    ['after a blank line and velocities of the lattice', `\n${lattice}\n0.1 0.2 0.3\n`, 'velocities'],
    ['after blank lines about velocities of the lattice', `\n \n${lattice}\n\n0.1 0.2 0.3\n`, 'velocities'],
    ['in direct coordinates after those', `\n${lattice}\nDirect\n0.1 0.2 0.3\n`, 'velocities_direct'],
    ['of which the lattice has others', `\n${lattice}Cartesian\n0.1 0.2 0.3\n`, 'velocities'],
  ])('keeps velocities %s', async (_, tail, name) => {
    const { arrays } = await readOne(`x\n1\n${CELL}\nCu\n1\nDirect\n0 0 0\n${tail}`);
    expect(arrays).toEqual({ [name]: { kind: 'R', width: 3, data: Float64Array.of(0.1, 0.2, 0.3) } });
  });

  it.each([
    ['blank lines at the end', '\n\n  \n'],
    ['text after a blank line', '\n\nmade by hand\n'],
    ['no final line end', ''],
    ['velocities of the lattice alone', `\n${lattice}`],
  ])('accepts %s', async (_, tail) => {
    expect((await readOne(`x\n1\n${CELL}\nCu\n1\nDirect\n0 0 0${tail}`)).arrays).toEqual({});
  });

  it.each([
    ['one atom', 'Cu\n1\nDirect\n0 0 0\n'],
    ['more', 'Cu\n2\nDirect\n0 0 0\n0 0 .5\n'],
  ])('takes the grid of CHGCAR for no velocities: %s', async (_, atoms) => {
    const grid = '   2   3   1\n 0.1E+01 0.2E+01 0.3E+01 0.4E+01 0.5E+01\n 0.6E+01\n';
    const text = `x\n1\n${CELL}\n${atoms}\n${grid}augmentation occupancies 1 2\n 0.1 0.2\n`;
    expect((await readOne(text)).arrays).toEqual({});
  });

  it('accepts CRLF, tabs, blanks at the ends, a byte order mark', async () => {
    const plain = `salt\n 1.0\n${CELL}\nNa Cl\n1 1\nDirect\n0 0 0\n0.5 0.5 0.5\n`;
    const odd = `\ufeff${plain.replaceAll(' ', '\t').replaceAll('\n', ' \r\n')}`;
    expect(await read(odd)).toEqual(await read(plain));
  });

  it('reads the same however the bytes are cut', async () => {
    const text = `x\n1\n${CELL}\nCu\n1\nSelective\nDirect\n0 0 0 T T F\n\n1 2 3\n`;
    for (const size of [1, 2, 3, 7]) {
      const pieces = inPieces(bytesOf(text), size);
      expect(await all(readPoscar(pieces, { file: 'POSCAR', rowReader }))).toEqual(await read(text));
    }
  });

  const header = `x\n1\n${CELL}\nCu Al\n1 1\n`;
  it.each<[string, string, string]>([
    ['nothing', '', 'EMPTY: POSCAR: the file is empty'],
    [
      'a comment alone',
      'x\n',
      'INVALID_FILE: POSCAR, frame 0, line 1: the file ends before the scale factor',
    ],
    ...['', '0', 'x', '1 2', '1 -2 3', 'nan'].map((scale): [string, string, string] => [
      `the scale ${JSON.stringify(scale)}`,
      `x\n${scale}\n${CELL}\nCu\n1\nDirect\n0 0 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 2: expected a scale factor, a negative volume or three ' +
        'positive factors, ' +
        `found "${scale}"`,
    ]),
    [
      'a cell vector of two numbers',
      'x\n1\n4 0 0\n0 5\n',
      'INVALID_FILE: POSCAR, frame 0, line 4: expected three numbers for cell vector 2, found "0 5"',
    ],
    [
      'a cell that is not finite',
      'x\n1\n4 0 0\n0 inf 0\n',
      'INVALID_STRUCTURE: POSCAR, frame 0, line 4: cell vector 2 must be finite, found "0 inf 0"',
    ],
    [
      'a volume for a flat cell',
      'x\n-5\n1 0 0\n2 0 0\n0 0 1\nCu\n1\nDirect\n0 0 0\n',
      'INVALID_STRUCTURE: POSCAR, frame 0, line 2: a cell without volume cannot be scaled to 5 Å³',
    ],
    [
      'fewer numbers of atoms than species',
      `x\n1\n${CELL}\nCu Al\n2\n`,
      'INVALID_FILE: POSCAR, frame 0, line 7: expected a number of atoms for each of Cu Al, found "2"',
    ],
    [
      'no numbers of atoms',
      `x\n1\n${CELL}\nCu Al\nDirect\n`,
      'INVALID_FILE: POSCAR, frame 0, line 7: expected a number of atoms for each of Cu Al, found "Direct"',
    ],
    ['no atoms', `x\n1\n${CELL}\nCu\n0\n`, 'EMPTY: POSCAR, frame 0, line 7: 0 atoms'],
    [
      '10^12 atoms',
      `x\n1\n${CELL}\nCu\n1000000000000\nDirect\n`,
      'INVALID_FILE: POSCAR, frame 0, line 7: 1000000000000 atoms promised, at most 1431655765 can be read',
    ],
    [
      '10^9 atoms that are not there',
      `x\n1\n${CELL}\nCu\n1000000000\nDirect\n0 0 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 9: the file ends after 1 of 1000000000 atoms',
    ],
    [
      'no kind of coordinates',
      `${header}0 0 0\n0 0 0.5\n`,
      'INVALID_FILE: POSCAR, frame 0, line 8: expected Selective dynamics, Direct or Cartesian, found ' +
        '"0 0 0"',
    ],
    [
      'no kind of coordinates after Selective dynamics',
      `${header}Selective\n0 0 0 T T T\n`,
      'INVALID_FILE: POSCAR, frame 0, line 9: expected Direct or Cartesian, found "0 0 0 T T T"',
    ],
    [
      'fewer atoms than promised',
      `${header}Direct\n0 0 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 9: the file ends after 1 of 2 atoms',
    ],
    [
      'more atoms than promised',
      `${header}Direct\n0 0 0\n0 0 .5\n0 .5 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 11: expected the end of the file or velocities after 2 ' +
        'atoms, found "0 .5 0"',
    ],
    [
      'a number cut in the middle',
      `${header}Direct\n0.12 0.12 0.12\n0.12 0.12 0.1`,
      'INVALID_FILE: POSCAR, frame 0, line 10, atom 1: the file ends with a number of 1 decimals, ' +
        'the others of its column have 2 or more',
    ],
    [
      'asterisks',
      `${header}Direct\n0 0 0\n0 **** 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 10, atom 1: expected a number for pos, found "****"',
    ],
    [
      'NaN',
      `${header}Direct\n0 0 0\n0 NaN 0\n`,
      'INVALID_STRUCTURE: POSCAR, frame 0, line 10, atom 1: pos must be finite, found "NaN"',
    ],
    [
      'too few coordinates',
      `${header}Direct\n0 0 0\n0 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 10, atom 1: 2 fields, expected 3 (pos ×3)',
    ],
    [
      'selective dynamics without flags',
      `${header}Selective\nDirect\n0 0 0\n0 0 .5\n`,
      'INVALID_FILE: POSCAR, frame 0, line 10, atom 0: 3 fields, expected 6 (pos ×3, selective_dynamics ×3)',
    ],
    ...['Cu alloy', 'Direct hit', 'K2O', '', '  ', 'LiCoO2', 'Fe', '1 2 3', '\n\nsecond'].flatMap(
      (title): [string, string, string][] => [
        [
          `another structure of title ${JSON.stringify(title)}`,
          `${header}Direct\n0 0 0\n0 0 .5\n${title}\n1\n${CELL}\nCu Al\n1 1\nDirect\n0 0 0\n0 0 .5\n`,
          `INVALID_FILE: POSCAR, frame 0, line ${11 + title.split('\n').length - 1}: ` +
            'another structure begins ' +
            'here; split the file: a POSCAR holds one, and commands take several files',
        ],
        [
          `another structure of title ${JSON.stringify(title)}, three factors, old style, after velocities`,
          `${header}Direct\n0 0 0\n0 0 .5\n\n0 0 0\n0 0 1\n` +
            `${title}\n1 1 1\n${CELL}\n1 1\nCart\n0 0 0\n0 0 .5\n`,
          `INVALID_FILE: POSCAR, frame 0, line ${14 + title.split('\n').length - 1}: ` +
            'another structure begins ' +
            'here; split the file: a POSCAR holds one, and commands take several files',
        ],
      ],
    ),
    [
      'XDATCAR',
      `${header}Direct configuration=     1\n0 0 0\n0 0 .5\n`,
      'INVALID_FILE: POSCAR, frame 0, line 8: expected Selective dynamics, Direct or Cartesian, found ' +
        '"Direct configuration=     1"; an XDATCAR? --format xdatcar',
    ],
    [
      'velocities of fewer atoms',
      `${header}Direct\n0 0 0\n0 0 .5\n\n0 0 0\n`,
      'INVALID_FILE: POSCAR, frame 0, line 12: the file ends after 1 of 2 atoms',
    ],
  ])('refuses %s', async (_, text, message) => {
    expect(await failure(read(text))).toBe(message);
  });

  it('skips a bad file, and has one frame', async () => {
    const skipped: unknown[] = [];
    const options = { file: 'POSCAR', onSkip: (error: unknown) => skipped.push(error) };
    expect(await all(readPoscar(bytesOf(`${header}Direct\n0 0 0\n`), options))).toEqual([]);
    expect(skipped).toHaveLength(1);
    const frames = { end: Infinity, wants: (frame: number) => frame === 1 };
    const text = `${header}Direct\n0 0 0\n0 0 .5\n`;
    expect(await all(readPoscar(bytesOf(text), { file: 'POSCAR', rowReader, frames }))).toEqual([]);
  });
});

describe('looksLikePoscar', () => {
  it.each<[boolean, string, string]>([
    [true, 'VASP 5', `x\n1\n${CELL}\nCu\n1\nDirect\n0 0 0\n`],
    [true, 'VASP 4', `\n1 1 1\n${CELL}\n1 2\nSelective\nCart\n`],
    [false, 'XDATCAR', `x\n1\n${CELL}\nCu\n1\nDirect configuration=     1\n0 0 0\n`],
    [false, 'xyz', '2\nProperties=species:S:1:pos:R:3\nCu 0 0 0\nCu 1 1 1\n'],
    [false, 'numbers', '1\n1\n1 2 3\n1 2 3\n1 2 3\n1 2 3\n1 2 3\n'],
    [false, 'nothing', ''],
  ])('says %s of %s', (expected, _, text) => {
    expect(looksLikePoscar(bytesOf(text))).toBe(expected);
  });
});

describe('writePoscar', () => {
  const write = async (...structures: Structure[]): Promise<string> =>
    (await all(writePoscar(structures))).join('');
  const structure: Structure = {
    positions: Float64Array.of(0, 0, 0, 0.1, 1 / 3, 1e-7, 2, 2, 2),
    cell: [4, 0, 0, 0, 5, 0, 1, 0, 6],
    species: ['Cu', 'Al', 'Al'],
  };

  it('writes a file that VASP reads', async () => {
    expect(await write(structure)).toBe(
      'Cu1 Al2\n1.0\n4 0 0\n0 5 0\n1 0 6\nCu Al\n1 2\nCartesian\n' +
        '0 0 0\n0.1 0.3333333333333333 1e-7\n2 2 2\n',
    );
  });

  it('writes what reads back as the same structure', async () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    const label = fc.constantFrom('Cu', 'Al', 'OW');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(label, number, number, number), { minLength: 1, maxLength: 5 }),
        fc.constantFrom('', 'velocities', 'velocities_direct'),
        fc.boolean(),
        async (atoms, velocities, isSelective) => {
          const triples = Float64Array.from(atoms.flatMap(([, ...xyz]) => xyz));
          const expected: Structure = {
            positions: triples,
            cell: Float64Array.of(4, 0, 0, 0, 5, 0, 1, 0, 6),
            pbc: [true, true, true],
            species: atoms.map(([species]) => species),
            arrays: {
              ...(isSelective && {
                selective_dynamics: { kind: 'L', width: 3, data: Uint8Array.from(triples, (x) => +(x > 0)) },
              }),
              ...(velocities !== '' && { [velocities]: { kind: 'R', width: 3, data: triples } }),
            },
            info: { comment: 'Cu Al' },
            source: { file: 'POSCAR', frame: 0 },
          };
          expect(await readOne(await write(expected))).toEqual(expected);
        },
      ),
    );
  });

  it('writes types without a line of species, and a comment that names no elements', async () => {
    const types = { ...structure, species: ['1', '1', '2'], info: { comment: 'Cu Al' } };
    const text = await write(types);
    expect(text.split('\n').slice(0, 6)).toEqual(['types', '1.0', '4 0 0', '0 5 0', '1 0 6', '2 1']);
    expect((await readOne(text)).species).toEqual(['1', '1', '2']);
  });

  it.each<[string, Structure[], string]>([
    ['no structure', [], 'EMPTY: no structure to write as POSCAR'],
    [
      'a second structure',
      [structure, structure],
      'INVALID_ARGUMENT: POSCAR holds one structure; select one of several, as with FILE@-1, or write extxyz',
    ],
    [
      'a structure without a cell',
      [{ positions: structure.positions }],
      'INVALID_ARGUMENT: POSCAR: a structure without a cell cannot be written',
    ],
    [
      'types in another order',
      [{ ...structure, species: ['2', '1', '1'] }],
      'INVALID_ARGUMENT: POSCAR: "2" cannot be written as a species; --elements maps types to elements',
    ],
    [
      'a species with a blank',
      [{ ...structure, species: ['a b', 'Cu', 'Cu'] }],
      'INVALID_ARGUMENT: POSCAR: "a b" cannot be written as a species',
    ],
    [
      'coordinates that are not finite',
      [{ ...structure, positions: Float64Array.of(0, 0, 0, 0, NaN, 0) }],
      'INVALID_STRUCTURE: POSCAR: the coordinates of atom 1 are not finite',
    ],
    [
      'flags of another length',
      [
        {
          ...structure,
          arrays: { selective_dynamics: { kind: 'L', width: 3, data: Uint8Array.of(1, 1, 1) } },
        },
      ],
      'INVALID_ARGUMENT: POSCAR: 3 values in selective_dynamics, expected 3 for each of 3 atoms',
    ],
    [
      'a comment of two lines',
      [{ ...structure, info: { comment: 'a\nb' } }],
      'INVALID_ARGUMENT: POSCAR: a comment of more than one line cannot be written',
    ],
  ])('refuses %s', async (_, structures, message) => {
    expect(await failure(write(...structures))).toBe(message);
  });
});
