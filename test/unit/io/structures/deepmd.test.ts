import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openBlob, readStructures as readBlobs } from '../../../../ts/io/files/blob.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { groupedFiles } from '../../../../ts/io/files/file-folder.js';
import type { ReadOptions } from '../../../../ts/io/files/opened.js';
import { wholeNpy } from '../../../../ts/io/matrices/npy-values.js';
import { writeNpy } from '../../../../ts/io/matrices/npy.js';
import type { Structure } from '../../../../ts/node.js';
import { temporaryFolder } from '../../../support/cli/cli.js';
import { all, failure } from '../../../support/data/reading.js';

const folder = temporaryFolder();

type Files = Record<string, string | Uint8Array>;

function npy(data: Float64Array, shape: readonly number[]): Uint8Array {
  return Buffer.concat([...writeNpy({ data, shape })]);
}

/** An array of numbers that 16 bits hold exactly. */
function halfNpy(descr: string, values: readonly number[], shape: readonly number[]): Uint8Array {
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = `${dictionary.padEnd(117)}\n`;
  const bytes = Buffer.alloc(10 + header.length + 2 * values.length);
  bytes.write('\x93NUMPY\x01\x00', 'latin1');
  bytes.writeUInt16LE(header.length, 8);
  bytes.write(header, 10, 'latin1');
  values.forEach((value, at) => {
    const place = 10 + header.length + 2 * at;
    if (descr.startsWith('<')) bytes.writeUInt16LE(halfBits(value), place);
    else bytes.writeUInt16BE(halfBits(value), place);
  });
  return bytes;
}

function halfBits(value: number): number {
  const sign = value < 0 ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size < 2 ** -14) return sign + size * 2 ** 24;
  const exponent = Math.floor(Math.log2(size));
  return sign + (exponent + 15) * 1024 + (size / 2 ** exponent - 1) * 1024;
}

/** Numbers as those of make-values.py. */
function numbers(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => Math.sin(index + seed));
}

function boxes(frames: number, seed: number): Float64Array {
  return numbers(9 * frames, seed).map((value, index) => ((index % 9) % 4 === 0 ? 10 : value));
}

function system(types: readonly number[], elements: string, sets: readonly number[]): Files {
  const atoms = types.length;
  const files: Files = { 'type.raw': types.join('\n'), 'type_map.raw': elements };
  sets.forEach((frames, index) => {
    const set = `set.${String(index).padStart(3, '0')}`;
    files[`${set}/coord.npy`] = npy(numbers(3 * atoms * frames, 1 + index), [frames, 3 * atoms]);
    files[`${set}/box.npy`] = npy(boxes(frames, 2 + index), [frames, 9]);
    files[`${set}/energy.npy`] = npy(numbers(frames, 3 + index), [frames, 1]);
    files[`${set}/force.npy`] = npy(numbers(3 * atoms * frames, 4 + index), [frames, 3 * atoms]);
    files[`${set}/virial.npy`] = npy(numbers(9 * frames, 5 + index), [frames, 9]);
  });
  return files;
}

const PLAIN = system([0, 1, 1, 0], 'Cu Zr', [2, 3]);

const MIXED: Files = {
  ...system([0, 0, 0], 'H O', [2]),
  'set.000/real_atom_types.npy': wholeNpy([0, 0, 1, 1, 1, 0], [2, 3]),
};

function write(name: string, files: Files): string {
  for (const [file, contents] of Object.entries(files)) {
    const path = join(folder, name, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, contents);
  }
  return join(folder, name);
}

