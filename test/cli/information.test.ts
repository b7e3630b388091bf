import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { estimateBandwidth, readStructures, volumePerAtom } from '../../ts/node.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { frame, golden } from '../support/data/files.js';

const folder = temporaryFolder();
const MIXED = golden('mixed_dataset.xyz');
const CU = golden('fcc_cu_periodic.xyz');

async function record(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await quests([...args, '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('learning_curve', () => {
  const args = ['learning_curve', MIXED, '-f', '0.05,0.1,0.2,0.4,0.6,0.8', '-n', '5'];

  it('prints the points, the fit, and the gap or why it is not given', async () => {
    const { stdout } = await quests([...args, '--gap', '1,0.01'], folder);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^fraction +environments +mean entropy +spread +entropy \/ log n$/);
    expect(lines[1]).toMatch(/^ +0\.05 +16 +\d\.\d{4} +\d\.\d{4} +\d\.\d{3}$/);
    expect(stdout).toContain('Dataset entropy: 4.614 (nats)\n');
    expect(stdout).toContain('Fit: H(n) = a - b exp(-c ln^2 n), 7 points from 16 to 320 environments');
    expect(stdout).toMatch(/^ {2}a = H_max = .* 95 %: .* over 5 windows; error /m);
    expect(stdout).toMatch(/^Information gap H_max - H: /m);
    expect(stdout).toMatch(/^Environments for a gap of 1 \(nats\): /m);
    expect(stdout).toMatch(/^Environments for a gap of 0.01 \(nats\): not given: /m);
  });

  it('is the same for the same seed, and writes what a plot needs', async () => {
    const curves = async (seed: string): Promise<unknown> => {
      const { learning_curve: points } = await record([...args, '--seed', seed]);
      return (points as { entropies: number[] }[]).map(({ entropies }) => entropies);
    };
    const first = await curves('1');
    expect(await curves('1')).toEqual(first);
    expect(await curves('2')).not.toEqual(first);
    expect((await quests([...args, '-o', 'curve.csv'], folder)).code).toBe(0);
    const rows = readFileSync(join(folder, 'curve.csv'), 'utf8').trimEnd().split('\n');
    expect(rows[0]).toBe('fraction,n_envs,mean_entropy,std_entropy,fit');
    expect(rows).toHaveLength(8);
    const [, size, mean, , fit] = (rows[4] ?? '').split(',').map(Number);
    expect(size).toBe(128);
    expect(Math.abs((mean ?? NaN) - (fit ?? NaN))).toBeLessThan(0.2);
  });

  it('is a curve still where nothing can be fitted to it', async () => {
    const { stdout } = await quests(['learning_curve', CU, '-f', '0.5,0.9'], folder);
    expect(stdout).toMatch(/^No fit: 3 sizes above 1, expected at least 5 to fit a curve to$/m);
    expect(await record(['learning_curve', CU, '-f', '0.5'])).toMatchObject({
      fit: null,
      information_gap: null,
    });
  });

  it('prints no H_max that the data do not determine, and says why', async () => {
    // With so narrow a bandwidth no two environments are alike.
    const narrow = [...args, '-b', '0.001'];
    const { stdout } = await quests(narrow, folder);
    expect(stdout).toMatch(/^ {2}H_max is not determined: H \/ log n is 1\.000 at the largest n/m);
    expect(stdout).toMatch(/^Information gap H_max - H: not given: the data do not determine H_max: /m);
    expect(stdout).not.toMatch(/95 %|e\+/);
    const { fit, information_gap_at_most: atMost } = await record(narrow);
    expect(fit).toMatchObject({
      undetermined: expect.stringMatching(/^H \/ log n/) as string,
      a: { value: null, interval: null, error: null },
      b: { value: null, interval: null },
      c: { value: null, interval: null },
    });
    expect(atMost).toBeNull();
  });

  it('says how large the gap of a level curve can be', async () => {
    // With so wide a bandwidth all environments are alike.
    const wide = [...args, '-b', '3'];
    const { stdout } = await quests(wide, folder);
    expect(stdout).toMatch(/^Information gap H_max - H: at most 0\.0\d\d \(nats\)/m);
    expect((await record(wide)).information_gap_at_most).toBeLessThan(0.1);
  });

  it('refuses fractions and gaps that are none', async () => {
    for (const options of [
      ['-f', '0'],
      ['-f', '1.2'],
      ['-f', '0.001'],
      ['-f', 'all'],
      ['--gap', '0'],
      ['-n', '0'],
    ]) {
      const { code, stderr, stdout } = await quests(['learning-curve', MIXED, ...options], folder);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^.*quests: .*\n$/s);
    }
  });
});

