import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { DescriptorMatrix, writeDescriptors } from '../../ts/node.js';
import { quests, temporaryFolder } from '../support/cli/cli.js';
import { random } from '../support/data/random.js';

const folder = temporaryFolder();

/** Rows of numbers, each at random. */
async function write(name: string, seed: number, count: number): Promise<void> {
  const next = random(seed);
  const data = Float64Array.from({ length: 5 * count }, () => next());
  await writeDescriptors(join(folder, name), new DescriptorMatrix(data, { width: 5 }));
}

/** Frames of one atom in a cell of random edges: environments that are drawn independently. */
function writeFrames(name: string, seed: number, count: number): void {
  const next = random(seed);
  const frames = Array.from({ length: count }, () => {
    const [a, b, c] = [next(), next(), next()].map((part) => 2.4 + 0.5 * part);
    return `1\nLattice="${a} 0 0 0 ${b} 0 0 0 ${c}" Properties=species:S:1:pos:R:3\nCu 0 0 0\n`;
  });
  writeFileSync(join(folder, name), frames.join(''));
}

beforeAll(async () => {
  writeFrames('known.xyz', 11, 199);
  writeFrames('new.xyz', 12, 400);
  await write('known.npy', 1, 199);
  await write('new.npy', 2, 400);
});

async function record(...args: string[]): Promise<Record<string, unknown>> {
  const outcome = await quests([...args, '--json'], folder);
  expect(outcome.code, outcome.stderr).toBe(0);
  return JSON.parse(outcome.stdout) as Record<string, unknown>;
}

describe('--novel-level', () => {
  it('counts about that share of environments like those of the reference, at any bandwidth', async () => {
    for (const bandwidth of ['0.02', '0.1', '0.5']) {
      const args = ['new.npy', 'known.npy', '-b', bandwidth, '--novel-level', '0.1'];
      const dH = await record('dH', ...args);
      expect(dH.novel_level).toBe(0.1);
      expect(Math.abs((dH.novelty as number) - 0.1)).toBeLessThan(0.08);
      const overlap = await record('overlap', ...args);
      expect(overlap.eps).toBe(dH.eps);
      expect(overlap.overlap).toBeCloseTo(1 - (dH.novelty as number), 12);
    }
    // Without it the bandwidth decides.
    expect(await record('dH', 'new.npy', 'known.npy', '-b', '0.02')).toMatchObject({ novelty: 1, eps: 1e-5 });
  });

  it('holds for every command that counts novelty', async () => {
    const level = ['--novel-level', '0.1'];
    const { novelty, eps } = await record('dH', 'new.xyz', 'known.xyz', ...level);
    expect(Math.abs((novelty as number) - 0.1)).toBeLessThan(0.08);
    for (const bandwidth of ['0.005', '0.05']) {
      const args = ['known.xyz', 'new.xyz', '-b', bandwidth, ...level];
      const own = await record('dH', 'new.xyz', 'known.xyz', '-b', bandwidth, ...level);
      expect(Math.abs((own.novelty as number) - 0.1)).toBeLessThan(0.08);
      const covered = await record('coverage', ...args);
      const [back, forth] = covered.comparisons as { novelty: number; eps: number; overlap: number[] }[];
      expect(covered).toMatchObject({ novel_level: 0.1, eps: null });
      expect(forth).toMatchObject({ novelty: own.novelty, eps: own.eps });
      expect(Math.abs((back?.novelty as number) - 0.1)).toBeLessThan(0.1);
      const [shares] = covered.overlap as number[][][];
      expect(shares?.[1]?.[0]).toBe(forth?.overlap[0]);
      // Of its own environments nearly none are strange, which are their own likes.
      expect(shares?.[0]?.[0]).toBeGreaterThan(0.9);
      const later = await record('coverage', '--generations', ...args);
      expect((later.comparisons as { novelty: number }[])[0]).toMatchObject({ novelty: own.novelty });
    }
    const frames = await record('trajectory', 'new.xyz', '-r', 'known.xyz', ...level);
    const rows = frames.frames as { novelty: number }[];
    expect(frames).toMatchObject({ eps, novel_level: 0.1 });
    expect(rows.filter((row) => row.novelty === 1).length / rows.length).toBeCloseTo(novelty as number, 12);
    const watched = ['watch', 'new.xyz', '-r', 'known.xyz', '--idle', '0', '-o', 'w.jsonl', ...level];
    expect(await record(...watched)).toMatchObject({ eps, novel_level: 0.1, checks: 400 });
    const report = await record('report', 'new.xyz', '-r', 'known.xyz', '-o', 'r.html', ...level);
    expect(report).toMatchObject({ eps, novel_level: 0.1, comparison: { novelty } });
  });

  it('is refused with several references, without one, and in shards', async () => {
    const level = ['--novel-level', '0.1'];
    for (const args of [
      ['trajectory', 'new.xyz', '-r', 'a=known.xyz', '-r', 'b=known.xyz', ...level],
      ['trajectory', 'new.xyz', ...level],
      ['report', 'new.xyz', '-o', 'none.html', ...level],
      ['coverage', 'new.xyz', 'known.xyz', '--shards', '2', ...level],
      ['trajectory', 'new.xyz', '-r', 'known.xyz', '--shards', '2', ...level],
      ['dH', 'new.xyz', 'known.xyz', '--shards', '2', ...level],
    ]) {
      const { code, stderr } = await quests(args, folder);
      expect(code, args.join(' ')).toBe(2);
      expect(stderr).toContain('--novel-level');
    }
  });

  it('is refused with a threshold, and where it means nothing', async () => {
    const both = ['overlap', 'new.npy', 'known.npy', '--novel-level', '0.1', '--eps', '1'];
    expect((await quests(both, folder)).code).toBe(2);
    expect((await quests(['dH', 'new.npy', 'known.npy', '--novel-level', '1'], folder)).code).toBe(2);
    const few = await quests(['dH', 'new.npy', 'known.npy', '--novel-level', '0.001'], folder);
    expect(few.code).toBe(2);
    expect(few.stderr).toContain('the reference has 199 environments');
  });
});
