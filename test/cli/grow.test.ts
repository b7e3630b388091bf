import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStructures, type Structure } from '../../ts/node.js';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';
import { killed, whole } from '../support/cli/killed.js';

const folder = temporaryFolder();
const MIXED = golden('mixed_dataset.xyz');
const ALLOY = golden('agau_alloy.xyz');

async function frames(file: string): Promise<Structure[]> {
  const all: Structure[] = [];
  for await (const structure of readStructures(join(folder, file))) all.push(structure);
  return all;
}

const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
describe('mcmc', () => {
  it('says that it missed its target, and nothing where it did not', async () => {
    const args = ['mcmc', MIXED, '-i', '6', '-n', '5', '-t'];
    expect((await quests([...args, '300'], folder)).stderr).toContain(
      'the target of 300 nats was not reached',
    );
  });

  const chain = ['mcmc', MIXED, '-i', '6', '-n', '1500', '--seed', '3', '-j', '1', '--cell-step', '0.01'];

  it('killed in the middle goes on to the same bytes', async () => {
    const outcome = await quests([...chain, '-o', 'whole.xyz', '--json'], folder);
    expect(outcome.code).toBe(0);
    const args = [...chain, '-o', 'stopped.xyz'];
    await killed(folder, args, (text) => /"steps":[3-9]00\b/.test(text), 'stopped.xyz.run');
    expect(existsSync(join(folder, 'stopped.xyz'))).toBe(false);
    const saved = JSON.parse(read('stopped.xyz.run/chain.json')) as { steps: number };

    expect(await quests(args, folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--resume continues it, --overwrite starts anew') as string,
    });
    expect(await quests([...args, '--resume', '-t', '20'], folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('target was 30, now it is 20') as string,
    });
    const resumed = await quests([...args, '--resume', '--json'], folder);
    expect(resumed.stderr).toContain(`continuing after step ${saved.steps}`);
    expect(read('stopped.xyz')).toBe(read('whole.xyz'));
    const [one, other] = [outcome, resumed].map(
      ({ stdout }) => JSON.parse(stdout) as Record<string, unknown>,
    );
    for (const key of ['accepted', 'too_close', 'score', 'initial_score', 'delta_entropy', 'steps']) {
      expect(other?.[key]).toEqual(one?.[key]);
    }
    expect(contents(folder)).not.toContain('stopped.xyz.run');
  });

  it('draws the structure to start from by the seed, and writes it where it is asked to', async () => {
    const args = ['mcmc', MIXED, '-n', '20', '--seed', '5', '--compare', '-o', 'pair.xyz', '--json'];
    const { stdout } = await quests(args, folder);
    const { index } = JSON.parse(stdout) as { index: number };
    const [before, after] = await frames('pair.xyz');
    const [expected] = await (async () => {
      const all: Structure[] = [];
      for await (const structure of readStructures(MIXED)) all.push(structure);
      return [all[index]];
    })();
    expect(before?.positions).toEqual(expected?.positions);
    expect(after?.positions).not.toEqual(expected?.positions);
    expect(after?.info).toMatchObject({ target_dH: 30, steps: 20 });
  });

  it.each([
    [['-i', '99'], 2, 'index is 99, expected one from 0 to 23'],
    [['--min-distance', '4'], 1, 'closer than the minimum distance 4 Å'],
    [['--cell-step', '0.5'], 2, 'cellStep is 0.5'],
    [['-o', 'x.json'], 2, 'cannot write x.json'],
    [['-o', 'POSCAR', '--compare'], 2, 'one structure'],
    [['--resume'], 2, '--resume needs --output'],
    [['--temperature', '-1'], 2, 'Expected a number of at least 0'],
  ])('refuses %j', async (args, code, message) => {
    const before = contents(folder);
    const outcome = await quests(['mcmc', MIXED, ...args, '--quiet'], folder);
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringContaining(message) as string });
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
    expect(contents(folder)).toEqual(before);
  });

  it('refuses cell moves along open directions, and descriptors', async () => {
    const cluster = golden('random_cluster_open.xyz');
    expect(await quests(['mcmc', cluster, '--cell-step', '0.01', '--quiet'], folder)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /random_cluster_open.xyz, frame \d+: the cell is open along a, b, c/,
      ) as string,
    });
    const matrix = golden('mixed_dataset.descriptors.npy');
    expect(await quests(['mcmc', matrix, '--quiet'], folder)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('holds descriptors, expected structures') as string,
    });
  });

  it('says that nothing was accepted, and that elements are not told apart', async () => {
    const args = ['mcmc', ALLOY, '-i', '0', '-n', '20', '--step-size', '3', '--seed', '1'];
    const { stderr, code } = await quests(args, folder);
    expect(code).toBe(0);
    expect(stderr).toContain('note: none of 20 steps was accepted: most steps brought atoms too close');
    expect(stderr).toContain('Ag, Au are treated as one element; --species full distinguishes elements');
    const small = args.map((arg) => (arg === '3' ? '0.02' : arg));
    const told = await quests([...small, '--species', '--json'], folder);
    expect(JSON.parse(told.stdout)).toMatchObject({ species: ['Ag', 'Au'] });
    expect(told.stderr).not.toContain('treated as one element');
  });
});

