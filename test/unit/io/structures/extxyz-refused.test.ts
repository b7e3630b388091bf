import { describe, expect, it } from 'vitest';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import { all, bytesOf, failure, inPieces, read, rowReader } from '../../../support/data/reading.js';

const GOOD = '1\n\nCu 0 0 0\n';
const PROPERTIES = 'Properties=species:S:1:pos:R:3';

/** What is wrong, the text, and the whole message. Lines count from 1, frames and atoms from 0. */
const REFUSED: readonly (readonly [string, string, string])[] = [
  ['an empty file', '', 'EMPTY: a.xyz: the file is empty'],
  ['only blank lines', '\n \n\t\n', 'EMPTY: a.xyz: the file is empty'],
  ['a frame of no atoms', '0\n\n', 'EMPTY: a.xyz, frame 0, line 1: a frame of 0 atoms'],
  ['a second frame of no atoms', `${GOOD}0\n\n`, 'EMPTY: a.xyz, frame 1, line 4: a frame of 0 atoms'],
  [
    'a negative count',
    '-2\n\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 1: expected the number of atoms, found "-2"',
  ],
  [
    'a fractional count',
    '2.5\n\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 1: expected the number of atoms, found "2.5"',
  ],
  [
    'a count in exponential form',
    '1e3\n\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 1: expected the number of atoms, found "1e3"',
  ],
  [
    'text for a count',
    'Cu\n\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 1: expected the number of atoms, found "Cu"',
  ],
  [
    'a huge count',
    '1000000000000\n\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 1: 1000000000000 atoms promised, at most 1431655765 can be read',
  ],
  [
    'a large count that the file does not keep',
    '1000000000\n\nCu 0 0 0\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 4: the file ends after 2 of 1000000000 atoms',
  ],
  [
    'a binary file',
    '\u0089PNG\r\n\u001a\n\u0000\u0000\u0000\rIHDR',
    'INVALID_FILE: a.xyz, frame 0, line 1: expected the number of atoms, found "\ufffdPNG"',
  ],
  [
    'a binary file that is no text from the first byte',
    '\u001bELF\u0002',
    'INVALID_FILE: a.xyz, frame 0, line 1: expected the number of atoms, found "\\u001bELF\\u0002"; ' +
      'is the file binary?',
  ],
  [
    'zeros',
    '\0'.repeat(100),
    'INVALID_FILE: a.xyz, line 1: not text (a byte 0); is the file binary or damaged?',
  ],
  [
    'zeros in the middle, as after a crash',
    `${GOOD}2\n\nCu 0 0 0\nCu 0 0.1\0\0 0\n`,
    'INVALID_FILE: a.xyz, line 7: not text (a byte 0); is the file binary or damaged?',
  ],
  [
    'text in UTF-16',
    '1\0\n\0\n\0',
    'INVALID_FILE: a.xyz, line 1: not text (a byte 0); is the file binary or damaged?',
  ],
  [
    'an end after the count',
    '3\n',
    'INVALID_FILE: a.xyz, frame 0, line 1: the file ends after the number of atoms, 3',
  ],
  [
    'an end after the comment',
    `3\n${PROPERTIES}\n`,
    'INVALID_FILE: a.xyz, frame 0, line 2: the file ends after 0 of 3 atoms',
  ],
  [
    'an end in the middle of a later frame',
    `${GOOD}3\n\nCu 0 0 0\nCu 0 0 0\n`,
    'INVALID_FILE: a.xyz, frame 1, line 7: the file ends after 2 of 3 atoms',
  ],
  [
    'an end in the middle of a line',
    '2\n\nCu 0.0 0.0 0.0\nCu 0.0 0.0',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: 3 fields, expected 4 (species, pos ×3); ' +
      'the file ends within this line',
  ],
  [
    'an end in the middle of a number',
    '3\n\nCu 0.12345678 0.12345678 0.12345678\nCu 0.1 0.1 1.12345678\nCu 0.12345678 0.12345678 0.1234',
    'INVALID_FILE: a.xyz, frame 0, line 5, atom 2: the file ends with a number of 4 decimals, ' +
      'the others of its column have 8 or more',
  ],
  [
    'an end before the point of a number',
    '2\n\nCu 0.12 0.12 10.12\nCu 0.12 0.12 1',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: the file ends with a number of 0 decimals, ' +
      'the others of its column have 2 or more',
  ],
  [
    'an end in the middle of an exponent',
    '2\n\nCu 0 0 1.12e-05\nCu 0 0 1.12e-0',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: the file ends with an exponent of 1 digits, ' +
      'the others of its column have 2 or more',
  ],
  [
    'an end before an exponent',
    '2\n\nCu 0 0 1.12e-05\nCu 0 0 1.12',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: the file ends with an exponent of 0 digits, ' +
      'the others of its column have 2 or more',
  ],
  [
    'fewer atoms than promised',
    '3\n\nCu 0 0 0\nCu 0 0 0\n1\n\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 5, atom 2: 1 field, expected 4 (species, pos ×3)',
  ],
  [
    'more atoms than promised',
    '1\n\nCu 0 0 0\nAl 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 4: expected the end of the frame after 1 atom, found "Al 0 0 0"',
  ],
  [
    'more atoms than promised, after a blank line',
    '1\n\nCu 0 0 1\n\nAl 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 4: expected the number of atoms of the next frame, found ""; ' +
      'is it glued to the last atom of this one?',
  ],
  [
    'a number of atoms at the end of the row before it',
    `1\n${PROPERTIES}\nCu 0 0 0.1231\n${PROPERTIES}\nCu 0 0 0.124\n`,
    'INVALID_FILE: a.xyz, frame 0, line 4: expected the number of atoms of the next frame, found ' +
      `"${PROPERTIES}"; is it glued to the last atom of this one?`,
  ],
  [
    'the same before a comment of words',
    '1\n\nCu 0 0 0.1231\nsome words\nCu 0 0 0.124\n',
    'INVALID_FILE: a.xyz, frame 0, line 4: expected the number of atoms of the next frame, found ' +
      '"some words"; is it glued to the last atom of this one?',
  ],
  [
    'fewer columns than promised',
    `1\n${PROPERTIES}:f:R:3\nCu 0 0 0\n`,
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: 4 fields, expected 7 (species, pos ×3, f ×3)',
  ],
  [
    'more columns than promised',
    `1\n${PROPERTIES}\nCu 0 0 0 1\n`,
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: 5 fields, expected 4 (species, pos ×3)',
  ],
  [
    'more columns in a later row',
    '2\n\nCu 0 0 0\nCu 0 0 0 1\n',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: 5 fields, expected 4 (species, pos ×3)',
  ],
  [
    'fewer columns in a later row',
    '2\n\nCu 0 0 0\nCu 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: 3 fields, expected 4 (species, pos ×3)',
  ],
  [
    'text in a column of numbers',
    '2\n\nCu 0 0 0\nCu 0 abc 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: expected a number for pos, found "abc"',
  ],
  [
    'stars where a number did not fit',
    '1\n\nCu 0 ******** 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: expected a number for pos, found "********"',
  ],
  [
    'text that holds nan',
    '1\n\nCu 0 banana 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: expected a number for pos, found "banana"',
  ],
  [
    'bytes that are no text in a column of numbers',
    '1\n\nCu 0 \u0001\u0002 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: 3 fields, expected 4 (species, pos ×3)',
  ],
  [
    'a coordinate that is not a number',
    '2\n\nCu 0 0 0\nCu 0 0 NaN\n',
    'INVALID_STRUCTURE: a.xyz, frame 0, line 4, atom 1: pos must be finite, found "NaN"',
  ],
  [
    'an infinite coordinate',
    `${GOOD}1\n\nCu -inf 0 0\n`,
    'INVALID_STRUCTURE: a.xyz, frame 1, line 6, atom 0: pos must be finite, found "-inf"',
  ],
  [
    'a coordinate too large for a number',
    '1\n\nCu 1e999 0 0\n',
    'INVALID_STRUCTURE: a.xyz, frame 0, line 3, atom 0: pos must be finite, found "1e999"',
  ],
  [
    'a fraction in a column of whole numbers',
    `1\n${PROPERTIES}:id:I:1\nCu 0 0 0 1.5\n`,
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: expected a whole number below 2^53 for id, found "1.5"',
  ],
  [
    'a number in a column of logicals',
    `1\n${PROPERTIES}:fixed:L:1\nCu 0 0 0 2\n`,
    'INVALID_FILE: a.xyz, frame 0, line 3, atom 0: expected T or F for fixed, found "2"',
  ],
  [
    'an atomic number of no element',
    '2\nProperties=Z:I:1:pos:R:3\n1 0 0 0\n119 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 4, atom 1: 119 is no atomic number, expected 0 to 118',
  ],
  [
    'a lattice of eight numbers',
    '1\nLattice="1 0 0 0 1 0 0 0"\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found "1 0 0 0 1 0 0 0"',
  ],
  [
    'a lattice of ten numbers',
    '1\nLattice="1 0 0 0 1 0 0 0 1 0"\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found "1 0 0 0 1 0 0 0 1 0"',
  ],
  [
    'a lattice with text in it',
    '1\nLattice="1 0 0 0 x 0 0 0 1"\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found "1 0 0 0 x 0 0 0 1"',
  ],
  [
    'a lattice without quotes',
    `1\nLattice=1 0 0 0 1 0 0 0 1 ${PROPERTIES}\nCu 0 0 0\n`,
    'INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found "1"',
  ],
  [
    'a lattice that is a word',
    `1\nLattice=cubic ${PROPERTIES}\nCu 0 0 0\n`,
    'INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found "cubic"',
  ],
  [
    'an empty lattice',
    '1\nLattice=""\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found ""',
  ],
  ...['[[1,0,0],[0,1,0]]', '[[1,0],[0,1],[0,0]]', '[[1,0,0],[0,1,0],[0,0,1],[1,1,1]]', '[[[1,0,0]]]'].map(
    (lattice) =>
      [
        `a lattice in nested brackets, ${lattice}`,
        `1\nLattice=${lattice}\nCu 0 0 0\n`,
        `INVALID_FILE: a.xyz, frame 0, line 2: expected nine numbers for Lattice, found "${lattice}"`,
      ] as const,
  ),
  [
    'a header of i-PI without all numbers',
    '1\n# CELL(abcABC): 4 4 4 90 90 Step: 0\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected 6 numbers after CELL(abcABC), found "4 4 4 90 90"',
  ],
  [
    'forces of i-PI',
    '1\n# CELL(abcABC): 4 4 4 90 90 90 Step: 0 Bead: 0 forces{atomic_unit} cell{atomic_unit}\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: the columns are forces of i-PI, expected positions or x_centroid',
  ],
  [
    'a unit that i-PI does not have',
    '1\n# CELL(abcABC): 4 4 4 90 90 90 positions{furlong}\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: unknown unit of length "furlong"; known are automatic, ' +
      'atomic_unit, angstrom, ase, picometer, nanometer, micrometer, meter',
  ],
  [
    'a cell of i-PI without volume',
    '1\n# CELL(abcABC): 4 4 4 90 90 180 positions{angstrom}\nCu 0 0 0\n',
    'INVALID_STRUCTURE: a.xyz, frame 0, line 2: a cell without volume: "4 4 4 90 90 180"',
  ],
  [
    'a lattice that is not finite',
    '1\nLattice="nan 0 0 0 1 0 0 0 1"\nCu 0 0 0\n',
    'INVALID_STRUCTURE: a.xyz, frame 0, line 2: Lattice must be finite, found "nan"',
  ],
  [
    'two lattices',
    '1\nLattice="1 0 0 0 1 0 0 0 1" Lattice="2 0 0 0 1 0 0 0 1"\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: Lattice is given twice, with different values',
  ],
  [
    'a quote that is not closed',
    '1\nLattice="1 0 0 0 1 0 0 0 1 pbc=T\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: a quote or bracket of the comment line is not closed: ' +
      '"Lattice=\\"1 0 0 0 1 0 0 0 1 pbc=T"',
  ],
  [
    'a pbc of two',
    '1\npbc="T F"\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected T or F for each direction of pbc, found "T F"',
  ],
  [
    'a pbc of other words',
    '1\npbc="p p f"\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: expected T or F for each direction of pbc, found "p p f"',
  ],
  [
    'Properties without coordinates',
    '1\nProperties=species:S:1:vel:R:3\nCu 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: Properties="species:S:1:vel:R:3" has no column pos',
  ],
  [
    'coordinates in two dimensions',
    '1\nProperties=species:S:1:pos:R:2\nCu 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: Properties="species:S:1:pos:R:2" has coordinates other ' +
      'than pos:R:3',
  ],
  [
    'two columns of coordinates',
    '1\nProperties=pos:R:3:pos:R:3\n0 0 0 1 1 1\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: Properties="pos:R:3:pos:R:3" has 2 columns named pos; ' +
      'which one counts?',
  ],
  [
    'two columns of species',
    '1\nProperties=species:S:1:pos:R:3:species:S:1\nCu 0 0 0 Al\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: Properties="species:S:1:pos:R:3:species:S:1" ' +
      'has 2 columns named species; which one counts?',
  ],
  [
    'species of two fields',
    '1\nProperties=species:S:2:pos:R:3\nCu 1 0 0 0\n',
    'INVALID_FILE: a.xyz, frame 0, line 2: Properties="species:S:2:pos:R:3" ' +
      'has more than one field of species per atom',
  ],
  ...(
    [
      ['species:S:1:pos:R', 'is not made of triplets'],
      ['', 'is not made of triplets'],
      [':S:1:pos:R:3', 'has a column without a name'],
      ['species:S:1:pos:Q:3', 'has type "Q"'],
      ['species:S:1:pos:R:0', 'has width "0"'],
      ['species:S:1:pos:R:-3', 'has width "-3"'],
      ['species:S:1:pos:R:x', 'has width "x"'],
      ['species:S:1:pos:R:3:f:R:10000000000', 'has width "10000000000"'],
    ] as const
  ).map(
    ([properties, problem]) =>
      [
        `Properties=${properties}`,
        `1\nProperties="${properties}"\nCu 0 0 0\n`,
        `INVALID_FILE: a.xyz, frame 0, line 2: Properties="${properties}" ${problem}, ` +
          'expected name:type:width, type R, I, L or S',
      ] as const,
  ),
];

