import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { looksLikeCif, readCif } from '../../../../ts/io/structures/cif.js';
import type { FrameOptions } from '../../../../ts/io/structures/frames.js';
import type { Skipped } from '../../../../ts/model/bad-frames.js';
import type { Structure } from '../../../../ts/model/structure.js';
import { all, bytesOf, failure, inPieces } from '../../../support/data/reading.js';

const TWO = readFileSync(new URL('ase/made/two.cif', import.meta.url), 'utf8');
const CELL = 'data_a\n_cell_length_a 4\n_cell_length_b 5\n_cell_length_c 6\n';
const SITES = 'loop_\n_atom_site_label\n_atom_site_fract_x\n_atom_site_fract_y\n_atom_site_fract_z\n';

function read(text: string, options: Partial<FrameOptions> = {}): Promise<Structure[]> {
  return all(readCif(bytesOf(text), { file: 'a.cif', ...options }));
}

/** Coordinates of the atoms of the only structure, of a cell without angles. */
async function coordinates(text: string): Promise<number[]> {
  const frames = await read(text);
  expect(frames).toHaveLength(1);
  return Array.from(frames[0]?.positions ?? [], (value) => Math.round(value * 1e6) / 1e6);
}

describe('readCif', () => {
  it('reads a frame for each block with atoms', async () => {
    const frames = await read(TWO);
    expect(frames.map(({ info, species }) => [info?.name, species?.length])).toEqual([
      ['quartz_like', 12],
      ['triclinic', 2],
    ]);
    expect(frames[1]?.arrays?.label?.data).toEqual(['Cu1', 'Zr2']);
    expect(looksLikeCif(bytesOf(TWO))).toBe(true);
    expect(looksLikeCif(bytesOf('data_ is what this line begins with'))).toBe(false);
  });

  it('reads pieces of any size, and passes over frames', async () => {
    const whole = await read(TWO);
    expect(await all(readCif(inPieces(bytesOf(TWO), 13), { file: 'a.cif' }))).toEqual(whole);
    expect(await all(readCif(bytesOf(TWO.replaceAll('\n', '\r\n')), { file: 'a.cif' }))).toEqual(whole);
    expect(await read(TWO, { frames: { end: 2, wants: (frame) => frame === 1 } })).toEqual(whole.slice(1));
  });

  it('puts atoms on special positions once', async () => {
    const symmetry =
      "loop_\n_space_group_symop.operation_xyz\nx,y,z\n'-x, -y, -z'\n'1/2+x, y, z'\n'0.5-X, -Y, -Z'\n";
    expect(await coordinates(`${CELL}${symmetry}${SITES}Cu 0 0 0\nZr 0.25 0.1 0\n`)).toEqual([
      0, 0, 0, 2, 0, 0, 1, 0.5, 0, 3, 4.5, 0, 3, 0.5, 0, 1, 4.5, 0,
    ]);
  });

  it('reads Cartesian coordinates, with and without a cell, and passes over dummies', async () => {
    const sites = SITES.replaceAll('fract', 'Cartn').replace('loop_\n', 'loop_\n_atom_site_calc_flag\n');
    const rows = '. Cu 1 2 3\ndum X 0 0 0\n. O1 -1 2 3\n';
    expect(await coordinates(`${CELL}${sites}${rows}`)).toEqual([1, 2, 3, 3, 2, 3]);
    const [molecule] = await read(`data_\n${sites}${rows}`);
    expect(molecule).toMatchObject({ pbc: [false, false, false], species: ['Cu', 'O'], info: {} });
    expect(Array.from(molecule?.positions ?? [])).toEqual([1, 2, 3, -1, 2, 3]);
    expect(molecule).not.toHaveProperty('cell');
  });

  it('reads quotes, texts, comments, deuterium', async () => {
    const items = `_a 'it's'\n_b "x # y" # z\n_c\n;\nloop_\n_d\n;\n`;
    const text = `# a\n${CELL}${items}${SITES}'D 1' 0 .5 0 # O 1 1 1\n`;
    const [frame] = await read(text);
    expect(frame?.species).toEqual(['H']);
    expect(frame?.arrays).toEqual({});
    const operation = `${CELL}_symmetry_equiv_pos_as_xyz x,y,z\n${SITES}Cu 0 .5 0\n`;
    expect(await coordinates(operation)).toEqual([0, 2.5, 0]);
  });
});

