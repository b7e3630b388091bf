import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLammpsData } from '../../../../ts/io/structures/lammps-data.js';
import { writeLammpsData } from '../../../../ts/io/structures/lammps-data-write.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, rowReader } from '../../../support/data/reading.js';

const CELL = [4, 0, 0, 1, 5, 0, 0, 0, 6];
const ATOM: Structure = { positions: Float64Array.of(1, 2, 3), cell: CELL };
const TWO: Structure = { positions: Float64Array.of(1, 2, 3, 0, 0, 0), cell: CELL, species: ['Cu', 'Al'] };

async function text(...structures: Structure[]): Promise<string> {
  return (await all(writeLammpsData(structures))).join('');
}

async function again(structure: Structure): Promise<Structure> {
  const [result, ...others] = await all(
    readLammpsData(bytesOf(await text(structure)), { file: 'a.data', rowReader }),
  );
  if (result === undefined || others.length > 0) throw new Error('expected one structure');
  return result;
}

const wholes = (...data: number[]): NonNullable<Structure['arrays']>[string] => ({
  kind: 'I',
  width: 1,
  data: Int32Array.from(data),
});
const reals = (...data: number[]): NonNullable<Structure['arrays']>[string] => ({
  kind: 'R',
  width: 1,
  data: Float64Array.from(data),
});

