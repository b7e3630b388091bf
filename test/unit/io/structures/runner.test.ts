import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { detectFormat, formatOfName } from '../../../../ts/io/files/detect-format.js';
import type { FrameOptions, ReadNote } from '../../../../ts/io/structures/frames.js';
import { looksLikeRunner, readRunner } from '../../../../ts/io/structures/runner.js';
import { writeRunner } from '../../../../ts/io/structures/runner-write.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces, rowReader } from '../../../support/data/reading.js';

const DATA = readFileSync(new URL('ase/made/input.data', import.meta.url), 'utf8');
const MOLECULE = 'begin\natom 1 0 0 O 0 0 0 0 0\nATOM 0 0 0 H 0 0.5 1 2 NaN\nenergy 2\ncharge -1\nend\n';
/** CODATA 2014. */
const [BOHR, HARTREE] = [0.52917721067, 27.21138602];

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readRunner(bytesOf(text), { file: 'input.data', ...options }));
}

async function written(structures: readonly Structure[]): Promise<string> {
  return (await all(writeRunner(structures))).join('');
}

const ATOM: Structure = { positions: Float64Array.of(0, 1, 2), species: ['Cu'] };

describe('readRunner', () => {
  it('converts units, with a note, and keeps charges and comments', async () => {
    const notes: ReadNote[] = [];
    const [first] = await read(DATA, { onNote: (note) => notes.push(note) });
    expect(first?.arrays?.charge?.data).toEqual(Float64Array.of(0.5, 0.25, -0.75));
    expect(first?.arrays).not.toHaveProperty('unused');
    expect(first?.info).toMatchObject({ comment: 'first, of three atoms', charge: 0 });
    expect(notes).toEqual([
      {
        file: 'input.data',
        frame: 0,
        text: 'Bohr and Hartree, as RuNNer and n2p2 have them, were converted to Å and eV',
        kind: 'units',
      },
    ]);
    const [molecule] = await read(MOLECULE);
    expect(molecule).toMatchObject({ pbc: [false, false, false], species: ['O', 'H'], info: { charge: -1 } });
    expect(molecule).not.toHaveProperty('cell');
    expect(molecule?.positions[0]).toBeCloseTo(BOHR, 9);
    expect(molecule?.info?.energy).toBeCloseTo(2 * HARTREE, 7);
    expect(molecule?.arrays?.unused?.data).toEqual(Float64Array.of(0, 0.5));
    expect(molecule?.arrays?.forces?.data[4]).toBeCloseTo((2 * HARTREE) / BOHR, 6);
    expect(molecule?.arrays?.forces?.data[5]).toBeNaN();
  });

  it('reads the same with the core as line by line', async () => {
    const atom = (at: number): string =>
      `atom ${at}.25 1e-3 ${-at / 7} ${at % 2 ? 'Cu' : 'Zr'} 0 ${at % 3} 1 2 3\n`;
    const rows = Array.from({ length: 100 }, (_, at) => atom(at));
    const frame = (lines: readonly string[]): string => `begin\n${lines.join('')}energy -1\nend\n`;
    const few = rows.slice(0, 3);
    const texts = [
      frame(rows) + frame(few) + frame(rows.slice(50)) + MOLECULE,
      // Words of other lengths and letters, and what only looks like an atom to the core.
      frame(rows.map((row, at) => (at === 60 ? row.replace('atom', 'ATOM') : row))),
      frame([...rows.slice(0, 20), '\n', ...rows.slice(20)]),
      frame(rows.map((row, at) => (at === 40 ? row.replace('1e-3', '1D-3') : row))),
    ];
    for (const text of texts) {
      const slow = await read(text);
      expect(await read(text, { rowReader })).toEqual(slow);
      const pieces = inPieces(bytesOf(text), 999);
      expect(await all(readRunner(pieces, { file: 'input.data', rowReader }))).toEqual(slow);
    }
    for (const wrong of ['atoms ', 'xxatom ', 'atom 9 ', 'atom nan ']) {
      const text = frame(rows.map((row, at) => (at === 70 ? row.replace('atom ', wrong) : row)));
      expect(await failure(read(text, { rowReader }))).toBe(await failure(read(text)));
      expect(await failure(read(text))).toContain('frame 0, line 72');
    }
  });

  it('reads pieces of any size, and passes over frames', async () => {
    const whole = await read(DATA + MOLECULE);
    expect(whole).toHaveLength(3);
    expect(await all(readRunner(inPieces(bytesOf(DATA + MOLECULE), 11), { file: 'input.data' }))).toEqual(
      whole,
    );
    const frames = { end: 3, wants: (frame: number) => frame === 2 };
    expect(await read(DATA + MOLECULE, { frames })).toEqual(whole.slice(2));
  });

  it('is known by its name and content', () => {
    expect(looksLikeRunner(bytesOf(DATA))).toBe(true);
    expect(looksLikeRunner(bytesOf('begin here\nlattice'))).toBe(false);
    expect(detectFormat('runs/input.data', bytesOf(DATA)).name).toBe('runner');
    expect(detectFormat('a', bytesOf(MOLECULE)).name).toBe('runner');
    const lammps =
      'LAMMPS\n\n1 atoms\n1 atom types\n\n0 4 xlo xhi\n0 4 ylo yhi\n0 4 zlo zhi\n\nAtoms\n\n1 1 0 0 0\n';
    expect(detectFormat('input.data', bytesOf(lammps)).name).toBe('lammps-data');
    expect(formatOfName('a/input.data.gz')?.name).toBe('runner');
    expect(formatOfName('my.data')?.name).toBe('lammps-data');
  });
});

