import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { alone, inShards } from '../support/cli/in-shards.js';
import { alloyText } from '../support/data/alloy.js';

const folder = temporaryFolder();

function alloy(file: string, ...of: Parameters<typeof alloyText>): void {
  writeFileSync(join(folder, file), alloyText(...of));
}

alloy('train.xyz', 5, 6, ['Cu', 'Cu', 'Au', 'Pt'], 1);
alloy('test.xyz', 4, 3, ['Cu', 'Au'], 2);
alloy('other.xyz', 4, 3, ['Cu', 'Ni'], 3);
alloy('large.xyz', 26, 1, ['Cu', 'Cu', 'Cu', 'Au'], 4);

describe('rows with labels in shards', () => {
  it.each(
    ['center', 'full'].flatMap((mode) =>
      [
        ['entropy', 'train.xyz', '-b', '0.05'],
        ['metrics', 'train.xyz', '-b', '0.1'],
        ['metrics', 'train.xyz', '-b', 'Cu=0.05,Au=0.1,Pt=0.2'],
        ['dH', 'test.xyz', 'train.xyz', '-b', 'Cu=0.05,Au=0.1,Pt=0.2'],
        ['dH', 'test.xyz', 'train.xyz'],
        ['overlap', 'test.xyz', 'train.xyz', '-b', '0.1'],
        ['coverage', 'train.xyz', 'test.xyz', 'other.xyz', '-b', '0.1'],
        ['coverage', 'train.xyz', 'other.xyz', 'test.xyz', '--generations', '-b', '0.1'],
        ['learning_curve', 'train.xyz', '-n', '2', '-f', '0.2,0.5', '-b', '0.1'],
      ].map((command) => [...command, '--species', mode]),
    ),
  )('say what one process says: %s %s %s %s', async (...command) => {
    const one = await alone(folder, command);
    for (const shards of [1, 3]) expect(await inShards(folder, shards, command)).toEqual(one);
  });

  it('have a bandwidth for each element; one that no atom has is said when they are planned', async () => {
    const plan = [
      'shard',
      'plan',
      '--shards',
      '1',
      '-o',
      'unused',
      'entropy',
      'test.xyz',
      '--species',
      'full',
    ];
    const note = 'note: no atom is Zr: the bandwidth given for it was not used';
    const planned = await quests([...plan, '-b', 'Cu=0.05,Au=0.1,Zr=0.2'], folder);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stderr).toContain(note);
    expect(await quests(['shard', 'run', 'unused', '-i', '0'], folder)).toMatchObject({ code: 0 });
    const merged = await quests(['shard', 'merge', 'unused'], folder);
    expect(merged.stdout).toContain('Bandwidth by element: Cu 0.05, Au 0.1, Zr 0.2 1/Å');
    expect(merged.stderr).not.toContain(note);
  });

  it('are sampled as in one process, each element on its own', async () => {
    const command = ['entropy', 'large.xyz', '--species', 'center', '-b', '0.2', '--tolerance', '0.05'];
    const one = await alone(folder, command);
    expect(one.entropy_error).toBeGreaterThan(0);
    for (const shards of [1, 3]) expect(await inShards(folder, shards, command)).toEqual(one);
    const exact = await alone(folder, command.slice(0, 6));
    expect(Math.abs(Number(one.entropy) - Number(exact.entropy))).toBeLessThan(0.1);
  });

  it('are drawn for a learning curve as in one process', async () => {
    const sample = ['-b', '0.2', '--tolerance', '0.1', '-f', '0.95', '-n', '1'];
    const command = ['learning_curve', 'large.xyz', '--species', 'center', ...sample];
    const one = await alone(folder, command);
    const [point] = one.learning_curve as { entropies_error: number[] }[];
    expect(point?.entropies_error[0]).toBeGreaterThan(0);
    for (const shards of [1, 3]) expect(await inShards(folder, shards, command)).toEqual(one);
  });

  it('are drawn for an overlap as in one process, also of elements that the reference lacks', async () => {
    const sample = ['-b', '0.1', '--eps', '-1', '--tolerance', '0.1'];
    const command = ['overlap', 'train.xyz', 'test.xyz', '--species', 'full', ...sample];
    const one = await alone(folder, command);
    expect(one).toMatchObject({ missing_elements: ['Pt'], drawn_envs: 106 });
    expect(one.overlap).toBeGreaterThan(0);
    for (const shards of [1, 3]) expect(await inShards(folder, shards, command)).toEqual(one);
  });

  it.each(['center', 'full', 'blocks', 'ignore'])(
    'are compared with a set that lacks elements: %s',
    async (mode) => {
      for (const command of [
        ['dH', 'train.xyz', 'test.xyz', '--species', mode],
        ['dH', 'other.xyz', 'test.xyz', '--species', mode, '-b', '0.1'],
        ['overlap', 'other.xyz', 'test.xyz', '--species', mode, '-b', '0.1'],
      ]) {
        const one = await alone(folder, command);
        const isBlind = mode === 'ignore';
        expect(one).toMatchObject({
          missing_elements: [command[1] === 'train.xyz' ? 'Pt' : 'Ni'],
          missing_element_envs: isBlind ? null : (expect.any(Number) as number),
        });
        for (const shards of [1, 3]) expect(await inShards(folder, shards, command)).toEqual(one);
      }
    },
  );

  it('write structures with δH of elements that the reference lacks, and say so when planned', async () => {
    const command = ['dH', 'other.xyz', 'test.xyz', '--species', 'full'];
    const plan = ['shard', 'plan', '--shards', '2', '-o', 'lacking', ...command];
    const planned = await quests(plan, folder);
    expect(planned).toMatchObject({ code: 0 });
    expect(planned.stderr).toContain('note: test.xyz has no Ni, which other.xyz has\n');
    for (const shard of ['0', '1']) await quests(['shard', 'run', 'lacking', '-i', shard], folder);
    const merged = await quests(['shard', 'merge', 'lacking', '-o', 'merged.extxyz'], folder);
    expect(merged, merged.stderr).toMatchObject({ code: 0 });
    const one = await quests([...command, '-o', 'one.extxyz'], folder);
    expect(merged.stdout).toBe(one.stdout);
    expect(merged.stdout).toContain('Elements that the reference lacks: Ni; ');
    const written = ['merged.extxyz', 'one.extxyz'].map((file) => readFileSync(join(folder, file), 'utf8'));
    expect(written[0]).toBe(written[1]);
  });
});
