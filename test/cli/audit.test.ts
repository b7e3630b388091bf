import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden, json, npy } from '../support/data/files.js';

const folder = temporaryFolder();
const file = (name: string, text: string | Uint8Array): string => {
  writeFileSync(join(folder, name), text);
  return name;
};

describe('quests audit', () => {
  it('reports on a data set, in lines that are cut and JSON that is not', async () => {
    const args = ['audit', golden('mixed_dataset.xyz'), '--show', '2', '--outlier', '-1', '-o', 'audit.json'];
    const { code, stdout } = await quests(args, folder);
    expect(code).toBe(0);
    const written = json(join(folder, 'audit.json'));
    const outliers = written.outliers as { dH: number }[];
    expect(stdout).toContain(`Outliers (dH to all others above -1.000 nats): ${outliers.length}\n`);
    expect(stdout).toContain(`  … and ${outliers.length - 2} more\n`);
    expect(outliers.length).toBeGreaterThan(2);
    expect(written).toMatchObject({ contact_fraction: 0.6, near_distance: 0.1 * 0.015, skipped: 0 });
  });

  it('finds what is double, short, alone and missing', async () => {
    const pair = ['Cu 0 0 0', 'Cu 1.9 1.9 0'];
    const energy = (value: string): string => `Lattice="4 0 0 0 4 0 0 0 4" ${value}`;
    const set = [
      frame(pair, energy('energy=-7')),
      frame(pair, energy('')),
      frame(['Cu 0 0 0', 'Cu 1.2 0 0'], energy('energy=-5')),
      frame(['Cu 0 0 0'], 'Lattice="30 0 0 0 30 0 0 0 30" energy=-3'),
    ].join('');
    const { stdout, stderr } = await quests(['audit', file('set.xyz', set)], folder);
    expect(stdout).toContain('Structures without an energy: 1\n  frame 1\n');
    expect(stdout).toContain('Duplicate structures: 1\n  frame 1 is frame 0\n');
    expect(stdout).toContain('  frame 2, atom 0 (Cu) and 1 (Cu): 1.200 Å, below 1.584 Å\n');
    expect(stdout).toContain('Isolated atoms (no other within 5 Å): 1\n  frame 3, atom 0 (Cu)\n');
    expect(stderr).not.toContain('chemistry');
  });

  it('says which labels it took, and which contradict each other', async () => {
    const labelled = (energy: string, force: string): string =>
      '2\nLattice="5 0 0 0 5 0 0 0 5" Properties=species:S:1:pos:R:3:mace_forces:R:3:forces_dft:R:3 ' +
      `kinetic_energy=1 ${energy}\nCu 0 0 0 9 9 9 0 0 ${force}\nCu 2.3 0.1 0.2 9 9 9 0 0 -${force}\n`;
    const twice = file('twice.xyz', labelled('energy_xtb=-6', '0.1') + labelled('energy_xtb=-4', '4.1'));
    const { stdout } = await quests(['audit', twice, '-o', 'twice.json'], folder);
    expect(stdout).toContain('Energy per atom (energy_xtb): -3.000 (frame 0) to -2.000 (frame 1)');
    expect(stdout).toContain('Largest force (forces_dft): 0.100 (frame 0) to 4.100 (frame 1)');
    expect(stdout).toContain(
      'Duplicates whose labels contradict each other: 1\n' +
        '  frame 1 is frame 0: energies per atom -2.0000 and -3.0000; forces differ by up to 4\n',
    );
    expect(json(join(folder, 'twice.json')).contradicting_duplicates).toMatchObject([
      {
        frame: 1,
        of: { frame: 0 },
        energy_per_atom: [-2, -3],
        force_difference: expect.closeTo(4, 9) as number,
      },
    ]);
    const none = file('none.xyz', labelled('energy=nan', '0.1') + labelled('energy=NaN', '0.1'));
    const { code, stdout: report } = await quests(['audit', none], folder);
    expect(code).toBe(0);
    expect(report).toContain('Energy per atom (energy): none is a number\nStructures without an energy: 2\n');
    expect(report).not.toContain('contradict');
    const both = file('both.xyz', labelled('ref_energy=-3 dft_energy=-4', '0.1'));
    expect(await quests(['audit', both], folder)).toMatchObject({
      code: 2,
      stderr: 'quests: ref_energy, dft_energy: each may be the energy; name one (energy)\n',
    });
    expect((await quests(['audit', both, '--energy', 'dft_energy'], folder)).code).toBe(0);
  });

  it('says where radii are missing, and that several elements count as one', async () => {
    const set = frame(['1 0 0 0', 'Cu 2 2 0']);
    const { stdout, stderr } = await quests(['audit', file('types.xyz', set)], folder);
    expect(stdout).toContain('  not checked: atoms of 1, which have no radius; name elements by --elements');
    expect(stderr).toContain(
      'are treated as one element; names of elements by --elements and --species full distinguishes elements',
    );
    expect((await quests(['audit', 'types.xyz', '--species'], folder)).stderr).not.toContain(
      'treated as one element',
    );
  });

  it('counts what has a copy as near to something', async () => {
    // dH of each to the other is 0.
    const one = frame(['Cu 0 0 0']);
    const { stdout } = await quests(['audit', file('copies.xyz', one + one), '--json'], folder);
    const found = JSON.parse(stdout) as { novel_environments: number };
    expect(found.novel_environments).toBe(0);
  });

  it('refuses descriptors, and unusable options', async () => {
    const matrix = file('x.npy', npy('(1, 63)', new Float64Array(63)));
    expect(await quests(['audit', matrix], folder)).toMatchObject({
      code: 2,
      stderr: 'quests: expected structures: x.npy holds descriptors\n',
    });
    const wrong = [
      ['--near', '0'],
      ['--contact-fraction', 'x'],
      ['--show', '0'],
      ['--outlier', 'NaN'],
    ];
    for (const option of wrong) {
      expect(await quests(['audit', golden('fcc_cu_periodic.xyz'), ...option], folder)).toMatchObject({
        code: 2,
      });
    }
  });
});
