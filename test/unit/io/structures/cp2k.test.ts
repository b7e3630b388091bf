import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures as readBlobs } from '../../../../ts/io/files/blob.js';
import { readStructures } from '../../../../ts/io/files/dataset.js';
import type { ReadOptions } from '../../../../ts/io/files/opened.js';
import type { ReadNote } from '../../../../ts/io/structures/frames.js';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import type { Structure } from '../../../../ts/node.js';
import { temporaryFolder } from '../../../support/cli/cli.js';
import { zipOf } from '../../../support/data/zip.js';
import { KNOWS_OPEN_PATHS, openPaths } from '../../../support/data/open-paths.js';
import { all, bytesOf, failure, read, readOne } from '../../../support/data/reading.js';

/** CODATA 2014. */
const HARTREE = 27.211386024367243;
const BOHR = 0.5291772105638411;

const temporary = temporaryFolder();
let folders = 0;

const ROWS = '  O         9.9185621200        3.1096805400        9.8389235600\n';
const RUN = [0, 5]
  .map(
    (i) =>
      `     1\n i =        ${i}, time =        ${(i / 2).toFixed(3)}, E =       -17.16434475${i}\n${ROWS}`,
  )
  .join('');

describe('trajectories of CP2K', () => {
  it('have step, time and energy in their comments, in eV', async () => {
    const frames = await read(RUN, 'water-pos-1.xyz');
    expect(frames.map(({ info }) => info)).toEqual([
      { i: 0, time: 0, energy: -17.16434475 * HARTREE },
      { i: 5, time: 2.5, energy: -17.164344755 * HARTREE },
    ]);
    expect(frames[0]).not.toHaveProperty('cell');
    const [optimised] = await read(`1\n i =        3, E =       -1.5\n${ROWS}`);
    expect(optimised?.info).toEqual({ i: 3, energy: -1.5 * HARTREE });
  });

  it('say what was converted, and where cells and forces are', async () => {
    const notes: ReadNote[] = [];
    const options = { file: 'runs/water-pos-2.xyz', onNote: (note: ReadNote) => notes.push(note) };
    await all(readExtxyz(bytesOf(RUN), options));
    expect(notes.map(({ kind, text }) => [kind, text])).toEqual([
      ['units', 'the energy of CP2K, E in Hartree, was converted to eV'],
      [
        'beside',
        'CP2K writes cells and forces to files of their own (water-2.cell and water-frc-2.xyz), ' +
          'which are not there: no cell',
      ],
    ]);
  });

  it('are refused where they hold forces or velocities, or no energy', async () => {
    expect(await failure(read(RUN, 'a/water-frc-1.xyz'))).toBe(
      'INVALID_FILE: a/water-frc-1.xyz, frame 0, line 2: forces of CP2K, no coordinates; those are in ' +
        'water-pos-1.xyz',
    );
    expect(await failure(read(RUN, 'water-vel-1.xyz'))).toContain('velocities of CP2K, no coordinates');
    expect(await failure(read(RUN.replace('-17.164344750', '****')))).toContain(
      'line 2: expected an energy after E =, found "****"',
    );
  });

  const two = (rows: string): string => rows + rows.replace(/.+/, (row) => row.replace(/O/, 'H'));
  const frames = (kind: 'pos' | 'frc', steps: readonly number[], energy = -1.5): string =>
    steps.map((i) => `2\n i = ${i}, time = ${i}.0, E = ${energy}\n${two(row(kind, i))}`).join('');
  const row = (kind: 'pos' | 'frc', i: number): string =>
    kind === 'pos' ? ` O ${i} 0 0\n` : ` O ${i}.5 -0.25 1\n`;
  const cells = (steps: readonly number[]): string => {
    const rows = steps.map((i) => `${i} 0.5 ${i + 9} 0 0 0 8 0 0 0 7 504\n`);
    return `#   Step   Time [fs]  Ax [Angstrom] ... Volume\n${rows.join('')}`;
  };

  interface Along {
    readonly structures: readonly Structure[];
    readonly notes: readonly string[];
  }

  /** The same from a disk, an archive and a page. */
  async function along(files: Record<string, string>, options: ReadOptions = {}): Promise<Along> {
    const folder = join(temporary, String(folders++));
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    writeFileSync(
      join(folder, 'all.zip'),
      zipOf(Object.entries(files).map(([name, data]) => ({ name: `run/${name}`, data }))),
    );
    const found: Along[] = [];
    const collect = async (read: (options: ReadOptions) => AsyncIterable<Structure>): Promise<void> => {
      const notes: string[] = [];
      const onNote = ({ kind, text }: ReadNote): void => {
        if (kind !== 'units') notes.push(text.replaceAll(/(?:[^ ]*\/)(w-)/g, '$1'));
      };
      const structures = (await all(read({ ...options, onNote }))).map((structure) => ({
        ...structure,
        source: { file: '', frame: structure.source?.frame ?? 0 },
      }));
      found.push({ structures, notes });
    };
    await collect((reading) => readStructures(join(folder, 'w-pos-1.xyz'), reading));
    await collect((reading) => readStructures(join(folder, 'all.zip'), reading));
    await collect((reading) =>
      readBlobs(
        Object.entries(files).map(([name, text]) => new File([text], name)),
        reading,
      ),
    );
    expect(found[1]?.structures).toEqual(found[0]?.structures);
    expect(found[2]).toEqual(found[0]);
    return found[0] as Along;
  }

  it('are read along with forces and cells beside them', async () => {
    const { structures, notes } = await along({
      'w-pos-1.xyz': frames('pos', [0, 1, 2]),
      'w-frc-1.xyz': frames('frc', [0, 1, 2]),
      'w-1.cell': cells([0, 1, 2]),
    });
    expect(notes).toEqual(['read along: w-frc-1.xyz and w-1.cell']);
    const unit = HARTREE / BOHR;
    structures.forEach(({ cell, pbc, arrays }, frame) => {
      expect(Array.from(cell ?? [])).toEqual([frame + 9, 0, 0, 0, 8, 0, 0, 0, 7]);
      expect(pbc).toEqual([true, true, true]);
      const expected = [frame + 0.5, -0.25, 1, frame + 0.5, -0.25, 1].map((value) => value * unit);
      Array.from(arrays?.forces?.data as Float64Array).forEach((value, index) => {
        expect(value).toBeCloseTo(expected[index] as number, 9);
      });
    });
  });

  it('take one cell for all steps, and say which have no forces', async () => {
    const { structures, notes } = await along({
      'w-pos-1.xyz': frames('pos', [0, 1, 2, 3]),
      'w-frc-1.xyz': frames('frc', [0, 2]),
      'w-1.cell': cells([0]),
    });
    expect(structures.map(({ cell }) => cell?.[0])).toEqual([9, 9, 9, 9]);
    expect(structures.map(({ arrays }) => arrays?.forces !== undefined)).toEqual([true, false, true, false]);
    expect(notes).toEqual(['read along: w-frc-1.xyz and w-1.cell', 'step 1 has no forces in w-frc-1.xyz']);
  });

  it('select frames, also after a restart', async () => {
    const files = {
      'w-pos-1.xyz': frames('pos', [0, 1, 2, 1, 2, 3]),
      'w-frc-1.xyz': frames('frc', [0, 1, 2, 1, 2, 3]),
      'w-1.cell': cells([0, 1, 2, 1, 2, 3]),
    };
    const { structures } = await along(files);
    expect(structures.map(({ cell }) => cell?.[0])).toEqual([9, 10, 11, 10, 11, 12]);
    const { structures: last } = await along(files, { select: '-1' });
    expect(last.map(({ cell, source }) => [cell?.[0], source?.frame])).toEqual([[12, 5]]);
  });

  it.each<[string, Record<string, string>, string]>([
    ['a step without a cell', { 'w-1.cell': cells([0, 2]) }, 'frame 1: step 1 has no cell in w-1.cell'],
    [
      'another run',
      { 'w-frc-1.xyz': frames('frc', [0, 1, 2], -1.25) },
      'frame 0: step 0 has another energy in w-frc-1.xyz: are they of one run?',
    ],
    [
      'other atoms',
      { 'w-frc-1.xyz': '1\n i = 0, E = -1.5\nO 1 2 3\n' },
      'frame 0: step 0 has forces of 1 atoms in w-frc-1.xyz, 2 here',
    ],
    [
      'damaged forces',
      { 'w-frc-1.xyz': frames('frc', [0]).replace('-0.25', 'x') },
      'w-frc-1.xyz, frame 0, line 3, atom 0: ',
    ],
    [
      'damaged cells',
      { 'w-1.cell': '0 0.5 1 2 3\n' },
      'w-1.cell, line 1: expected step, time, nine numbers and a volume, found "0 0.5 1 2 3"',
    ],
  ])('are refused with what does not belong to them: %s', async (_, beside, problem) => {
    const files = { 'w-pos-1.xyz': frames('pos', [0, 1, 2]), ...beside };
    const message = await failure(along(files));
    expect(message.replaceAll(/(?:[^ ]*\/)(w-)/g, '$1')).toContain(problem);
    expect(message).toMatch(/^INVALID_FILE: /);
  });

  it.runIf(KNOWS_OPEN_PATHS)('let go of a file beside them of which no step was read', async () => {
    const folder = join(temporary, String(folders++));
    mkdirSync(folder);
    // Longer than what is read at once; the first step has no cell, so that no forces are read.
    const steps = Array.from({ length: 3000 }, (_, step) => step);
    const forces = join(folder, 'w-frc-1.xyz');
    writeFileSync(forces, frames('frc', steps));
    writeFileSync(join(folder, 'w-1.cell'), cells([1, 2]));
    writeFileSync(join(folder, 'w-pos-1.xyz'), frames('pos', [0, 1, 2]));
    expect(await failure(all(readStructures(join(folder, 'w-pos-1.xyz'))))).toMatch(/step 0 has no cell/);
    await expect.poll(openPaths).not.toContain(realpathSync(forces));
  });

  it('are told from other comments', async () => {
    const { info } = await readOne(`1\ni = 0, time = 0.5, E = -1.5, T = 300\n${ROWS}`);
    expect(info).not.toHaveProperty('energy');
  });
});