it('new structures and their start are not one table', async () => {
  for (const args of [
    ['mcmc', ALLOY, '-i', '0', '-n', '2', '--compare', '-o', 'both.csv'],
    ['active_learning', ALLOY, '-g', '1', '-n', '2', '--full', '-o', 'both.parquet'],
  ]) {
    const { code, stderr } = await quests(args, folder);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^quests: --\w+ writes frames with different/)]);
  }
  expect(contents(folder).filter((name) => name.startsWith('both'))).toEqual([]);
});

describe('the folder of a run', () => {
  const args = ['mcmc', MIXED, '-i', '4', '-n', '20', '-o'];

  it.each([['--resume'], ['--overwrite'], []])('is left alone where it is none: %s', async (...flags) => {
    const name = `foreign${flags.join('')}`;
    mkdirSync(join(folder, `${name}.xyz.run`));
    writeFileSync(join(folder, `${name}.xyz.run`, 'mine.txt'), 'mine');
    const outcome = await quests([...args, `${name}.xyz`, ...flags], folder);
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not a saved run') as string,
    });
    expect(read(`${name}.xyz.run/mine.txt`)).toBe('mine');
  });

  it.each([
    ['chain.json', '{"steps":'],
    ['chain.json', '{}'],
    ['settings.json', 'null'],
    ['settings.json', ''],
  ])('is named where its %s is damaged: %s', async (file, text) => {
    const long = ['mcmc', MIXED, '-i', '6', '-n', '3000', '--seed', '3', '-o', 'damaged.xyz'];
    await killed(
      folder,
      [...long, '--overwrite'],
      (saved) => saved.startsWith('chain.json'),
      'damaged.xyz.run',
    );
    writeFileSync(join(folder, 'damaged.xyz.run', file), text);
    const outcome = await quests([...long, '--resume'], folder);
    expect(outcome).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(
        `damaged.xyz.run/${file} is damaged; --overwrite starts anew`,
      ) as string,
    });
  });
});

describe('active_learning', () => {
  const grow = ['active_learning', MIXED, '-s', '2', '-g', '4', '-n', '300', '--seed', '2', '-j', '1'];

  it('killed in the middle goes on to the same bytes', async () => {
    const outcome = await quests([...grow, '-o', 'grown.xyz', '--json'], folder);
    expect(outcome.code).toBe(0);
    const made = await frames('grown.xyz');
    expect(made.map(({ info }) => info?.gen)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);

    const args = [...grow, '-o', 'halves.xyz'];
    await killed(folder, args, (text) => text.startsWith('generation-2.xyz'), 'halves.xyz.run');
    const kept = whole(join(folder, 'halves.xyz.run')).filter((name) => name.startsWith('generation'));
    const before = kept.map((name) => read(join('halves.xyz.run', name)));
    expect(read('grown.xyz').startsWith(before[0] ?? '?')).toBe(true);

    const resumed = await quests([...args, '--resume', '--json'], folder);
    expect(resumed.stderr).toContain(`continuing after generation ${kept.length}`);
    expect(read('halves.xyz')).toBe(read('grown.xyz'));
    const [one, other] = [outcome, resumed].map(
      ({ stdout }) => JSON.parse(stdout) as Record<string, unknown>,
    );
    expect(other?.by_generation).toEqual(one?.by_generation);
    expect(contents(folder)).not.toContain('halves.xyz.run');
  });

  it('writes the old structures, too, where it is asked to', async () => {
    const args = ['active_learning', MIXED, '-s', '1', '-g', '1', '-n', '5', '--full', '-o', 'full.xyz'];
    expect((await quests(args, folder)).code).toBe(0);
    const all = await frames('full.xyz');
    expect(all).toHaveLength(25);
    expect(all.map(({ info }) => info?.gen ?? 0)).toEqual([...Array<number>(24).fill(0), 1]);
  });

  it('begins at the beginning if there is nothing to resume, or anew on request', async () => {
    const args = ['active_learning', MIXED, '-s', '1', '-g', '1', '-n', '5', '-o', 'fresh.xyz'];
    const outcome = await quests([...args, '--resume'], folder);
    expect(outcome).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('nothing to resume') as string,
    });
    expect((await quests([...args, '--overwrite'], folder)).code).toBe(0);
  });

  it('refuses more structures than there are, before it begins', async () => {
    const outcome = await quests(['active_learning', MIXED, '-s', '25', '--quiet'], folder);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('structures is 25') as string });
    writeFileSync(join(folder, 'close.xyz'), '2\n\nCu 0 0 0\nCu 0 0 2\n2\n\nCu 0 0 0\nCu 0 0 1\n');
    expect(
      await quests(['active_learning', 'close.xyz', '--min-distance', '1.5', '--quiet'], folder),
    ).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('close.xyz, frame 1: atoms 0 and 1 are 1.0000 Å apart') as string,
    });
  });
});