/** Files as a page gets them of a folder that was dropped. */
function dropped(name: string, files: Files): File[] {
  return Object.entries(files).map(([path, contents]) => {
    const file = new File([contents as BlobPart], path.replace(/.*\//, ''));
    return Object.defineProperty(file, 'webkitRelativePath', { value: `${name}/${path}` });
  });
}

/** The structures of a system, from a disk and from a page: both must give the same. */
async function read(name: string, files: Files, options: ReadOptions = {}): Promise<Structure[]> {
  const path = write(name, files);
  const structures = await all(readStructures([{ path, name }], options));
  expect(await all(readBlobs(dropped(name, files), options))).toEqual(structures);
  return structures;
}

async function refused(name: string, files: Files): Promise<string> {
  const message = await failure(all(readStructures([{ path: write(name, files), name }])));
  const [grouped] = groupedFiles(dropped(name, files));
  if (grouped === undefined) throw new Error('no files');
  const opened = await openBlob(grouped);
  if (opened.holds !== 'structures') throw new Error('no structures');
  expect(await failure(all(opened.structures))).toBe(message);
  return message;
}

interface Values {
  species: string[];
  positions: number[];
  cell: number[];
  energy: number;
  forces: number[];
  virial: number[];
}

const VALUES = JSON.parse(readFileSync(new URL('deepmd/values.json', import.meta.url), 'utf8')) as Record<
  string,
  Values[]
>;

describe('systems of DeePMD-kit', () => {
  it.each([
    ['plain', PLAIN],
    ['mixed', MIXED],
  ])('%s: as dpdata reads them', async (name, files) => {
    const structures = await read(name, files);
    const expected = VALUES[name] ?? [];
    expect(structures).toHaveLength(expected.length);
    structures.forEach(({ species, positions, cell, pbc, arrays, info, source }, frame) => {
      const values = expected[frame] as Values;
      expect(species).toEqual(values.species);
      const close = (found: ArrayLike<number> | undefined, numbers: readonly number[]): void => {
        expect(found).toHaveLength(numbers.length);
        numbers.forEach((value, index) => expect(found?.[index]).toBeCloseTo(value, 12));
      };
      close(positions, values.positions);
      close(cell, values.cell);
      expect(pbc).toEqual([true, true, true]);
      expect(info?.energy).toBeCloseTo(values.energy, 12);
      close(arrays?.forces?.data as Float64Array, values.forces);
      close(info?.virial as number[], values.virial);
      expect(source).toEqual({ file: name, frame });
    });
  });

  it.each(['<f2', '>f2'])('are read in numbers of 16 bits, %s', async (descr) => {
    const quarters = (count: number, seed: number): number[] =>
      Array.from({ length: count }, (_, at) => (((at + seed) * 7) % 41) / 4 - 5);
    const box = [8, 0, 0, 0, 9.5, 0, 0.25, 0, 10];
    const half = { 'set.000/coord.npy': [2, 6], 'set.000/force.npy': [2, 6] };
    const files: Files = { 'type.raw': '0 1', 'type_map.raw': 'Cu Zr' };
    Object.entries(half).forEach(([file, shape], seed) => {
      files[file] = halfNpy(descr, quarters(12, seed), shape);
    });
    files['set.000/box.npy'] = halfNpy(descr, [...box, ...box], [2, 9]);
    files['set.000/energy.npy'] = halfNpy(descr, [-3.5, 2 ** -24], [2]);
    const found = await read(`half ${descr.charCodeAt(0)}`, files);
    expect(found.map(({ info }) => info?.energy)).toEqual([-3.5, 2 ** -24]);
    found.forEach(({ positions, cell, arrays }, frame) => {
      const part = (seed: number): number[] => quarters(12, seed).slice(6 * frame, 6 * frame + 6);
      expect(Array.from(positions)).toEqual(part(0));
      expect(Array.from((arrays?.forces?.data ?? []) as Float64Array)).toEqual(part(1));
      expect(Array.from(cell ?? [])).toEqual(box);
    });
  });

  it('keep other arrays, with the atoms or the frame', async () => {
    const [first] = await read('others', {
      ...system([0, 1], 'Cu Zr', [2]),
      'set.000/atom_ener.npy': npy(numbers(4, 0), [2, 2]),
      'set.000/tags.npy': wholeNpy([1, 2, 3, 4], [2, 2]),
      'set.000/dipoles.npy': npy(numbers(12, 0), [2, 2, 3] as never),
      'set.000/fparam.npy': npy(numbers(4, 0), [2, 2]),
    });
    expect(first?.arrays?.atom_ener).toMatchObject({ kind: 'R', width: 1 });
    expect(first?.arrays?.tags).toEqual({ kind: 'I', width: 1, data: Int32Array.of(1, 2) });
    expect(first?.arrays?.dipoles).toMatchObject({ kind: 'R', width: 3 });
    expect(first?.info?.fparam).toEqual([0, Math.sin(1)]);
  });

  it('leave out atoms that are none', async () => {
    const files = { ...MIXED, 'set.000/real_atom_types.npy': wholeNpy([0, -1, 1, 1, 1, 0], [2, 3]) };
    const [first, second] = await read('virtual', files);
    expect(first?.species).toEqual(['H', 'O']);
    const coordinates = numbers(9, 1);
    expect(first?.positions).toEqual(Float64Array.of(...coordinates.slice(0, 3), ...coordinates.slice(6)));
    expect(first?.arrays?.forces?.data).toHaveLength(6);
    expect(second?.species).toHaveLength(3);
  });

  it('may be open, and without names of their types', async () => {
    const files: Files = { ...system([0, 1], '', [1]), nopbc: '' };
    delete files['type_map.raw'];
    const [structure] = await read('open', files);
    expect(structure?.cell).toBeUndefined();
    expect(structure?.pbc).toEqual([false, false, false]);
    expect(structure?.species).toEqual(['1', '2']);
    const named = await read('open', files, { elements: ['Cu', 'Zr'] });
    expect(named[0]?.species).toEqual(['Cu', 'Zr']);
  });

  it('are found in folders, numbers in their names by value, and frames selected of each', async () => {
    const files: Files = {};
    for (const name of ['s10', 's9']) {
      for (const [file, contents] of Object.entries(PLAIN)) files[`${name}/${file}`] = contents;
    }
    const path = write('many', { ...files, 'README.md': 'of no matter' });
    const structures = await all(readStructures([{ path, name: 'many', select: '-1' }]));
    expect(structures.map(({ source }) => source)).toEqual([
      { file: 'many/s9', frame: 4 },
      { file: 'many/s10', frame: 4 },
    ]);
    const paged = await all(readBlobs(dropped('many', files), { select: '-1' }));
    expect(paged).toEqual(structures);
  });
});

describe('systems that cannot be read', () => {
  const without = (file: string): Files =>
    Object.fromEntries(Object.entries(PLAIN).filter(([name]) => name !== file));
  it.each<[string, Files, string]>([
    ['nocoord', without('set.001/coord.npy'), 'INVALID_FILE: nocoord/set.001: coord.npy is missing'],
    [
      'nobox',
      without('set.000/box.npy'),
      'INVALID_FILE: nobox/set.000/box.npy, frame 0: missing, and there is no file nopbc, which says that ' +
        'nothing repeats',
    ],
    [
      'short',
      { ...PLAIN, 'set.000/force.npy': npy(numbers(18, 0), [2, 9]) },
      'INVALID_FILE: short/set.000/force.npy, frame 0: 9 numbers per frame, expected 12 for 4 atoms',
    ],
    [
      'rows',
      { ...PLAIN, 'set.001/energy.npy': npy(numbers(2, 0), [2, 1]) },
      'INVALID_FILE: rows/set.001/energy.npy: 2 rows, expected 3: one for each frame of coord.npy',
    ],
    [
      'cut',
      { ...PLAIN, 'set.000/box.npy': (PLAIN['set.000/box.npy'] as Uint8Array).slice(0, -8) },
      'INVALID_FILE: cut/set.000/box.npy: 136 bytes of numbers, expected 144 for shape (2, 9)',
    ],
    [
      'energies',
      { ...PLAIN, 'set.000/energy.npy': npy(numbers(4, 0), [2, 2]) },
      'INVALID_FILE: energies/set.000/energy.npy, frame 0: 2 numbers per frame, expected 1',
    ],
    [
      'virials',
      { ...PLAIN, 'set.000/virial.npy': npy(numbers(12, 0), [2, 6]) },
      'INVALID_FILE: virials/set.000/virial.npy, frame 0: 6 numbers per frame, expected 9',
    ],
    [
      'nonpy',
      { ...PLAIN, 'set.000/virial.npy': 'text' },
      'INVALID_FILE: nonpy/set.000/virial.npy: not an .npy file: it does not begin with \\x93NUMPY',
    ],
    [
      'types',
      { ...PLAIN, 'type.raw': '0 x' },
      'INVALID_FILE: types/type.raw: expected types from 0, found "x"',
    ],
    ['noatoms', { ...PLAIN, 'type.raw': '' }, 'EMPTY: noatoms/type.raw: no atoms'],
    [
      'map',
      { ...PLAIN, 'type_map.raw': 'Cu' },
      'INVALID_FILE: map/type.raw: type 1, but type_map.raw names 1',
    ],
    [
      'nosets',
      { 'type.raw': '0' },
      'INVALID_FILE: nosets: no arrays in set.*: expected set.000/coord.npy and others',
    ],
    [
      'raw',
      { 'type.raw': '0', 'coord.raw': '0 0 0\n' },
      'INVALID_FILE: raw: no arrays in set.*: expected set.000/coord.npy and others; coord.raw is ' +
        'text, of which dpdata.LabeledSystem(FOLDER, fmt="deepmd/raw").to("deepmd/npy", OUT) makes sets',
    ],
    [
      'nan',
      { ...PLAIN, 'set.000/coord.npy': npy(numbers(24, 1).fill(NaN, 5, 6), [2, 12]) },
      'INVALID_STRUCTURE: nan/set.000/coord.npy, frame 0, atom 1: the coordinates are not finite',
    ],
  ])('%s', async (name, files, message) => {
    expect(await refused(name, files)).toBe(message);
  });

  it('are left out where that is asked for', async () => {
    const bad = { ...PLAIN, 'set.000/coord.npy': npy(numbers(24, 1).fill(NaN, 5, 6), [2, 12]) };
    const skipped: (number | undefined)[] = [];
    const path = write('skipped', bad);
    const onSkip = ({ frame }: { frame?: number | undefined }): number => skipped.push(frame);
    expect(await all(readStructures([{ path }], { onSkip }))).toHaveLength(4);
    expect(skipped).toEqual([0]);
    const mixed = write(
      'both',
      Object.fromEntries(
        Object.entries(PLAIN).flatMap(([file, contents]) => [
          [`good/${file}`, contents],
          [`bad/${file}`, file === 'type.raw' ? '' : contents],
        ]),
      ),
    );
    const lost: string[] = [];
    expect(await all(readStructures([mixed], { onSkip: ({ file }) => lost.push(file) }))).toHaveLength(5);
    expect(lost).toEqual([join(mixed, 'bad')]);
  });

  it('folders of anything else stay folders', async () => {
    mkdirSync(join(folder, 'empty'));
    expect(await failure(all(readStructures(join(folder, 'empty'))))).toMatch(/^FILE_ACCESS: .*is a folder$/);
    const untyped = Object.entries(PLAIN).filter(([file]) => file !== 'type.raw');
    const path = write('untyped', Object.fromEntries(untyped));
    expect(await failure(all(readStructures(path)))).toBe(
      `FILE_ACCESS: cannot read ${path}: is a folder with sets of DeePMD-kit, but without type.raw`,
    );
  });
});
