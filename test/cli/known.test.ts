import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { golden, json } from '../support/data/files.js';
import { random } from '../support/data/random.js';

const folder = temporaryFolder();
const next = random(5);

/** A frame in which no two environments are alike. */
function uneven(): string {
  const atoms = Array.from({ length: 12 }, (_, at) => {
    const [i, j, k] = [at % 3, Math.floor(at / 3) % 2, Math.floor(at / 6)];
    return `Cu ${[2.6 * i, 3 * j, 3 * k].map((x) => (x + next() * 0.8).toFixed(6)).join(' ')}`;
  });
  return `12\nLattice="7.8 0 0 0 6 0 0 0 6" Properties=species:S:1:pos:R:3\n${atoms.join('\n')}\n`;
}

// Each environment of `known.xyz` has one like: its own copy.
const [known, other] = [uneven() + uneven(), uneven()];
writeFileSync(join(folder, 'known.xyz'), known);
writeFileSync(join(folder, 'half.xyz'), known + other + other.replaceAll('Lattice="7.8', 'Lattice="8.8'));

async function printed(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await quests([...args, '--quiet'], folder);
  expect(code, stderr).toBe(0);
  return stdout;
}

describe('what is known is not new', () => {
  it.each(['known.xyz', golden('fcc_cu_periodic.xyz'), golden('mixed_dataset.xyz')])(
    '%s against itself is covered, and nothing of it is new',
    async (set) => {
      expect(await printed('dH', set, set)).toContain('Novel environments (dH >= 1e-5): 0.0 %\n');
      expect(await printed('overlap', set, set)).toContain('Overlap value: 1.0000\n');
      const table = await printed('coverage', set, set);
      expect(table).toMatch(/dH < 1e-5 +dH < 1 +dH >= 1e-5 /);
      expect(table).toMatch(/ 2 +100\.0 % +100\.0 % +0\.0 %| 100\.0 % +100\.0 % +0\.0 %/);
      const frames = await printed('trajectory', set, '-r', set);
      const shares = frames
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/ {2,}/).at(-1));
      expect(new Set(shares.filter((share) => share?.endsWith('%')))).toEqual(new Set(['0.0 %']));
      const report = await printed('report', set, '-r', set, '-o', 'report.html', '--overwrite');
      expect(report).toContain('novelty: 0.0 %');
      expect(report).toMatch(/overlap: (1|100\.0 %)/);
      expect(report).toContain('adds next to nothing');
    },
  );

  it('one half that is known and one that is not are complements everywhere', async () => {
    const dH = await printed('dH', 'half.xyz', 'known.xyz', '-o', 'half.json');
    expect(dH).toContain('Novel environments (dH >= 1e-5): 50.0 %\n');
    const written = json(join(folder, 'half.json'));
    expect(written).toMatchObject({ eps: 1e-5, novelty: 0.5 });
    // Copies have a dH of 0, and are known.
    const known = (written.delta_entropy as number[]).filter((value) => value < 1e-5);
    expect(known).toHaveLength(24);
    expect(await printed('overlap', 'half.xyz', 'known.xyz')).toContain('Overlap value: 0.5000\n');
    const { comparisons } = JSON.parse(await printed('coverage', 'known.xyz', 'half.xyz', '--json')) as {
      comparisons: { overlap: number[]; uncovered: number[]; novelty: number; uncovered_envs: number }[];
    };
    expect(comparisons[1]).toMatchObject({ uncovered: [0.5, expect.any(Number)], uncovered_envs: 24 });
    for (const { overlap, uncovered, novelty } of comparisons) {
      expect(novelty).toBe(uncovered[0]);
      overlap.forEach((share, at) => expect(share + (uncovered[at] ?? NaN)).toBeCloseTo(1, 15));
    }
    const { comparison } = JSON.parse(
      await printed('report', 'half.xyz', '-r', 'known.xyz', '-o', 'half.html', '--json'),
    ) as { comparison: { overlap: number; novelty: number } };
    expect(comparison).toMatchObject({ overlap: 0.5, novelty: 0.5 });
  });
});
