import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { contents, quests, temporaryFolder } from '../support/cli/cli.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);

const A = 3.6;

/** An fcc crystal of n³ cells as a file, without some of its atoms. */
function crystal(name: string, n: number, missing: readonly number[] = []): void {
  const sites = [
    [0, 0, 0],
    [0.5, 0.5, 0],
    [0.5, 0, 0.5],
    [0, 0.5, 0.5],
  ];
  const rows = Array.from({ length: 4 * n ** 3 }, (_, atom) => {
    const cell = Math.floor(atom / 4);
    const corner = [cell % n, Math.floor(cell / n) % n, Math.floor(cell / n ** 2)];
    return `Cu ${corner.map((x, axis) => A * (x + (sites[atom % 4]?.[axis] ?? 0))).join(' ')}`;
  }).filter((_, atom) => !missing.includes(atom));
  const header = `Lattice="${n * A} 0 0 0 ${n * A} 0 0 0 ${n * A}" Properties=species:S:1:pos:R:3`;
  writeFileSync(at(name), `${rows.length}\n${header}\n${rows.join('\n')}\n`);
}

crystal('train.xyz', 2);
crystal('perfect.xyz', 4);
crystal('large.xyz', 5, [210]);

const carve = (...args: string[]): ReturnType<typeof quests> =>
  quests(['carve', ...args, '-r', 'train.xyz', '--max-atoms', '64'], folder);

describe('quests carve', () => {
  it('writes the cells, and says what each is worth', async () => {
    const { code, stdout } = await carve('large.xyz', '-o', 'cells.xyz');
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^New environments: \d+ of 499 \(/);
    expect(lines[1]).toMatch(/frame +atom +dH +atoms +kernel +further new +boundary/);
    expect(lines[2]).toMatch(/^ +0 +\d+ +[\d.]+ +\d\d +1.0000 +0 +commensurate$/);
    expect(lines.at(-1)).toMatch(/^New environments that the cells hold: \d+ \(100.0 %\)$/);
    const [count, header] = readFileSync(at('cells.xyz'), 'utf8').split('\n');
    expect(Number(count)).toBeLessThanOrEqual(64);
    expect(header).toMatch(/Properties=species:S:1:pos:R:3:dH:R:1:origin:I:1:fixed:L:1/);
    expect(header).toMatch(/further_novel=0/);
  });

  it('gives the same as JSON', async () => {
    const { code, stdout } = await carve(
      'large.xyz',
      '--json',
      '--cells',
      '1',
      '--shape',
      'cluster',
      '--steps',
      '0',
    );
    expect(code).toBe(0);
    const record = JSON.parse(stdout) as { cells: { atoms: number; further_novel: number }[] };
    expect(record).toMatchObject({
      file: 'large.xyz',
      ref_envs: 32,
      max_atoms: 64,
      shape: 'cluster',
      fix_radius: 5,
      n_envs: 499,
      not_carved: [],
      output: null,
    });
    expect(record.cells).toHaveLength(1);
    expect(record.cells[0]).toMatchObject({ atoms: 64, boundary: 'open', relaxed: false });
    expect(record.cells[0]?.further_novel).toBeGreaterThan(0);
  });

  it('writes nothing where nothing is new', async () => {
    const { code, stdout, stderr } = await carve('perfect.xyz', '-o', 'none.xyz');
    expect([code, stdout]).toEqual([0, 'New environments: 0 of 256 (0.0 %)\n']);
    expect(stderr).toContain('nothing is new, and none.xyz is not written');
    expect(contents(folder)).not.toContain('none.xyz');
  });

  it('refuses what it cannot do', async () => {
    const refused = async (...args: string[]): Promise<[number | null, string]> => {
      const { code, stderr } = await carve(...args);
      return [code, stderr.trim()];
    };
    expect(await refused('large.xyz', '--contact-fraction', '1')).toEqual([
      2,
      expect.stringContaining('below 1'),
    ]);
    expect(await refused('large.xyz', '--steps', '1.5')).toEqual([
      2,
      expect.stringContaining('whole number'),
    ]);
    expect(await refused('large.xyz', '--shape', 'round')).toEqual([2, expect.stringContaining('cluster')]);
    expect(await refused('large.xyz', '-o', 'POSCAR')).toEqual([2, expect.stringContaining('only one')]);
    expect(await refused('large.xyz', '-e', '1', '--novel-level', '0.1')).toEqual([
      2,
      expect.stringContaining('--novel-level'),
    ]);
  });
});