describe('broken CIF files', () => {
  const place = (text: string): number => TWO.slice(0, TWO.indexOf(text)).split('\n').length;

  it.each<[string, string, string]>([
    ['0.2669(2)', '?', `line ${place('O1  ')}, atom 1: expected a number for _atom_site_fract_y, found "?"`],
    ['0.2669(2)', 'nan', `line ${place('O1  ')}, atom 1: _atom_site_fract_y must be finite, found "nan"`],
    ['0.2669(2)', '', `line ${place('O1  ')}: the loop has 13 values for 7 columns`],
    [
      '0.1191(2) 1.0',
      '0.1191(2) 0.5',
      'atom 1: a site with an occupancy other than 1 cannot be read, found "0.5"',
    ],
    ['Si1 Si4+', 'Si1 4+', 'atom 0: expected an element, found "4+"'],
    ["'y, x, -z'", "'y, x'", 'expected a symmetry operation as in "-x, y+1/2, -z", found "y, x"'],
    ["'y, x, -z'", "'y, w, -z'", 'expected a symmetry operation as in "-x, y+1/2, -z", found "y, w, -z"'],
    ["'y, x, -z'", "'y, x/0, -z'", 'expected a symmetry operation'],
    [
      '_symmetry_equiv_pos_as_xyz',
      '_other',
      'the symmetry operations of group "P 32 2 1" are not listed in the file',
    ],
    ['_symmetry_equiv_pos_as_xyz', '_space_group_symop_magn_operation.xyz', 'symmetry of a magnetic group'],
    ['4.9134(2)', '-4', 'expected a positive number for _cell_length_a, found "-4"'],
    ['4.9134(2)', '', 'expected a value of "_cell_length_a"'],
    ['4.9134(2)', '4 4.9134(2)', 'expected a tag or loop_, found "4.9134(2)"'],
    ['120', '190', 'no cell has the lengths 4.9134, 4.9134, 5.4052 and the angles 90, 90, 190'],
    ['_cell_length_a ', '_cell_a ', 'expected a positive number for _cell_length_a, found "none"'],
    ["'P 32 2 1'", '', 'expected a value of "_symmetry_space_group_name_H-M"'],
  ])('are refused in one line, and skipped: %j → %j', async (from, to, problem) => {
    expect(TWO).toContain(from);
    const broken = TWO.replace(from, to);
    const message = await failure(read(broken));
    expect(message).toContain(problem);
    expect(message).toMatch(/^INVALID_\w+: a.cif, frame 0, line \d+/);
    const skipped: Skipped[] = [];
    const frames = await read(broken, { onSkip: (skip) => skipped.push(skip) });
    expect(frames.map(({ info }) => info?.name)).toEqual(['triclinic']);
    expect(skipped.map(({ frame }) => frame)).toEqual([0]);
  });

  it('are refused where they are no CIF, or have no atoms', async () => {
    expect(await failure(read(`x\n${TWO}`))).toContain('frame 0, line 1: expected data_NAME, found "x"');
    expect(await failure(read('data_a\n_b 1\n'))).toBe(
      'INVALID_FILE: a.cif, frame 0: expected a block with _atom_site_fract_x, y, z, found none',
    );
    expect(await failure(read('data_a\n_b\n;text\n'))).toContain(
      'the file ends before ";" after the text of line 3',
    );
    expect(await failure(read(`data_a\n${SITES}Cu 0 0 0\n`))).toContain(
      'line 1: expected _cell_length_a, b, c',
    );
    const dummies = SITES.replace('loop_\n', 'loop_\n_atom_site_calc_flag\n');
    expect(await failure(read(`${CELL}${dummies}dum X 0 0 0\n`))).toContain(
      'expected atoms that are no dummies',
    );
  });
});