describe('readExtxyz refuses', () => {
  it.each(REFUSED)('%s', async (_, text, message) => {
    expect(await failure(read(text))).toBe(message);
  });

  it('the same, in the same words, however the bytes are cut', async () => {
    for (const [, text, message] of REFUSED) {
      const bytes = bytesOf(text);
      for (const size of [1, 2, 3, 7, 16]) {
        expect(await failure(all(readExtxyz(inPieces(bytes, size), { file: 'a.xyz', rowReader })))).toBe(
          message,
        );
      }
    }
  });

  it('columns that no line bears out, before it makes room for them', async () => {
    const wide = `1000000000\n${PROPERTIES}:f:R:9999999:g:R:9999999\nCu 0 0 0\n`;
    expect(await failure(read(wide))).toContain('4 fields, expected 20000002 (species, pos ×3, f ×9999999');
  });

  it('frames after good ones, which come first', async () => {
    const frames = readExtxyz(bytesOf(`${GOOD}${GOOD}x\n`), { file: 'a.xyz', rowReader });
    expect((await frames.next()).done).toBe(false);
    expect((await frames.next()).done).toBe(false);
    expect(await failure(frames.next())).toContain(
      'a.xyz, frame 2, line 7: expected the number of atoms, found "x"',
    );
  });
});

describe('readExtxyz accepts', () => {
  it.each([
    ['a number with fewer decimals, where a line end follows', '2\n\nCu 0.12 0.12 0.12\nCu 0.12 0.12 0.1\n'],
    ['no final line end', '2\n\nCu 0.12 0.12 0.12\nCu 0.12 0.12 0.12'],
    [
      'no final line end, decimals that vary',
      '3\n\nCu 0.12 0.12 0.12345\nCu 0.12 0.12 0.1\nCu 0.12 0.12 0.1',
    ],
    ['no final line end after one atom', '1\n\nCu 0.12 0.12 0.1'],
    ['no final line end after text', '2\nProperties=pos:R:3:species:S:1\n0.1 0.1 0.1 Cu\n0 0 0 C'],
    ['blank lines at the end', `${GOOD}\n\n  \n`],
    ['blank lines between frames', `${GOOD}\n${GOOD}`],
  ])('%s', async (_, text) => {
    expect((await read(text)).length).toBeGreaterThan(0);
  });
});
