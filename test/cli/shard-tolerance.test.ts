import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { alone, inShards } from '../support/cli/in-shards.js';
import { gaussian, random, randomRows } from '../support/data/random.js';
import { npy } from '../support/data/files.js';

const folder = temporaryFolder();
const ROWS = 17_000;
writeFileSync(join(folder, 'x.npy'), npy(`(${ROWS}, 4)`, randomRows(1, ROWS, 4, 0.3)));
writeFileSync(join(folder, 'few.npy'), npy('(300, 4)', randomRows(2, 300, 4, 0.3)));

/** Two clusters and rows that are each on their own, some far from all others. */
function scattered(): Float64Array {
  const [normal, uniform] = [gaussian(3), random(4)];
  const data = new Float64Array(ROWS * 4);
  for (let row = 0; row < ROWS; row++) {
    const spread = uniform() < 2e-3 ? 50 : 0.05;
    for (let at = 0; at < 4; at++) data[row * 4 + at] = spread * normal() + (row % 2);
  }
  return data;
}
writeFileSync(join(folder, 'scattered.npy'), npy(`(${ROWS}, 4)`, scattered()));

async function done(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await quests(args, folder);
  expect(code, stderr).toBe(0);
  return stdout;
}

const sampling = ['-b', '0.12', '--tolerance', '0.05', '--seed', '3'];

