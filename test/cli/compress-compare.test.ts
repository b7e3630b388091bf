import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { golden } from '../support/data/files.js';

const folder = temporaryFolder();
const EXAMPLE = fileURLToPath(new URL('../../examples/cu_test.xyz', import.meta.url));
const FEW = `${EXAMPLE}@::4`;

interface Compared {
  pool: { mean: number };
  test: { mean: number };
  trials: number;
  whole_error: { mean: number } | null;
  selections: { method: string; share: number; error: { mean: number } | null; force_tail: unknown }[];
  notes: string[];
}

const run = (...args: string[]): ReturnType<typeof quests> => quests(['compress', ...args], folder);

describe('compress --compare', () => {
  it('writes the same as it prints, for each share and method', async () => {
    const args = [FEW, '--compare', '--shares', '0.2,0.5', '--trials', '2'];
    const { code, stdout, stderr } = await run(...args, '--json', '--overwrite', '-o', 'compared.json');
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout) as Compared;
    expect(JSON.parse(readFileSync(join(folder, 'compared.json'), 'utf8'))).toMatchObject({
      selections: found.selections,
    });
    expect(found).toMatchObject({ pool: { mean: 24 }, test: { mean: 6 }, trials: 2, notes: [] });
    const methods = new Set(found.selections.map(({ method }) => method));
    expect(methods).toContain('log_det');
    expect(methods).toContain('gradient_fps');
    expect(found.selections).toHaveLength(2 * methods.size);
    const lines = (await run(...args)).stdout.split('\n');
    expect(lines.filter((line) => line.trimStart().startsWith('msc '))).toHaveLength(2);
    expect(lines.filter((line) => line.includes('smaller errors than with random picks'))).toHaveLength(2);
  });

  it('compares without energies and forces, and says so', async () => {
    const made = await quests(['make_descriptors', FEW, '-o', 'x.npz', '--overwrite'], folder);
    expect(made.code, made.stderr).toBe(0);
    const { code, stdout, stderr } = await run('x.npz', '--compare', '--trials', '2', '--json');
    expect(code, stderr).toBe(0);
    const found = JSON.parse(stdout) as Compared;
    expect(found.whole_error).toBeNull();
    expect(found.selections.every(({ error, force_tail }) => error === null && force_tail === null)).toBe(
      true,
    );
    expect(stderr).toContain('note: no structures are given: no errors of a model, no forces');
    expect(await run('x.npz', '--compare', '--target', 'energy')).toMatchObject({ code: 2 });
  });

  it('predicts what is named', async () => {
    const args = [FEW, '--compare', '--trials', '2', '--shares', '0.5', '--json'];
    const whole = async (...more: string[]): Promise<number | undefined> =>
      (JSON.parse((await run(...args, ...more)).stdout) as Compared).whole_error?.mean;
    // Energies, not per atom.
    expect((await whole('--target', 'energy')) ?? 0).toBeGreaterThan((await whole()) ?? Infinity);
    const missing = await run(...args, '--target', 'charge');
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toMatch(/cu_test\.xyz, frame 0: no number charge/);
  });

  it.each([
    [['--shares', '0.1'], '--shares needs --compare'],
    [['--trials', '3'], '--trials needs --compare'],
    [['--split', 'by-time'], '--split needs --compare'],
    [['--compare', '--gap', '2'], '--gap needs --split by-time'],
    [['--compare', '-s', '3'], '--size has no effect with --compare'],
    [['--compare', '-m', 'fps'], '--method has no effect with --compare'],
    [['--compare', '--dropped', 'd.xyz'], '--dropped has no effect with --compare'],
    [['--compare', '-o', 'kept.xyz'], 'kept.xyz'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(FEW, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, 'kept.xyz'))).toBe(false);
  });

  it('keeps kinds and times together', async () => {
    const split = async (...args: string[]): Promise<Compared & { split: string; leakage: unknown }> => {
      const { code, stdout, stderr } = await run(FEW, '--compare', '--trials', '2', '--json', ...args);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as Compared & { split: string; leakage: unknown };
    };
    const byConfig = await split('--split', 'by-config');
    // Kinds of six to ten structures: one of them tests.
    expect(byConfig.split).toBe('by-config');
    expect(byConfig.test.mean).toBeGreaterThanOrEqual(6);
    expect(byConfig.test.mean + byConfig.pool.mean).toBe(30);
    const byTime = await split('--split', 'by-time', '--gap', '1');
    expect(byTime.test.mean + byTime.pool.mean).toBe(21);
    const refused = await run(FEW, '--compare', '--split', 'by-composition');
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.stderr).toContain('all structures are one group by-composition');
  });

  it('needs twenty structures, and shares and splits that can be', async () => {
    const refused = async (expected: number, ...args: string[]): Promise<string> => {
      const { code, stderr } = await run(...args, '--compare');
      expect(code).toBe(expected);
      return stderr;
    };
    expect(await refused(1, golden('heating_trajectory.xyz'))).toContain('12 structures');
    expect(await refused(2, FEW, '--trials', '1')).toContain('trials is 1');
    expect(await refused(2, FEW, '--shares', '1')).toContain('share is 1');
  });
});

describe('gradient_fps', () => {
  it('takes the forces of the structures, and refuses what has none', async () => {
    const { code, stdout, stderr } = await run(FEW, '-m', 'gradient_fps', '-s', '5', '--seed', '2', '--json');
    expect(code, stderr).toBe(0);
    expect((JSON.parse(stdout) as { selected: number[] }).selected).toHaveLength(5);
    const none = await run(golden('mixed_dataset.xyz'), '-m', 'gradient_fps', '-s', '5');
    expect(none).toMatchObject({ code: 2 });
    expect(none.stderr).toContain('no structure has forces');
    const chunks = await run(FEW, '-m', 'gradient_fps', '--chunk-size', '9');
    expect(chunks).toMatchObject({ code: 2 });
    expect(chunks.stderr).toContain('gradient_fps cannot be combined with --chunk-size');
  });
});
