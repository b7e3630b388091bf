import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BACKENDS } from '../support/backends/backends.js';
import { randomRows } from '../support/data/random.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { npy } from '../support/data/files.js';

const folder = temporaryFolder();
const ROWS = 17_000;
writeFileSync(join(folder, 'x.npy'), npy(`(${ROWS}, 4)`, randomRows(1, ROWS, 4, 0.3)));
writeFileSync(join(folder, 'y.npy'), npy('(500, 4)', randomRows(2, 500, 4, 0.3)));

/** The JSON that a command prints; it must end well. */
async function printed(args: readonly string[]): Promise<Record<string, unknown>> {
  const { code, stdout, stderr } = await quests([...args, '-b', '0.12', '--json'], folder);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe.each(BACKENDS)('--tolerance on %s', (backend) => {
  it('entropy: the interval in lines and JSON', async () => {
    const args = ['entropy', 'x.npy', '--backend', backend];
    const exact = await printed(args);
    const found = await printed([...args, '--tolerance', '0.02', '--seed', '5']);
    expect(found).toMatchObject({ tolerance: 0.02, seed: 5, confidence: 0.95, n_envs: ROWS });
    const { entropy, entropy_error: error } = found as Record<string, number>;
    expect(error).toBeGreaterThan(0);
    expect(error).toBeLessThanOrEqual(0.021);
    expect(found.entropy_interval).toEqual([
      (entropy as number) - (error as number),
      (entropy as number) + (error as number),
    ]);
    // The seed is fixed, but its draws differ from one instruction set to another.
    expect(Math.abs((entropy as number) - (exact.entropy as number))).toBeLessThan(error as number);
    expect(exact).not.toHaveProperty('tolerance');
    expect(await printed([...args, '--tolerance', '0.02', '--seed', '5'])).toMatchObject({ entropy });

    const lines = await quests([...args, '-b', '0.12', '--tolerance', '0.01'], folder);
    expect(lines.stdout).toMatch(/^95 % interval: \d+\.\d{5} to \d+\.\d{5} \(nats\)$/m);
  });

  it('metrics: H as entropy has it, and D from the same sample', async () => {
    const args = ['x.npy', '--backend', backend];
    const exact = await printed(['metrics', ...args]);
    const sampling = ['--tolerance', '0.02', '--seed', '5'];
    const found = await printed(['metrics', ...args, ...sampling]);
    const { entropy, entropy_error, entropy_interval } = await printed(['entropy', ...args, ...sampling]);
    expect(found).toMatchObject({ entropy, entropy_error, entropy_interval, tolerance: 0.02, seed: 5 });
    expect(found).not.toHaveProperty('dH');
    const [low, high] = found.diversity_interval as [number, number];
    expect(high - low).toBeCloseTo(2 * (found.diversity_error as number), 12);
    expect(low).toBeLessThan(exact.diversity as number);
    expect(high).toBeGreaterThan(exact.diversity as number);
    const lines = await quests(['metrics', ...args, '-b', '0.12', '--tolerance', '0.05'], folder);
    expect(lines.stdout.match(/^95 % interval: /gm)).toHaveLength(2);
  });

  it('overlap: the share of a sample, in lines and JSON', async () => {
    const args = ['overlap', 'x.npy', 'y.npy', '--backend', backend, '--eps', '-3'];
    const exact = await printed(args);
    const found = await printed([...args, '--tolerance', '0.05', '--seed', '4']);
    expect(found).toMatchObject({ tolerance: 0.05, seed: 4, confidence: 0.95, test_envs: ROWS });
    expect(found.drawn_envs).toBe(404);
    const [low, high] = found.overlap_interval as [number, number];
    expect(low).toBeLessThan(exact.overlap as number);
    expect(high).toBeGreaterThan(exact.overlap as number);
    expect(found.overlap_error).toBeLessThanOrEqual(0.0501);
    const keys = Object.keys(exact).filter((key) => key !== 'overlap');
    expect(Object.keys(found)).toEqual(expect.arrayContaining(keys));
    const lines = await quests([...args, '-b', '0.12', '--tolerance', '0.05'], folder);
    expect(lines.stdout).toMatch(/^95 % interval: 0\.\d{4} to 0\.\d{4}$/m);
  });

  it('learning_curve: the same subsets, each with its half-width', async () => {
    const args = ['learning_curve', 'x.npy', '--backend', backend, '-f', '0.2,1', '--num-runs', '2'];
    const exact = await printed(args);
    const found = await printed([...args, '--tolerance', '0.05']);
    expect(found).toMatchObject({ tolerance: 0.05, seed: 0, confidence: 0.95, n_envs: ROWS });
    interface Point {
      entropies: number[];
      entropies_error: number[];
      n_envs: number;
    }
    const truth = exact.learning_curve as Point[];
    for (const [at, { entropies, entropies_error, n_envs }] of (found.learning_curve as Point[]).entries()) {
      expect(n_envs).toBe(truth[at]?.n_envs);
      for (const [run, value] of entropies.entries()) {
        const off = Math.abs(value - (truth[at]?.entropies[run] as number));
        expect(off).toBeLessThanOrEqual((entropies_error[run] as number) + 1e-9);
      }
    }
    expect(Math.abs((found.entropy as number) - (exact.entropy as number))).toBeLessThanOrEqual(
      found.entropy_error as number,
    );
    expect(exact).not.toHaveProperty('entropy_error');
  });

  it('a note says that the exact sum was taken, where it takes less time', async () => {
    for (const args of [
      ['entropy', 'y.npy', '--tolerance', '0.01'],
      ['dH', 'y.npy', 'y.npy', '--tolerance', '0.01'],
    ]) {
      const { code, stderr } = await quests([...args, '-b', '0.12', '--backend', backend], folder);
      expect(code).toBe(0);
      expect(stderr).toContain('note: all pairs were summed, the error is 0: an estimate to within 0.01');
    }
    const sampled = ['entropy', 'x.npy', '--tolerance', '0.05', '-b', '0.12', '--backend', backend];
    expect((await quests(sampled, folder)).stderr).not.toContain('all pairs were summed');
  });

  it('dH: a half-width for every value, and for their mean', async () => {
    const args = ['dH', 'y.npy', 'x.npy', '--backend', backend];
    const exact = await printed(args);
    const found = await printed([...args, '--tolerance', '0.1']);
    expect(found).toMatchObject({ tolerance: 0.1, seed: 0, confidence: 0.95 });
    const [values, errors, truth] = [
      found.delta_entropy,
      found.delta_entropy_error,
      exact.delta_entropy,
    ] as number[][];
    const inside = values?.filter(
      (value, row) => Math.abs(value - (truth?.[row] ?? NaN)) <= (errors?.[row] ?? NaN) + 1e-9,
    );
    expect((inside?.length ?? 0) / 500).toBeGreaterThan(0.92);
    expect(Math.abs((found.mean_dH as number) - (exact.mean_dH as number))).toBeLessThanOrEqual(
      (found.mean_dH_error as number) + 1e-9,
    );
    expect(exact).not.toHaveProperty('delta_entropy_error');
  });
});

describe.each(BACKENDS)('--precision single on %s', (backend) => {
  it.each([
    ['entropy', 'entropy', 'x.npy'],
    ['metrics', 'entropy', 'x.npy'],
    ['dH', 'mean_dH', 'y.npy', 'x.npy'],
  ])('%s: other bits, to 1e-5 nats', async (command, key, ...files) => {
    const args = [command, ...files, '--backend', backend];
    const exact = await printed([...args, '--precision', 'double']);
    const single = await printed([...args, '--precision', 'single']);
    expect(single).toMatchObject({ precision: 'single' });
    expect(exact).not.toHaveProperty('precision');
    expect(single[key]).not.toBe(exact[key]);
    expect(Math.abs((single[key] as number) - (exact[key] as number))).toBeLessThan(1e-5);
  });
});

describe('wrong usage', () => {
  it.each([
    ['entropy', 'x.npy', '--tolerance', '0'],
    ['entropy', 'x.npy', '--tolerance', 'x'],
    ['entropy', 'x.npy', '--tolerance', '0.1', '--seed', '1.5'],
    ['dH', 'y.npy', 'x.npy', '--tolerance', '-1'],
    ['metrics', 'x.npy', '--tolerance', '0.1', '-o', 'dH.npy'],
    ['metrics', 'x.npy', '--tolerance', '0.1', '--precision', 'single'],
    ['metrics', 'x.npy', '--seed', '1'],
    ['overlap', 'y.npy', 'x.npy', '--seed', '1'],
    ['overlap', 'y.npy', 'x.npy', '--tolerance', '0.1', '--novel-level', '0.05'],
    ['overlap', 'y.npy', 'x.npy', '--memory', '1G', '--novel-level', '0.05'],
    ['trajectory', 'y.xyz', '--memory', '1G'],
    ['metrics', 'x.npy', '--memory', '1G'],
    ['learning_curve', 'y.npy', '--memory', '1G'],
    ['entropy', 'x.npy', '--precision', 'half'],
    ['entropy', 'x.npy', '--precision', 'single', '--tolerance', '0.1'],
    ['dH', 'y.npy', 'x.npy', '--precision', 'single', '--shards', '2'],
    ['shard', 'plan', '-o', 'w', '--shards', '2', 'metrics', 'x.npy', '--precision', 'single'],
  ])('%s %s %s %s %s %s: exit 2', async (...args) => {
    const { code, stderr } = await quests(args.filter(Boolean), folder);
    expect(code).toBe(2);
    expect(stderr).not.toBe('');
  });
});

describe('QUESTS_SIMD', () => {
  it('holds for WebAssembly, too: one it has is used, one it lacks is refused', async () => {
    const args = ['entropy', 'y.npy', '--backend', 'wasm', '--json'];
    const forced = await quests(args, folder, { QUESTS_SIMD: 'simd128' });
    expect(JSON.parse(forced.stdout)).toMatchObject({ simd: 'simd128', backend: 'wasm' });
    for (const lacking of ['scalar', 'avx2']) {
      const refused = await quests(args, folder, { QUESTS_SIMD: lacking });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toMatch(
        new RegExp(`QUESTS_SIMD=${lacking} is not available on this machine, which has simd128\n`),
      );
    }
  });

  it.each(BACKENDS)('names that nothing has are refused by %s', async (backend) => {
    const args = ['entropy', 'y.npy', '--backend', backend];
    const { code, stderr } = await quests(args, folder, { QUESTS_SIMD: 'mmx' });
    expect(code).toBe(1);
    expect(stderr).toContain('QUESTS_SIMD=mmx is no instruction set');
  });
});
