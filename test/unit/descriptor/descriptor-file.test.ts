import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDescriptors, writeDescriptors } from '../../../ts/descriptor/descriptor-file.js';
import { readMatrix, writeMatrix } from '../../../ts/io/files/files.js';
import { writeNpz } from '../../../ts/io/matrices/npz.js';
import { DescriptorMatrix } from '../../../ts/model/descriptor-matrix.js';
import { all, failure } from '../../support/data/reading.js';

const X = new DescriptorMatrix(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), {
  width: 3,
  k: 2,
  cutoff: 4.5,
  species: ['Cu'],
  frameOffsets: [0, 1, 3],
  sources: [{ file: 'a.xyz', frame: 7 }, undefined],
});

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'quests-descriptors-'));
  await Promise.all(
    ['x.npz', 'x.parquet', 'x.npy', 'x.csv', 'x.json'].map((name) => writeDescriptors(at(name), X)),
  );
});

afterAll(() => rm(folder, { recursive: true }));

describe('descriptors of full', () => {
  const full = new DescriptorMatrix([17, 1, 2, 3], { width: 4, k: 2, cutoff: 5, species: 'full' });

  it.each(['full.npz', 'full.parquet'])('keep the version of the weights of elements: %s', async (name) => {
    await writeDescriptors(at(name), full);
    expect((await readMatrix(at(name))).species).toBe('full-2');
    expect(await readDescriptors(at(name))).toMatchObject({ species: 'full', data: full.data });
    expect(await readDescriptors(at(name), { species: 'full' })).toMatchObject({ species: 'full' });
  });

  it('say it in JSON, too', async () => {
    await writeDescriptors(at('full.json'), full);
    expect(await readFile(at('full.json'), 'utf8')).toContain('"species":"full-2"');
  });

  it.each(['old.npz', 'old.parquet'])('are refused with other weights: %s', async (name) => {
    const { data, k, cutoff } = full;
    const kept = { data, k, cutoff, shape: [1, 4] };
    await writeMatrix(at(name), { ...kept, species: 'full' });
    expect(await failure(readDescriptors(at(name)))).toBe(
      `MISMATCH: ${at(name)}: --species full of an older quests: weights of elements have version 1 in the ` +
        'file, 2 here; make them again: quests make_descriptors --species full',
    );
    await writeMatrix(at(name), { ...kept, species: 'full-3' }, { overwrite: true });
    expect(await failure(readDescriptors(at(name)))).toBe(
      `MISMATCH: ${at(name)}: --species full of a newer quests: weights of elements have version 3 in the ` +
        'file, 2 here; update quests',
    );
    await writeMatrix(at(name), { ...kept, species: 'fullest' }, { overwrite: true });
    expect(await failure(readDescriptors(at(name)))).toContain('expected a list, "center" or "full"');
  });
});

describe('readDescriptors', () => {
  it.each(['x.npz', 'x.parquet'])('gives back all that is known of descriptors: %s', async (name) => {
    expect(await readDescriptors(at(name))).toEqual(X);
    expect(await readDescriptors(at(name), { k: 2, cutoff: 4.5, species: ['Cu'] })).toEqual(X);
  });

  it('takes from its options what the file does not say, and k from the width', async () => {
    const { k, cutoff, species, frames, sources } = await readDescriptors(at('x.npy'));
    expect({ k, cutoff, species, frames, sources }).toEqual({
      k: 2,
      cutoff: null,
      species: null,
      frames: 1,
      sources: null,
    });
    expect(await readDescriptors(at('x.npy'), { k: 5, cutoff: 6, species: ['O'] })).toMatchObject({
      k: 5,
      cutoff: 6,
      species: ['O'],
    });
  });

  it.each([
    [{ k: 3 }, 'k is 2 in the file, 3 is asked for'],
    [{ cutoff: 5 }, 'cutoff is 4.5 Å in the file, 5 Å is asked for'],
    [{ species: ['Cu', 'Zr'] }, 'species is Cu in the file, Cu,Zr is asked for'],
  ])('refuses options that the file contradicts: %j', async (options, problem) => {
    for (const name of ['x.npz', 'x.parquet']) {
      expect(await failure(readDescriptors(at(name), options))).toBe(`MISMATCH: ${at(name)}: ${problem}`);
    }
  });

  it('refuses offsets that do not fit, with the file', async () => {
    const pieces = await all(writeNpz({ data: X.data, shape: [3, 3], frameOffsets: [0, 4] }));
    await writeFile(at('bad.npz'), Buffer.concat(pieces));
    expect(await failure(readDescriptors(at('bad.npz')))).toBe(
      `INVALID_FILE: ${at('bad.npz')}: frame offsets must end with the number of rows, 3; got 4`,
    );
  });
});

describe('writeDescriptors', () => {
  it('writes the shape that is asked for', async () => {
    await writeDescriptors(at('three.npz'), X, { shape: [3, 1, 3] });
    expect((await readDescriptors(at('three.npz'))).frames).toBe(2);
    await writeDescriptors(at('three.npy'), X, { shape: [3, 1, 3] });
    expect((await readDescriptors(at('three.npy'))).frames).toBe(3);
  });

  it('refuses another shape, and a format of structures', async () => {
    expect(await failure(writeDescriptors(at('a.npy'), X, { shape: [2, 3] }))).toBe(
      `INVALID_ARGUMENT: cannot write ${at('a.npy')}: 3 rows of 3 do not make the shape (2, 3)`,
    );
    expect(await failure(writeDescriptors(at('a.xyz'), X))).toBe(
      `INVALID_ARGUMENT: a matrix cannot be written as extended or plain xyz: ${at('a.xyz')}`,
    );
  });
});