describe('writeLammpsData', () => {
  it('writes elements as labels of types', async () => {
    expect(await text({ ...TWO, info: { comment: 'two atoms', Origin: [-1, 0, 0.5] } })).toBe(
      'two atoms\n\n2 atoms\n2 atom types\n\n-1 3 xlo xhi\n0 5 ylo yhi\n0.5 6.5 zlo zhi\n1 0 0 xy xz yz\n\n' +
        'Atom Type Labels\n\n1 Al\n2 Cu\n\nAtoms # atomic\n\n1 2 1 2 3\n2 1 0 0 0\n',
    );
  });

  it('writes elements as comments of masses where they are known', async () => {
    expect(await text({ ...TWO, arrays: { mass: reals(63.5, 27) } })).toContain(
      '\nMasses\n\n1 27 # Al\n2 63.5 # Cu\n\nAtoms # atomic\n\n1 2 1 2 3\n',
    );
  });

  it('writes other cells as general triclinic boxes', async () => {
    expect(await text({ ...ATOM, cell: [0, 4, 0, -5, 0, 0, 0, 0, 6] })).toContain(
      '\n0 4 0 avec\n-5 0 0 bvec\n0 0 6 cvec\n0 0 0 abc origin\n',
    );
  });

  it.each<[string, Structure, string[], number[], number[]]>([
    [
      'types that go with the species',
      { ...TWO, arrays: { type: wholes(1, 2) } },
      ['Cu', 'Al'],
      [1, 2],
      [1, 2],
    ],
    [
      'no types that leave a number out',
      { ...TWO, arrays: { type: wholes(1, 3) } },
      ['Cu', 'Al'],
      [2, 1],
      [1, 2],
    ],
    ['no types of two species', { ...TWO, arrays: { type: wholes(1, 1) } }, ['Cu', 'Al'], [2, 1], [1, 2]],
    ['species that are types', { ...TWO, species: ['3', '1'] }, ['3', '1'], [3, 1], [1, 2]],
    ['labels', { ...TWO, species: ['OW', 'HW'] }, ['OW', 'HW'], [2, 1], [1, 2]],
    ['identifiers', { ...TWO, arrays: { id: wholes(5, 9) } }, ['Cu', 'Al'], [2, 1], [5, 9]],
    [
      'no identifiers that occur twice',
      { ...TWO, arrays: { id: wholes(5, 5) } },
      ['Cu', 'Al'],
      [2, 1],
      [1, 2],
    ],
    ['no identifiers below 1', { ...TWO, arrays: { id: wholes(0, 1) } }, ['Cu', 'Al'], [2, 1], [1, 2]],
  ])('keeps %s', async (_, structure, species, types, ids) => {
    const { arrays, ...found } = await again(structure);
    expect(found.species).toEqual(species);
    expect(arrays).toEqual({ id: wholes(...ids), type: wholes(...types) });
    expect(found.positions).toEqual(structure.positions);
  });

  it('writes structures without species as one type', async () => {
    expect((await again(ATOM)).species).toEqual(['1']);
  });

  it.each([
    ['types', ['1', '2']],
    ['elements', ['Cu', 'Zr']],
    ['labels', ['OW', 'HW']],
  ])('keeps masses of %s', async (_, species) => {
    const structure = { ...TWO, species, arrays: { mass: reals(63.5, 91.25) } };
    const found = await again(structure);
    expect(found.species).toEqual(species);
    expect(found.arrays?.mass).toEqual(reals(63.5, 91.25));
  });

  it('writes no masses where atoms of one type differ', async () => {
    const structure = { ...TWO, species: ['H', 'H'], arrays: { mass: reals(1, 2) } };
    expect(await text(structure)).not.toContain('Masses');
  });

  it('gives the same structure when it is read again, to the last bit', async () => {
    const real = fc.double({ noNaN: true, noDefaultInfinity: true });
    const length = fc.double({ min: 1e-3, max: 1e5, noNaN: true });
    const structure = fc.integer({ min: 1, max: 5 }).chain((atoms) =>
      fc.record({
        positions: fc.array(real, { minLength: 3 * atoms, maxLength: 3 * atoms }),
        species: fc.array(fc.constantFrom('Cu', 'Zr', 'OW', 'H'), { minLength: atoms, maxLength: atoms }),
        lengths: fc.tuple(length, length, length),
        tilts: fc.tuple(...Array.from({ length: 3 }, () => fc.double({ min: -1e5, max: 1e5, noNaN: true }))),
        turned: fc.boolean(),
      }),
    );
    await fc.assert(
      fc.asyncProperty(structure, async ({ positions, species, lengths: [a, b, c], tilts, turned }) => {
        const [xy, xz, yz] = tilts as [number, number, number];
        // The axes x, y, z become y, z, x: the cell stays right-handed.
        const cell = turned ? [0, a, 0, 0, xy, b, c, xz, yz] : [a, 0, 0, xy, b, 0, xz, yz, c];
        const found = await again({ positions: Float64Array.from(positions), species, cell });
        expect(found.positions).toEqual(Float64Array.from(positions));
        expect(found.species).toEqual(species);
        // Zeros have no sign where they are written as bounds.
        expect(Array.from(found.cell ?? [], (value) => value + 0)).toEqual(cell.map((value) => value + 0));
      }),
    );
  });

  it.each<[string, Structure[], string]>([
    ['no structure', [], 'EMPTY: no structure to write as a LAMMPS data file'],
    [
      'two structures',
      [ATOM, ATOM],
      'INVALID_ARGUMENT: a LAMMPS data file holds one structure; select one of several, as with ' +
        'FILE@-1, or write a dump or extxyz',
    ],
    [
      'no cell',
      [{ positions: ATOM.positions }],
      'INVALID_ARGUMENT: LAMMPS data file: a structure without a cell cannot be written',
    ],
    [
      'a left-handed cell',
      [{ ...ATOM, cell: [4, 0, 0, 0, 0, 5, 0, 6, 0] }],
      'INVALID_ARGUMENT: LAMMPS data file: expected a right-handed cell with a volume',
    ],
    [
      'a flat cell',
      [{ ...ATOM, cell: [4, 0, 0, 0, 5, 0, 0, 0, 0] }],
      'INVALID_ARGUMENT: LAMMPS data file: expected a right-handed cell with a volume',
    ],
    [
      'no atoms',
      [{ ...ATOM, positions: new Float64Array(0) }],
      'INVALID_ARGUMENT: LAMMPS data file: positions are not three numbers per atom',
    ],
    [
      'a coordinate that is not finite',
      [{ ...ATOM, positions: Float64Array.of(0, NaN, 0) }],
      'INVALID_STRUCTURE: LAMMPS data file: the coordinates of atom 0 are not finite',
    ],
    [
      'fewer species than atoms',
      [{ ...TWO, species: ['Cu'] }],
      'INVALID_ARGUMENT: LAMMPS data file: 1 species, expected 2',
    ],
    [
      'types and elements mixed',
      [{ ...TWO, species: ['Cu', '1'] }],
      'INVALID_ARGUMENT: LAMMPS data file: "1" cannot be written as a species',
    ],
    [
      'a comment of two lines',
      [{ ...ATOM, info: { comment: 'a\nb' } }],
      'INVALID_ARGUMENT: LAMMPS data file: a comment of more than one line cannot be written',
    ],
    [
      'an origin that is none',
      [{ ...ATOM, info: { Origin: [1, 2] } }],
      'INVALID_ARGUMENT: LAMMPS data file: info.Origin, where the box begins, must be three numbers',
    ],
    [
      'an origin so far away that the cell is lost',
      [{ ...ATOM, info: { Origin: [0, 1e20, 0] } }],
      'INVALID_ARGUMENT: LAMMPS data file: the cell is too small to be told from info.Origin, ' +
        '100000000000000000000',
    ],
  ])('refuses %s', async (_, structures, message) => {
    expect(await failure(text(...structures))).toBe(message);
  });

  it('hands out large structures in pieces', async () => {
    const positions = new Float64Array(30_000).fill(0.123);
    const pieces = await all(writeLammpsData([{ positions, cell: CELL }]));
    expect(pieces.length).toBeGreaterThan(2);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(2 ** 16 + 100);
  });
});
