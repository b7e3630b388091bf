import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import { writeStructures } from '../../../../ts/io/files/files.js';
import type { Structure } from '../../../../ts/node.js';
import { contents, temporaryFolder } from '../../../support/cli/cli.js';
import { all, failure } from '../../../support/data/reading.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

/** Numbers as those of make-written.py. */
function numbers(count: number, seed: number): Float64Array {
  return Float64Array.from({ length: count }, (_, index) => ((7 * index + 3 * seed) % 11) / 8);
}

const SPECIES = ['H', 'O', 'H'];

function frames(count: number): Structure[] {
  const [coords, cells] = [numbers(9 * count, 1), numbers(9 * count, 2)];
  const [energies, forces, virials] = [numbers(count, 3), numbers(9 * count, 4), numbers(9 * count, 5)];
  return Array.from({ length: count }, (_, frame) => {
    const own = (values: Float64Array): Float64Array => values.slice(9 * frame, 9 * frame + 9);
    return {
      positions: own(coords),
      cell: own(cells).map((value, index) => (index % 4 === 0 ? value + 10 : value)),
      pbc: [true, true, true],
      species: SPECIES,
      arrays: { forces: { kind: 'R', width: 3, data: own(forces) } },
      info: { energy: energies[frame] as number, virial: Array.from(own(virials)) },
    };
  });
}

const [FIRST, SECOND, THIRD] = frames(3) as [Structure, Structure, Structure];

