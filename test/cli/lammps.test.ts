import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures, type Structure } from '../../ts/node.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();

function snapshot(timestep: number, second: string): string {
  const bounds = 'ITEM: BOX BOUNDS pp pp ff\n0 4\n0 4\n0 6\n';
  const atoms = `ITEM: ATOMS id type x y z c_pe\n2 2 ${second} -3.5\n1 1 0 0 0 -3.25\n`;
  return `ITEM: TIMESTEP\n${timestep}\nITEM: NUMBER OF ATOMS\n2\n${bounds}${atoms}`;
}

function log(steps: readonly number[]): string {
  const rows = steps.map((step) => `${step} ${300 + step} -7.5 12 96`);
  return [
    'LAMMPS (2 Aug 2023)',
    'Per MPI rank memory allocation (min/avg/max) = 3 | 3 | 3 Mbytes',
    'Step Temp PotEng Press Volume',
    ...rows,
    'Loop time of 1 on 1 procs for 100 steps with 2 atoms',
    '',
  ].join('\n');
}

writeFileSync(join(folder, 'run.dump'), snapshot(0, '2 2 2') + snapshot(100, '1.9 2.1 2.2'));
writeFileSync(join(folder, 'log.lammps'), log([0, 100]));
writeFileSync(join(folder, 'short.log'), log([0]));

async function frames(name: string): Promise<Structure[]> {
  const structures: Structure[] = [];
  for await (const structure of readStructures(join(folder, name))) structures.push(structure);
  return structures;
}

describe('LAMMPS files', () => {
  it('get elements for their types, and what the log says of each timestep', async () => {
    const args = [
      'dH',
      'run.dump',
      'run.dump@0',
      '--elements',
      'Cu,Zr',
      '--log',
      'log.lammps',
      '-o',
      'out.xyz',
    ];
    const { code, stderr } = await quests(args, folder);
    expect(code, stderr).toBe(0);
    const [first, second] = await frames('out.xyz');
    expect(first?.species).toEqual(['Cu', 'Zr']);
    expect(first?.pbc).toEqual([true, true, false]);
    expect(Object.keys(first?.arrays ?? {})).toEqual(expect.arrayContaining(['id', 'type', 'c_pe', 'dH']));
    expect(first?.info).toMatchObject({ timestep: 0, Temp: 300, PotEng: -7.5, Press: 12, Volume: 96 });
    expect(second?.info).toMatchObject({ timestep: 100, Temp: 400 });
  });

  it('keep their types as species, and are written as dumps again', async () => {
    const converted = await quests(['convert', 'run.dump', '-o', 'again.lammpstrj'], folder);
    expect(converted.code, converted.stderr).toBe(0);
    const [before, after] = [await frames('run.dump'), await frames('again.lammpstrj')];
    expect(after.map(({ positions, species }) => [positions, species])).toEqual(
      before.map(({ positions, species }) => [positions, species]),
    );
    expect(before[0]?.species).toEqual(['1', '2']);
  });

  it('are refused beside elements, with --species: the same atoms would be of different kinds', async () => {
    const named = await quests(['convert', 'run.dump', '--elements', 'Cu,Zr', '-o', 'named.xyz'], folder);
    expect(named.code, named.stderr).toBe(0);
    const both = ['dH', 'run.dump', 'named.xyz', '--species'];
    expect(await quests(both, folder)).toMatchObject({
      code: 1,
      stdout: '',
      stderr:
        'quests: run.dump: species are the types 1, 2, others are elements (Cu, Zr); name the ' +
        'types with --elements\n',
    });
    expect(await quests([...both, '--elements', 'Cu,Zr'], folder)).toMatchObject({ code: 0 });
  });

  it('are refused where the log lacks a timestep', async () => {
    const args = ['convert', 'run.dump', '--log', 'short.log', '-o', 'joined.xyz'];
    const refused = await quests(args, folder);
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/100/);
    expect(refused.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
