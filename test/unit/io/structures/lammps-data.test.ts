import { describe, expect, it } from 'vitest';
import { looksLikeLammpsData, readLammpsData } from '../../../../ts/io/structures/lammps-data.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

const BOX = '0 4 xlo xhi\n0 5 ylo yhi\n0 6 zlo zhi\n';

function read(text: string): Promise<Structure[]> {
  return all(readLammpsData(bytesOf(text), { file: 'a.data', rowReader }));
}

async function readOne(text: string): Promise<Structure> {
  const [structure, ...others] = await read(text);
  if (structure === undefined || others.length > 0) throw new Error('expected one structure');
  return structure;
}

/**
 * A file of two types; the header takes up lines 1 to 6, so that the first section is named on
 * line 8.
 */
function file(sections: string, { atoms = 2, box = BOX } = {}): string {
  return `title\n${atoms} atoms\n2 atom types\n${box}\n${sections}`;
}

const ints = (...data: number[]): unknown => ({ kind: 'I', width: 1, data: Int32Array.from(data) });
const reals = (...data: number[]): unknown => ({ kind: 'R', width: 1, data: Float64Array.from(data) });

describe('readLammpsData', () => {
  it('reads atoms, masses and velocities, sorted by id', async () => {
    const text = file(
      'Masses\n\n1 27 # Al\n2 63.5 # Cu\n\nAtoms # atomic\n\n7 2 1 2 3\n3 1 0 0 0\n\n' +
        'Velocities\n\n3 0.1 0.2 0.3\n7 1 2 3\n',
    );
    expect(await readOne(text)).toEqual({
      positions: Float64Array.of(0, 0, 0, 1, 2, 3),
      cell: [4, 0, 0, 0, 5, 0, 0, 0, 6],
      pbc: [true, true, true],
      species: ['Al', 'Cu'],
      arrays: {
        id: ints(3, 7),
        type: ints(1, 2),
        mass: reals(27, 63.5),
        vx: reals(0.1, 1),
        vy: reals(0.2, 2),
        vz: reals(0.3, 3),
      },
      info: { comment: 'title' },
      source: { file: 'a.data', frame: 0 },
    });
  });

  it.each<[string, string, string, string[]]>([
    ['atomic', 'Atoms # atomic', '1 2 9 8 7', ['id', 'type']],
    ['charge', 'Atoms # charge', '1 2 -0.5 9 8 7', ['id', 'type', 'q']],
    ...['kk', 'kk/host', 'kk/device', 'omp', 'gpu', 'intel', 'opt'].map(
      (suffix): [string, string, string, string[]] => [
        `charge/${suffix}`,
        `Atoms  # charge/${suffix}`,
        '1 2 -0.5 9 8 7',
        ['id', 'type', 'q'],
      ],
    ),
    ['molecular', 'Atoms # molecular', '1 5 2 9 8 7', ['id', 'mol', 'type']],
    ['bond', 'Atoms  #bond', '1 5 2 9 8 7', ['id', 'mol', 'type']],
    ['angle', 'Atoms# angle', '1 5 2 9 8 7', ['id', 'mol', 'type']],
    ['full', 'Atoms # full', '1 5 2 -0.5 9 8 7', ['id', 'mol', 'type', 'q']],
    ['atomic, by the number of fields', 'Atoms', '1 2 9 8 7', ['id', 'type']],
    ['full, by the number of fields', 'Atoms', '1 5 2 -0.5 9 8 7', ['id', 'mol', 'type', 'q']],
  ])('reads atom style %s, with image flags and without', async (_, name, row, columns) => {
    const plain = await readOne(file(`${name}\n\n${row}\n`, { atoms: 1 }));
    expect(Object.keys(plain.arrays ?? {})).toEqual(columns);
    expect(plain.species).toEqual(['2']);
    expect(plain.positions).toEqual(Float64Array.of(9, 8, 7));
    const { arrays, ...rest } = await readOne(file(`${name}\n\n${row} -1 0 2 # here\n`, { atoms: 1 }));
    expect(rest).toEqual({ ...plain, arrays: undefined });
    expect(arrays).toEqual({ ...plain.arrays, ix: ints(-1), iy: ints(0), iz: ints(2) });
  });

  it.each<[string, string, number[], number[] | undefined]>([
    ['orthogonal', BOX, [4, 0, 0, 0, 5, 0, 0, 0, 6], undefined],
    [
      'with an origin and unusual spacing',
      '\t-1  3   xlo\txhi # x\n2 7 ylo yhi\n 0.5e0 65d-1 zlo zhi \n',
      [4, 0, 0, 0, 5, 0, 0, 0, 6],
      [-1, 2, 0.5],
    ],
    ['triclinic', `1 -0.5 0.25 xy xz yz\n${BOX}`, [4, 0, 0, 1, 5, 0, -0.5, 0.25, 6], undefined],
    [
      'general triclinic',
      '0 4 0 avec\n-5 0 0 bvec\n0 0 6 cvec\n1 2 3 abc origin\n',
      [0, 4, 0, -5, 0, 0, 0, 0, 6],
      [1, 2, 3],
    ],
  ])('reads a box that is %s', async (_, box, cell, origin) => {
    const structure = await readOne(file('Atoms\n\n1 1 9 8 7\n', { atoms: 1, box }));
    expect(structure.cell).toEqual(cell);
    expect(structure.info).toEqual({ comment: 'title', ...(origin && { Origin: origin }) });
    expect(structure.positions).toEqual(Float64Array.of(9, 8, 7));
  });

  it.each<[string, string, string[]]>([
    ['comments of masses', 'Masses\n\n1 27 # Al\n2 27 # H\n', ['Al', 'H']],
    ['types where a comment is missing', 'Masses\n\n1 27 # Al\n2 63.5\n', ['1', '2']],
    ['types where a comment is no element', 'Masses\n\n1 27 # Al\n2 63.5 # CA\n', ['1', '2']],
    ['types where a comment is running text', 'Masses\n\n1 27 # In the box\n2 63.5 # Cu\n', ['1', '2']],
    ['types, whatever the masses', 'Masses\n\n1 26.98\n2 63.55\n', ['1', '2']],
    ['labels of types', 'Atom Type Labels\n\n2 OW\n1 H\n', ['H', 'OW']],
    [
      'comments of masses before labels',
      'Atom Type Labels\n\n1 a\n2 b\n\nMasses\n\na 1 # H\nb 16 # O\n',
      ['H', 'O'],
    ],
  ])('takes species from %s', async (_, sections, species) => {
    const text = file(`${sections}\nAtoms\n\n1 1 0 0 0\n2 2 0 0 1\n`);
    expect((await readOne(text)).species).toEqual(species);
  });

  it('reads labels in place of the numbers of types', async () => {
    const text = file('Atom Type Labels\n\n1 H\n2 OW\n\nAtoms\n\n1 OW 0 0 0\n2 1 0 0 1\n');
    const { species, arrays } = await readOne(text);
    expect(species).toEqual(['OW', 'H']);
    expect(arrays?.type).toEqual(ints(2, 1));
  });

  it('reads sections in any order and passes over those it has no use for', async () => {
    const text = file(
      'Velocities\n\n2 1 1 1\n1 0 0 0\n\nPair Coeffs # lj/cut\n\n1 0.1 3\n2 0.2 3\n\nBonds\n\n1 1 1 2\n\n' +
        'Atoms # atomic\n\n1 1 0 0 0\n2 2 0 0 1\n\nMasses\n\n1 27\n2 63.5\n\nBodies\n\n5 atoms\n',
      { box: `3 bonds\n1 extra bond per atom\n${BOX}` },
    );
    const { arrays, positions } = await readOne(text);
    expect(Object.keys(arrays ?? {})).toEqual(['id', 'type', 'mass', 'vx', 'vy', 'vz']);
    expect(arrays?.vx).toEqual(reals(0, 1));
    expect(positions).toHaveLength(6);
  });

  it('says that lengths are not in Å where the title says such units', async () => {
    const notes: string[] = [];
    const title = 'LAMMPS data file via write_data, version 2 Aug 2023, timestep = 0, units = electron';
    const text = file('Atoms\n\n1 1 0 0 0\n', { atoms: 1 });
    for (const own of [title, title.replace('electron', 'metal'), 'title units = electron']) {
      const source = bytesOf(text.replace('title', own));
      await all(
        readLammpsData(source, { file: 'a.data', rowReader, onNote: (note) => notes.push(note.text) }),
      );
    }
    expect(notes).toEqual([
      'lengths are in Bohr (units electron) and taken as they are: so are cutoff and bandwidth',
    ]);
  });

  it('takes the timestep from the title of write_data', async () => {
    const title = 'LAMMPS data file via write_data, version 2 Aug 2023, timestep = 5000, units = metal';
    const text = file('Atoms\n\n1 1 0 0 0\n', { atoms: 1 }).replace('title', title);
    expect((await readOne(text)).info).toEqual({ comment: title, timestep: 5000 });
  });

  it.each([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\ufeff${text}`],
    ['no final line end', (text: string) => text.trimEnd()],
    ['tabs and trailing blanks', (text: string) => text.replaceAll(' ', '\t ').replaceAll('\n', ' \n')],
    ['no title', (text: string) => text.replace('title', '')],
  ])('reads files with %s', async (_, change) => {
    const text = file('Masses\n\n1 27 # Al\n2 63.5 # Cu\n\nAtoms # atomic\n\n1 1 0 0 0\n2 2 0.5 1.5 2.5\n');
    const { positions, species } = await readOne(change(text));
    expect(positions).toEqual(Float64Array.of(0, 0, 0, 0.5, 1.5, 2.5));
    expect(species).toEqual(['Al', 'Cu']);
  });

  it('reads the same from pieces of any size', async () => {
    const text = file('Masses\n\n1 27\n2 63.5\n\nAtoms # charge\n\n1 1 0.5 0 0 0\n2 2 1 0.5 1.5 2.5\n');
    const whole = await read(text);
    for (const size of [1, 3, 7]) {
      const pieces = inPieces(bytesOf(text), size);
      expect(await all(readLammpsData(pieces, { file: 'a.data', rowReader }))).toEqual(whole);
    }
  });

  it('is passed over where it is not selected', async () => {
    const frames = { end: 3, wants: () => false };
    const text = file('Atoms\n\nnonsense\n');
    expect(await all(readLammpsData(bytesOf(text), { file: 'a.data', rowReader, frames }))).toEqual([]);
  });
});

/** What is wrong, the text, and the message after the name of the file. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['an empty file', '', 'EMPTY: a.data: the file is empty'],
  ['no atoms', file('', { atoms: 0 }), 'EMPTY: a.data, frame 0, line 2: a frame of 0 atoms'],
  [
    'a count on the line of the title',
    `1 atoms\n${BOX}\nAtoms\n\n1 1 0 0 0\n`,
    'INVALID_FILE: a.data, frame 0, line 6: expected a line `N atoms` in the header; the first line ' +
      'of the file is its title',
  ],
  [
    'a count that is none',
    `title\n2.5 atoms\n`,
    'INVALID_FILE: a.data, frame 0, line 2: expected the number of atoms, found "2.5"',
  ],
  [
    'a huge count',
    `title\n1000000000000 atoms\n`,
    'INVALID_FILE: a.data, frame 0, line 2: 1000000000000 atoms promised, at most 1431655765 can be read',
  ],
  [
    'a large count that the file does not keep',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n', { atoms: 1e9 }),
    'INVALID_FILE: a.data, frame 0, line 11: the file ends after 2 of 1000000000 atoms',
  ],
  [
    'a file without atoms',
    file('Masses\n\n1 1\n2 1\n'),
    'INVALID_FILE: a.data, frame 0, line 11: the file ends without a section Atoms, 2 promised',
  ],
  [
    'an end after the name of the section',
    file('Atoms\n\n'),
    'INVALID_FILE: a.data, frame 0, line 9: the file ends after 0 of 2 atoms',
  ],
  [
    'a box without bounds along z',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n', { box: '0 4 xlo xhi\n0 4 ylo yhi\n' }),
    'INVALID_FILE: a.data, frame 0: expected the lines xlo xhi, ylo yhi, zlo zhi, or avec, bvec, ' +
      'cvec, abc origin in the header; zlo zhi is not there',
  ],
  [
    'a general triclinic box without an origin',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n', { box: '1 0 0 avec\n0 1 0 bvec\n0 0 1 cvec\n' }),
    'INVALID_FILE: a.data, frame 0: expected the lines xlo xhi, ylo yhi, zlo zhi, or avec, bvec, ' +
      'cvec, abc origin in the header; abc origin is not there',
  ],
  [
    'bounds the wrong way round',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n', { box: '0 4 xlo xhi\n4 0 ylo yhi\n0 4 zlo zhi\n' }),
    'INVALID_FILE: a.data, frame 0: expected ylo yhi with the lower bound first, found "4 0"',
  ],
  [
    'one bound',
    file('', { box: '4 xlo xhi\n' }),
    'INVALID_FILE: a.data, frame 0, line 4: expected 2 numbers before xlo xhi, found "4 xlo xhi"',
  ],
  [
    'a bound that is no number',
    file('', { box: '0 **** xlo xhi\n' }),
    'INVALID_FILE: a.data, frame 0, line 4: expected 2 numbers before xlo xhi, found "0 **** xlo xhi"',
  ],
  [
    'a bound that is not finite',
    file('', { box: '0 inf xlo xhi\n' }),
    'INVALID_STRUCTURE: a.data, frame 0, line 4: the box must be finite, found "0 inf xlo xhi"',
  ],
  [
    'a style that is not known',
    file('Atoms # sphere\n\n1 1 1 1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 10: atom style "sphere" cannot be read; known are atomic, ' +
      'charge, molecular, bond, angle, full',
  ],
  [
    'two styles that may be meant',
    file('Atoms\n\n1 1 1 0 0 0\n2 1 1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 10: 6 fields per atom may be atom style charge or molecular; ' +
      'name the style in the file, as in `Atoms # charge`',
  ],
  [
    'no style that may be meant',
    file('Atoms\n\n1 1 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 10: 4 fields per atom tell no atom style, expected 5 ' +
      '(atomic) or 7 (full); name the style in the file, as in `Atoms # charge`',
  ],
  [
    'fields of another style',
    file('Atoms # charge\n\n1 1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 10, atom 0: 5 fields, expected 6 (id, type, q, pos ×3)',
  ],
  [
    'a number cut at the end of the file',
    file('Atoms\n\n1 1 0.123456 0.123456 0.123456\n2 1 0.123456 0.123456 0.12'),
    'INVALID_FILE: a.data, frame 0, line 11, atom 1: the file ends with a number of 2 decimals, the ' +
      'others of its column have 6 or more',
  ],
  [
    'a row cut at the end of the file',
    file('Atoms\n\n1 1 0 0 0\n2 1 0'),
    'INVALID_FILE: a.data, frame 0, line 11, atom 1: 3 fields, expected 5 (id, type, pos ×3); the ' +
      'file ends within this line',
  ],
  [
    'fewer atoms than promised, before a blank line',
    file('Atoms\n\n1 1 0 0 0\n\nVelocities\n'),
    'INVALID_FILE: a.data, frame 0, line 11: expected atom 2 of 2, found a blank line',
  ],
  [
    'fewer atoms than promised, before a section',
    file('Atoms\n\n1 1 0 0 0\nVelocities\n'),
    'INVALID_FILE: a.data, frame 0, line 11: expected atom 2 of 2, found "Velocities"',
  ],
  [
    'a section without atoms',
    file('Atoms\n\nVelocities\n\n1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 10: expected atom 1 of 2, found "Velocities"',
  ],
  [
    'more atoms than promised',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n\n3 1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 13: expected the end of the section Atoms after 2 atoms, ' +
      'found "3 1 0 0 0"',
  ],
  [
    'stars for a number',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 ****** 0\n'),
    'INVALID_FILE: a.data, frame 0, line 11, atom 1: expected a number for pos, found "******"',
  ],
  [
    'a coordinate that is not finite',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 nan 0\n'),
    'INVALID_STRUCTURE: a.data, frame 0, line 11, atom 1: pos must be finite, found "nan"',
  ],
  [
    'an id that occurs twice',
    file('Atoms\n\n2 1 0 0 0\n2 1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 11, atom 1: expected every id once, found 2 as that of atom 0, too',
  ],
  [
    'a type beyond those of the header',
    file('Atoms\n\n2 1 0 0 0\n1 3 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 11, atom 1: expected a type from 1 to 2, found 3',
  ],
  [
    'a label that is not known',
    file('Atom Type Labels\n\n1 H\n2 O\n\nAtoms\n\n1 H 0 0 0\n2 C 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 16, atom 1: expected a type from 1 to 2 or its label, found "C"',
  ],
  [
    'a label twice',
    file('Atom Type Labels\n\n1 H\n2 H\n'),
    'INVALID_FILE: a.data, frame 0, line 11: expected every type and label once, found "2 H" again',
  ],
  [
    'a label without a type',
    file('Atom Type Labels\n\nH\n'),
    'INVALID_FILE: a.data, frame 0, line 10: expected a type and its label, found "H"',
  ],
  [
    'a mass of a type without a label',
    file('Masses\n\nH 1\n'),
    'INVALID_FILE: a.data, frame 0, line 10: expected a type and its mass, found "H 1"',
  ],
  [
    'a mass of 0',
    file('Masses\n\n1 0\n'),
    'INVALID_FILE: a.data, frame 0, line 10: expected a type and its mass, found "1 0"',
  ],
  [
    'a mass twice',
    file('Masses\n\n1 1\n1 2\n'),
    'INVALID_FILE: a.data, frame 0, line 11: expected one mass for type 1, found another',
  ],
  [
    'fewer masses than types',
    file('Masses\n\n1 1\n\nAtoms\n'),
    'INVALID_FILE: a.data, frame 0, line 11: 1 row in the section Masses, expected one for each of 2 ' +
      'atom types',
  ],
  [
    'a type without a mass',
    `title\n1 atoms\n${BOX}\nMasses\n\n1 1\n\nAtoms\n\n1 2 0 0 0\n`,
    'INVALID_FILE: a.data, frame 0, line 13, atom 0: type 2 has no mass in the section Masses',
  ],
  [
    'a section twice',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n\nAtoms\n'),
    'INVALID_FILE: a.data, frame 0, line 13: a second section Atoms',
  ],
  [
    'fewer velocities than atoms',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n\nVelocities\n\n1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 15: the file ends after 1 of 2 atoms',
  ],
  [
    'a velocity of no atom',
    file('Atoms\n\n1 1 0 0 0\n2 1 0 0 0\n\nVelocities\n\n3 0 0 0\n1 0 0 0\n'),
    'INVALID_FILE: a.data, frame 0, line 15: a velocity of id 3, which is not in the section Atoms',
  ],
  [
    'a binary file',
    'title\n\0\0\0',
    'INVALID_FILE: a.data, line 2: not text (a byte 0); is the file binary or damaged?',
  ],
];

describe('a data file is refused that has', () => {
  it.each(REFUSED)('%s', async (_, text, message) => {
    expect(await failure(read(text))).toBe(message);
  });

  it('errors, and skipped where that is wanted', async () => {
    const skipped: unknown[] = [];
    const onSkip = (what: { frame?: number | undefined }): void => void skipped.push(what.frame);
    const text = file('Atoms\n\n1 1 0 0 0\n\n5 atoms\n');
    expect(await all(readLammpsData(bytesOf(text), { file: 'a.data', rowReader, onSkip }))).toEqual([]);
    expect(skipped).toEqual([0]);
  });
});

describe('looksLikeLammpsData', () => {
  it.each<[string, string, boolean]>([
    ['a data file', file('Atoms\n'), true],
    ['a general triclinic box', 'x\n\n 5  atoms # N\n1 0 0 avec\n', true],
    ['a title like a header', '5 atoms\n0 1 xlo xhi\n', false],
    ['xyz', '2\n0 4 xlo xhi\nCu 0 0 0\n', false],
    ['an input of LAMMPS', 'units metal\natom_style atomic\nread_data a.data\n', false],
  ])('tells %s', (_, text, expected) => {
    expect(looksLikeLammpsData(bytesOf(text))).toBe(expected);
  });
});
