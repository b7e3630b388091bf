import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { writeExtxyz } from '../../../../ts/io/structures/extxyz-write.js';
import type { AtomArray, InfoValue, Structure } from '../../../../ts/model/structure.js';
import { all, failure, read } from '../../../support/data/reading.js';

async function text(...structures: Structure[]): Promise<string> {
  return (await all(writeExtxyz(structures))).join('');
}

const ATOM: Structure = { positions: Float64Array.of(0, 0, 0) };

const real = fc.double({ noNaN: true, noDefaultInfinity: true });
const label = fc.string({
  unit: fc.constantFrom(...Array.from('abcABC1=":{}[]\'\\,é-*')),
  minLength: 1,
  maxLength: 9,
});
const name = fc
  .string({ unit: fc.constantFrom(...Array.from('abcXYZ_ ="\'{}[]\\é1')), minLength: 1, maxLength: 6 })
  // Names that the reader has a use for: reading `Z` would give species.
  .filter((text) => !/^(species|symbols?|elements?|pos|positions?|Z|numbers)$/i.test(text));

function column(atoms: number): fc.Arbitrary<AtomArray> {
  return fc.integer({ min: 1, max: 3 }).chain((width) => {
    const values = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(value, { minLength: atoms * width, maxLength: atoms * width });
    const whole = fc.integer({ min: -(2 ** 31) + 1, max: 2 ** 31 - 1 });
    return fc.oneof<fc.Arbitrary<AtomArray>[]>(
      values(fc.double()).map((data) => ({ kind: 'R', width, data: Float64Array.from(data) })),
      values(whole).map((data) => ({ kind: 'I', width, data: Int32Array.from(data) })),
      values(fc.nat({ max: 1 })).map((data) => ({ kind: 'L', width, data: Uint8Array.from(data) })),
      values(label).map((data) => ({ kind: 'S', width, data })),
    );
  });
}

const info: fc.Arbitrary<Record<string, InfoValue>> = fc.dictionary(
  name,
  fc.oneof<fc.Arbitrary<InfoValue>[]>(
    fc.double(),
    fc.boolean(),
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.array(fc.double(), { maxLength: 9 }),
    fc.array(fc.string({ maxLength: 5 }), { maxLength: 3 }),
  ),
  { maxKeys: 5 },
);

const structure: fc.Arbitrary<Structure> = fc.integer({ min: 1, max: 4 }).chain((atoms) =>
  fc
    .record({
      positions: fc.array(real, { minLength: 3 * atoms, maxLength: 3 * atoms }),
      cell: fc.option(fc.array(real, { minLength: 9, maxLength: 9 }), { nil: undefined }),
      pbc: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      species: fc.option(
        fc.array(fc.constantFrom('Cu', 'Zr', '1', 'OW', 'water'), { minLength: atoms, maxLength: atoms }),
        { nil: undefined },
      ),
      arrays: fc.dictionary(name, column(atoms), { maxKeys: 3 }),
      info,
    })
    .map(({ positions, cell, species, ...others }) => ({
      ...others,
      positions: Float64Array.from(positions),
      ...(cell && { cell }),
      ...(species && { species }),
    })),
);