describe('writeRunner', () => {
  it('writes what is read back the same, to the last digits', async () => {
    const frames = await read(DATA + MOLECULE.replace('NaN', '3'));
    const back = await read(await written(frames));
    const digits = (values: ArrayLike<number>): string[] =>
      Array.from(values, (value) => value.toPrecision(14));
    for (const [at, frame] of frames.entries()) {
      const own = back[at];
      expect(digits(own?.positions ?? [])).toEqual(digits(frame.positions));
      expect(digits(own?.cell ?? [])).toEqual(digits(frame.cell ?? []));
      expect(digits((own?.arrays?.forces?.data ?? []) as Float64Array)).toEqual(
        digits(frame.arrays?.forces?.data as Float64Array),
      );
      expect(own?.info?.energy).toBeCloseTo(frame.info?.energy as number, 12);
      expect([own?.species, own?.pbc, own?.arrays?.charge, own?.arrays?.unused]).toEqual([
        frame.species,
        frame.pbc,
        frame.arrays?.charge,
        frame.arrays?.unused,
      ]);
    }
  });

  it('writes 0 for what a structure lacks', async () => {
    const [, atom = '', ...others] = (await written([ATOM])).split('\n');
    expect(atom.split(' ').slice(4)).toEqual(['Cu', '0', '0', '0', '0', '0']);
    expect(others).toEqual(['energy 0', 'charge 0', 'end', '']);
  });

  it.each<[Structure, string]>([
    [
      { ...ATOM, cell: [1, 0, 0, 0, 1, 0, 0, 0, 1], pbc: [true, true, false] },
      'periodic in all directions or in none',
    ],
    [{ positions: ATOM.positions }, 'a structure without species cannot be written'],
    [{ ...ATOM, species: ['a b'] }, '"a b" cannot be written as a field of species'],
    [{ ...ATOM, info: { comment: 'a\nb' } }, 'a comment of more than one line'],
    [
      { ...ATOM, arrays: { forces: { kind: 'R', width: 3, data: new Float64Array(6) } } },
      '6 values in forces',
    ],
    [{ ...ATOM, positions: Float64Array.of(0, NaN, 0) }, 'the coordinates are not finite'],
    [{ positions: new Float64Array(0) }, 'positions are not three numbers per atom'],
  ])('refuses what the format cannot hold: %#', async (structure, problem) => {
    expect(await failure(written([structure]))).toContain(problem);
  });
});

describe('broken input.data', () => {
  const row = DATA.split('\n')[6] ?? '';

  it.each<[string, string, string]>([
    [row, row.slice(0, 60), 'line 7, atom 1: expected atom x y z element charge unused fx fy fz, found'],
    [row, `${row} 1`, 'line 7, atom 1: expected atom x y z element charge unused fx fy fz, found'],
    [row, row.replace('3.779452', '********'), 'line 7: expected a number of an atom, found "********"'],
    [row, row.replace('3.779452', 'nan'), 'line 7: coordinates must be finite, found "nan"'],
    [row, 'atom', 'expected atom, lattice, energy, charge, comment or end, found "atom"'],
    ['lattice ', 'lattices ', 'expected atom, lattice, energy, charge, comment or end, found "lattices'],
    ['lattice ', 'comment ', 'expected three lines of lattice or none, found 2'],
    ['comment first, of three atoms', 'lattice 1 2 3', 'at most three lines of lattice'],
    ['7.581581 ', '', 'expected 3 numbers, found "lattice'],
    ['7.581581 ', 'inf', 'lattice must be finite'],
    ['-0.753815', '', 'expected a number, found "energy"'],
    [DATA.slice(DATA.indexOf('atom'), DATA.indexOf('energy')), '', 'a frame of 0 atoms'],
  ])('is refused in one line, and skipped: %#', async (from, to, problem) => {
    expect(DATA).toContain(from);
    const broken = DATA.replace(from, to);
    expect(await failure(read(broken))).toMatch(/^(INVALID_\w+|EMPTY): input.data, frame 0, line \d+/);
    expect(await failure(read(broken))).toContain(problem);
    const skipped: Skipped[] = [];
    const frames = await read(broken, { onSkip: (skip) => skipped.push(skip) });
    expect(frames.map(({ source }) => source?.frame)).toEqual([1]);
    expect(skipped.map(({ frame }) => frame)).toEqual([0]);
  });

  it('is refused where it ends early or begins late', async () => {
    expect(await failure(read(DATA.slice(0, 300)))).toMatch(/frame 0, line \d+.*expected atom x y z/);
    expect(await failure(read(DATA.slice(0, DATA.indexOf('energy'))))).toContain(
      'the file ends before "end"',
    );
    expect(await failure(read(DATA.replace('end\n', '')))).toContain('comment or end, found "begin"');
    const frames = { end: 3, wants: (frame: number) => frame === 1 };
    expect(await failure(read(DATA.replace('end\n', ''), { frames }))).toContain(
      'expected "end", found "begin"',
    );
    expect(await failure(read(`x\n${DATA}`))).toContain('frame 0, line 1: expected "begin", found "x"');
  });
});