describe('entropy_sampler', () => {
  it('prints mean and spread, and the interval of the mean', async () => {
    const { stdout } = await quests(['entropy_sampler', MIXED, '-s', '100', '-n', '8'], folder);
    expect(stdout).toMatch(
      new RegExp(
        '^Entropy: 3\\.\\d{3} ± 0\\.\\d{3} \\(nats\\)\n' +
          'Computed from 8 runs of 100 of 320 environments\nMean, 95 % interval: ',
      ),
    );
    expect(stdout).toContain('Max theoretical entropy: 4.605 (nats)\n');
    const found = await record(['entropy-sampler', MIXED, '-s', '100', '-n', '8']);
    expect(found.entropies).toHaveLength(8);
    const [low, high] = found.mean_entropy_interval as [number, number];
    expect(low).toBeLessThan(found.mean_entropy as number);
    expect(high).toBeGreaterThan(found.mean_entropy as number);
  });

  it('takes a set that is no larger than a sample as it is', async () => {
    const found = await record(['entropy_sampler', CU]);
    expect(found).toMatchObject({ num_runs: 1, sample: 1000, std_entropy: 0 });
    expect((found.entropies as number[])[0]).toBeCloseTo(3.001, 3);
  });

  it('estimates the bandwidth from the volume per atom, where there is one', async () => {
    let volume = 0;
    for await (const structure of readStructures(CU)) volume = volumePerAtom(structure);
    const { bandwidth } = await record(['entropy_sampler', CU, '--estimate-bw']);
    expect(bandwidth).toBe(await estimateBandwidth(volume));
    const open = await quests(['entropy_sampler', golden('molecule_open.xyz'), '--estimate_bw'], folder);
    expect(open.code).toBe(1);
    expect(open.stderr).toMatch(/molecule_open\.xyz, frame 0: no volume per atom: not periodic/);
    const npy = await quests(
      ['entropy_sampler', golden('fcc_cu_periodic.descriptors.npy'), '--estimate-bw'],
      folder,
    );
    expect(npy.code).toBe(1);
    expect(npy.stderr).toMatch(/holds descriptors: they say no volume/);
  });
});

describe('entropy --bandwidth-scan', () => {
  it('prints the entropy as without it, then a table over bandwidths', async () => {
    const plain = await quests(['entropy', MIXED], folder);
    const { stdout } = await quests(['entropy', MIXED, '--bandwidth-scan'], folder);
    expect(stdout.startsWith(`${plain.stdout}\nbandwidth  entropy  entropy / log N  diversity\n`)).toBe(true);
    expect(stdout.trimEnd().split('\n')).toHaveLength(4 + 2 + 21);
    expect(stdout).toMatch(/^ +0\.01500 +4\.6138 +0\.800 /m);
  });

  it('gives each value that one bandwidth alone gives, as JSON and as a table', async () => {
    const args = ['entropy', MIXED, '--bandwidths', '0.3,0.01'];
    const { scan, bandwidth } = await record(args);
    expect(bandwidth).toBe(0.015);
    const found = scan as { bandwidth: number; entropy: number; efficiency: number; diversity: number }[];
    expect(found.map((point) => point.bandwidth)).toEqual([0.3, 0.01]);
    for (const point of found) {
      const alone = await record(['metrics', MIXED, '-b', String(point.bandwidth)]);
      expect(point.entropy).toBeCloseTo(alone.entropy as number, 12);
      expect(point.efficiency).toBeCloseTo(alone.efficiency as number, 12);
      expect(point.diversity).toBeCloseTo(alone.diversity as number, 12);
    }
    expect((await quests([...args, '-o', 'scan.csv'], folder)).code).toBe(0);
    const rows = readFileSync(join(folder, 'scan.csv'), 'utf8').trimEnd().split('\n');
    expect(rows[0]).toBe('bandwidth,entropy,efficiency,diversity');
    expect(rows.slice(1).map((row) => Number(row.split(',')[1]))).toEqual(
      found.map(({ entropy }) => entropy),
    );
  });

  it('refuses a tolerance, bandwidths that are none, and a table without a scan', async () => {
    for (const options of [
      ['--bandwidth-scan', '--tolerance', '0.1'],
      ['--bandwidths', '0.1,0'],
      ['-o', 'no.csv'],
    ]) {
      expect((await quests(['entropy', MIXED, ...options], folder)).code).toBe(2);
    }
  });
});

it('volume per atom is that of the cell, of either hand', async () => {
  writeFileSync(join(folder, 'two.xyz'), frame(['Cu 0 0 0', 'Cu 2 2 2']));
  for await (const structure of readStructures(join(folder, 'two.xyz'))) {
    expect(volumePerAtom(structure)).toBe(32);
    expect(volumePerAtom({ ...structure, cell: [0, 4, 0, 4, 0, 0, 0, 0, 4] })).toBe(32);
    expect(() => volumePerAtom({ ...structure, pbc: [true, true, false] })).toThrow(/not periodic/);
    expect(() => volumePerAtom({ positions: structure.positions })).toThrow(/not periodic/);
  }
});
