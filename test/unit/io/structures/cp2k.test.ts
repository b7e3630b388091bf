import { describe, expect, it } from 'vitest';
import type { ReadNote } from '../../../../ts/io/structures/frames.js';
import { readExtxyz } from '../../../../ts/io/structures/extxyz.js';
import { all, bytesOf, failure, read, readOne } from '../../../support/data/reading.js';

/** CODATA 2014. */
const HARTREE = 27.211386024367243;

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
          'which are not read along: no cell',
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

  it('are told from other comments', async () => {
    const { info } = await readOne(`1\ni = 0, time = 0.5, E = -1.5, T = 300\n${ROWS}`);
    expect(info).not.toHaveProperty('energy');
  });
});