function filesIn(name: string): string[] {
  return readdirSync(at(name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(at(name).length + 1))
    .sort();
}

/** What is read again of structures that were written, by the names of their systems. */
async function written(name: string, structures: readonly Structure[]): Promise<Structure[]> {
  await writeStructures(`${at(name)}/`, structures);
  const read = await all(readStructures([{ path: at(name), name }]));
  return read;
}

const plain = ({ source, cell, ...rest }: Structure): object => ({
  ...rest,
  ...(cell && { cell: Array.from(cell) }),
  frame: source?.frame,
});

describe('systems of DeePMD-kit, written', () => {
  it('are the files that dpdata writes, byte for byte', async () => {
    await writeStructures(`${at('plain')}/`, frames(3));
    const expected = JSON.parse(
      readFileSync(new URL('deepmd/written.json', import.meta.url), 'utf8'),
    ) as Record<string, string>;
    expect(filesIn('plain')).toEqual(Object.keys(expected).sort());
    for (const [file, text] of Object.entries(expected)) {
      expect(readFileSync(at(`plain/${file}`)).toString('base64'), file).toBe(text);
    }
  });

  it('are read again to the last digit', async () => {
    const structures = frames(3);
    const found = await written('again', structures);
    expect(found.map(plain)).toEqual(structures.map((structure, frame) => ({ ...plain(structure), frame })));
  });

  it('are grouped by atoms, their order, what repeats and what is known of them', async () => {
    const { info, arrays, ...bare } = SECOND;
    const other: Structure = { ...FIRST, species: ['O', 'H', 'H'] };
    const open: Structure = { positions: FIRST.positions, species: SPECIES, pbc: [false, false, false] };
    const zr: Structure = { ...THIRD, species: ['Zr', 'Zr', 'H'] };
    const found = await written('mixed', [zr, FIRST, other, bare, open, THIRD]);
    expect(contents(at('mixed'))).toEqual(['Zr2H1', 'H2O1', 'H2O1_2', 'H2O1_3', 'H2O1_4'].sort());
    // Every system names all elements, so that a model can be trained on all of them.
    for (const system of contents(at('mixed'))) {
      expect(readFileSync(at(`mixed/${system}/type_map.raw`), 'utf8')).toBe('Zr\nH\nO\n');
    }
    const key = ({ source }: Structure): string => `${source?.file ?? ''}@${source?.frame ?? 0}`;
    const byName = Object.fromEntries(found.map((structure) => [key(structure), structure]));
    expect(Object.keys(byName)).toHaveLength(6);
    expect(byName['mixed/H2O1@1']?.positions).toEqual(THIRD.positions);
    expect(byName['mixed/H2O1_2@0']?.species).toEqual(['O', 'H', 'H']);
    expect(byName['mixed/H2O1_3@0']).not.toHaveProperty('info');
    expect(byName['mixed/H2O1_3@0']).not.toHaveProperty('arrays');
    expect(byName['mixed/H2O1_4@0']).toMatchObject({ pbc: [false, false, false] });
    expect(byName['mixed/H2O1_4@0']).not.toHaveProperty('cell');
    expect(filesIn('mixed')).toContain('H2O1_4/nopbc');
    expect(info).toBeDefined();
    expect(arrays).toBeDefined();
  });

  it('have minus the stress times the volume as virial', async () => {
    const stress = [1, 2, 3, 2, 4, 5, 3, 5, 6];
    const cell = [2, 0, 0, 0, 3, 0, 0, 0, 4];
    const six: Structure = { ...FIRST, cell, info: { stress: [1, 4, 6, 5, 3, 2] } };
    const slab: Structure = { ...FIRST, cell, pbc: [true, true, false], info: { stress } };
    const [one, two, three] = await written('stress', [{ ...FIRST, cell, info: { stress } }, six, slab]);
    expect(one?.info).toEqual({ virial: stress.map((value) => -24 * value) });
    expect(two?.info).toEqual(one?.info);
    expect(three?.info).toEqual(one?.info);
  });

  it('have no names of types where species are numbers of types', async () => {
    const [found] = await written('types', [{ ...FIRST, species: ['2', '1', '2'] }]);
    expect(found?.species).toEqual(['2', '1', '2']);
    expect(filesIn('types')).not.toContain('type_map.raw');
    expect(readFileSync(at('types/type.raw'), 'utf8')).toBe('1\n0\n1\n');
  });

  it('have sets of 5000 frames', async () => {
    const one: Structure = { positions: Float64Array.of(1, 2, 3), species: ['Cu'], info: { energy: 1 } };
    const many = Array.from({ length: 10_001 }, (_, index) => ({ ...one, info: { energy: index } }));
    const found = await written('sets', many);
    expect(found.map(({ info }) => info?.energy)).toEqual(many.map(({ info }) => info.energy));
    expect(readFileSync(at('sets/set.002/energy.npy')).length).toBe(128 + 8);
    expect(filesIn('sets').filter((file) => file.endsWith('energy.npy'))).toHaveLength(3);
  });

  it.each([
    [
      'no species',
      [{ positions: FIRST.positions }],
      'frame 0: a structure without species cannot be written',
    ],
    [
      'blanks',
      [FIRST, { ...FIRST, species: ['H', 'O w', 'H'] }],
      'frame 1: "O w" cannot be written as a type: it is empty or holds blanks',
    ],
    [
      'forces',
      [{ ...FIRST, arrays: { forces: { kind: 'R', width: 3, data: new Float64Array(6) } } }],
      'frame 0: 6 values in forces, expected 3 for each of 3 atoms',
    ],
    [
      'no cell',
      [{ positions: FIRST.positions, species: SPECIES, pbc: [true, true, false] }],
      'frame 0: it repeats, but has no cell',
    ],
  ] as [string, Structure[], string][])('are refused: %s', async (name, structures, problem) => {
    expect(await failure(writeStructures(`${at(name)}/`, structures))).toBe(`INVALID_ARGUMENT: ${problem}`);
    expect(existsSync(at(name))).toBe(false);
    expect(readdirSync(folder).filter((file) => file.includes('.tmp'))).toEqual([]);
  });

  it('take the place of an empty folder, of others only when asked, and never of other files', async () => {
    mkdirSync(at('there'));
    await writeStructures(`${at('there')}/`, [FIRST, { ...FIRST, species: ['O', 'O', 'H'] }]);
    expect(await failure(writeStructures(`${at('there')}/`, [SECOND]))).toContain(
      'exists already and is not empty; --overwrite replaces it',
    );
    await writeStructures(`${at('there')}/`, [SECOND], { overwrite: true });
    expect(contents(at('there'))).toEqual(['set.000', 'type.raw', 'type_map.raw']);
    writeFileSync(at('there/set.000/notes.txt'), 'mine');
    expect(await failure(writeStructures(`${at('there')}/`, [FIRST], { overwrite: true }))).toContain(
      'it also holds set.000/notes.txt, which --overwrite does not delete',
    );
    writeFileSync(at('file'), 'mine');
    expect(await failure(writeStructures(`${at('file')}/`, [FIRST], { overwrite: true }))).toContain(
      'a file of this name exists',
    );
    expect(readFileSync(at('file'), 'utf8')).toBe('mine');
    expect(readdirSync(folder).filter((file) => file.startsWith('.'))).toEqual([]);
  });
});
