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

beforeAll(async () => {
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

  it('is refused with a threshold, and where it means nothing', async () => {
    const both = ['overlap', 'new.npy', 'known.npy', '--novel-level', '0.1', '--eps', '1'];
    expect((await quests(both, folder)).code).toBe(2);
    expect((await quests(['dH', 'new.npy', 'known.npy', '--novel-level', '1'], folder)).code).toBe(2);
    const few = await quests(['dH', 'new.npy', 'known.npy', '--novel-level', '0.001'], folder);
    expect(few.code).toBe(2);
    expect(few.stderr).toContain('the reference has 199 environments');
  });
});