describe('writeExtxyz', () => {
  it('writes what reads back as the same structures, to the last bit', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(structure, { minLength: 1, maxLength: 3 }), async (structures) => {
        const found = await read(await text(...structures));
        expect(found).toStrictEqual(
          structures.map((one, frame) => ({
            ...one,
            arrays: { ...one.arrays },
            info: { ...one.info },
            source: { file: 'a.xyz', frame },
          })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('writes one frame like this', async () => {
    const found = await text({
      positions: Float64Array.of(0.1, -0, 1e-7, 1, 2, 1e21),
      cell: [4, 0, 0, 0, 4.5, 0, 0, 0, 5],
      pbc: [true, true, false],
      species: ['Cu', 'O'],
      arrays: {
        forces: { kind: 'R', width: 3, data: Float64Array.of(1, NaN, Infinity, 4, 5, 6) },
        id: { kind: 'I', width: 1, data: Int32Array.of(1, 2) },
        'two words': { kind: 'L', width: 1, data: Uint8Array.of(1, 0) },
      },
      info: {
        energy: -1.5,
        note: 'a "b"',
        zip: '00123',
        size: '12',
        'a key': [1, 2],
        one: [1],
        line: 'a\nb',
      },
    });
    expect(found).toBe(
      [
        '2',
        'Lattice="4 0 0 0 4.5 0 0 0 5" Properties="species:S:1:pos:R:3:forces:R:3:id:I:1:two words:L:1" ' +
          'energy=-1.5 note="a \\"b\\"" zip=00123 size="_JSON \\"12\\"" "a key"="1 2" one="_JSON [1]" ' +
          'line="_JSON \\"a\\\\nb\\"" pbc="T T F"',
        'Cu 0.1 -0 1e-7 1 nan inf 1 T',
        'O 1 2 1e+21 4 5 6 2 F',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['a cell', [true, true, true], { cell: [1, 0, 0, 0, 1, 0, 0, 0, 1] }],
    ['no cell', [false, false, false], {}],
  ])('writes the boundaries that are meant with %s alone', async (_, pbc, cell) => {
    expect((await read(await text({ ...ATOM, ...cell })))[0]?.pbc).toEqual(pbc);
  });

  it('hands out large frames in pieces', async () => {
    const pieces = await all(writeExtxyz([{ positions: new Float64Array(300_000).fill(0.1) }]));
    expect(pieces.length).toBeGreaterThan(5);
    expect((await read(pieces.join('')))[0]?.positions.length).toBe(300_000);
  });

  it('keeps words of running text that are keys elsewhere', async () => {
    const first = await read('1\nLattice and Properties of a=1 lattice=fcc\nCu 0 0 0\n');
    expect(first[0]?.info).toEqual({
      Lattice: true,
      and: true,
      Properties: true,
      of: true,
      a: 1,
      lattice: 'fcc',
    });
    expect(await read(await text(...first))).toEqual(first);
  });

  it.each<[string, Partial<Structure>, string]>([
    ['no atoms', { positions: new Float64Array(0) }, 'INVALID_ARGUMENT: frame 0: no atoms'],
    [
      'four coordinates',
      { positions: new Float64Array(4) },
      'INVALID_ARGUMENT: frame 0: positions are not three numbers per atom',
    ],
    [
      'coordinates that are not finite',
      { positions: Float64Array.of(0, 0, 0, 0, NaN, 0) },
      'INVALID_STRUCTURE: frame 0, atom 1: the coordinates are not finite',
    ],
    ['a cell of eight numbers', { cell: [1, 2, 3, 4, 5, 6, 7, 8] }, '8 numbers in the cell, expected nine'],
    ['too few species', { species: [] }, '0 values in species, expected 1 for each of 1 atoms'],
    [
      'a column that is too long',
      { arrays: { f: { kind: 'R', width: 3, data: new Float64Array(4) } } },
      '4 values in f, expected 3 for each of 1 atoms',
    ],
    ['a label with a blank', { species: ['a b'] }, '"a b" cannot be written as a field of species'],
    ['an empty label', { species: [''] }, '"" cannot be written as a field of species'],
    [
      'a column with a colon in its name',
      { arrays: { 'a:b': { kind: 'R', width: 1, data: new Float64Array(1) } } },
      'a column cannot be named "a:b"',
    ],
    [
      'a second column of coordinates',
      { arrays: { pos: { kind: 'R', width: 3, data: new Float64Array(3) } } },
      'two columns are named pos',
    ],
    ['a key with a line break', { info: { 'a\nb': 1 } }, 'info cannot have the key "a\\nb"'],
    ['a key that the format uses', { info: { pbc: 'T T T' } }, 'info cannot have the key pbc'],
    [
      'a second lattice',
      { info: { LATTICE: [1, 0, 0, 0, 1, 0, 0, 0, 1] } },
      'info cannot have the key LATTICE',
    ],
  ])('refuses %s', async (_, part, message) => {
    expect(await failure(text({ ...ATOM, ...part }))).toContain(message);
  });
});