describe('--tolerance in shards', () => {
  it.each([
    ['entropy', 'x.npy'],
    ['metrics', 'x.npy'],
    ['metrics', 'scattered.npy'],
  ])('%s of %s has the bits of one machine, for any number of shards', async (command, file) => {
    const args = [command, file, ...sampling];
    const one = await alone(folder, args);
    expect(one.entropy_error).toBeGreaterThan(0);
    for (const shards of [1, 2, 7]) expect(await inShards(folder, shards, args)).toEqual(one);
  });

  it('a sample of few is all of them', async () => {
    const found = await inShards(folder, 2, ['entropy', 'few.npy', '-b', '0.12', '--tolerance', '0.001']);
    const exact = JSON.parse(await done(['entropy', 'few.npy', '-b', '0.12', '--json'])) as {
      entropy: number;
    };
    expect(found.entropy).toBeCloseTo(exact.entropy, 12);
    expect(found.entropy_error).toBeLessThanOrEqual(0.0011);
  });

  it('takes leaves of the sample in turn, and keeps in the plan what a merge needs', async () => {
    await done(['shard', 'plan', '--shards', '4', '-o', 'kept', 'entropy', 'x.npy', ...sampling]);
    const manifest = JSON.parse(readFileSync(join(folder, 'kept', 'manifest.json'), 'utf8')) as {
      sets: { rows: number }[];
      sums: { queries: number; over: number; leafByLeaf?: boolean }[];
      facts: { own: { rows: number; strata: number[][] } };
    };
    const { sets, sums, facts } = manifest;
    expect(sums).toEqual([{ queries: 1, over: 0, leafByLeaf: true }]);
    const { rows, strata } = facts.own;
    expect(rows).toBe(ROWS);
    expect(strata.reduce((count, [size = 0]) => count + size, 0)).toBe(ROWS);
    const drawn = strata.reduce((count, [, , , own = 0]) => count + own, 0);
    expect(drawn).toBe(sets[1]?.rows);
    expect(drawn).toBeLessThan(ROWS / 4);
  });

  it.each([
    ['x.npy', 'few.npy', '-2.9'],
    ['scattered.npy', 'scattered.npy', '-8'],
  ])('overlap of a sample of %s with %s has the bits of one machine', async (test, reference, eps) => {
    const sample = ['--eps', eps, '-b', '0.12', '--tolerance', '0.03', '--seed', '3'];
    const args = ['overlap', test, reference, ...sample];
    const one = await alone(folder, args);
    expect(one.overlap).toBeGreaterThan(0);
    expect(one.overlap).toBeLessThan(1);
    expect(one.overlap_error).toBeGreaterThan(0);
    expect(one.drawn_envs).toBeLessThan(ROWS);
    for (const shards of [1, 2, 7]) expect(await inShards(folder, shards, args)).toEqual(one);
  });

  it('sums a test set of few as a whole, as overlap without a tolerance', async () => {
    const pair = ['overlap', 'few.npy', 'x.npy', '-b', '0.12', '--eps', '-6.9'];
    const found = await inShards(folder, 2, [...pair, '--tolerance', '0.05']);
    const exact = await alone(folder, pair);
    expect(exact.overlap).toBeGreaterThan(0);
    expect(exact.overlap).toBeLessThan(1);
    expect(found).toMatchObject({
      overlap: exact.overlap,
      overlap_error: 0,
      drawn_envs: 300,
      test_envs: 300,
    });
  });

  it.each([
    ['x.npy', '3'],
    ['scattered.npy', '4'],
  ])('learning_curve of %s has the bits of one machine', async (file, seed) => {
    const sampling = ['-b', '0.12', '--tolerance', '0.1', '--seed', seed];
    const args = ['learning_curve', file, '-f', '0.96,1', '--num-runs', '2', ...sampling];
    const one = await alone(folder, args);
    const [first, all] = one.learning_curve as { entropies: number[]; entropies_error: number[] }[];
    for (const { entropies_error } of [first, all] as (typeof first & {})[]) {
      for (const error of entropies_error) expect(error).toBeGreaterThan(0);
    }
    expect(first?.entropies[0]).not.toBe(first?.entropies[1]);
    for (const shards of [1, 2, 7]) expect(await inShards(folder, shards, args)).toEqual(one);
  });

  it('small samples of a learning curve hold what one machine sums in full', async () => {
    const args = ['learning_curve', 'x.npy', '-b', '0.12', '-f', '0.002,0.1,0.5', '--num-runs', '2'];
    const exact = await alone(folder, args);
    const found = await inShards(folder, 3, [...args, '--tolerance', '0.05']);
    expect(found.entropy_error).toBeGreaterThan(0);
    const points = found.learning_curve as {
      n_envs: number;
      entropies: number[];
      entropies_error: number[];
    }[];
    const exactly = exact.learning_curve as typeof points;
    expect(points.map(({ n_envs }) => n_envs)).toEqual([34, 1700, 8500]);
    for (const [at, { entropies, entropies_error }] of points.entries()) {
      for (const [run, entropy] of entropies.entries()) {
        const error = entropies_error[run] as number;
        expect(error).toBeLessThanOrEqual(0.0525);
        expect(Math.abs(entropy - (exactly[at]?.entropies[run] as number))).toBeLessThanOrEqual(
          error + 1e-12,
        );
      }
    }
  });

  it('dH sums all that is near, as one machine does with a reference larger than memory', async () => {
    const args = ['dH', 'few.npy', 'x.npy', '-b', '0.12', '--tolerance', '0.1'];
    const one = await alone(folder, [...args, '--memory', '10K']);
    const exact = await alone(folder, args.slice(0, 5));
    const { reference_bytes, reference_bytes_read, nearest_known, ...same } = one;
    expect(nearest_known).toMatchObject({ alike: 1 });
    expect(reference_bytes).toBeGreaterThan(10_240);
    expect(reference_bytes_read).toBeGreaterThan(10_240);
    for (const shards of [1, 2, 7]) {
      const found = await inShards(folder, shards, args);
      expect(found).toEqual(same);
      expect(found.delta_entropy).toEqual(exact.delta_entropy);
      expect(found).toMatchObject({ delta_entropy_error: new Array<number>(300).fill(0), mean_dH_error: 0 });
    }
    const plan = ['shard', 'plan', '--shards', '2', '-o', 'said', ...args];
    const { code, stderr } = await quests(plan, folder);
    expect(code).toBe(0);
    expect(stderr).toContain('note: --tolerance: shards sum all that is near, the error is 0\n');
  });
});
